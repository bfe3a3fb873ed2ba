<?php

namespace Onhand\Hooks;

use Onhand\Cause\Causes;
use Onhand\Stock\Recorder;

/** Products and variations come, go, change what they are called, what they cost and whether they can be bought. */
final class CatalogueHooks {
	private const META = array(
		'_sku'              => true,
		'_global_unique_id' => true,
		'_price'            => true,
		'_manage_stock'     => true,
		// What a kit is made of: Kits\Parts::META, written out so that its class is not loaded for it.
		'_onhand_parts'     => true,
	);

	private const TAXONOMIES = array(
		'product_cat' => true,
		'product_tag' => true,
	);

	private function __construct( private readonly Recorder $recorder, private readonly Causes $causes ) {}

	public static function register( Recorder $recorder, Causes $causes ): void {
		$self = new self( $recorder, $causes );
		foreach ( array( 'added_post_meta', 'updated_post_meta', 'deleted_post_meta' ) as $hook ) {
			add_action( $hook, array( $self, 'meta' ), 10, 3 );
		}
		// Fires for changes of title, status, parent or password; a mere stock change does not go through it.
		add_action( 'save_post_product', array( $self, 'saved' ) );
		add_action( 'save_post_product_variation', array( $self, 'saved' ) );
		add_action( 'transition_post_status', array( $self, 'status' ), 10, 3 );
		foreach ( array( 'woocommerce_new_product', 'woocommerce_new_product_variation' ) as $hook ) {
			add_action( $hook, array( $self, 'created' ), -1 );
		}
		add_action( 'woocommerce_product_type_changed', static fn( $product ) => $self->saved( $product->get_id() ) );
		add_action( 'set_object_terms', array( $self, 'filed' ), 10, 4 );
		add_action( 'deleted_term_relationships', static fn( $post, $ids, $taxonomy ) => $self->filed( $post, array(), array(), $taxonomy ), 10, 3 );
		add_action( 'edited_term', array( $self, 'term' ), 10, 3 );
		add_action( 'trashed_post', array( $self, 'trashed' ) );
		add_action( 'untrashed_post', array( $self, 'restored' ) );
		add_action( 'before_delete_post', array( $self, 'deleting' ), 10, 2 );
	}

	public function meta( $meta_id, $post, $key ): void {
		if ( ( isset( self::META[ $key ] ) || str_starts_with( (string) $key, 'attribute_' ) ) && self::is_product( (int) $post ) ) {
			$this->recorder->item_dirty( (int) $post );
			if ( '_manage_stock' === $key ) {
				$this->children( (int) $post );
			}
		}
	}

	public function filed( $post, $terms, $ids, $taxonomy ): void {
		if ( isset( self::TAXONOMIES[ $taxonomy ] ) && self::is_product( (int) $post ) ) {
			$this->recorder->item_dirty( (int) $post );
			$this->children( (int) $post );
		}
	}

	/** Its slug may be another one, or the category it lies in. */
	public function term( $term, $id, $taxonomy ): void {
		if ( isset( self::TAXONOMIES[ $taxonomy ] ) ) {
			$terms = array( (int) $term, ...( is_taxonomy_hierarchical( $taxonomy ) ? array_map( 'intval', (array) get_term_children( (int) $term, $taxonomy ) ) : array() ) );
			foreach ( (array) get_objects_in_term( $terms, $taxonomy ) as $post ) {
				$this->recorder->item_dirty( (int) $post );
				$this->children( (int) $post );
			}
		}
	}

	public function saved( $post ): void {
		if ( ! wp_is_post_revision( $post ) && ! wp_is_post_autosave( $post ) ) {
			$this->recorder->item_dirty( (int) $post );
		}
	}

	public function status( $now, $before, $post ): void {
		if ( $now !== $before && in_array( $post->post_type, array( 'product', 'product_variation' ), true ) ) {
			$this->recorder->item_dirty( $post->ID );
			$this->children( $post->ID );
		}
	}

	public function created( $post ): void {
		$post = (int) $post;
		$this->recorder->item_dirty( $post );
		$this->recorder->stock_dirty( $post );
		$this->causes->created( $post, ! $this->recorder->without_quantity( $post ) );
		$this->recorder->refine( $post, fn( $cause ) => $this->causes->of_creation( $cause, $post ) );
	}

	public function trashed( $post ): void {
		$this->in_or_out( (int) $post, 'trashed' );
	}

	public function restored( $post ): void {
		$this->in_or_out( (int) $post, 'restored' );
	}

	public function deleting( $id, $post ): void {
		if ( $post && in_array( $post->post_type, array( 'product', 'product_variation' ), true ) && 'auto-draft' !== $post->post_status ) {
			$cause = $this->causes->current( $post->ID );
			$this->recorder->gone( $post->ID, (int) $post->post_parent, $post->post_type, $cause->named( 'deleted', (string) $post->ID ) );
		}
	}

	private function in_or_out( int $post, string $cause ): void {
		if ( self::is_product( $post ) ) {
			$this->recorder->item_dirty( $post );
			$this->recorder->moved( $post, 'status', null, $this->causes->current( $post )->named( $cause, (string) $post ) );
		}
	}

	/** What a parent decides for its variations: whether they can be bought, and where their stock is counted. */
	private function children( int $post ): void {
		if ( 'product' !== get_post_type( $post ) ) {
			return;
		}
		$children = get_posts(
			array(
				'post_type'        => 'product_variation',
				'post_parent'      => $post,
				'post_status'      => 'any',
				'fields'           => 'ids',
				'numberposts'      => -1,
				'suppress_filters' => true,
			)
		);
		foreach ( $children as $child ) {
			$this->recorder->item_dirty( (int) $child );
		}
	}

	private static function is_product( int $post ): bool {
		return in_array( get_post_type( $post ), array( 'product', 'product_variation' ), true );
	}
}
