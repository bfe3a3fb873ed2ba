<?php

namespace Onhand\Cli;

use Onhand\Agent\Client;
use Onhand\Agent\Refused;
use Onhand\Agent\Unreachable;
use Onhand\Health\Checks;
use Onhand\Journal\Journal;

/** Every check there is: this shop's own and the agent's. */
final class Doctor {
	public function __construct( private readonly Journal $journal, private readonly Client $agent ) {}

	/** @return list<array{check:string,status:string,message:string,action:string}> status: good, warning, error */
	public function checks(): array {
		$checks = ( new Checks( $this->journal ) )->local();
		try {
			foreach ( $this->agent->get( '/v1/health' )['checks'] as $check ) {
				$checks[] = array(
					'check'   => $check['name'],
					'status'  => $check['status'],
					'message' => $check['message'],
					'action'  => $check['action'],
				);
			}
		} catch ( Unreachable | Refused $failure ) {
			$checks[] = array(
				'check'   => 'agent',
				'status'  => 'error',
				'message' => $failure->getMessage(),
				'action'  => __( 'Start the agent.', 'onhand' ),
			);
		}
		return $checks;
	}
}
