<?php

namespace Onhand\Agent;

/** The agent's local API: HTTP over a Unix socket, through WordPress's own HTTP functions. */
final class Client {
	public const DEFAULT_SOCKET = '/run/onhand/agent.sock';

	/** @var ?callable(): array<string,mixed> who is acting */
	private static $actor = null;

	public function __construct( private readonly string $socket ) {}

	/** What is done through the agent is done by this one. */
	public static function acts_for( callable $actor ): void {
		self::$actor = $actor;
	}

	public static function local(): self {
		return new self( self::socket() );
	}

	public static function socket(): string {
		return defined( 'ONHAND_AGENT_SOCKET' ) ? (string) constant( 'ONHAND_AGENT_SOCKET' ) : self::DEFAULT_SOCKET;
	}

	/**
	 * @param array<string,scalar> $query
	 * @throws Unreachable When no agent answers.
	 * @throws Refused     When the agent says no.
	 */
	public function get( string $path, array $query = array(), float $timeout = 5.0 ): array {
		return $this->send( 'GET', array() === $query ? $path : $path . '?' . http_build_query( $query ), null, $timeout );
	}

	/** @param array<string,mixed> $body */
	public function post( string $path, array $body = array(), float $timeout = 15.0 ): array {
		return $this->send( 'POST', $path, (string) wp_json_encode( (object) $body ), $timeout );
	}

	/**
	 * What is answered goes to a file, however much it is.
	 *
	 * @return string The file.
	 * @throws Unreachable When no agent answers.
	 * @throws Refused     When the agent says no.
	 */
	public function download( string $path, float $timeout = 300.0 ): string {
		$file   = (string) tempnam( get_temp_dir(), 'onhand' );
		$answer = $this->ask( 'GET', $path, null, $timeout, array( 'stream' => true, 'filename' => $file ) );
		$status = (int) wp_remote_retrieve_response_code( $answer );
		if ( 200 !== $status ) {
			$said = json_decode( (string) file_get_contents( $file ), true ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- a file of our own.
			wp_delete_file( $file );
			throw new Refused( (string) ( $said['detail'] ?? "HTTP $status" ), $status );
		}
		return $file;
	}

	private function send( string $method, string $path, ?string $body, float $timeout ): array {
		$answer  = $this->ask( $method, $path, $body, $timeout );
		$status  = (int) wp_remote_retrieve_response_code( $answer );
		$decoded = json_decode( wp_remote_retrieve_body( $answer ), true );
		if ( $status >= 400 || ! is_array( $decoded ) ) {
			throw new Refused( (string) ( $decoded['detail'] ?? $decoded['title'] ?? "HTTP $status" ), $status );
		}
		return $decoded;
	}

	/** @param array<string,mixed> $more Of WordPress's HTTP functions. */
	private function ask( string $method, string $path, ?string $body, float $timeout, array $more = array() ): array {
		if ( ! defined( 'CURLOPT_UNIX_SOCKET_PATH' ) ) {
			throw new Unreachable( __( 'PHP\'s curl extension is needed to talk to the Onhand agent. Install php-curl.', 'onhand' ) );
		}
		$through_socket = function ( $handle ): void {
			curl_setopt( $handle, CURLOPT_UNIX_SOCKET_PATH, $this->socket ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- the HTTP API's own hook for this.
		};
		add_action( 'http_api_curl', $through_socket );
		try {
			$answer = wp_remote_request(
				"http://localhost$path",
				array(
					'method'      => $method,
					'body'        => $body,
					'timeout'     => $timeout,
					'redirection' => 0,
					'headers'     => array(
						'Content-Type' => 'application/json',
						'Onhand-Actor' => (string) wp_json_encode( null === self::$actor ? array( 'kind' => 'local' ) : ( self::$actor )() ),
					),
				) + $more
			);
		} finally {
			remove_action( 'http_api_curl', $through_socket );
		}
		if ( is_wp_error( $answer ) ) {
			throw new Unreachable(
				sprintf(
					/* translators: 1: path of a socket, 2: error message */
					__( 'The Onhand agent does not answer at %1$s (%2$s). Stock changes wait in the journal and are sent when it is back. Start it with "systemctl start onhand".', 'onhand' ),
					$this->socket,
					$answer->get_error_message()
				)
			);
		}
		return $answer;
	}
}
