<?php

namespace Onhand\Orders;

/** The plugin's own tables: what was done with each order of a channel, what is kept for channels, what is where, what is to be mailed, what is written by many rows, and the nonces that the agent has used. */
final class Tables {
	private const VERSION = '6';
	/** From here on each table is there; what came later are columns, which only those ask for who have said ensure(). */
	private const TABLES = '4';
	private const OPTION  = 'onhand_tables';

	public static function orders(): string {
		return $GLOBALS['wpdb']->prefix . 'onhand_orders';
	}

	public static function nonces(): string {
		return $GLOBALS['wpdb']->prefix . 'onhand_nonces';
	}

	/** Units that are one channel's alone. */
	public static function allotments(): string {
		return $GLOBALS['wpdb']->prefix . 'onhand_allotments';
	}

	/** What is to be mailed. */
	public static function alerts(): string {
		return $GLOBALS['wpdb']->prefix . 'onhand_alerts';
	}

	/** What is at each location but the main one. */
	public static function shelves(): string {
		return $GLOBALS['wpdb']->prefix . 'onhand_location_stock';
	}

	/** Stock and prices that are written by many rows. */
	public static function change_sets(): string {
		return $GLOBALS['wpdb']->prefix . 'onhand_change_sets';
	}

	/** Costs nothing: the option is one of WordPress's preloaded ones. */
	public static function are_there(): bool {
		return version_compare( (string) get_option( self::OPTION ), self::TABLES, '>=' );
	}

	/** Costs nothing once they are there: the option is one of WordPress's preloaded ones. */
	public static function ensure(): void {
		if ( self::VERSION === get_option( self::OPTION ) ) {
			return;
		}
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$collate = $GLOBALS['wpdb']->get_charset_collate();
		list( $orders, $nonces, $allotments, $shelves, $alerts, $sets ) = array( self::orders(), self::nonces(), self::allotments(), self::shelves(), self::alerts(), self::change_sets() );
		dbDelta(
			"CREATE TABLE $orders (
			id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
			channel varchar(64) NOT NULL,
			external varchar(120) NOT NULL,
			number varchar(120) NOT NULL DEFAULT '',
			order_id bigint(20) unsigned NULL,
			revision bigint(20) unsigned NOT NULL DEFAULT 0,
			request char(64) NOT NULL DEFAULT '',
			taken longtext NOT NULL,
			route longtext NULL,
			PRIMARY KEY  (id),
			UNIQUE KEY channel_external (channel,external),
			KEY order_id (order_id)
			) ENGINE=InnoDB $collate;
			CREATE TABLE $nonces (
			nonce char(32) NOT NULL,
			at bigint(20) unsigned NOT NULL,
			PRIMARY KEY  (nonce),
			KEY at (at)
			) ENGINE=InnoDB $collate;
			CREATE TABLE $allotments (
			channel varchar(64) NOT NULL,
			item bigint(20) unsigned NOT NULL,
			pool bigint(20) unsigned NOT NULL,
			units bigint(20) NOT NULL,
			PRIMARY KEY  (channel,item),
			KEY pool (pool)
			) ENGINE=InnoDB $collate;
			CREATE TABLE $shelves (
			pool bigint(20) unsigned NOT NULL,
			location varchar(32) NOT NULL,
			quantity decimal(19,6) NOT NULL,
			PRIMARY KEY  (pool,location),
			KEY location (location)
			) ENGINE=InnoDB $collate;
			CREATE TABLE $alerts (
			id varchar(64) NOT NULL,
			type varchar(64) NOT NULL,
			body longtext NOT NULL,
			at datetime NOT NULL,
			mailed tinyint(1) NOT NULL DEFAULT 0,
			PRIMARY KEY  (id),
			KEY mailed (mailed,at)
			) ENGINE=InnoDB $collate;
			CREATE TABLE $sets (
			id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
			at bigint(20) unsigned NOT NULL,
			author bigint(20) unsigned NOT NULL,
			name varchar(190) NOT NULL DEFAULT '',
			state varchar(16) NOT NULL,
			why text NULL,
			undoes bigint(20) unsigned NULL,
			total int(10) unsigned NOT NULL,
			done int(10) unsigned NOT NULL DEFAULT 0,
			changed int(10) unsigned NOT NULL DEFAULT 0,
			refused int(10) unsigned NOT NULL DEFAULT 0,
			settings text NOT NULL,
			body longtext NOT NULL,
			back longtext NOT NULL,
			wrong longtext NOT NULL,
			PRIMARY KEY  (id)
			) ENGINE=InnoDB $collate;"
		);
		update_option( self::OPTION, self::VERSION, true );
	}

	public static function drop(): void {
		global $wpdb;
		foreach ( array( self::orders(), self::nonces(), self::allotments(), self::shelves(), self::alerts(), self::change_sets() ) as $table ) {
			$wpdb->query( "DROP TABLE IF EXISTS $table" ); // phpcs:ignore WordPress.DB -- the plugin's own tables, on uninstalling.
		}
		delete_option( self::OPTION );
	}
}
