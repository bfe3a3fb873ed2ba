//! Oversell autopsy: of every unit that was sold and not there, who sold it when, how far behind its listing was, why, and
//! which rule would have kept it.

mod evidence;
mod finding;
mod replay;

pub use evidence::{Evidence, gather};
pub use finding::Finding;
pub use replay::{Change, Event};

use crate::db::DbError;
use crate::domain::PoolId;
use replay::Step;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

/// Pools that are looked at for an overview: those that sold last.
const MOST: i64 = 5_000;

/// What was found of one pool.
#[derive(Clone, Debug, Serialize)]
pub struct Autopsy {
    /// Units that were sold and not there.
    pub oversold: i64,
    /// What happened, by the time at which it was made.
    pub timeline: Vec<Moment>,
    /// One for each sale of a channel that took what was not there.
    pub findings: Vec<Finding>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Moment {
    /// When (milliseconds).
    pub at: i64,
    /// shop, or the channel.
    pub who: String,
    /// Cause and reference.
    pub what: String,
    /// Units more or less; null where a number was written.
    pub change: Option<i64>,
    /// What there really was after it; null: nobody knows.
    pub left: Option<i64>,
    /// Units of it that were not there.
    pub oversold: i64,
    /// How long it took until the agent heard of it (milliseconds).
    pub heard_after_ms: i64,
}

/// Of a pool whose units were oversold.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Oversold {
    /// The SKU of one of its variations.
    pub sku: String,
    /// Units.
    pub units: i64,
    /// Who sold them.
    pub channels: Vec<String>,
    /// When the last of them was sold (milliseconds).
    pub last_at: i64,
}

/// Examines a pool, since a moment.
///
/// # Errors
/// When the database refuses.
pub fn examine(conn: &Connection, pool: PoolId, sku: &str, since_ms: i64) -> Result<Autopsy, DbError> {
    let found = evidence::gather(conn, pool, since_ms)?;
    let steps = replay::replay(found.start, found.events);
    Ok(Autopsy {
        oversold: steps.iter().map(|step| step.oversold).sum(),
        findings: finding::findings(sku, &steps, &found.told),
        timeline: steps.into_iter().map(moment).collect(),
    })
}

/// Everything that was oversold since a moment, the newest first.
///
/// # Errors
/// When the database refuses.
pub fn overview(conn: &Connection, since_ms: i64) -> Result<Vec<Oversold>, DbError> {
    let mut all = Vec::new();
    for (pool, sku) in evidence::sold_since(conn, since_ms, MOST)? {
        let found = examine(conn, pool, &sku, since_ms)?;
        let Some(last) = found.timeline.iter().rfind(|moment| moment.oversold > 0) else { continue };
        let mut channels: Vec<String> = found.findings.iter().map(|one| one.channel.clone()).collect();
        channels.sort();
        channels.dedup();
        all.push(Oversold { sku, units: found.oversold, channels, last_at: last.at });
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.last_at));
    Ok(all)
}

fn moment(step: Step) -> Moment {
    let event = step.event;
    Moment {
        at: event.at_ms,
        who: event.channel.unwrap_or_else(|| "shop".to_owned()),
        what: event.what,
        change: match event.change {
            Change::Delta(units) => Some(units),
            Change::Set(_) => None,
        },
        left: step.left,
        oversold: step.oversold,
        heard_after_ms: event.heard_ms.saturating_sub(event.at_ms).max(0),
    }
}
