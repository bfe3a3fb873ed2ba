//! What a call's result means for each slot. One transaction per call.

use super::retry;
use super::settings::DispatchSettings;
use super::slots::{self, After, Claim};
use crate::channels::PushOutcome;
use crate::db::DbError;
use crate::domain::{ListingId, SlotState};
use crate::issues::{self, Issue};
use crate::mirror::listings::urgency;
use rusqlite::{OptionalExtension, Transaction, params};
use std::time::Duration;

/// A call that has ended.
#[derive(Clone, Debug)]
pub struct Call {
    /// The channel's name.
    pub channel: String,
    /// When it was sent.
    pub sent_ms: i64,
    /// When its reply was there.
    pub done_ms: i64,
    /// A number between 0 and 1 for the jitter.
    pub chance: f64,
}

/// Why a call as a whole failed, as far as a slot is concerned.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Nothing is known: the push may have been applied. Tried again under the same key.
    Unknown {
        /// In words.
        message: String,
        /// The call is to be counted against the listing.
        counts: bool,
        /// Not before.
        wait: Duration,
    },
    /// Certainly not applied, and not the listing's fault: its turn comes again.
    Unsent {
        /// In words.
        message: String,
    },
}

/// A quantity that the channel has confirmed.
#[derive(Clone, Copy, Debug)]
pub struct Confirmed {
    /// How long its listing was behind.
    pub took_ms: i64,
    /// It is less than what the channel showed before.
    pub less: bool,
}

/// Writes what became of each claim. Returns those that are confirmed.
///
/// # Errors
/// When the database refuses.
pub fn settle(
    tx: &Transaction<'_>,
    claims: &[Claim],
    outcomes: &[PushOutcome],
    settings: &DispatchSettings,
    call: &Call,
) -> Result<Vec<Confirmed>, DbError> {
    let mut all = Vec::new();
    for (claim, outcome) in claims.iter().zip(outcomes) {
        record(tx, claim, outcome, call)?;
        // Forgotten while the call was under way: nothing to write to.
        let Some(now) = slots::after(tx, claim.update.listing)? else { continue };
        if matches!(outcome, PushOutcome::Applied) {
            all.push(Confirmed {
                took_ms: call.done_ms.saturating_sub(claim.behind_ms),
                less: claim.update.expected.is_some_and(|shown| claim.update.quantity < shown),
            });
        }
        one(tx, claim, outcome, now, settings, call)?;
    }
    Ok(all)
}

fn one(
    tx: &Transaction<'_>,
    claim: &Claim,
    outcome: &PushOutcome,
    now: After,
    settings: &DispatchSettings,
    call: &Call,
) -> Result<(), DbError> {
    let again = |wait: Duration, attempts, code: &str, message: &str| Next {
        state: SlotState::Behind,
        due_ms: call.done_ms.saturating_add(retry::millis(wait)),
        attempts,
        error: Some((code.to_owned(), message.to_owned())),
    };
    match outcome {
        PushOutcome::Applied => {
            let now = priced(tx, claim, now)?;
            confirmed(tx, claim, claim.update.quantity, false, now, call)
        }
        PushOutcome::Accepted { receipt } => {
            // A price is not read back: what the channel took counts.
            priced(tx, claim, now)?;
            let due = call.done_ms.saturating_add(retry::millis(retry::verify_delay(settings, 0)));
            verify(tx, claim, Some(receipt), due)
        }
        PushOutcome::Stale { observed: Some(shown) } => confirmed(tx, claim, *shown, true, now, call),
        // Somebody else wrote there: read what it is before anything is written again.
        PushOutcome::Stale { observed: None } => verify(tx, claim, None, 0),
        PushOutcome::NotApplied => back(tx, claim, now, again(Duration::ZERO, claim.attempts, "", "")),
        PushOutcome::Throttled { after, message } => {
            let wait = retry::throttled(settings, *after, claim.attempts.saturating_add(1), call.chance);
            back(tx, claim, now, again(wait, claim.attempts, "throttled", message))
        }
        PushOutcome::Retry { code, message } => {
            let attempts = claim.attempts.saturating_add(1);
            if attempts >= settings.max_attempts && now.version == claim.version {
                return dead(tx, claim, now, code, message, call);
            }
            back(
                tx,
                claim,
                now,
                again(retry::delay(settings, attempts, call.chance), attempts, code, message),
            )
        }
        PushOutcome::Rejected { code, message } => dead(tx, claim, now, code, message, call),
        PushOutcome::NotFound { message } => dead(tx, claim, now, "not_found", message, call),
    }
}

/// What reading back found, for a listing that was being verified.
///
/// # Errors
/// When the database refuses.
pub fn observed(
    tx: &Transaction<'_>,
    claim: &Claim,
    shown: Option<i64>,
    call: &Call,
) -> Result<bool, DbError> {
    let Some(now) = slots::after(tx, claim.update.listing)? else { return Ok(false) };
    let Some(shown) = shown else {
        let message = "The channel does not know this listing any more.";
        dead(tx, claim, now, "not_found", message, call)?;
        return Ok(false);
    };
    confirmed(tx, claim, shown, true, now, call)?;
    // A quantity there that nobody here sent.
    Ok(Some(shown) != claim.update.expected && shown != claim.update.quantity)
}

/// An accepted push of which the channel cannot tell yet: asked for again, and at last read back.
///
/// # Errors
/// When the database refuses.
pub fn still_waiting(
    tx: &Transaction<'_>,
    claim: &Claim,
    settings: &DispatchSettings,
    call: &Call,
) -> Result<(), DbError> {
    let attempts = claim.attempts.saturating_add(1);
    if attempts >= u32::try_from(settings.verify_delays_ms.len()).unwrap_or(u32::MAX) {
        return verify(tx, claim, None, 0);
    }
    let due = call.done_ms.saturating_add(retry::millis(retry::verify_delay(settings, attempts)));
    tx.prepare_cached("UPDATE listing SET due_ms = ?2, attempts = ?3 WHERE listing_id = ?1 AND state = 3")?
        .execute(params![claim.update.listing, due, attempts])?;
    Ok(())
}

/// A call failed as a whole.
///
/// # Errors
/// When the database refuses.
pub fn failed(tx: &Transaction<'_>, claims: &[Claim], failure: &Failure, call: &Call) -> Result<(), DbError> {
    for claim in claims {
        let Some(now) = slots::after(tx, claim.update.listing)? else { continue };
        match failure {
            Failure::Unknown { message, counts, wait } => {
                log(tx, claim, "unknown", None, Some(message), call)?;
                let attempts = claim.attempts.saturating_add(u32::from(*counts));
                let due = call.done_ms.saturating_add(retry::millis(*wait));
                requeue(tx, claim, now, due, attempts, Some(("no_reply", message)), true)?;
            }
            Failure::Unsent { message } => {
                let error = Some(("unsent", message.as_str()));
                requeue(tx, claim, now, 0, claim.attempts, error, false)?;
            }
        }
    }
    Ok(())
}

struct Next {
    state: SlotState,
    due_ms: i64,
    attempts: u32,
    error: Option<(String, String)>,
}

/// The channel has the price that was sent: in this call, or in the feed that carried the listing.
fn priced(tx: &Transaction<'_>, claim: &Claim, now: After) -> Result<After, DbError> {
    let mut sent = tx.prepare_cached(
        "UPDATE listing SET confirmed_price = sent_price, sent_price = NULL
         WHERE listing_id = ?1 AND sent_price IS NOT NULL RETURNING confirmed_price",
    )?;
    let confirmed: Option<String> = sent.query_row([claim.update.listing], |row| row.get(0)).optional()?;
    Ok(match confirmed {
        Some(confirmed) => After { price: now.price.filter(|wanted| *wanted != confirmed), ..now },
        None => now,
    })
}

/// The channel shows this quantity. Whether that is what is wanted now decides what comes next.
fn confirmed(
    tx: &Transaction<'_>,
    claim: &Claim,
    shown: i64,
    read_back: bool,
    now: After,
    call: &Call,
) -> Result<(), DbError> {
    let in_step = now.desired.is_none() || (now.desired == Some(shown) && now.price.is_none());
    let state = if in_step { SlotState::Idle } else { SlotState::Behind };
    let behind_ms = if in_step { None } else { now.behind_ms.or(Some(claim.behind_ms)) };
    tx.prepare_cached(
        "UPDATE listing SET confirmed = ?2, confirmed_ms = ?3, sent = ?2, state = ?4, behind_ms = ?5, due_ms = 0,
                attempts = 0, push_key = NULL, receipt = NULL, error_code = NULL, error = NULL, urgency = ?6,
                observed = CASE WHEN ?7 THEN ?2 ELSE observed END, observed_ms = CASE WHEN ?7 THEN ?3 ELSE observed_ms END
         WHERE listing_id = ?1",
    )?
    .execute(params![
        claim.update.listing,
        shown,
        call.done_ms,
        state.code(),
        behind_ms,
        urgency(Some(shown), now.desired),
        read_back
    ])?;
    if claim.attempts > 0 || in_step {
        issues::clear(tx, "dead_letter", &scope(claim.update.listing))?;
    }
    Ok(())
}

fn verify(tx: &Transaction<'_>, claim: &Claim, receipt: Option<&str>, due_ms: i64) -> Result<(), DbError> {
    tx.prepare_cached(
        "UPDATE listing SET state = 3, receipt = ?2, due_ms = ?3, attempts = 0, push_key = NULL,
                behind_ms = coalesce(behind_ms, ?4) WHERE listing_id = ?1",
    )?
    .execute(params![claim.update.listing, receipt, due_ms, claim.behind_ms])?;
    Ok(())
}

fn back(tx: &Transaction<'_>, claim: &Claim, now: After, next: Next) -> Result<(), DbError> {
    debug_assert!(next.state == SlotState::Behind);
    let error = next.error.as_ref().filter(|(code, _)| !code.is_empty());
    let error = error.map(|(code, message)| (code.as_str(), message.as_str()));
    requeue(tx, claim, now, next.due_ms, next.attempts, error, false)
}

fn requeue(
    tx: &Transaction<'_>,
    claim: &Claim,
    now: After,
    due_ms: i64,
    attempts: u32,
    error: Option<(&str, &str)>,
    keep_key: bool,
) -> Result<(), DbError> {
    let (code, message) = error.unzip();
    tx.prepare_cached(
        "UPDATE listing SET state = CASE WHEN desired IS NULL THEN 0 ELSE 1 END, due_ms = ?2, attempts = ?3,
                behind_ms = ?4, error_code = coalesce(?5, error_code), error = coalesce(?6, error),
                push_key = CASE WHEN ?7 THEN push_key ELSE NULL END,
                sent = CASE WHEN ?7 THEN sent ELSE confirmed END,
                sent_price = CASE WHEN ?7 THEN sent_price ELSE NULL END
         WHERE listing_id = ?1",
    )?
    .execute(params![
        claim.update.listing,
        // A wish that came meanwhile has not failed yet.
        if now.version == claim.version { due_ms } else { 0 },
        attempts,
        claim.behind_ms,
        code,
        message,
        keep_key
    ])?;
    Ok(())
}

fn dead(
    tx: &Transaction<'_>,
    claim: &Claim,
    now: After,
    code: &str,
    message: &str,
    call: &Call,
) -> Result<(), DbError> {
    if now.version != claim.version && code != "not_found" {
        // What is wanted now may be acceptable.
        return requeue(tx, claim, now, 0, 0, Some((code, message)), false);
    }
    tx.prepare_cached(
        "UPDATE listing SET state = 4, due_ms = 0, attempts = ?2, error_code = ?3, error = ?4, push_key = NULL,
                sent = confirmed, sent_price = NULL, behind_ms = coalesce(behind_ms, ?5) WHERE listing_id = ?1",
    )?
    .execute(params![claim.update.listing, claim.attempts.saturating_add(1), code, message, claim.behind_ms])?;
    issues::raise(
        tx,
        &Issue {
            code: "dead_letter",
            scope: &scope(claim.update.listing),
            message: &format!(
                "{}: {} could not be set to {} ({code}): {message}",
                call.channel, claim.update.sku, claim.update.quantity
            ),
            action: "Mend the cause, then run `onhand dead-letters redrive`.",
        },
        call.done_ms,
    )
}

fn scope(listing: ListingId) -> String {
    format!("listing:{listing}")
}

fn record(tx: &Transaction<'_>, claim: &Claim, outcome: &PushOutcome, call: &Call) -> Result<(), DbError> {
    let (name, code, message) = describe(outcome);
    log(tx, claim, name, code, message, call)
}

/// An outcome as stored and counted: its name, code and words.
#[must_use]
pub fn describe(outcome: &PushOutcome) -> (&'static str, Option<&str>, Option<&str>) {
    match outcome {
        PushOutcome::Applied => ("applied", None, None),
        PushOutcome::Accepted { receipt } => ("accepted", None, Some(receipt)),
        PushOutcome::NotApplied => ("not_applied", None, None),
        PushOutcome::Stale { .. } => ("stale", None, None),
        PushOutcome::Throttled { message, .. } => ("throttled", None, Some(message)),
        PushOutcome::Retry { code, message } => ("retry", Some(code), Some(message)),
        PushOutcome::Rejected { code, message } => ("rejected", Some(code), Some(message)),
        PushOutcome::NotFound { message } => ("not_found", None, Some(message)),
    }
}

fn log(
    tx: &Transaction<'_>,
    claim: &Claim,
    outcome: &str,
    code: Option<&str>,
    message: Option<&str>,
    call: &Call,
) -> Result<(), DbError> {
    tx.prepare_cached(
        "INSERT INTO push (listing_id, ledger_id, version, quantity, outcome, code, message, sent_ms, done_ms)
         VALUES (?1,
                 -- A channel's sale that had no row yet when this was sent may have one now.
                 CASE WHEN ?2 < 0 THEN (SELECT cause_ledger FROM listing WHERE listing_id = ?1) ELSE ?2 END,
                 ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        claim.update.listing,
        claim.ledger,
        claim.version,
        claim.update.quantity,
        outcome,
        code,
        message,
        call.sent_ms,
        call.done_ms
    ])?;
    Ok(())
}
