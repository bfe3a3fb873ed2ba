<?php

namespace Onhand;

/** The assembly: which parts there are and how they are joined. */
final class Plugin {
	private static ?self $one = null;

	private function __construct(
		public readonly Journal\Journal $journal,
		public readonly Stock\Reader $reader,
		public readonly Stock\Recorder $recorder,
	) {}

	public static function boot(): void {
		if ( null !== self::$one || ! class_exists( 'WooCommerce' ) ) {
			return;
		}
		$journal   = Journal\Factory::journal();
		$reader    = new Stock\Reader();
		$causes    = new Cause\Causes( new Cause\Actors() );
		$recorder  = new Stock\Recorder( $journal, $reader, $causes );
		self::$one = new self( $journal, $reader, $recorder );

		Hooks\CauseHooks::register( $causes );
		Hooks\StockHooks::register( $recorder, $causes );
		Hooks\CatalogueHooks::register( $recorder, $causes );
		Hooks\HoldHooks::register( $recorder );
		Hooks\FlushHooks::register( $recorder );
		Hooks\OptionHooks::register( $recorder, $causes, $reader );
		Hooks\SettingHooks::register( $journal, $reader, $causes->actors, $recorder->req );
		Stock\LowStock::register();
		Agent\Client::acts_for( array( $causes->actors, 'current' ) );
		Resync\Upkeep::register( $journal, $reader );
		$keeper  = new Locations\Keeper( $recorder, $causes );
		$routing = new Locations\Routing( $recorder, $causes );
		$routing->register();
		Locations\OrderPanel::register( $routing );
		Locations\ProductPanel::register( $keeper );
		add_action( 'init', static fn() => Locations\Csv::register( $keeper ) );
		Orders\Mails::register();
		Orders\Shipments::register( $journal, $reader, $recorder->req );
		Rest\WebhooksRoute::register( $journal, $reader );
		Rest\OrdersRoute::register( new Orders\Importer( $recorder, $causes, $reader, $routing ) );
		Rest\AllotmentsRoute::register();
		Rest\AgentRoutes::register();
		Rest\InstallRoute::register( $journal );
		Rest\FirstImportRoute::register();
		Rest\AddressesRoute::register();
		Rest\DataRoute::register();
		Rest\Manners::register();
		Rest\AlertsRoute::register();
		Rest\RestateRoute::register();
		Rest\LocationsRoute::register( $keeper, $routing );
		Rest\VariationsRoute::register();
		Rest\ChangeSetsRoute::register();
		Bulk\ChangeSets::register( $recorder, $causes );
		Alerts\Postman::register();
		Admin\Roles::register();
		Admin\Page::register();
		Admin\ProductChips::register();
		Admin\ProductColumn::register();
		Admin\ProductFilter::register();
		Admin\ProductBulkEdit::register();
		Admin\ProductCsv::register();
		Strict\Allotments::register();
		Kits\Sales::register( $recorder );
		Kits\Screen::register();
		Health\SiteHealth::register( $journal );
		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::add_command( 'onhand', Cli\Command::class );
			Cli\AgentCommands::register();
			\WP_CLI::add_command( 'onhand write', Cli\WriteCommand::class );
			\WP_CLI::add_command( 'onhand location', new Cli\LocationCommand( $keeper ) );
			\WP_CLI::add_command( 'onhand routing', new Cli\RoutingCommand( $routing ) );
		}
	}

	public static function get(): self {
		return self::$one ?? throw new \LogicException( 'Onhand is not running: WooCommerce is not active.' );
	}
}
