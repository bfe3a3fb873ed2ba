//! Variables and arguments. Variables are checked here, not by the compiler crate, because Shopify words the errors
//! in its own way and lists every problem at once.

use super::document::{Document, location};
use apollo_compiler::ast::{Type, Value as Ast};
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};
use serde_json::{Map, Number, Value, json};

/// A reason a variable's value cannot be used.
struct Problem {
    path: Vec<Value>,
    explanation: String,
}

/// The operation's variables with defaults filled in.
///
/// # Errors
/// The GraphQL error of the first variable that does not fit.
pub fn variables(
    schema: &Schema,
    document: &Document,
    operation: &Operation,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Value> {
    let mut values = Map::new();
    for definition in &operation.variables {
        let name = definition.name.as_str();
        let value = given.get(name).cloned();
        let default = || definition.default_value.as_deref().map(|v| literal(v, &Map::new()));
        let Some(value) = value.or_else(default) else {
            if definition.ty.is_non_null() {
                let problem =
                    Problem { path: Vec::new(), explanation: "Expected value to not be null".to_owned() };
                return Err(invalid(document, definition, &Value::Null, &[problem]));
            }
            continue;
        };
        let mut problems = Vec::new();
        check(schema, &definition.ty, &value, &mut Vec::new(), &mut problems);
        if !problems.is_empty() {
            return Err(invalid(document, definition, &value, &problems));
        }
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}

fn invalid(
    document: &Document,
    definition: &Node<apollo_compiler::ast::VariableDefinition>,
    value: &Value,
    problems: &[Problem],
) -> Value {
    let named: Vec<String> = problems
        .iter()
        .filter(|p| !p.path.is_empty())
        .map(|p| {
            let path: Vec<String> =
                p.path.iter().map(|s| s.as_str().map_or_else(|| s.to_string(), str::to_owned)).collect();
            format!("{} ({})", path.join("."), p.explanation)
        })
        .collect();
    let tail = if named.is_empty() { String::new() } else { format!(" for {}", named.join(", ")) };
    let message =
        format!("Variable ${} of type {} was provided invalid value{tail}", definition.name, definition.ty);
    let problems: Vec<Value> =
        problems.iter().map(|p| json!({"path": p.path, "explanation": p.explanation})).collect();
    let locations: Vec<Value> = location(document, definition).into_iter().collect();
    json!({
        "message": message,
        "locations": locations,
        "extensions": {"code": "INVALID_VARIABLE", "value": value, "problems": problems},
    })
}

fn check(schema: &Schema, ty: &Type, value: &Value, path: &mut Vec<Value>, problems: &mut Vec<Problem>) {
    let mut problem = |path: &[Value], explanation: String| {
        problems.push(Problem { path: path.to_vec(), explanation });
    };
    if value.is_null() {
        if ty.is_non_null() {
            problem(path, "Expected value to not be null".to_owned());
        }
        return;
    }
    match ty {
        Type::List(item) | Type::NonNullList(item) => match value {
            Value::Array(values) => {
                for (i, value) in values.iter().enumerate() {
                    path.push(json!(i));
                    check(schema, item, value, path, problems);
                    path.pop();
                }
            }
            single => check(schema, item, single, path, problems),
        },
        Type::Named(name) | Type::NonNullNamed(name) => match schema.types.get(name) {
            Some(ExtendedType::InputObject(input)) => {
                let Value::Object(fields) = value else {
                    return problem(path, format!("Expected {value} to be a key-value object."));
                };
                for key in fields.keys().filter(|key| !input.fields.contains_key(key.as_str())) {
                    let mut at = path.clone();
                    at.push(json!(key));
                    problem(&at, format!("Field is not defined on {name}"));
                }
                for (key, field) in &input.fields {
                    path.push(json!(key.as_str()));
                    match fields.get(key.as_str()) {
                        Some(value) => check(schema, &field.ty, value, path, problems),
                        None if field.is_required() => {
                            let explanation = "Expected value to not be null".to_owned();
                            problems.push(Problem { path: path.clone(), explanation });
                        }
                        None => {}
                    }
                    path.pop();
                }
            }
            Some(ExtendedType::Enum(known))
                if !value.as_str().is_some_and(|v| known.values.contains_key(v)) =>
            {
                let known: Vec<&str> = known.values.keys().map(|k| k.as_str()).collect();
                problem(path, format!("Expected {value} to be one of: {}", known.join(", ")));
            }
            Some(ExtendedType::Enum(_)) => {}
            _ if !scalar_fits(name, value) => {
                problem(path, format!("Could not coerce value {value} to {name}"))
            }
            _ => {}
        },
    }
}

fn scalar_fits(name: &str, value: &Value) -> bool {
    match name {
        "Int" => value.as_i64().is_some_and(|i| i32::try_from(i).is_ok()),
        "Float" => value.is_number(),
        "String" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "ID" => value.is_string() || value.is_i64(),
        _ => true,
    }
}

/// A literal of the document as JSON, with variables filled in. A variable that was not given is absent: `null` here.
#[must_use]
pub fn literal(value: &Ast, variables: &Map<String, Value>) -> Value {
    match value {
        Ast::Null => Value::Null,
        Ast::Enum(name) => json!(name.as_str()),
        Ast::Variable(name) => variables.get(name.as_str()).cloned().unwrap_or_default(),
        Ast::String(text) => json!(text),
        Ast::Boolean(b) => json!(b),
        Ast::Int(int) => int.as_str().parse::<i64>().map_or(Value::Null, |i| json!(i)),
        Ast::Float(float) => {
            float.as_str().parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
        }
        Ast::List(items) => items.iter().map(|item| literal(item, variables)).collect(),
        Ast::Object(fields) => {
            let given = fields.iter().filter(|(_, value)| match value.as_ref() {
                Ast::Variable(name) => variables.contains_key(name.as_str()),
                _ => true,
            });
            given.map(|(name, value)| (name.to_string(), literal(value, variables))).collect()
        }
    }
}

/// A field's arguments with defaults filled in.
#[must_use]
pub fn arguments(field: &Field, variables: &Map<String, Value>) -> Map<String, Value> {
    let mut values = Map::new();
    for definition in &field.definition.arguments {
        let given = field.arguments.iter().find(|a| a.name == definition.name).map(|a| a.value.as_ref());
        let given = given.filter(|v| match v {
            Ast::Variable(name) => variables.contains_key(name.as_str()),
            _ => true,
        });
        if let Some(value) = given.or(definition.default_value.as_deref()) {
            values.insert(definition.name.to_string(), literal(value, variables));
        }
    }
    values
}
