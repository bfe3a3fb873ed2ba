//! Feeds in SQLite: what each carries, when to ask for it, and what its end means for a listing.
//!
//! A listing in a feed (state 5) that is to show something else meanwhile is behind again and goes by a call. Nobody
//! can say whether the feed is applied before or after that call, so that it is told once more when the feed has ended.

use super::outcome::{self, Call};
use super::settings::DispatchSettings;
use super::slots::{self, Claim, ClaimRule};
use crate::channels::{FeedReport, QuantityUpdate};
use crate::db::DbError;
use crate::domain::{ChannelId, ExternalId, ListingId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;

/// A feed that has not ended.
#[derive(Clone, Debug)]
pub struct OpenFeed {
    /// Which.
    pub id: i64,
    /// The channel's handle; `None`: nobody knows whether it arrived.
    pub receipt: Option<String>,
    /// How often it was asked for.
    pub looks: u32,
    /// When it was made.
    pub made_ms: i64,
}

/// A feed, as shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Feed {
    /// Its number.
    pub id: i64,
    /// Which channel.
    pub channel: String,
    /// The channel's handle of it.
    pub receipt: Option<String>,
    /// Listings in it.
    pub listings: i64,
    /// Listings of which it is not known yet what became.
    pub open: i64,
    /// Milliseconds since the Unix epoch.
    pub made_ms: i64,
    /// Milliseconds since the Unix epoch; nothing while the channel works on it.
    pub ended_ms: Option<i64>,
    /// How it ended.
    pub message: Option<String>,
}

/// Listings that wait and may go by a feed, counted up to a limit. What sold out never does, nor what is strict: a feed that is
/// applied late would put back what was sold since.
///
/// # Errors
/// When the database refuses.
pub fn waiting(tx: &Transaction<'_>, rule: &ClaimRule, up_to: usize) -> Result<usize, DbError> {
    let limit = i64::try_from(up_to).unwrap_or(i64::MAX);
    let count: i64 = tx
        .prepare_cached(&format!("SELECT count(*) FROM (SELECT 1 {MAY} LIMIT ?3)"))?
        .query_row(params![rule.channel, rule.now_ms, limit], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

const MAY: &str = "FROM listing INDEXED BY listing_queue
     WHERE channel_id = ?1 AND state = 1 AND urgency IN (1, 2) AND due_ms <= ?2 AND held_by IS NULL
           AND desired IS NOT NULL AND attempts = 0 AND strict = 0";

/// Begins a feed.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &Transaction<'_>, rule: &ClaimRule) -> Result<i64, DbError> {
    tx.execute(
        "INSERT INTO feed (channel_id, made_ms, due_ms) VALUES (?1, ?2, ?3)",
        params![rule.channel, rule.now_ms, i64::MAX],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Puts some more of the least urgent listings into a feed that is being made. Returns what it says of them.
///
/// # Errors
/// When the database refuses.
pub fn fill(
    tx: &Transaction<'_>,
    rule: &ClaimRule,
    feed: i64,
    size: usize,
) -> Result<Vec<QuantityUpdate>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX);
    let mut listings: Vec<ListingId> = Vec::new();
    for urgency in [2, 1] {
        let mut select = tx.prepare_cached(
            "SELECT listing_id FROM listing INDEXED BY listing_queue
             WHERE channel_id = ?1 AND state = 1 AND urgency = ?2 AND due_ms <= ?3 AND held_by IS NULL
                   AND desired IS NOT NULL AND attempts = 0 AND strict = 0
             ORDER BY behind_ms DESC LIMIT ?4",
        )?;
        let left = limit - i64::try_from(listings.len()).unwrap_or(limit);
        for row in select.query_map(params![rule.channel, urgency, rule.now_ms, left], |row| row.get(0))? {
            listings.push(row?);
        }
    }
    let first: i64 =
        tx.query_row("SELECT coalesce(max(line) + 1, 0) FROM feed_line WHERE feed_id = ?1", [feed], |row| {
            row.get(0)
        })?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO feed_line (feed_id, line, listing_id, quantity, version, attempts, behind_ms, ledger_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut mark = tx.prepare_cached("UPDATE listing SET state = 5, feed_id = ?2 WHERE listing_id = ?1")?;
    let mut updates = Vec::with_capacity(listings.len());
    for (listing, line) in listings.into_iter().zip(first..) {
        let claim = slots::lease(tx, listing, rule)?;
        mark.execute(params![listing, feed])?;
        insert.execute(params![
            feed,
            line,
            listing,
            claim.update.quantity,
            claim.version,
            claim.attempts,
            claim.behind_ms,
            claim.ledger
        ])?;
        updates.push(claim.update);
    }
    Ok(updates)
}

/// The channel took it.
///
/// # Errors
/// When the database refuses.
pub fn submitted(
    tx: &Transaction<'_>,
    feed: i64,
    receipt: &str,
    listings: usize,
    due_ms: i64,
) -> Result<(), DbError> {
    tx.execute(
        "UPDATE feed SET receipt = ?2, listings = ?3, due_ms = ?4 WHERE feed_id = ?1",
        params![feed, receipt, i64::try_from(listings).unwrap_or(i64::MAX), due_ms],
    )?;
    Ok(())
}

/// The channel certainly has not got it: its listings wait for their turn again.
///
/// # Errors
/// When the database refuses.
pub fn unsent(tx: &Transaction<'_>, feed: i64, now_ms: i64) -> Result<(), DbError> {
    back_in_the_queue(tx, feed)?;
    tx.execute("DELETE FROM feed_line WHERE feed_id = ?1", [feed])?;
    tx.execute(
        "UPDATE feed SET ended_ms = ?2, message = 'not handed in' WHERE feed_id = ?1",
        params![feed, now_ms],
    )?;
    Ok(())
}

/// Nobody knows whether the channel has it: its listings go by calls, and once more when it would have ended.
///
/// # Errors
/// When the database refuses.
pub fn lost(tx: &Transaction<'_>, feed: i64, due_ms: i64) -> Result<(), DbError> {
    back_in_the_queue(tx, feed)?;
    tx.execute("UPDATE feed SET due_ms = ?2 WHERE feed_id = ?1", params![feed, due_ms])?;
    Ok(())
}

fn back_in_the_queue(tx: &Transaction<'_>, feed: i64) -> Result<(), DbError> {
    tx.execute(
        "UPDATE listing SET state = CASE WHEN desired IS NULL THEN 0 ELSE 1 END, due_ms = 0, sent = confirmed, sent_price = NULL,
                push_key = NULL, behind_ms = (SELECT behind_ms FROM feed_line WHERE feed_id = ?1 AND listing_id = listing.listing_id)
         WHERE feed_id = ?1 AND state = 5 AND listing_id IN (SELECT listing_id FROM feed_line WHERE feed_id = ?1)",
        [feed],
    )?;
    Ok(())
}

/// After a start: what was being handed in is lost, and what was being asked for is asked for again.
///
/// # Errors
/// When the database refuses.
pub fn recover(tx: &Transaction<'_>, channel: ChannelId, due_ms: i64) -> Result<(), DbError> {
    let open: Vec<i64> = tx
        .prepare_cached(
            "SELECT feed_id FROM feed WHERE channel_id = ?1 AND ended_ms IS NULL AND due_ms = ?2",
        )?
        .query_map(params![channel, i64::MAX], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    tx.execute(
        "UPDATE feed SET due_ms = 0 WHERE channel_id = ?1 AND ended_ms IS NULL AND receipt IS NOT NULL",
        [channel],
    )?;
    open.into_iter().try_for_each(|feed| lost(tx, feed, due_ms))
}

/// The feed that is to be asked for, and when the next one is.
///
/// # Errors
/// When the database refuses.
pub fn due(
    tx: &Transaction<'_>,
    channel: ChannelId,
    now_ms: i64,
) -> Result<(Option<OpenFeed>, Option<i64>), DbError> {
    let next = tx
        .prepare_cached(
            "SELECT feed_id, receipt, looks, made_ms, due_ms FROM feed INDEXED BY feed_open
             WHERE channel_id = ?1 AND ended_ms IS NULL AND due_ms < ?2 ORDER BY due_ms LIMIT 1",
        )?
        .query_row(params![channel, i64::MAX], |row| {
            let feed =
                OpenFeed { id: row.get(0)?, receipt: row.get(1)?, looks: row.get(2)?, made_ms: row.get(3)? };
            Ok((feed, row.get::<_, i64>(4)?))
        })
        .optional()?;
    Ok(match next {
        Some((feed, due_ms)) if due_ms <= now_ms => (Some(feed), None),
        Some((_, due_ms)) => (None, Some(due_ms)),
        None => (None, None),
    })
}

/// Asked for again later.
///
/// # Errors
/// When the database refuses.
pub fn postpone(tx: &Transaction<'_>, feed: i64, due_ms: i64) -> Result<(), DbError> {
    tx.execute("UPDATE feed SET due_ms = ?2, looks = looks + 1 WHERE feed_id = ?1", params![feed, due_ms])?;
    Ok(())
}

/// Lines that are settled in one transaction: a shop's changes go in between.
const SOME: i64 = 500;

/// Settles some lines of a feed that has ended, as reported; without a report as if all were overtaken. Returns how
/// many lines are left, and how many of them wait for a call under way.
///
/// # Errors
/// When the database refuses.
pub fn settle(
    tx: &Transaction<'_>,
    feed: i64,
    after: i64,
    report: Option<&FeedReport>,
    settings: &DispatchSettings,
    call: &Call,
) -> Result<Option<i64>, DbError> {
    let lines = lines(tx, feed, after)?;
    let last = lines.last().map(|(line, ..)| *line);
    let mut forget = tx.prepare_cached("DELETE FROM feed_line WHERE feed_id = ?1 AND line = ?2")?;
    for (line, claim, place) in lines {
        match (place, report) {
            (Place::InIt, Some(report)) => {
                let outcome = report.line(usize::try_from(line).unwrap_or(usize::MAX)).clone();
                outcome::settle(tx, std::slice::from_ref(&claim), &[outcome], settings, call)?;
            }
            // A call is under way: what comes after it is decided when it has ended.
            (Place::Leased, _) => continue,
            (Place::Gone, _) => {}
            (Place::InIt | Place::Overtaken, _) => tell_again(tx, claim.update.listing, call.done_ms)?,
        }
        forget.execute(params![feed, line])?;
    }
    Ok(last)
}

/// Ends a feed whose lines are all settled. False: some wait for a call under way.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &Transaction<'_>, feed: i64, message: &str, now_ms: i64) -> Result<bool, DbError> {
    let ended = tx.execute(
        "UPDATE feed SET ended_ms = ?2, message = ?3
         WHERE feed_id = ?1 AND NOT EXISTS (SELECT 1 FROM feed_line WHERE feed_id = ?1)",
        params![feed, now_ms, message],
    )?;
    Ok(ended > 0)
}

/// Where a listing is that a feed carried.
#[derive(Clone, Copy, Debug)]
enum Place {
    InIt,
    Overtaken,
    Leased,
    Gone,
}

fn lines(tx: &Transaction<'_>, feed: i64, after: i64) -> Result<Vec<(i64, Claim, Place)>, DbError> {
    let mut select = tx.prepare_cached(
        "SELECT f.line, f.listing_id, f.quantity, f.version, f.attempts, f.behind_ms, f.ledger_id,
                coalesce(l.sku, ''), l.confirmed, l.state, l.feed_id = f.feed_id
         FROM feed_line f LEFT JOIN listing l USING (listing_id)
         WHERE f.feed_id = ?1 AND f.line > ?2 ORDER BY f.line LIMIT ?3",
    )?;
    let rows = select.query_map(params![feed, after, SOME], |row| {
        let state: Option<i64> = row.get(9)?;
        let newest: Option<bool> = row.get(10)?;
        let place = match (state, newest) {
            (None, _) => Place::Gone,
            (Some(5), Some(true)) => Place::InIt,
            // A later feed carries it: that one is applied after this one.
            (Some(5), _) => Place::Gone,
            (Some(2), _) => Place::Leased,
            _ => Place::Overtaken,
        };
        let update = QuantityUpdate {
            listing: row.get(1)?,
            external: ExternalId::new(),
            sku: row.get(7)?,
            quantity: row.get(2)?,
            expected: row.get(8)?,
            idempotency_key: String::new(),
            price: None,
        };
        let claim = Claim {
            update,
            version: row.get(3)?,
            attempts: row.get(4)?,
            behind_ms: row.get(5)?,
            ledger: row.get(6)?,
            receipt: None,
        };
        Ok((row.get(0)?, claim, place))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What it shows now is anybody's guess: it is told again, whatever it was told.
fn tell_again(tx: &Transaction<'_>, listing: ListingId, now_ms: i64) -> Result<(), DbError> {
    tx.prepare_cached(
        "UPDATE listing SET state = CASE WHEN desired IS NULL THEN 0 ELSE 1 END, due_ms = 0, attempts = 0, confirmed = NULL,
                sent = NULL, sent_price = NULL, confirmed_price = NULL, push_key = NULL, receipt = NULL, urgency = CASE WHEN desired = 0 THEN 0 ELSE 1 END,
                behind_ms = CASE WHEN desired IS NULL THEN NULL ELSE coalesce(behind_ms, ?2) END
         WHERE listing_id = ?1 AND state IN (0, 1, 3, 5)",
    )?
    .execute(params![listing, now_ms])?;
    Ok(())
}

/// The newest feeds, of one channel or of all.
///
/// # Errors
/// When the database refuses.
pub fn list(conn: &Connection, channel: Option<&str>, limit: i64) -> Result<Vec<Feed>, DbError> {
    let mut select = conn.prepare(
        "SELECT f.feed_id, c.name, f.receipt, f.listings, (SELECT count(*) FROM feed_line l WHERE l.feed_id = f.feed_id),
                f.made_ms, f.ended_ms, f.message
         FROM feed f JOIN channel c USING (channel_id) WHERE ?1 IS NULL OR c.name = ?1 ORDER BY f.feed_id DESC LIMIT ?2",
    )?;
    let rows = select.query_map(params![channel, limit], |row| {
        Ok(Feed {
            id: row.get(0)?,
            channel: row.get(1)?,
            receipt: row.get(2)?,
            listings: row.get(3)?,
            open: row.get(4)?,
            made_ms: row.get(5)?,
            ended_ms: row.get(6)?,
            message: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
