--TEST--
onhand.stub.php says what the extension has
--INI--
onhand.journal_dir={TMP}/onhand-stub
--FILE--
<?php
require __DIR__ . '/helper.inc';

/** A function without its documentation: name, parameters, types. */
function signature(ReflectionFunction $function): string
{
    $parameters = array_map(fn ($p) => "{$p->getType()} \${$p->getName()}" . ($p->isOptional() ? ' = ?' : '')
        . ($p->isPassedByReference() ? ' &' : ''), $function->getParameters());
    return preg_replace('/^.*\\\\/', '', $function->getName()) . '(' . implode(', ', $parameters) . '): '
        . $function->getReturnType();
}

// The same names cannot be declared twice: the stub's go into namespaces of their own.
$stub = file_get_contents(__DIR__ . '/../onhand.stub.php');
$stub = strtr($stub, ["\nnamespace {" => "\nnamespace Stub {", "\nnamespace Onhand {" => "\nnamespace Stub\\Onhand {"]);
eval(substr($stub, strlen('<?php')));

$stubbed = preg_grep('/^stub\\\\/', get_defined_functions()['user']);
$stubbed = array_map(fn ($name) => signature(new ReflectionFunction($name)), $stubbed);
$extension = new ReflectionExtension('onhand');
$real = array_map(signature(...), $extension->getFunctions());
sort($stubbed);
sort($real);
var_dump($stubbed === $real);
echo implode("\n", $real), "\n";
foreach ($extension->getClasses() as $class) {
    $other = new ReflectionClass("Stub\\{$class->getName()}");
    var_dump($class->getName(), $class->getParentClass()->getName() === $other->getParentClass()->getName());
    $own = fn (ReflectionClass $of) => array_filter($of->getMethods(), fn ($method) => $method->class === $of->name
        && !$method->isConstructor());
    var_dump($own($class) == $own($other), $class->isFinal() === $other->isFinal());
}
// Only the extension makes one.
try {
    new Onhand\InvalidRecordException('text');
} catch (Exception $refused) {
    var_dump(get_class($refused));
}
?>
--EXPECT--
bool(true)
onhand_append(array $records): int
onhand_health(): array
onhand_last_error(): ?string
string(29) "Onhand\InvalidRecordException"
bool(true)
bool(true)
bool(true)
string(9) "Exception"
