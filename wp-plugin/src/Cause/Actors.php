<?php

namespace Onhand\Cause;

/** Who is acting: a user, a customer, a guest, a REST client, the command line or a background job. */
final class Actors {
	private const NAME_LENGTH = 100;

	private bool $by_cookie = false;
	private ?string $application_password = null;
	private bool $in_job = false;
	/** @var array<string,array{kind:string,id:?int,name:?string}> */
	private array $known = array();

	/** The user proved who they are with a login, not with a key. */
	public function logged_in(): void {
		$this->by_cookie = true;
	}

	public function used_application_password( string $name ): void {
		$this->application_password = $name;
	}

	public function in_job( bool $running ): void {
		$this->in_job = $running;
	}

	/** @return array{kind:string,id:?int,name:?string} */
	public function current(): array {
		$user = function_exists( 'get_current_user_id' ) ? get_current_user_id() : 0;
		$key  = $user . ( $this->by_cookie ? 'c' : 'k' ) . ( $this->in_job ? 'j' : '' );
		return $this->known[ $key ] ??= $this->find( $user );
	}

	private function find( int $user ): array {
		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			return self::actor( 'cli', null, self::system_user() );
		}
		if ( $this->in_job || wp_doing_cron() ) {
			return self::actor( 'cron', null, null );
		}
		if ( 0 === $user ) {
			return self::actor( 'guest', null, null );
		}
		if ( ! $this->by_cookie && wp_is_serving_rest_request() ) {
			return $this->rest_client( $user );
		}
		$staff = user_can( $user, 'edit_products' ) || user_can( $user, 'manage_woocommerce' );
		return self::actor( $staff ? 'user' : 'customer', $user, get_userdata( $user )->user_login ?? null );
	}

	/** A program with a key of WooCommerce's, an application password or another plugin's token. */
	private function rest_client( int $user ): array {
		$login = get_userdata( $user )->user_login ?? '';
		if ( null !== $this->application_password ) {
			return self::actor( 'api', $user, "$login: {$this->application_password}" );
		}
		// phpcs:disable WordPress.Security.ValidatedSanitizedInput, WordPress.Security.NonceVerification -- WooCommerce has verified the key; it is only looked up here.
		$key = (string) ( $_SERVER['PHP_AUTH_USER'] ?? $_GET['consumer_key'] ?? $_GET['oauth_consumer_key'] ?? '' );
		// phpcs:enable
		if ( '' !== $key && function_exists( 'wc_api_hash' ) ) {
			global $wpdb;
			$row = $wpdb->get_row( $wpdb->prepare( "SELECT key_id, description FROM {$wpdb->prefix}woocommerce_api_keys WHERE consumer_key = %s", wc_api_hash( $key ) ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
			if ( null !== $row ) {
				return self::actor( 'api', (int) $row->key_id, "$login: {$row->description}" );
			}
		}
		return self::actor( 'api', $user, $login );
	}

	private static function system_user(): ?string {
		$entry = function_exists( 'posix_geteuid' ) ? posix_getpwuid( posix_geteuid() ) : false;
		return false === $entry ? null : $entry['name'];
	}

	private static function actor( string $kind, ?int $id, ?string $name ): array {
		return array(
			'kind' => $kind,
			'id'   => $id,
			'name' => null === $name || '' === $name ? null : mb_substr( $name, 0, self::NAME_LENGTH ),
		);
	}
}
