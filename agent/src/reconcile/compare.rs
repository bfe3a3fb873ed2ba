//! One page of a channel's listings against the mirror, in one transaction. All SQL of comparing is here.

use super::cause::{self, Cause, Facts};
use crate::channels::RemoteListing;
use crate::db::DbError;
use crate::domain::{ChannelId, ListingId};
use crate::issues::{self, Issue};
use crate::mirror::listings::urgency;
use crate::mirror::{events, mapping};
use rusqlite::{OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

/// What a run needs to know.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The run.
    pub run: i64,
    /// Which channel.
    pub channel: ChannelId,
    /// Its name.
    pub name: String,
    /// Differences are put right.
    pub repair: bool,
    /// How long a channel may take to show what it confirmed.
    pub lag_ms: i64,
    /// Told of less than this share of its listings, none counts as ended.
    pub ended_guard_percent: i64,
}

/// What a page came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Listings of which something could be said.
    pub compared: i64,
    /// That showed something else than they should.
    pub drifted: i64,
    /// That were put right.
    pub repaired: i64,
}

impl Counts {
    /// Together.
    pub fn add(&mut self, other: Self) {
        self.compared += other.compared;
        self.drifted += other.drifted;
        self.repaired += other.repaired;
    }
}

struct Known {
    listing: ListingId,
    desired: Option<i64>,
    confirmed: Option<i64>,
    confirmed_ms: i64,
    state: i64,
    strict: bool,
}

/// Begins a run.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &Transaction<'_>, channel: ChannelId, now_ms: i64) -> Result<i64, DbError> {
    Ok(tx.query_row(
        "INSERT INTO reconciliation (channel_id, began_ms) VALUES (?1, ?2) RETURNING run_id",
        params![channel, now_ms],
        |row| row.get(0),
    )?)
}

/// Compares a page that was read from `read_ms` on.
///
/// # Errors
/// When the database refuses.
pub fn page(
    tx: &Transaction<'_>,
    rule: &Rule,
    page: &[RemoteListing],
    read_ms: i64,
    now_ms: i64,
) -> Result<Counts, DbError> {
    let mut counts = Counts::default();
    let mut new = Vec::new();
    for remote in page {
        let external = mapping::external_json(&remote.external)?;
        let Some(known) = known(tx, rule.channel, &external)? else {
            new.push(remote.clone());
            continue;
        };
        tx.prepare_cached(
            "UPDATE listing SET seen_run = ?4, observed = ?3, observed_ms = ?2 WHERE listing_id = ?1",
        )?
        .execute(params![known.listing, now_ms, remote.quantity, rule.run])?;
        if let (Some(desired), Some(shown)) = (known.desired, remote.quantity) {
            counts.add(one(tx, rule, &known, desired, shown, read_ms, now_ms)?);
        }
    }
    // What is new on the channel is there to be matched.
    mapping::store_page(tx, rule.channel, &new, now_ms)?;
    tx.prepare_cached(
        "UPDATE reconciliation SET compared = compared + ?2, drifted = drifted + ?3, repaired = repaired + ?4 WHERE run_id = ?1",
    )?
    .execute(params![rule.run, counts.compared, counts.drifted, counts.repaired])?;
    Ok(counts)
}

fn known(tx: &Transaction<'_>, channel: ChannelId, external: &str) -> Result<Option<Known>, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT listing_id, CASE WHEN item_id IS NULL THEN NULL ELSE desired END, confirmed, coalesce(confirmed_ms, 0), state, strict
             FROM listing WHERE channel_id = ?1 AND external = ?2",
        )?
        .query_row(params![channel, external], |row| {
            Ok(Known {
                listing: row.get(0)?,
                desired: row.get(1)?,
                confirmed: row.get(2)?,
                confirmed_ms: row.get(3)?,
                state: row.get(4)?,
                strict: row.get(5)?,
            })
        })
        .optional()?)
}

fn one(
    tx: &Transaction<'_>,
    rule: &Rule,
    known: &Known,
    desired: i64,
    shown: i64,
    read_ms: i64,
    now_ms: i64,
) -> Result<Counts, DbError> {
    // On its way, given up on, or told something since the page was asked for: nothing can be said of it.
    if known.state != 0 || known.confirmed_ms >= read_ms {
        return Ok(Counts::default());
    }
    if known.strict && shown <= desired {
        // It sells down by itself, from what it was set to.
        return Ok(Counts { compared: 1, ..Counts::default() });
    }
    let facts = Facts {
        desired,
        confirmed: known.confirmed,
        confirmed_ms: known.confirmed_ms,
        shown,
        told_before: told_before(tx, known, shown)?,
        read_ms,
        lag_ms: rule.lag_ms,
    };
    let cause = cause::of(&facts);
    if cause == Cause::None {
        return Ok(Counts { compared: 1, ..Counts::default() });
    }
    let repair = rule.repair && cause != Cause::ChannelLag;
    record(tx, rule, known, Some(desired), Some(shown), cause.name(), repair, now_ms)?;
    if repair {
        tx.prepare_cached(
            "UPDATE listing SET confirmed = ?2, confirmed_ms = ?3, sent = ?2, state = 1, version = version + 1,
                    behind_ms = ?3, due_ms = 0, attempts = 0, urgency = ?4 WHERE listing_id = ?1",
        )?
        .execute(params![known.listing, shown, now_ms, urgency(Some(shown), Some(desired))])?;
    }
    Ok(Counts { compared: 1, drifted: 1, repaired: i64::from(repair) })
}

/// Whether the channel took this quantity once, before the one it confirmed last.
fn told_before(tx: &Transaction<'_>, known: &Known, shown: i64) -> Result<bool, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM (SELECT quantity FROM push WHERE listing_id = ?1 AND outcome = 'applied'
                    ORDER BY push_id DESC LIMIT 10 OFFSET 1) WHERE quantity = ?2)",
        )?
        .query_row(params![known.listing, shown], |row| row.get(0))?)
}

#[allow(clippy::too_many_arguments, reason = "a row's columns")]
fn record(
    tx: &Transaction<'_>,
    rule: &Rule,
    known: &Known,
    desired: Option<i64>,
    shown: Option<i64>,
    cause: &str,
    repaired: bool,
    now_ms: i64,
) -> Result<(), DbError> {
    tx.prepare_cached(
        "INSERT INTO drift (run_id, listing_id, found_ms, desired, confirmed, shown, cause, repaired)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        rule.run,
        known.listing,
        now_ms,
        desired,
        known.confirmed,
        shown,
        cause,
        repaired
    ])?;
    if events::wanted(tx)? {
        let sku: Option<String> = tx
            .prepare_cached("SELECT sku FROM listing WHERE listing_id = ?1")?
            .query_row([known.listing], |row| row.get(0))?;
        let data = json!({ "channel": rule.name, "sku": sku, "desired": desired, "shown": shown, "cause": cause, "repaired": repaired });
        events::note(tx, events::DRIFT, &data, now_ms)?;
    }
    Ok(())
}

/// After the last page: what the channel did not tell of has ended there, unless that is too much to believe.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &Transaction<'_>, rule: &Rule, now_ms: i64) -> Result<Counts, DbError> {
    let (all, unseen): (i64, i64) = tx.query_row(
        "SELECT count(*), coalesce(sum(seen_run IS NOT ?2), 0) FROM listing
         WHERE channel_id = ?1 AND item_id IS NOT NULL AND desired IS NOT NULL AND state IN (0, 1)",
        params![rule.channel, rule.run],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let scope = format!("channel:{}", rule.name);
    let mut counts = Counts::default();
    if (all - unseen) * 100 < all * rule.ended_guard_percent {
        let message = format!(
            "{} told of {} of its {all} listings: none of the others is taken for ended",
            rule.name,
            all - unseen
        );
        let issue = Issue {
            code: "listings_missing",
            scope: &scope,
            message: &message,
            action: "Look at the channel: if the listings have ended, lower reconcile.ended_guard_percent for one run.",
        };
        issues::raise(tx, &issue, now_ms)?;
    } else {
        issues::clear(tx, "listings_missing", &scope)?;
        counts = ended(tx, rule, now_ms)?;
    }
    tx.execute(
        "UPDATE reconciliation SET ended_ms = ?2, drifted = drifted + ?3, repaired = repaired + ?4 WHERE run_id = ?1",
        params![rule.run, now_ms, counts.drifted, counts.repaired],
    )?;
    Ok(counts)
}

fn ended(tx: &Transaction<'_>, rule: &Rule, now_ms: i64) -> Result<Counts, DbError> {
    let gone: Vec<(Known, Option<String>)> = tx
        .prepare_cached(
            "SELECT listing_id, desired, confirmed, sku FROM listing
             WHERE channel_id = ?1 AND item_id IS NOT NULL AND desired IS NOT NULL AND state IN (0, 1)
                   AND seen_run IS NOT ?2",
        )?
        .query_map(params![rule.channel, rule.run], |row| {
            let known = Known {
                listing: row.get(0)?,
                desired: row.get(1)?,
                confirmed: row.get(2)?,
                confirmed_ms: 0,
                state: 0,
                strict: false,
            };
            Ok((known, row.get(3)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut counts = Counts::default();
    for (known, sku) in &gone {
        record(tx, rule, known, known.desired, None, "ended", rule.repair, now_ms)?;
        counts.drifted += 1;
        if !rule.repair {
            continue;
        }
        counts.repaired += 1;
        let message = "The channel does not tell of this listing any more: it has ended there.";
        tx.prepare_cached(
            "UPDATE listing SET state = 4, due_ms = 0, error_code = 'not_found', error = ?2, push_key = NULL WHERE listing_id = ?1",
        )?
        .execute(params![known.listing, message])?;
        let issue = Issue {
            code: "dead_letter",
            scope: &format!("listing:{}", known.listing),
            message: &format!(
                "{}: {}: {message}",
                rule.name,
                sku.as_deref().unwrap_or("a listing without SKU")
            ),
            action: "Put it up for sale again there, then run `onhand dead-letters redrive`.",
        };
        issues::raise(tx, &issue, now_ms)?;
    }
    Ok(counts)
}

/// A run was cut short.
///
/// # Errors
/// When the database refuses.
pub fn cut_short(tx: &Transaction<'_>, run: i64, message: &str) -> Result<(), DbError> {
    tx.execute("UPDATE reconciliation SET message = ?2 WHERE run_id = ?1", params![run, message])?;
    Ok(())
}
