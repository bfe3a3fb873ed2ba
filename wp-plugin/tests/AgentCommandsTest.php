<?php

declare( strict_types=1 );

namespace Onhand\Tests;

use Onhand\Cli\AgentCommands;
use PHPUnit\Framework\TestCase;

/** What was typed reaches the agent's program as it was typed; what is WP-CLI's own does not. */
final class AgentCommandsTest extends TestCase {
	public static function typed(): array {
		return array(
			'as it is'              => array( 'rules', 'wp onhand rules set --sku A --buffer=2', 'rules set --sku A --buffer=2' ),
			'WP-CLI\'s own in front' => array( 'channel', '/usr/bin/wp-cli.phar --path=/srv/www --allow-root onhand channel list --format=csv', 'channel list --format=csv' ),
			'and behind'            => array( 'ledger', 'wp onhand ledger --sku=A --quiet --user=admin --no-color', 'ledger --sku=A' ),
			'a name like another'   => array( 'orders', 'wp --url=https://onhand.example onhand orders list', 'orders list' ),
			'told twice'            => array( 'channel', 'wp onhand channel add channel shopify --set a=1 --set b=2', 'channel add channel shopify --set a=1 --set b=2' ),
		);
	}

	/** @dataProvider typed */
	public function test_what_was_typed( string $name, string $line, string $passed ): void {
		self::assertSame( explode( ' ', $passed ), AgentCommands::typed( $name, explode( ' ', $line ) ) );
	}
}
