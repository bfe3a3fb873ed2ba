<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** The running test shop: its web address, its database, its command line and a way to run code in it. */
final class Shop {
	private const PROBE = '/?onhand-probe=1';

	private static ?self $one = null;
	private Http $http;
	private ?\mysqli $db = null;

	private function __construct( public readonly string $dir, private readonly array $env ) {
		$this->http = new Http( $env['URL'] );
	}

	public static function get(): self {
		if ( null === self::$one ) {
			$dir       = getenv( 'ONHAND_SHOP' ) ?: throw new \RuntimeException( 'ONHAND_SHOP is not set: start these tests with tests/wordpress/run' );
			$env       = parse_ini_file( "$dir/shop.env", false, INI_SCANNER_RAW );
			self::$one = new self( $dir, $env );
		}
		return self::$one;
	}

	public function env( string $name ): string {
		return (string) ( $this->env[ $name ] ?? '' );
	}

	public function url(): string {
		return $this->env['URL'];
	}

	/** Orders in their own tables (HPOS) rather than as posts. */
	public function hpos(): bool {
		return 'hpos' === $this->env['ORDERS'];
	}

	/** Runs code in a web request of its own, as a guest, and returns what it returns. */
	public function run( string $code, array $vars = array() ): mixed {
		return self::value( $this->http->json( 'POST', self::PROBE, self::probe( $code, $vars ), $this->token() )->ok()->json() );
	}

	/**
	 * The same, once with each of these, all at once.
	 *
	 * @param list<array<string,mixed>> $each
	 */
	public function run_at_once( string $code, array $each ): array {
		$multi   = curl_multi_init();
		$handles = array();
		foreach ( $each as $vars ) {
			$handle = curl_init( $this->url() . self::PROBE );
			curl_setopt_array( $handle, array( CURLOPT_POSTFIELDS => json_encode( self::probe( $code, $vars ) ), CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTPHEADER => array( 'Content-Type: application/json', ...$this->token() ) ) );
			curl_multi_add_handle( $multi, $handle );
			$handles[] = $handle;
		}
		do {
			curl_multi_exec( $multi, $running );
			curl_multi_select( $multi );
		} while ( $running > 0 );
		return array_map( static fn( \CurlHandle $handle ): mixed => self::value( json_decode( curl_multi_getcontent( $handle ), true, 512, JSON_THROW_ON_ERROR ) ), $handles );
	}

	private static function probe( string $code, array $vars ): array {
		return array( 'code' => $code, 'vars' => (object) $vars );
	}

	private function token(): array {
		return array( 'X-Onhand-Probe: ' . trim( file_get_contents( "{$this->dir}/tmp/probe-token" ) ) );
	}

	private static function value( array $answer ): mixed {
		if ( isset( $answer['error'] ) ) {
			throw new \RuntimeException( 'in the shop: ' . $answer['error'] );
		}
		return $answer['value'];
	}

	/** A WP-CLI command as the shop's own user; returns what it printed. */
	public function wp( string ...$arguments ): string {
		$script  = dirname( __DIR__, 3 ) . '/scripts/wp-env';
		$command = implode( ' ', array_map( 'escapeshellarg', array( $script, 'wp', $this->dir, ...$arguments ) ) );
		exec( "$command 2>&1", $lines, $status );
		$text = implode( "\n", $lines );
		if ( 0 !== $status ) {
			throw new \RuntimeException( 'wp ' . implode( ' ', $arguments ) . ": exit $status: $text" );
		}
		return $text;
	}

	public function db(): \mysqli {
		if ( null === $this->db ) {
			mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
			$this->db = new \mysqli( 'localhost', 'shop', 'shop', 'shop', 0, $this->env['SOCKET'] );
		}
		return $this->db;
	}

	/** The committed quantity, straight from the database. */
	public function stored_stock( int $id ): ?string {
		$row = $this->db()->query( "SELECT meta_value FROM wp_postmeta WHERE post_id=$id AND meta_key='_stock'" )->fetch_row();
		return $row ? $row[0] : null;
	}
}
