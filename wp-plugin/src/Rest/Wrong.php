<?php

namespace Onhand\Rest;

/**
 * What a route's schema refuses, in words for a person: which field it is, what it would have to be, and what it was. WordPress
 * itself names only the argument, or the pattern that did not match.
 */
final class Wrong {
	/** What was written is repeated up to here. */
	private const LONGEST = 60;

	/**
	 * @param array<string,mixed> $data Of WordPress's error.
	 * @return list<array{field:string,detail:string}> None: it is no such error.
	 */
	public static function fields( array $data, \WP_REST_Request $request ): array {
		$params = (array) ( $data['data']['params'] ?? array() );
		$found  = array();
		if ( 'rest_missing_callback_param' === ( $data['code'] ?? '' ) ) {
			foreach ( $params as $name ) {
				$found[] = self::one( (string) $name, __( 'It is needed.', 'onhand' ) );
			}
		} elseif ( 'rest_invalid_param' === ( $data['code'] ?? '' ) ) {
			$schemas = (array) ( $request->get_attributes()['args'] ?? array() );
			foreach ( array_keys( $params ) as $name ) {
				$schema  = (array) ( $schemas[ $name ] ?? array() );
				$found[] = self::inside( (string) $name, $request->get_param( (string) $name ), $schema ) ?? self::one( (string) $name, __( 'It is not as it must be.', 'onhand' ) );
			}
		}
		return $found;
	}

	/** @param non-empty-list<array{field:string,detail:string}> $fields */
	public static function sentence( array $fields ): string {
		/* translators: 1: name of a field, 2: a sentence */
		return implode( ' ', array_map( static fn( array $one ): string => sprintf( __( '%1$s: %2$s', 'onhand' ), $one['field'], $one['detail'] ), $fields ) );
	}

	/**
	 * The innermost value that is refused.
	 *
	 * @param array<string,mixed> $schema
	 * @return ?array{field:string,detail:string}
	 */
	private static function inside( string $field, mixed $value, array $schema ): ?array {
		$checked = rest_validate_value_from_schema( $value, $schema, $field );
		if ( ! is_wp_error( $checked ) ) {
			return null;
		}
		$value = is_object( $value ) ? (array) $value : $value;
		if ( in_array( 'array', (array) ( $schema['type'] ?? array() ), true ) && is_scalar( $value ) ) {
			// WordPress takes words with commas for a list.
			$value = wp_parse_list( $value );
		}
		foreach ( is_array( $value ) ? $value : array() as $key => $part ) {
			$of    = array_is_list( $value ) ? $schema['items'] ?? array() : $schema['properties'][ $key ] ?? $schema['additionalProperties'] ?? array();
			$wrong = is_array( $of ) && array() !== $of ? self::inside( $field . '.' . ( is_int( $key ) ? $key + 1 : $key ), $part, $of ) : null;
			if ( null !== $wrong ) {
				return $wrong;
			}
			if ( false === $of ) {
				/* translators: %s: names of fields */
				return self::one( "$field.$key", sprintf( __( 'There is no such field; there are %s.', 'onhand' ), implode( ', ', array_keys( $schema['properties'] ?? array() ) ) ) );
			}
		}
		foreach ( is_array( $value ) && ! array_is_list( $value ) ? self::needed( $schema ) : array() as $name ) {
			if ( ! array_key_exists( $name, $value ) ) {
				return self::one( "$field.$name", __( 'It is needed.', 'onhand' ) );
			}
		}
		return self::one( $field, self::words( $checked->get_error_code(), $value, $schema ) );
	}

	/** @return list<string> */
	private static function needed( array $schema ): array {
		$marked = array_keys( array_filter( $schema['properties'] ?? array(), static fn( $one ): bool => true === ( $one['required'] ?? null ) ) );
		return array_merge( is_array( $schema['required'] ?? null ) ? $schema['required'] : array(), $marked );
	}

	private static function words( string|int $code, mixed $value, array $schema ): string {
		$must = match ( $code ) {
			'rest_invalid_type'      => self::type( (array) ( $schema['type'] ?? 'string' ) ),
			/* translators: %s: words with commas */
			'rest_not_in_enum'       => sprintf( __( 'It must be one of %s', 'onhand' ), implode( ', ', array_map( 'strval', array_filter( $schema['enum'] ?? array(), static fn( $one ): bool => null !== $one ) ) ) ),
			'rest_out_of_bounds'     => self::bounds( $schema ),
			/* translators: %s: what it is, such as: a time such as 22:00 */
			'rest_invalid_pattern'   => sprintf( __( 'It must be %s', 'onhand' ), $schema['description'] ?? __( 'written in another way', 'onhand' ) ),
			/* translators: %d: number of characters */
			'rest_too_short'         => 1 === $schema['minLength'] ? __( 'It must not be empty', 'onhand' ) : sprintf( __( 'It must have at least %d characters', 'onhand' ), $schema['minLength'] ),
			/* translators: %d: number of characters */
			'rest_too_long'          => sprintf( __( 'It must have at most %d characters', 'onhand' ), $schema['maxLength'] ),
			/* translators: %d: number of entries */
			'rest_too_many_items'    => sprintf( __( 'It must have at most %d entries', 'onhand' ), $schema['maxItems'] ),
			/* translators: %d: number of entries */
			'rest_too_few_items'     => sprintf( __( 'It must have at least %d entries', 'onhand' ), $schema['minItems'] ),
			'rest_duplicate_items'   => __( 'It must not have the same entry twice', 'onhand' ),
			default                  => __( 'It is not as it must be', 'onhand' ),
		};
		$was = self::was( $value, $schema );
		/* translators: 1: what it must be, 2: what it was */
		return '' === $was ? "$must." : sprintf( __( '%1$s, not %2$s.', 'onhand' ), $must, $was );
	}

	/** What was written, as far as it may be repeated: never a secret. */
	private static function was( mixed $value, array $schema ): string {
		if ( ! empty( $schema['writeOnly'] ) || ! is_scalar( $value ) || strlen( (string) $value ) > self::LONGEST || '' === $value ) {
			return '';
		}
		return is_string( $value ) && ! is_numeric( $value ) ? "“{$value}”" : (string) wp_json_encode( is_numeric( $value ) ? $value + 0 : $value );
	}

	/** @param list<string> $types */
	private static function type( array $types ): string {
		return match ( $types[0] ) {
			'integer' => __( 'It must be a whole number, such as 3', 'onhand' ),
			'number'  => __( 'It must be a number, such as 3 or 2.5', 'onhand' ),
			'boolean' => __( 'It must be true or false', 'onhand' ),
			'array'   => __( 'It must be a list', 'onhand' ),
			'object'  => __( 'It must be fields with names', 'onhand' ),
			default   => __( 'It must be a text', 'onhand' ),
		};
	}

	private static function bounds( array $schema ): string {
		list( $least, $most ) = array( $schema['minimum'] ?? null, $schema['maximum'] ?? null );
		if ( null === $most ) {
			/* translators: %s: number */
			return sprintf( __( 'It must be %s or more', 'onhand' ), $least );
		}
		/* translators: 1: number, 2: number */
		return null === $least ? sprintf( __( 'It must be %s or less', 'onhand' ), $most ) : sprintf( __( 'It must be between %1$s and %2$s', 'onhand' ), $least, $most );
	}

	/** @return array{field:string,detail:string} */
	private static function one( string $field, string $detail ): array {
		return array(
			'field'  => $field,
			'detail' => $detail,
		);
	}
}
