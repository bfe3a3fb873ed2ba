<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** One HTTP answer. */
final class Answer {
	public function __construct( public readonly int $status, public readonly string $body, public readonly array $headers, public readonly string $what ) {}

	public function json(): mixed {
		$value = json_decode( $this->body, true );
		if ( null === $value && 'null' !== trim( $this->body ) ) {
			throw new \RuntimeException( "{$this->what}: not JSON (status {$this->status}): " . substr( $this->body, 0, 600 ) );
		}
		return $value;
	}

	/** Refuses an answer that is not a success or a redirect. */
	public function ok(): self {
		if ( $this->status >= 400 ) {
			throw new \RuntimeException( "{$this->what}: status {$this->status}: " . substr( trim( strip_tags( $this->body ) ), 0, 800 ) );
		}
		return $this;
	}

	/** The object a page's script was handed by `wp_localize_script`. */
	public function script_data( string $name ): array {
		if ( ! preg_match( '/var ' . preg_quote( $name, '/' ) . ' = (\{.*?\});\s*$/m', $this->body, $found ) ) {
			throw new \RuntimeException( "{$this->what}: the page has no script data $name" );
		}
		return json_decode( $found[1], true );
	}

	/** The first link of the page whose address matches. */
	public function link( string $pattern ): string {
		preg_match_all( '/href=["\']([^"\']+)["\']/', $this->body, $links );
		foreach ( $links[1] as $link ) {
			$link = html_entity_decode( $link );
			if ( preg_match( $pattern, $link ) ) {
				return $link;
			}
		}
		throw new \RuntimeException( "{$this->what}: the page has no link like $pattern" );
	}
}
