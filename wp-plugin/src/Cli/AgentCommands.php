<?php

namespace Onhand\Cli;

use Onhand\Agent\Client;

/**
 * Everything else that `onhand` can do, as `wp onhand …`: what was typed goes to the agent's own program as it is, and its answer
 * and exit code come back.
 */
final class AgentCommands {
	private const NAMES = array(
		'autopsy'      => 'What was sold and not there: by whom, how late its listing was, and which rule would have kept it.',
		'changes'      => 'Who changed which setting, before and after, and who did what by hand.',
		'channel'      => 'Connected accounts: add, list, check, pause, resume, remove, prices, reconciliation.',
		'cover'        => 'How many days the stock lasts, and how much to order.',
		'data'         => 'Takes everything along: export, import, copy.',
		'dead-letters' => 'Listings that were given up on: list, redrive.',
		'drift'        => 'What channels showed otherwise, with its likely cause.',
		'explain'      => 'Why each channel shows what it shows.',
		'feeds'        => 'What was handed to channels as a file, and what became of it.',
		'holds'        => 'Sweeps that wait for a person\'s yes: list, confirm, reject.',
		'hooks'        => 'Services of yours that are told what happens.',
		'jobs'         => 'Long work that was started: list, cancel.',
		'kinds'        => 'What can be connected.',
		'ledger'       => 'Every movement of a variation\'s stock.',
		'listings'     => 'Which listing belongs to which variation.',
		'orders'       => 'What channels sold, on its way to the shop.',
		'plan'         => 'What would be sent to a channel, and how long that takes.',
		'reconcile'    => 'Compares what channels show with what they should show.',
		'rules'        => 'How much of the stock a channel shows.',
		'simulate'     => 'Sales of the past once more, by other rules.',
		'stock-file'   => 'Stock files of other systems, out and in: Linnworks, Cin7 Core, NetSuite, SAP Business One, Business Central.',
		'undo'         => 'What would take movements back: an import that was wrong, an afternoon of edits.',
		'top'          => 'The agent at work, once a second.',
	);
	/** WP-CLI's own, which may stand anywhere. */
	private const OWN = '/\A--(no-)?(path|url|ssh|http|user|skip-plugins|skip-themes|skip-packages|require|exec|context|color|debug|prompt|quiet|allow-root)(=|\z)/';

	public static function register(): void {
		foreach ( self::NAMES as $name => $what ) {
			\WP_CLI::add_command( "onhand $name", static fn() => self::run( $name ), array( 'shortdesc' => $what ) );
		}
	}

	private static function run( string $name ): void {
		$program = self::program();
		if ( null === $program ) {
			\WP_CLI::error( __( 'The program "onhand" is not on this machine\'s PATH. Install the agent, or name its place with the constant ONHAND_PROGRAM or the environment variable of that name.', 'onhand' ) );
		}
		$command = array( $program, '--socket', Client::socket(), ...self::typed( $name, $GLOBALS['argv'] ?? array() ) );
		$process = proc_open( $command, array( STDIN, STDOUT, STDERR ), $pipes ); // phpcs:ignore Generic.PHP.ForbiddenFunctions, WordPress.PHP.DiscouragedPHPFunctions -- WP-CLI only; an array goes past every shell.
		if ( false === $process ) {
			/* translators: %s: path of a program */
			\WP_CLI::error( sprintf( __( '%s could not be started.', 'onhand' ), $program ) );
		}
		\WP_CLI::halt( proc_close( $process ) );
	}

	/**
	 * What was typed from the command's own name on, without what is WP-CLI's.
	 *
	 * @param list<string> $argv
	 * @return list<string>
	 */
	public static function typed( string $name, array $argv ): array {
		$begin = array_search( 'onhand', $argv, true );
		$rest  = false === $begin ? array() : array_slice( $argv, $begin + 1 );
		$place = array_search( $name, $rest, true );
		$rest  = false === $place ? array() : array_slice( $rest, $place );
		return array_values( array_filter( $rest, static fn( string $word ): bool => 1 !== preg_match( self::OWN, $word ) ) );
	}

	private static function program(): ?string {
		$named = defined( 'ONHAND_PROGRAM' ) ? (string) constant( 'ONHAND_PROGRAM' ) : (string) getenv( 'ONHAND_PROGRAM' );
		if ( '' !== $named ) {
			return $named;
		}
		foreach ( explode( PATH_SEPARATOR, (string) getenv( 'PATH' ) ) as $dir ) {
			if ( is_executable( "$dir/onhand" ) ) {
				return "$dir/onhand";
			}
		}
		return null;
	}
}
