<?php
/**
 * A must-use plugin of the test shop only: runs code sent by the tests inside an ordinary web request, as
 * another plugin's code would run, and adds a payment method that leaves the order waiting, as one that
 * sends the customer elsewhere to pay does, and one that declines every payment. The runner puts a random
 * token in place of the marker.
 */

const ONHAND_PROBE_TOKEN = '@TOKEN@';

add_action(
	'wp_loaded',
	static function (): void {
		if ( ! hash_equals( ONHAND_PROBE_TOKEN, (string) ( $_SERVER['HTTP_X_ONHAND_PROBE'] ?? '' ) ) ) {
			return;
		}
		$call = json_decode( file_get_contents( 'php://input' ), true );
		try {
			$value = ( static function ( string $code, array $vars ) {
				extract( $vars );
				return eval( $code );
			} )( $call['code'], $call['vars'] );
			$answer = array( 'value' => $value );
		} catch ( Throwable $error ) {
			$answer = array( 'error' => get_class( $error ) . ': ' . $error->getMessage() . ' at ' . $error->getFile() . ':' . $error->getLine() );
		}
		header( 'Content-Type: application/json' );
		echo wp_json_encode( $answer );
		exit;
	},
	99
);

add_action(
	'plugins_loaded',
	static function (): void {
		if ( ! class_exists( 'WC_Payment_Gateway' ) ) {
			return;
		}
		class Onhand_Probe_Elsewhere extends WC_Payment_Gateway {
			public function __construct() {
				$this->id       = 'elsewhere';
				$this->title    = 'Pay elsewhere';
				$this->enabled  = 'yes';
				$this->supports = array( 'products' );
			}
			public function process_payment( $order_id ) {
				return array(
					'result'   => 'success',
					'redirect' => home_url( '/?pay=' . $order_id ),
				);
			}
		}
		class Onhand_Probe_Declines extends Onhand_Probe_Elsewhere {
			public function __construct() {
				parent::__construct();
				$this->id = 'declines';
			}
			public function process_payment( $order_id ) {
				throw new Exception( 'The payment was declined.' );
			}
		}
		add_filter( 'woocommerce_payment_gateways', static fn( array $all ): array => array( ...$all, 'Onhand_Probe_Elsewhere', 'Onhand_Probe_Declines' ) );
	}
);

// Two ways in which are switched off by default: the REST API's next version and the code-first API.
add_filter( 'pre_option_woocommerce_feature_dual_code_graphql_api_enabled', static fn(): string => 'yes' );
add_filter(
	'woocommerce_admin_get_feature_config',
	static fn( array $features ): array => array_merge( $features, array( 'rest-api-v4' => true ) )
);
