<?php

namespace Onhand\Alerts;

/** Mails what waits: soon after it happened, once an hour or once a day, and not in quiet hours. */
final class Postman {
	public const JOB = 'onhand_alerts_mail';
	/** What happens together is told together. */
	private const GATHER_SECONDS = 30;
	private const DAILY_AT       = '08:00:00';

	public static function register(): void {
		add_action( self::JOB, array( self::class, 'mail' ) );
	}

	/** Something waits: a time for it is set, if there is none yet. */
	public static function expect(): void {
		if ( ! as_has_scheduled_action( self::JOB ) ) {
			as_schedule_single_action( self::due( Settings::load(), current_datetime() )->getTimestamp(), self::JOB, array(), 'onhand', true );
		}
	}

	public static function due( Settings $settings, \DateTimeImmutable $now ): \DateTimeImmutable {
		$next = match ( $settings->when ) {
			'hourly' => $now->setTime( (int) $now->format( 'H' ), 0 )->modify( '+1 hour' ),
			'daily'  => $now->format( 'H:i:s' ) < self::DAILY_AT ? $now->modify( self::DAILY_AT ) : $now->modify( 'tomorrow ' . self::DAILY_AT ),
			default  => $now->modify( '+' . self::GATHER_SECONDS . ' seconds' ),
		};
		return $settings->not_quiet( $next );
	}

	/** @throws \RuntimeException When it could not be mailed: the job is shown as failed, and what waits waits for the next. */
	public static function mail(): void {
		$settings = Settings::load();
		$events   = Queue::waiting();
		if ( array() === $events ) {
			return;
		}
		if ( array() !== $settings->emails && ! wp_mail( $settings->emails, Mail::subject( $events ), Mail::body( $events ) ) ) {
			throw new \RuntimeException( 'The alerts could not be mailed; see whether this site can send e-mail at all.' );
		}
		Queue::done( array_column( $events, 'id' ) );
	}
}
