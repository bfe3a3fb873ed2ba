//! Variations and products: identity, and which pool their quantity lives in.

use super::{Stamp, kits};
use crate::db::DbError;
use crate::domain::{ItemId, PoolId};
use onhand_journal::ItemStatement;
use rusqlite::{OptionalExtension, Transaction, params};

/// What a newer statement about an item changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemChange {
    /// The statement was newer than what the mirror had.
    pub applied: bool,
    /// The SKU or GTIN is another one than before: listings matched by it need a look.
    pub identity: bool,
}

/// What the mirror had.
struct Known {
    stamp: Stamp,
    sku: Option<String>,
    gtin: Option<String>,
    kit: bool,
}

/// Writes the statement if it is newer.
///
/// # Errors
/// When the database refuses.
pub fn apply(tx: &Transaction<'_>, s: &ItemStatement, stamp: Stamp) -> Result<ItemChange, DbError> {
    let before = tx
        .prepare_cached("SELECT epoch, at, sku, gtin, kit FROM item WHERE item_id = ?1")?
        .query_row([s.item], |row| {
            Ok(Known {
                stamp: Stamp { epoch: row.get(0)?, at: row.get(1)? },
                sku: row.get(2)?,
                gtin: row.get(3)?,
                kit: row.get(4)?,
            })
        })
        .optional()?;
    if before.as_ref().is_some_and(|known| known.stamp > stamp) {
        return Ok(ItemChange::default());
    }
    let attrs = serde_json::to_string(&s.attrs).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let problems = serde_json::to_string(&s.problems).map_err(|error| DbError::Corrupt(error.to_string()))?;
    let terms = serde_json::to_string(&s.terms).map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO item (item_id, pool_id, parent_id, kind, sku, gtin, name, attrs, price, post_status, sellable,
                           deleted, problems, epoch, at, snap, terms, kit)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
         ON CONFLICT (item_id) DO UPDATE SET
            pool_id = ?2, parent_id = ?3, kind = ?4, sku = ?5, gtin = ?6, name = ?7, attrs = ?8, price = ?9,
            post_status = ?10, sellable = ?11, deleted = ?12, problems = ?13, epoch = ?14, at = ?15,
            snap = coalesce(?16, snap), terms = ?17, kit = ?18",
    )?
    .execute(params![
        s.item,
        s.pool,
        s.parent,
        s.kind.as_str(),
        s.sku,
        s.gtin,
        s.name,
        attrs,
        s.price.map(|price| price.to_string()),
        s.post_status,
        s.sellable,
        s.deleted,
        problems,
        stamp.epoch,
        stamp.at,
        s.snap,
        terms,
        !s.parts.is_empty()
    ])?;
    if !s.parts.is_empty() || before.as_ref().is_some_and(|known| known.kit) {
        kits::put(tx, s.item, &s.parts)?;
    }
    let identity = before.is_none_or(|known| known.sku != s.sku || known.gtin != s.gtin);
    Ok(ItemChange { applied: true, identity })
}

/// The pool an item's quantity lives in.
///
/// # Errors
/// When the database refuses.
pub fn pool_of(tx: &Transaction<'_>, item: ItemId) -> Result<Option<PoolId>, DbError> {
    Ok(tx
        .prepare_cached("SELECT pool_id FROM item WHERE item_id = ?1")?
        .query_row([item], |row| row.get(0))
        .optional()?)
}
