//! What every listing would show by other rules. Looks and changes nothing.

use super::{Context, SELECT, current, standing};
use crate::allocation::{Rules, allocate};
use crate::db::DbError;
use crate::domain::ChannelId;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Listings that would show something else are named up to here; all are counted.
const NAMED: usize = 200;

/// What would change.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Preview {
    /// Listings that were looked at.
    pub listings: i64,
    /// Of these, would show something else.
    pub changed: i64,
    /// By channel.
    pub channels: Vec<ChannelPreview>,
    /// The first of those that would show something else, the emptied ones first.
    pub items: Vec<Changed>,
}

/// What would change on one channel.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ChannelPreview {
    /// Its name.
    pub channel: String,
    /// Listings that would show something else.
    pub changed: i64,
    /// Of these, would show nothing any more.
    pub emptied: i64,
    /// Units that it shows in all.
    pub units: i64,
    /// Units that it would show in all.
    pub units_then: i64,
}

/// A listing that would show something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Changed {
    /// On which channel.
    pub channel: String,
    /// The seller's code.
    pub sku: Option<String>,
    /// What it should show now; null: it is left alone.
    pub now: Option<i64>,
    /// What it would show.
    pub then: Option<i64>,
    /// Why.
    pub because: String,
}

/// Rules of one listing in the place of its own.
#[derive(Clone, Debug)]
pub struct Instead {
    /// On this channel.
    pub channel: ChannelId,
    /// Variations with this SKU.
    pub sku: String,
    /// Its rules.
    pub rules: Rules,
}

/// Works it out for these channels. `ctx` holds the other rules of channels and of parts of the variations.
///
/// # Errors
/// When the database refuses.
pub fn preview(
    conn: &Connection,
    channels: &BTreeMap<ChannelId, String>,
    instead: Option<&Instead>,
    ctx: &Context,
) -> Result<Preview, DbError> {
    let own = instead.map(|one| serde_json::to_string(&one.rules)).transpose();
    let own = own.map_err(|error| DbError::Corrupt(error.to_string()))?;
    let mut preview = Preview::default();
    for (id, name) in channels {
        let Some(reach) = ctx.reach(*id) else { continue };
        let mut of = ChannelPreview { channel: name.clone(), ..ChannelPreview::default() };
        let mut select = conn.prepare_cached(&format!("{SELECT} WHERE l.channel_id = ?1"))?;
        let rows =
            select.query_map([id], |row| Ok((current(row, ctx)?, row.get::<_, Option<String>>(23)?)))?;
        for row in rows {
            let (now, sku) = row?;
            let mut now = now?;
            if instead.is_some_and(|one| one.channel == *id && sku.as_deref() == Some(&one.sku)) {
                now.rules.clone_from(&own);
            }
            let standing = standing(conn, &now, ctx)?;
            let then = allocate(&standing.stock, &standing.rules, &reach);
            preview.listings += 1;
            of.units += now.desired.unwrap_or(0);
            // What is dealt out is dealt out by what its channel sells: that a rule does not foretell.
            let desired = if standing.strict { now.desired } else { then.desired };
            of.units_then += desired.unwrap_or(0);
            if desired == now.desired {
                continue;
            }
            of.changed += 1;
            let is_emptied = desired == Some(0);
            of.emptied += i64::from(is_emptied);
            let changed = Changed {
                channel: name.clone(),
                sku,
                now: now.desired,
                then: desired,
                because: then.reason.as_str().to_owned(),
            };
            if is_emptied {
                preview.items.insert(0, changed);
            } else if preview.items.len() < NAMED {
                preview.items.push(changed);
            }
            preview.items.truncate(NAMED);
        }
        preview.changed += of.changed;
        preview.channels.push(of);
    }
    Ok(preview)
}
