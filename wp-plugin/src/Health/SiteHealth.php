<?php

namespace Onhand\Health;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Journal\Journal;

/** Tools → Site Health. */
final class SiteHealth {
	private const STATUS = array(
		'good'    => 'good',
		'warning' => 'recommended',
		'error'   => 'critical',
	);

	private function __construct( private readonly Journal $journal ) {}

	public static function register( Journal $journal ): void {
		$self = new self( $journal );
		add_filter( 'site_status_tests', array( $self, 'tests' ) );
		add_filter( 'debug_information', array( $self, 'information' ) );
	}

	public function tests( array $tests ): array {
		$labels = array(
			'extension'   => __( 'Onhand: how stock changes are written', 'onhand' ),
			'journal'     => __( 'Onhand: the journal of stock changes', 'onhand' ),
			'journal_gap' => __( 'Onhand: completeness of the journal', 'onhand' ),
		);
		foreach ( $labels as $name => $label ) {
			$tests['direct'][ "onhand_$name" ] = array(
				'label' => $label,
				'test'  => fn(): array => $this->result( $label, $this->check( $name ) ),
			);
		}
		$label = __( 'Onhand: the agent', 'onhand' );

		$tests['direct']['onhand_agent'] = array(
			'label' => $label,
			'test'  => fn(): array => $this->result( $label, self::agent() ),
		);
		return $tests;
	}

	public function information( array $information ): array {
		$fields = array();
		foreach ( $this->journal->health() as $name => $value ) {
			$fields[ $name ] = array(
				'label' => $name,
				'value' => is_bool( $value ) ? ( $value ? 'yes' : 'no' ) : (string) $value,
			);
		}
		$information['onhand'] = array(
			'label'  => 'Onhand',
			'fields' => $fields,
		);
		return $information;
	}

	private function check( string $name ): array {
		return array_column( ( new Checks( $this->journal ) )->local(), null, 'check' )[ $name ];
	}

	private static function agent(): array {
		try {
			$health = Client::local()->get( '/v1/health', array(), 2.0 );
		} catch ( Unreachable | Refused $failure ) {
			return array(
				'check'   => 'agent',
				'status'  => 'error',
				'message' => $failure->getMessage(),
				'action'  => '',
			);
		}
		$wrong = array_filter( $health['checks'], static fn( array $check ): bool => 'good' !== $check['status'] );
		return array(
			'check'   => 'agent',
			'status'  => array( 'ok' => 'good', 'degraded' => 'warning', 'failing' => 'error' )[ $health['status'] ] ?? 'error',
			'message' => array() === $wrong ? __( 'The agent runs and all channels are in step.', 'onhand' ) : implode( ' ', array_column( $wrong, 'message' ) ),
			'action'  => implode( ' ', array_filter( array_column( $wrong, 'action' ) ) ),
		);
	}

	private function result( string $label, array $check ): array {
		return array(
			'label'       => $label,
			'status'      => self::STATUS[ $check['status'] ],
			'badge'       => array(
				'label' => 'Onhand',
				'color' => 'blue',
			),
			'description' => '<p>' . esc_html( $check['message'] ) . '</p>',
			'actions'     => '' === $check['action'] ? '' : '<p>' . esc_html( $check['action'] ) . '</p>',
			'test'        => 'onhand_' . $check['check'],
		);
	}
}
