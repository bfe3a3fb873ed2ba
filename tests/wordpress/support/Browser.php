<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** A person at the admin screens: logs in, opens pages, sends their forms back. */
final class Browser {
	public readonly Http $http;

	private function __construct( Shop $shop ) {
		$this->http = new Http( $shop->url() );
	}

	public static function login( Shop $shop, string $user, string $password ): self {
		$self = new self( $shop );
		$self->http->send( 'GET', '/wp-login.php' )->ok();
		$answer = $self->http->send( 'POST', '/wp-login.php', array( 'log' => $user, 'pwd' => $password, 'testcookie' => '1', 'redirect_to' => '/wp-admin/' ) );
		if ( 302 !== $answer->status ) {
			throw new \RuntimeException( "$user could not log in" );
		}
		return $self;
	}

	public static function guest( Shop $shop ): self {
		return new self( $shop );
	}

	public function get( string $path ): Answer {
		return $this->http->send( 'GET', $path )->ok();
	}

	/** A page that must show itself rather than send the person elsewhere. */
	public function screen( string $path ): Answer {
		$answer = $this->get( $path );
		if ( 200 !== $answer->status ) {
			throw new \RuntimeException( "$path sends its visitor to " . ( $answer->headers['location'] ?? 'nowhere' ) );
		}
		return $answer;
	}

	public function post( string $path, mixed $fields ): Answer {
		return $this->http->send( 'POST', $path, $fields )->ok();
	}

	/** An admin-ajax call. */
	public function ajax( string $action, array $fields ): Answer {
		return $this->post( '/wp-admin/admin-ajax.php', array( 'action' => $action ) + $fields );
	}

	/** A REST call with the cookies and nonce of this person. */
	public function rest( string $method, string $path, mixed $body = null ): Answer {
		$nonce = $this->rest_nonce();
		return $this->http->json( $method, "/wp-json$path", $body, array( "X-WP-Nonce: $nonce" ) )->ok();
	}

	public function rest_nonce(): string {
		return trim( $this->get( '/wp-admin/admin-ajax.php?action=rest-nonce' )->body );
	}

	/** The edit screen of a product or order, as a form ready to be changed and saved. */
	public function edit_screen( string $path, string $form = 'post' ): Form {
		return Form::from( $this->screen( $path )->body, $form );
	}

	public function edit_product( int $id ): Form {
		return $this->edit_screen( "/wp-admin/post.php?post=$id&action=edit" )->set( 'save', 'Update' );
	}

	public function save_product( Form $form ): Answer {
		return $this->post( '/wp-admin/post.php', $form->pairs() );
	}
}
