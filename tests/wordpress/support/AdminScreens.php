<?php

declare( strict_types=1 );

namespace Onhand\Tests\WordPress;

/** What a shop manager does on the admin screens, in the requests the screens themselves send. */
final class AdminScreens {
	public function __construct( private readonly Browser $browser, private readonly Shop $shop ) {}

	/** The nonces of the variations tab. */
	public function variation_nonces( int $product ): array {
		return $this->browser->screen( "/wp-admin/post.php?post=$product&action=edit" )->script_data( 'woocommerce_admin_meta_boxes_variations' );
	}

	/** Opens the variations tab, types in a quantity, saves the changes; $meanwhile happens in between. */
	public function save_variation_stock( int $product, int $variation, string $quantity, ?callable $meanwhile = null ): void {
		$nonces = $this->variation_nonces( $product );
		$fields = $this->browser->ajax( 'woocommerce_load_variations', array( 'security' => $nonces['load_variations_nonce'], 'product_id' => (string) $product, 'per_page' => '50', 'page' => '1' ) );
		$form   = Form::from( $fields->body );
		$row    = self::row_of( $form, $variation );
		if ( null !== $meanwhile ) {
			$meanwhile();
		}
		$form->set( "variable_stock[$row]", $quantity )->set( 'action', 'woocommerce_save_variations' )->set( 'security', $nonces['save_variations_nonce'] )
			->set( 'product_id', (string) $product )->set( 'product-type', 'variable' );
		$this->browser->post( '/wp-admin/admin-ajax.php', $form->pairs() );
	}

	private static function row_of( Form $form, int $variation ): int {
		for ( $row = 0; null !== $form->get( "variable_post_id[$row]" ); $row++ ) {
			if ( (int) $form->get( "variable_post_id[$row]" ) === $variation ) {
				return $row;
			}
		}
		throw new \RuntimeException( 'the variations tab does not show the variation' );
	}

	/** A bulk action of the variations tab. */
	public function bulk_edit_variations( int $product, string $action, array $data = array() ): void {
		$this->browser->ajax(
			'woocommerce_bulk_edit_variations',
			array( 'security' => $this->variation_nonces( $product )['bulk_edit_variations_nonce'], 'product_id' => (string) $product, 'product_type' => 'variable', 'bulk_action' => $action, 'data' => $data )
		);
	}

	/** Where an order is edited, wherever orders live. */
	public function order_path( int $order ): string {
		return $this->shop->hpos() ? "/wp-admin/admin.php?page=wc-orders&action=edit&id=$order" : "/wp-admin/post.php?post=$order&action=edit";
	}

	public function change_order_status( int $order, string $status ): void {
		$path = $this->order_path( $order );
		$form = $this->browser->edit_screen( $path, $this->shop->hpos() ? 'order' : 'post' )->set( 'order_status', $status )->set( 'save', 'Update' );
		$this->browser->post( $this->shop->hpos() ? $path : '/wp-admin/post.php', $form->pairs() );
	}

	/** An AJAX action of the order's screen; $change may edit the fields of its items first. */
	public function order_ajax( int $order, string $action, array $fields, ?callable $change = null ): void {
		$page = $this->browser->screen( $this->order_path( $order ) );
		if ( null !== $change ) {
			$fields['items'] = Form::encode( $change( Form::from( $page->body, 'woocommerce-order-items' ) )->pairs() );
		}
		$fields += array( 'order_id' => (string) $order, 'security' => $page->script_data( 'woocommerce_admin_meta_boxes' )['order_item_nonce'] );
		$answer  = $this->browser->ajax( $action, $fields );
		if ( true !== $answer->json()['success'] ) {
			throw new \RuntimeException( "$action: {$answer->body}" );
		}
	}

	/** Refunds some units of one line. */
	public function refund( int $order, int $line, int $quantity, float $amount, bool $restock ): void {
		$this->order_ajax(
			$order,
			'woocommerce_refund_line_items',
			array(
				'refund_amount'          => (string) $amount,
				'refunded_amount'        => '0',
				'refund_reason'          => 'broken',
				'line_item_qtys'         => json_encode( array( $line => $quantity ) ),
				'line_item_totals'       => json_encode( array( $line => $amount ) ),
				'line_item_tax_totals'   => '{}',
				'api_refund'             => 'false',
				'restock_refunded_items' => $restock ? 'true' : 'false',
			)
		);
	}

	/** The importer's own pages: upload, map the columns, then the batches its script asks for. */
	public function import_csv( string $csv ): void {
		$file = tempnam( $this->shop->dir . '/tmp', 'csv' );
		file_put_contents( $file, $csv );
		$start  = '/wp-admin/edit.php?post_type=product&page=product_importer';
		$form   = Form::from( $this->browser->screen( $start )->body, "//form[contains(@class,'woocommerce-importer')]" );
		$upload = array( 'update_existing' => '1', 'save_step' => 'Continue', 'import' => new \CURLFile( $file, 'text/csv', 'stock.csv' ) );
		foreach ( $form->pairs() as list( $name, $value ) ) {
			$upload += array( $name => $value );
		}
		$mapping = $this->browser->post( $start, $upload );
		unlink( $file );
		$page = $this->browser->screen( $mapping->headers['location'] );
		$form = Form::from( $page->body, "//form[contains(@class,'woocommerce-importer')]" )->set( 'save_step', 'Run the importer' );
		preg_match( '/<form[^>]*class="[^"]*woocommerce-importer[^"]*"[^>]*action="([^"]+)"/', $page->body, $action );
		$params = $this->browser->post( html_entity_decode( $action[1] ), $form->pairs() )->script_data( 'wc_product_import_params' );
		for ( $position = 0; 'done' !== $position; $position = $answer['data']['position'] ) {
			$answer = $this->browser->ajax(
				'woocommerce_do_ajax_product_import',
				array( 'security' => $params['import_nonce'], 'position' => (string) $position, 'file' => $params['file'], 'mapping' => $params['mapping'], 'update_existing' => $params['update_existing'] ? '1' : '', 'delimiter' => $params['delimiter'], 'character_encoding' => $params['character_encoding'] ?? '' )
			)->json();
			if ( true !== $answer['success'] ) {
				throw new \RuntimeException( 'the import failed: ' . json_encode( $answer ) );
			}
		}
	}
}
