<?php

namespace Onhand\Rest;

use Onhand\Admin\Roles;
use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Health\Checks;
use Onhand\Journal\Factory;
use Onhand\Journal\Journal;

/** GET onhand/v1/agent: is the agent there, what is missing, and the one line that installs it for this very shop. */
final class InstallRoute {
	/** Of the newest release; filtered by "onhand_agent_download", for those who keep programs on a server of their own. */
	private const DOWNLOAD = 'https://github.com/onhand/onhand/releases/latest/download/onhand-linux-%s';
	private const MACHINES = array( 'x86_64', 'aarch64' );

	public static function register( Journal $journal ): void {
		add_action(
			'rest_api_init',
			static fn() => register_rest_route(
				'onhand/v1',
				'/agent',
				array(
					'methods'             => 'GET',
					'callback'            => static fn(): \WP_REST_Response => new \WP_REST_Response( self::answer( $journal ) ),
					'permission_callback' => static fn(): bool => current_user_can( Roles::CONFIGURE ),
				)
			)
		);
	}

	/** @return array{answers:bool,message:string,checks:list<array<string,string>>,command:?string} */
	private static function answer( Journal $journal ): array {
		$checks = ( new Checks( $journal ) )->local();
		try {
			Client::local()->get( '/v1/health' );
			$message = '';
		} catch ( Unreachable | Refused $failure ) {
			$message = $failure->getMessage();
		}
		return array(
			'answers' => '' === $message,
			'message' => $message,
			'checks'  => array_values( array_filter( $checks, static fn( array $check ): bool => 'good' !== $check['status'] ) ),
			'command' => self::command( php_uname( 'm' ) ),
		);
	}

	/** Null: there is no program for such a machine. */
	public static function command( string $machine ): ?string {
		$machine = 'arm64' === $machine ? 'aarch64' : $machine;
		if ( ! in_array( $machine, self::MACHINES, true ) ) {
			return null;
		}
		/**
		 * Where the agent is downloaded from.
		 *
		 * @param string $address Of the newest release.
		 * @param string $machine x86_64 or aarch64.
		 */
		$from    = (string) apply_filters( 'onhand_agent_download', sprintf( self::DOWNLOAD, $machine ), $machine );
		$options = array( '--user ' . escapeshellarg( self::user() ) );
		if ( Factory::DEFAULT_DIR !== Factory::dir() ) {
			$options[] = '--journal ' . escapeshellarg( Factory::dir() );
		}
		if ( Client::DEFAULT_SOCKET !== Client::socket() ) {
			$options[] = '--at ' . escapeshellarg( Client::socket() );
		}
		return sprintf( 'curl -fsSLo /tmp/onhand %s && chmod +x /tmp/onhand && sudo /tmp/onhand install %s', escapeshellarg( $from ), implode( ' ', $options ) );
	}

	/** As whom PHP runs: it writes the journal, and may open the agent's socket. */
	private static function user(): string {
		$own = function_exists( 'posix_geteuid' ) ? posix_getpwuid( posix_geteuid() ) : false;
		return is_array( $own ) ? (string) $own['name'] : 'www-data';
	}
}
