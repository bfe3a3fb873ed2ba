//! The queue in SQLite: one slot per listing. All SQL of dispatch is here.
//!
//! A slot is idle, behind (waiting for its turn), leased (a call is under way), verifying (to be read back) or
//! dead. While it is leased its desired quantity may change; the change is seen by the version when the call ends.

use super::from_zero::FROM_ZERO;
use super::quota::{self, DailyLimit};
use super::urgency::{self, Candidate, Choice, Turn};
use crate::channels::{Price, QuantityUpdate};
use crate::db::DbError;
use crate::domain::{ChannelId, ExternalId, ListingId, SlotState};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A listing that was claimed for one call.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What to send.
    pub update: QuantityUpdate,
    /// The desired quantity's version that it reflects.
    pub version: i64,
    /// Failed tries of this change so far.
    pub attempts: u32,
    /// Since when the listing was behind.
    pub behind_ms: i64,
    /// The ledger row that the quantity reflects.
    pub ledger: Option<i64>,
    /// The receipt of an accepted push, when it is read back.
    pub receipt: Option<String>,
}

/// What a claim needs to know.
#[derive(Clone, Copy, Debug)]
pub struct ClaimRule {
    /// The channel.
    pub channel: ChannelId,
    /// Most listings.
    pub size: usize,
    /// Most listings that are read back at once.
    pub read_size: usize,
    /// Most accepted pushes that are asked for at once.
    pub follow_size: usize,
    /// All of one group.
    pub one_group: bool,
    /// The channel's limit per listing and day.
    pub daily: Option<DailyLimit>,
    /// Who goes first.
    pub turn: Turn,
    /// Waiting longer than this is starving.
    pub starve_ms: i64,
    /// A listing with so many failed tries travels alone.
    pub alone_after: u32,
    /// How long the claim holds.
    pub lease_ms: i64,
    /// Only what sold out: the channel's own sales are not known well enough to say anything else.
    pub zero_only: bool,
    /// Now.
    pub now_ms: i64,
}

/// What was claimed, and when to look again if it is nothing.
#[derive(Clone, Debug, Default)]
pub struct Claimed {
    /// The listings, most important first.
    pub claims: Vec<Claim>,
    /// The one listing travels alone.
    pub alone: bool,
    /// When the next listing is due; `None`: when somebody rings.
    pub next_ms: Option<i64>,
}

/// A channel's backlog, for metrics and status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Which channel.
    pub channel: String,
    /// Listings behind, leased or being verified.
    pub behind: i64,
    /// Since when the oldest of them is behind.
    pub oldest_behind_ms: Option<i64>,
    /// Dead letters.
    pub dead: i64,
}

/// After a start nobody holds a claim: what was leased is behind again, its outcome unknown, and what was being read
/// back is read again.
///
/// # Errors
/// When the database refuses.
pub fn reclaim(tx: &Transaction<'_>, channel: ChannelId) -> Result<(), DbError> {
    tx.execute("UPDATE listing SET state = 1, due_ms = 0 WHERE channel_id = ?1 AND state = 2", [channel])?;
    tx.execute("UPDATE listing SET due_ms = 0 WHERE channel_id = ?1 AND state = 3", [channel])?;
    Ok(())
}

struct Due {
    candidate: Candidate,
    quota_key: String,
    used: i64,
}

/// Claims the most important listings that are due.
///
/// # Errors
/// When the database refuses.
pub fn claim(tx: &Transaction<'_>, rule: &ClaimRule) -> Result<Claimed, DbError> {
    tx.prepare_cached(
        "UPDATE listing SET state = 1, due_ms = 0 WHERE channel_id = ?1 AND state = 2 AND due_ms <= ?2",
    )?
    .execute(params![rule.channel, rule.now_ms])?;
    let mut due = due(tx, rule)?;
    if let Some(limit) = rule.daily {
        // Listings that share an allowance may all be due at once: it is not given out twice.
        let mut planned: BTreeMap<String, i64> = BTreeMap::new();
        due.retain(|one| {
            let used = planned.entry(one.quota_key.clone()).or_insert(one.used);
            *used += 1;
            *used <= limit.allowance(one.candidate.urgency)
        });
    }
    if rule.one_group {
        due = group_of_the_first(tx, due, rule)?;
    }
    let candidates: Vec<Candidate> = due.iter().map(|one| one.candidate).collect();
    let choice = Choice { size: rule.size, now_ms: rule.now_ms, starve_ms: rule.starve_ms };
    let picked = urgency::choose(&candidates, rule.turn, choice);
    let mut claimed = Claimed {
        alone: picked.len() == 1 && candidates.iter().any(|one| one.alone && picked.contains(&one.listing)),
        ..Claimed::default()
    };
    for listing in picked {
        claimed.claims.push(lease(tx, listing, rule)?);
    }
    if claimed.claims.is_empty() {
        claimed.next_ms = next_due(tx, rule)?;
    }
    Ok(claimed)
}

/// Whose turn it is decides the group; the others of that group that are due go with it, whatever their urgency.
fn group_of_the_first(
    tx: &Transaction<'_>,
    mut due: Vec<Due>,
    rule: &ClaimRule,
) -> Result<Vec<Due>, DbError> {
    let candidates: Vec<Candidate> = due.iter().map(|one| one.candidate).collect();
    let choice = Choice { size: 1, now_ms: rule.now_ms, starve_ms: rule.starve_ms };
    let Some(first) = urgency::choose(&candidates, rule.turn, choice).first().copied() else {
        return Ok(due);
    };
    let Some(index) = due.iter().position(|one| one.candidate.listing == first) else { return Ok(due) };
    let first = due.swap_remove(index);
    let mut select = tx.prepare_cached(&format!(
        "SELECT listing_id, urgency, coalesce(behind_ms, 0), attempts, group_key, 0 FROM listing INDEXED BY listing_group
         WHERE channel_id = ?1 AND group_key = ?2 AND state = 1 AND due_ms <= ?3 AND held_by IS NULL
               AND desired IS NOT NULL AND listing_id <> ?4 AND attempts < ?5 AND urgency <= ?7 AND {FROM_ZERO}
         ORDER BY urgency, behind_ms LIMIT ?6"
    ))?;
    let most = i64::try_from(rule.size.saturating_sub(1)).unwrap_or(i64::MAX);
    let mut group = Vec::new();
    if !first.candidate.alone {
        let rows = select.query_map(
            params![
                rule.channel,
                first.quota_key,
                rule.now_ms,
                first.candidate.listing,
                rule.alone_after,
                most,
                if rule.zero_only { 0 } else { 2 }
            ],
            |row| read_due(row, rule),
        )?;
        for row in rows {
            group.push(row?);
        }
    }
    group.push(first);
    Ok(group)
}

fn read_due(row: &rusqlite::Row<'_>, rule: &ClaimRule) -> rusqlite::Result<Due> {
    let attempts: u32 = row.get(3)?;
    Ok(Due {
        candidate: Candidate {
            listing: row.get(0)?,
            urgency: row.get(1)?,
            behind_ms: row.get(2)?,
            alone: attempts >= rule.alone_after,
        },
        quota_key: row.get(4)?,
        used: row.get(5)?,
    })
}

/// The longest waiting of each urgency that are due: among them are the most urgent and the longest waiting.
fn due(tx: &Transaction<'_>, rule: &ClaimRule) -> Result<Vec<Due>, DbError> {
    let mut select = tx.prepare_cached(&format!(
        "SELECT l.listing_id, l.urgency, coalesce(l.behind_ms, 0), l.attempts,
                coalesce(l.group_key, 'listing:' || l.listing_id), coalesce(q.used, 0)
         FROM listing l INDEXED BY listing_queue LEFT JOIN quota q ON q.channel_id = l.channel_id
              AND q.quota_key = coalesce(l.group_key, 'listing:' || l.listing_id) AND q.day = ?5
         WHERE l.channel_id = ?1 AND l.state = 1 AND l.urgency = ?2 AND l.due_ms <= ?3 AND l.held_by IS NULL
               AND l.desired IS NOT NULL AND coalesce(q.used, 0) < ?6 AND {FROM_ZERO}
         ORDER BY l.behind_ms LIMIT ?4"
    ))?;
    let mut due = Vec::new();
    let limit = i64::try_from(rule.size.saturating_mul(2)).unwrap_or(i64::MAX);
    for urgency in 0..=if rule.zero_only { 0 } else { 2 } {
        let allowance = rule.daily.map_or(i64::MAX, |daily| daily.allowance(urgency));
        let rows = select.query_map(
            params![rule.channel, urgency, rule.now_ms, limit, quota::day(rule.now_ms), allowance],
            |row| read_due(row, rule),
        )?;
        for row in rows {
            due.push(row?);
        }
    }
    Ok(due)
}

/// Is anything due that would show a quantity above zero?
pub(super) fn above_zero_is_due(tx: &Transaction<'_>, rule: &ClaimRule) -> Result<bool, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM listing INDEXED BY listing_queue
             WHERE channel_id = ?1 AND state = 1 AND urgency IN (1, 2) AND due_ms <= ?2 AND held_by IS NULL AND desired IS NOT NULL)",
        )?
        .query_row(params![rule.channel, rule.now_ms], |row| row.get(0))?)
}

/// Reads what is to be sent of a listing, and notes that it is on its way.
pub(super) fn lease(tx: &Transaction<'_>, listing: ListingId, rule: &ClaimRule) -> Result<Claim, DbError> {
    let (external, mut claim, stored) = tx
        .prepare_cached(
            "SELECT external, coalesce(sku, ''), desired, confirmed, version, attempts, coalesce(behind_ms, ?2),
                    cause_ledger, push_key, sent, CASE WHEN desired_price IS NOT confirmed_price THEN desired_price END,
                    sent_price, (SELECT json_extract(prices, '$.currency') FROM channel c WHERE c.channel_id = listing.channel_id)
             FROM listing WHERE listing_id = ?1",
        )?
        .query_row(params![listing, rule.now_ms], |row| {
            let claim = Claim {
                update: QuantityUpdate {
                    listing,
                    external: ExternalId::new(),
                    sku: row.get(1)?,
                    quantity: row.get(2)?,
                    expected: row.get(3)?,
                    idempotency_key: String::new(),
                    price: match (row.get(10)?, row.get(12)?) {
                        (Some(amount), Some(currency)) => Some(Price { amount, currency }),
                        _ => None,
                    },
                },
                version: row.get(4)?,
                attempts: row.get(5)?,
                behind_ms: row.get(6)?,
                ledger: row.get(7)?,
                receipt: None,
            };
            let sent = (row.get::<_, Option<i64>>(9)?, row.get::<_, Option<String>>(11)?);
            let stored = (row.get::<_, Option<String>>(8)?, sent);
            Ok((row.get::<_, String>(0)?, claim, stored))
        })?;
    claim.update.external = external_id(&external)?;
    // A try whose outcome is unknown is repeated under its own key; any other is a new one.
    let price = claim.update.price.as_ref().map(|price| price.amount.clone());
    claim.update.idempotency_key = match stored {
        (Some(key), (Some(sent), priced)) if sent == claim.update.quantity && priced == price => key,
        _ => push_key(&claim, rule.now_ms),
    };
    tx.prepare_cached(
        "UPDATE listing SET state = 2, due_ms = ?2, behind_ms = NULL, push_key = ?3, sent = desired, sent_price = ?4
         WHERE listing_id = ?1",
    )?
    .execute(params![
        listing,
        rule.now_ms.saturating_add(rule.lease_ms),
        claim.update.idempotency_key,
        price
    ])?;
    Ok(claim)
}

fn push_key(claim: &Claim, now_ms: i64) -> String {
    let update = &claim.update;
    let text = format!(
        "{}:{}:{}:{:?}:{:?}:{now_ms}",
        update.listing, claim.version, update.quantity, update.expected, update.price
    );
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// When something is due that is not yet.
pub(super) fn next_due(tx: &Transaction<'_>, rule: &ClaimRule) -> Result<Option<i64>, DbError> {
    // One walk of the index for each state: a hundred thousand may be behind.
    let mut soonest = tx.prepare_cached(
        "SELECT due_ms FROM listing INDEXED BY listing_state
         WHERE channel_id = ?1 AND state = ?3 AND due_ms > ?2 AND (state <> 1 OR held_by IS NULL)
         ORDER BY due_ms LIMIT 1",
    )?;
    let mut next: Option<i64> = None;
    for state in [SlotState::Behind, SlotState::Leased, SlotState::Verifying] {
        let due: Option<i64> = soonest
            .query_row(params![rule.channel, rule.now_ms, state.code()], |row| row.get(0))
            .optional()?;
        next = next.into_iter().chain(due).min();
    }
    let used_up = rule.daily.is_some()
        && tx
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM listing WHERE channel_id = ?1 AND state = 1 AND held_by IS NULL
                        AND desired IS NOT NULL AND due_ms <= ?2)",
            )?
            .query_row(params![rule.channel, rule.now_ms], |row| row.get(0))?;
    let tomorrow = used_up.then(|| quota::next_day_ms(rule.now_ms));
    Ok(match (next, tomorrow) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    })
}

/// Listings whose push was accepted and is to be followed now, or whose quantity is to be read back.
///
/// # Errors
/// When the database refuses.
pub fn verifying(tx: &Transaction<'_>, rule: &ClaimRule, accepted: bool) -> Result<Vec<Claim>, DbError> {
    let mut select = tx.prepare_cached(
        "SELECT listing_id, external, coalesce(sku, ''), coalesce(sent, 0), confirmed, version, attempts,
                coalesce(behind_ms, ?2), cause_ledger, receipt
         FROM listing WHERE channel_id = ?1 AND state = 3 AND due_ms <= ?2 AND (receipt IS NOT NULL) = ?4 ORDER BY due_ms LIMIT ?3",
    )?;
    let limit = i64::try_from(rule.read_size).unwrap_or(i64::MAX);
    let rows = select.query_map(params![rule.channel, rule.now_ms, limit, accepted], |row| {
        Ok((
            row.get::<_, String>(1)?,
            Claim {
                update: QuantityUpdate {
                    listing: row.get(0)?,
                    external: ExternalId::new(),
                    sku: row.get(2)?,
                    quantity: row.get(3)?,
                    expected: row.get(4)?,
                    idempotency_key: String::new(),
                    price: None,
                },
                version: row.get(5)?,
                attempts: row.get(6)?,
                behind_ms: row.get(7)?,
                ledger: row.get(8)?,
                receipt: row.get(9)?,
            },
        ))
    })?;
    let mut claims = Vec::new();
    for row in rows {
        let (external, mut claim) = row?;
        claim.update.external = external_id(&external)?;
        claims.push(claim);
    }
    let mut postpone = tx.prepare_cached("UPDATE listing SET due_ms = ?2 WHERE listing_id = ?1")?;
    for claim in &claims {
        postpone.execute(params![claim.update.listing, rule.now_ms.saturating_add(rule.lease_ms)])?;
    }
    Ok(claims)
}

fn external_id(json: &str) -> Result<ExternalId, DbError> {
    serde_json::from_str(json).map_err(|error| DbError::Corrupt(format!("listing.external: {error}")))
}

/// Counts a push against the listing's daily allowance.
///
/// # Errors
/// When the database refuses.
pub fn count_quota(
    tx: &Transaction<'_>,
    channel: ChannelId,
    claims: &[Claim],
    now_ms: i64,
) -> Result<(), DbError> {
    let day = quota::day(now_ms);
    let mut insert = tx.prepare_cached(
        "INSERT INTO quota (channel_id, quota_key, day, used)
         SELECT ?1, coalesce(group_key, 'listing:' || listing_id), ?3, 1 FROM listing WHERE listing_id = ?2
         ON CONFLICT (channel_id, quota_key, day) DO UPDATE SET used = used + 1",
    )?;
    for claim in claims {
        insert.execute(params![channel, claim.update.listing, day])?;
    }
    Ok(())
}

/// Reading back did not work: these are looked at again later.
///
/// # Errors
/// When the database refuses.
pub fn postpone(tx: &Transaction<'_>, listings: &[ListingId], due_ms: i64) -> Result<(), DbError> {
    let mut update =
        tx.prepare_cached("UPDATE listing SET due_ms = ?2 WHERE listing_id = ?1 AND state = 3")?;
    for listing in listings {
        update.execute(params![listing, due_ms])?;
    }
    Ok(())
}

/// Forgets some of the pushes that ended before a time, and the allowances of past days; returns how many.
///
/// # Errors
/// When the database refuses.
pub fn prune(tx: &Transaction<'_>, before_ms: i64, now_ms: i64) -> Result<usize, DbError> {
    let pushes = tx.execute(
        "DELETE FROM push WHERE push_id IN (SELECT push_id FROM push WHERE done_ms < ?1 LIMIT 10000)",
        [before_ms],
    )?;
    let allowances = tx.execute(
        "DELETE FROM quota WHERE (channel_id, quota_key, day) IN
            (SELECT channel_id, quota_key, day FROM quota WHERE day < ?1 LIMIT 10000)",
        [quota::day(now_ms)],
    )?;
    Ok(pushes + allowances)
}

/// Every channel's backlog.
///
/// # Errors
/// When the database refuses.
pub fn backlogs(conn: &Connection) -> Result<Vec<Backlog>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT c.name, (SELECT count(*) FROM listing l WHERE l.channel_id = c.channel_id AND l.state IN (1, 2, 3)),
                (SELECT min(behind_ms) FROM listing l WHERE l.channel_id = c.channel_id AND l.state IN (1, 2)),
                (SELECT count(*) FROM listing l WHERE l.channel_id = c.channel_id AND l.state = 4)
         FROM channel c ORDER BY c.name",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Backlog {
            channel: row.get(0)?,
            behind: row.get(1)?,
            oldest_behind_ms: row.get(2)?,
            dead: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Listings of active channels that are on their way and would go now: nothing waits for a person or a limit.
/// Counted up to a thousand.
///
/// # Errors
/// When the database refuses.
pub fn on_their_way(conn: &Connection, now_ms: i64) -> Result<i64, DbError> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FROM (
                SELECT 1 FROM channel c JOIN listing l INDEXED BY listing_state USING (channel_id)
                WHERE c.state = 'active' AND l.state IN (1, 2, 3) AND (l.state <> 1 OR l.due_ms <= ?1 + 1000)
                      AND l.held_by IS NULL AND l.desired IS NOT NULL LIMIT 1000)",
        )?
        .query_row([now_ms], |row| row.get(0))?)
}

/// What a listing wants now, after a call.
#[derive(Clone, Debug)]
pub struct After {
    /// Desired now.
    pub desired: Option<i64>,
    /// The version of it.
    pub version: i64,
    /// Since when a newer wish waits.
    pub behind_ms: Option<i64>,
    /// The price that is wanted and not confirmed.
    pub price: Option<String>,
}

/// Reads it; `None` if the listing is gone.
///
/// # Errors
/// When the database refuses.
pub fn after(tx: &Transaction<'_>, listing: ListingId) -> Result<Option<After>, DbError> {
    Ok(tx
        .prepare_cached(
            "SELECT desired, version, behind_ms, CASE WHEN desired_price IS NOT confirmed_price THEN desired_price END
             FROM listing WHERE listing_id = ?1",
        )?
        .query_row([listing], |row| {
            Ok(After { desired: row.get(0)?, version: row.get(1)?, behind_ms: row.get(2)?, price: row.get(3)? })
        })
        .optional()?)
}
