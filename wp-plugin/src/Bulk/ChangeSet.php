<?php

namespace Onhand\Bulk;

use Onhand\Orders\Tables;

/** Rows that are written together: how far they are, what became of them, and the rows that take them back. */
final class ChangeSet {
	public const RUNNING   = 'running';
	public const HALTED    = 'halted';
	public const CANCELLED = 'cancelled';
	public const DONE      = 'done';
	/** More refused rows are counted, not kept. */
	private const WRONG_KEPT = 200;

	/**
	 * @param array{first:int,most_wrong:int,stop_after:int,since:int,woken:int,actor:?array<string,mixed>} $settings
	 * @param list<array<string,mixed>>                                 $rows
	 * @param list<array<string,mixed>>                                 $undo  Rows that take it back, the last written first.
	 * @param list<array<string,mixed>>                                 $wrong Rows that were refused, and why.
	 */
	private function __construct(
		public readonly int $id,
		public readonly int $at,
		public readonly int $author,
		public readonly string $name,
		public string $state,
		public ?string $why,
		public readonly ?int $undoes,
		public int $done,
		public int $changed,
		public int $refused,
		public array $settings,
		public readonly array $rows,
		public array $undo,
		public array $wrong,
	) {}

	/** @param list<array<string,mixed>> $rows @param array{first:int,most_wrong:int,stop_after:int,since:int,woken:int,actor:?array<string,mixed>} $settings */
	public static function add( string $name, array $rows, array $settings, ?int $undoes = null ): self {
		global $wpdb;
		Tables::ensure();
		$added = $wpdb->insert( // phpcs:ignore WordPress.DB -- the plugin's own table.
			Tables::change_sets(),
			array(
				'at'       => time(),
				'author'   => get_current_user_id(),
				'name'     => mb_substr( $name, 0, 190 ),
				'state'    => self::RUNNING,
				'undoes'   => $undoes,
				'total'    => count( $rows ),
				'settings' => (string) wp_json_encode( $settings ),
				'body'     => (string) wp_json_encode( $rows ),
				'back'     => '[]',
				'wrong'    => '[]',
			)
		);
		if ( false === $added ) {
			throw new \RuntimeException( 'the bulk change could not be kept: ' . $wpdb->last_error );
		}
		return self::get( (int) $wpdb->insert_id );
	}

	/** @throws \OutOfBoundsException When there is none. */
	public static function get( int $id ): self {
		global $wpdb;
		Tables::ensure();
		$row = $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM ' . Tables::change_sets() . ' WHERE id = %d', $id ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
		if ( null === $row ) {
			/* translators: %d: number */
			throw new \OutOfBoundsException( sprintf( __( 'There is no bulk change %d.', 'onhand' ), $id ) );
		}
		$list = static fn( string $json ): array => (array) json_decode( $json, true );
		return new self( (int) $row->id, (int) $row->at, (int) $row->author, $row->name, $row->state, $row->why, null === $row->undoes ? null : (int) $row->undoes, (int) $row->done, (int) $row->changed, (int) $row->refused, $list( $row->settings ), $list( $row->body ), $list( $row->back ), $list( $row->wrong ) );
	}

	/** @return list<array<string,mixed>> the newest first, without their rows */
	public static function newest( int $limit ): array {
		global $wpdb;
		Tables::ensure();
		$sets = Tables::change_sets();
		$rows = (array) $wpdb->get_results( $wpdb->prepare( "SELECT s.id, s.at, s.author, s.name, s.state, s.why, s.undoes, s.total, s.done, s.changed, s.refused, (SELECT MAX(u.id) FROM $sets u WHERE u.undoes = s.id) AS undone FROM $sets s ORDER BY s.id DESC LIMIT %d", $limit ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
		return array_map( array( self::class, 'told' ), $rows );
	}

	/** As it is told to people. */
	public static function told( object $row ): array {
		$number = static fn( $value ): ?int => null === $value ? null : (int) $value;
		$author = get_userdata( (int) $row->author );
		return array(
			'id'      => (int) $row->id,
			'at'      => (int) $row->at * 1000,
			'author'  => $author ? $author->user_login : '',
			'name'    => $row->name,
			'state'   => $row->state,
			'why'     => $row->why,
			'total'   => (int) $row->total,
			'done'    => (int) $row->done,
			'changed' => (int) $row->changed,
			'refused' => (int) $row->refused,
			// The bulk change that this one takes back, and the one that takes this one back.
			'undoes'  => $number( $row->undoes ),
			'undone'  => $number( $row->undone ),
		);
	}

	/** The rows that are next. @return list<array<string,mixed>> */
	public function next( int $most ): array {
		$first = $this->settings['first'];
		return array_slice( $this->rows, $this->done, $this->done < $first ? min( $most, $first - $this->done ) : $most );
	}

	/** @param array<string,mixed> $result Of a Writer. */
	public function wrote( array $result ): void {
		$before         = $this->done;
		$this->done    += count( $result['items'] );
		$this->changed += $result['changed'];
		$this->refused += $result['refused'];
		$this->undo     = array_merge( $result['undo'], $this->undo );
		foreach ( $result['items'] as $item ) {
			if ( 'refused' === $item['outcome'] && count( $this->wrong ) < self::WRONG_KEPT ) {
				$this->wrong[] = array(
					'row' => $before + $item['row'],
					'sku' => $item['sku'],
					'why' => $item['why'],
				);
			}
		}
	}

	/** All is written, and nothing spoke against it. */
	public function end(): void {
		if ( self::RUNNING === $this->state && $this->done >= count( $this->rows ) ) {
			$this->state = self::DONE;
		}
	}

	public function halt( string $why ): void {
		$this->state = self::HALTED;
		$this->why   = $why;
	}

	/** Keeps how far it is. A cancelled one stays that, whoever is in the middle of writing. */
	public function keep(): void {
		global $wpdb;
		$values = array(
			'why'      => $this->why,
			'done'     => $this->done,
			'changed'  => $this->changed,
			'refused'  => $this->refused,
			'settings' => (string) wp_json_encode( $this->settings ),
			'back'     => (string) wp_json_encode( $this->undo ),
			'wrong'    => (string) wp_json_encode( $this->wrong ),
		);
		$wpdb->update( Tables::change_sets(), $values, array( 'id' => $this->id ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
		if ( self::RUNNING !== $this->state ) {
			$this->turn( self::RUNNING, $this->state );
		}
	}

	/** @return bool False: it was in another state by then. */
	public function turn( string $from, string $to ): bool {
		global $wpdb;
		return 1 === $wpdb->update( Tables::change_sets(), array( 'state' => $to ), array( 'id' => $this->id, 'state' => $from ) ); // phpcs:ignore WordPress.DB -- the plugin's own table.
	}
}
