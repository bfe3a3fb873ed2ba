//! What every listing would show by other rules, or by other quantities. Looks and changes nothing.

use super::{Context, Current, SELECT, current, standing};
use crate::allocation::{Rules, allocate};
use crate::db::DbError;
use crate::domain::{ChannelId, PoolId, Quantity};
use crate::mirror::kits;
use rusqlite::{Connection, Transaction, params};
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
    let mut tally = Tally::new(conn, channels, ctx);
    for id in channels.keys() {
        let mut select = conn.prepare_cached(&format!("{SELECT} WHERE l.channel_id = ?1"))?;
        let rows =
            select.query_map([id], |row| Ok((current(row, ctx)?, row.get::<_, Option<String>>(23)?)))?;
        for row in rows {
            let (now, sku) = row?;
            let mut now = now?;
            if instead.is_some_and(|one| one.channel == *id && sku.as_deref() == Some(&one.sku)) {
                now.rules.clone_from(&own);
            }
            tally.add(&now, sku)?;
        }
    }
    Ok(tally.preview())
}

/// Works it out for pools that have other quantities, and for the kits that are made of them. The quantities are written, so that all
/// that hangs on them is worked out as ever: the caller gives the transaction up.
///
/// # Errors
/// When the database refuses.
pub fn preview_quantities(
    tx: &Transaction<'_>,
    channels: &BTreeMap<ChannelId, String>,
    quantities: &BTreeMap<PoolId, Quantity>,
    ctx: &Context,
) -> Result<Preview, DbError> {
    // WooCommerce derives the status from the quantity, and what is not at another location is at the first one.
    let mut put = tx.prepare_cached(
        "UPDATE pool SET managed = 1,
                status = CASE WHEN ?2 > 0 THEN 'instock' WHEN status = 'onbackorder' THEN status ELSE 'outofstock' END,
                places = json_set(places, '$[0][1]', json_extract(places, '$[0][1]') + ?2 - coalesce(qty_micros, 0)),
                qty_micros = ?2
         WHERE pool_id = ?1",
    )?;
    let mut pools: Vec<PoolId> = Vec::new();
    for (pool, quantity) in quantities {
        put.execute(params![pool, quantity.micros()])?;
        pools.push(*pool);
        pools.extend(kits::of_pool(tx, *pool)?);
    }
    pools.sort_unstable();
    pools.dedup();
    let mut tally = Tally::new(tx, channels, ctx);
    let mut select = tx.prepare_cached(&format!("{SELECT} WHERE i.pool_id = ?1"))?;
    for pool in pools {
        let rows =
            select.query_map([pool], |row| Ok((current(row, ctx)?, row.get::<_, Option<String>>(23)?)))?;
        for row in rows {
            let (now, sku) = row?;
            tally.add(&now?, sku)?;
        }
    }
    Ok(tally.preview())
}

/// Listing by listing.
struct Tally<'a> {
    conn: &'a Connection,
    ctx: &'a Context,
    channels: BTreeMap<ChannelId, ChannelPreview>,
    all: Preview,
}

impl<'a> Tally<'a> {
    fn new(conn: &'a Connection, channels: &BTreeMap<ChannelId, String>, ctx: &'a Context) -> Self {
        let of = |(id, name): (&ChannelId, &String)| {
            ctx.reach(*id)?;
            Some((*id, ChannelPreview { channel: name.clone(), ..ChannelPreview::default() }))
        };
        let channels = channels.iter().filter_map(of).collect();
        Self { conn, ctx, channels, all: Preview::default() }
    }

    fn add(&mut self, now: &Current, sku: Option<String>) -> Result<(), DbError> {
        let (Some(of), Some(reach)) = (self.channels.get_mut(&now.channel), self.ctx.reach(now.channel))
        else {
            return Ok(());
        };
        let standing = standing(self.conn, now, self.ctx)?;
        let then = allocate(&standing.stock, &standing.rules, &reach);
        self.all.listings += 1;
        of.units += now.desired.unwrap_or(0);
        // What is dealt out is dealt out by what its channel sells: that a rule does not foretell.
        let desired = if standing.strict { now.desired } else { then.desired };
        of.units_then += desired.unwrap_or(0);
        if desired == now.desired {
            return Ok(());
        }
        of.changed += 1;
        self.all.changed += 1;
        let is_emptied = desired == Some(0);
        of.emptied += i64::from(is_emptied);
        let changed = Changed {
            channel: of.channel.clone(),
            sku,
            now: now.desired,
            then: desired,
            because: then.reason.as_str().to_owned(),
        };
        let items = &mut self.all.items;
        if is_emptied {
            items.insert(0, changed);
        } else if items.len() < NAMED {
            items.push(changed);
        }
        items.truncate(NAMED);
        Ok(())
    }

    fn preview(self) -> Preview {
        Preview { channels: self.channels.into_values().collect(), ..self.all }
    }
}
