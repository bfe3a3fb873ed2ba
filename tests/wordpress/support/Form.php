<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** The fields of a form as a browser would send them, to be changed and sent back. */
final class Form {
	/** @param list<array{string,string}> $fields */
	private function __construct( private array $fields ) {}

	/** The element with this id, or found by this XPath; without either, every field of the fragment. */
	public static function from( string $html, ?string $id = null ): self {
		$document = new \DOMDocument();
		@$document->loadHTML( '<?xml encoding="UTF-8">' . $html );
		$path  = new \DOMXPath( $document );
		$scope = null === $id ? $document->documentElement : $path->query( str_starts_with( $id, '/' ) ? $id : "//*[@id='$id']" )->item( 0 );
		if ( null === $scope ) {
			throw new \RuntimeException( "the page has no element $id: " . substr( trim( preg_replace( '/\s+/', ' ', strip_tags( $html ) ) ), 0, 400 ) );
		}
		$fields = array();
		foreach ( $path->query( './/input[@name]|.//select[@name]|.//textarea[@name]', $scope ) as $field ) {
			foreach ( self::values( $field, $path ) as $value ) {
				$fields[] = array( $field->getAttribute( 'name' ), $value );
			}
		}
		return new self( $fields );
	}

	/** @return list<string> */
	private static function values( \DOMElement $field, \DOMXPath $path ): array {
		if ( $field->hasAttribute( 'disabled' ) ) {
			return array();
		}
		$type = strtolower( $field->getAttribute( 'type' ) );
		if ( 'textarea' === $field->tagName ) {
			return array( $field->textContent );
		}
		if ( 'input' === $field->tagName ) {
			if ( in_array( $type, array( 'submit', 'button', 'image', 'file', 'reset' ), true ) ) {
				return array();
			}
			if ( in_array( $type, array( 'checkbox', 'radio' ), true ) ) {
				$value = $field->hasAttribute( 'value' ) ? $field->getAttribute( 'value' ) : 'on';
				return $field->hasAttribute( 'checked' ) ? array( $value ) : array();
			}
			return array( $field->getAttribute( 'value' ) );
		}
		$chosen = array();
		foreach ( $path->query( './/option[@selected]', $field ) as $option ) {
			$chosen[] = $option->getAttribute( 'value' );
		}
		$first = $path->query( './/option', $field )->item( 0 );
		if ( array() === $chosen && ! $field->hasAttribute( 'multiple' ) && null !== $first ) {
			$chosen[] = $first->getAttribute( 'value' );
		}
		return $chosen;
	}

	public function get( string $name ): ?string {
		foreach ( $this->fields as list( $key, $value ) ) {
			if ( $key === $name ) {
				return $value;
			}
		}
		return null;
	}

	/** Sets a field, in place of any value it had; null takes it out (an unticked box). */
	public function set( string $name, ?string $value ): self {
		$this->fields = array_values( array_filter( $this->fields, static fn( array $pair ): bool => $pair[0] !== $name ) );
		if ( null !== $value ) {
			$this->fields[] = array( $name, $value );
		}
		return $this;
	}

	/** @return list<array{string,string}> */
	public function pairs(): array {
		return $this->fields;
	}

	public static function encode( array $pairs ): string {
		return implode( '&', array_map( static fn( array $pair ): string => rawurlencode( $pair[0] ) . '=' . rawurlencode( (string) $pair[1] ), $pairs ) );
	}
}
