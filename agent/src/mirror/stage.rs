//! What is listed where, and the rules of single listings: for simulations and for taking rules along.

use super::velocity;
use crate::allocation::{Filed, Places, Rules, Sales};
use crate::db::DbError;
use crate::domain::{ChannelId, PoolId};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// A counted pool and where it is listed.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which.
    pub pool: PoolId,
    /// The SKU of one of its variations, else its number.
    pub sku: String,
    /// Whole units.
    pub quantity: i64,
    /// Where they are; `None`: the shop has one place.
    pub places: Option<Places>,
    /// What it has sold.
    pub sales: Option<Sales>,
    /// On which channel, as what.
    pub listings: Vec<(ChannelId, Filed)>,
}

/// All counted pools that are listed anywhere.
///
/// # Errors
/// When the database refuses.
pub fn listed(conn: &Connection) -> Result<Vec<Listed>, DbError> {
    let mut select = conn.prepare(
        "SELECT p.pool_id, p.qty_micros, p.sold, p.sold_at, l.channel_id, i.sku, coalesce(i.parent_id, i.item_id), i.terms, p.places
         FROM pool p JOIN item i ON i.pool_id = p.pool_id JOIN listing l ON l.item_id = i.item_id
         WHERE p.managed = 1 AND p.deleted = 0 AND i.deleted = 0 AND i.sellable = 1 AND p.qty_micros IS NOT NULL
         ORDER BY p.pool_id, l.listing_id",
    )?;
    let mut all: Vec<Listed> = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (pool, micros): (PoolId, i64) = (row.get(0)?, row.get(1)?);
        let filed = super::listings::filed(row, 5)?;
        if all.last().is_none_or(|last| last.pool != pool) {
            let places: Option<String> = row.get(8)?;
            all.push(Listed {
                places: places.as_deref().map(Places::read).transpose()?,
                pool,
                sku: filed.sku.clone().unwrap_or_else(|| format!("#{}", pool.0)),
                quantity: micros.div_euclid(1_000_000),
                sales: velocity::of_row(row, 2)?,
                listings: Vec::new(),
            });
        }
        if let Some(last) = all.last_mut() {
            last.listings.push((row.get(4)?, filed));
        }
    }
    Ok(all)
}

/// The rules that single listings have of their own, by channel and SKU.
///
/// # Errors
/// When the database refuses.
pub fn own_rules(conn: &Connection) -> Result<BTreeMap<(ChannelId, String), Rules>, DbError> {
    let mut select = conn.prepare(
        "SELECT DISTINCT l.channel_id, i.sku, l.rules FROM listing l JOIN item i USING (item_id)
         WHERE l.rules IS NOT NULL AND i.sku IS NOT NULL AND i.deleted = 0",
    )?;
    let mut all = BTreeMap::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (sku, json): (String, String) = (row.get(1)?, row.get(2)?);
        let rules = serde_json::from_str(&json)
            .map_err(|error| DbError::Corrupt(format!("rules of listings of {sku}: {error}")))?;
        all.insert((row.get(0)?, sku), rules);
    }
    Ok(all)
}
