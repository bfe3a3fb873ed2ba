//! Which listing of a channel belongs to which variation of the shop.

use super::allotments;
use super::listings::{self, Context, Touched};
use crate::channels::RemoteListing;
use crate::db::DbError;
use crate::domain::{ChannelId, ExternalId, ItemId, ListingId};
use rusqlite::{OptionalExtension, Transaction, params};

/// Stores one page of a channel's listings. What the channel shows is what is known to be confirmed there.
///
/// # Errors
/// When the database refuses.
pub fn store_page(
    tx: &Transaction<'_>,
    channel: ChannelId,
    page: &[RemoteListing],
    now_ms: i64,
) -> Result<(), DbError> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO listing (channel_id, external, group_key, sku, gtin, title, sent, confirmed, confirmed_ms, observed, observed_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?7, ?8)
         ON CONFLICT (channel_id, external) DO UPDATE SET group_key = ?3, sku = ?4, gtin = ?5, title = ?6,
            observed = ?7, observed_ms = ?8,
            sent = CASE WHEN state IN (2, 3, 5) THEN sent ELSE ?7 END,
            confirmed = CASE WHEN state IN (2, 3, 5) THEN confirmed ELSE ?7 END,
            -- The channel shows something else than what it was told: behind again.
            state = CASE WHEN state = 0 AND desired IS NOT NULL AND desired IS NOT ?7 THEN 1 ELSE state END,
            behind_ms = CASE WHEN state = 0 AND desired IS NOT NULL AND desired IS NOT ?7 THEN ?8 ELSE behind_ms END",
    )?;
    for listing in page {
        upsert.execute(params![
            channel,
            external_json(&listing.external)?,
            listing.group,
            listing.sku,
            listing.gtin,
            listing.title,
            listing.quantity,
            now_ms
        ])?;
    }
    Ok(())
}

/// Links one listing by hand. The listing is made if the channel was not read yet.
///
/// # Errors
/// When the database refuses.
pub fn link(
    tx: &Transaction<'_>,
    channel: ChannelId,
    item: ItemId,
    external: &ExternalId,
    ctx: &Context,
) -> Result<(ListingId, Touched), DbError> {
    let listing: ListingId = tx.query_row(
        "INSERT INTO listing (channel_id, item_id, external, sku) VALUES (?1, ?2, ?3, (SELECT sku FROM item WHERE item_id = ?2))
         ON CONFLICT (channel_id, external) DO UPDATE SET item_id = ?2,
            -- Of another variation everything is new.
            version = CASE WHEN item_id IS NOT ?2 THEN 0 ELSE version END,
            desired = CASE WHEN item_id IS NOT ?2 THEN NULL ELSE desired END
         RETURNING listing_id",
        params![channel, item, external_json(external)?],
        |row| row.get(0),
    )?;
    allotments::remapped(tx, listing, Some(item.0))?;
    Ok((listing, listings::introduce_channel(tx, channel, ctx)?))
}

/// The one variation with this SKU; an error text if there is none or there are several.
///
/// # Errors
/// When the database refuses.
pub fn item_by_sku(tx: &Transaction<'_>, sku: &str) -> Result<Result<ItemId, String>, DbError> {
    let mut select = tx.prepare_cached(
        "SELECT item_id FROM item WHERE sku = ?1 AND deleted = 0 AND kind IN ('simple', 'variation') LIMIT 3",
    )?;
    let found: Vec<ItemId> = select.query_map([sku], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!("no variation has the SKU {sku}")),
        _ => Err(format!("several variations have the SKU {sku}; name one by its id")),
    })
}

/// Is there such an item?
///
/// # Errors
/// When the database refuses.
pub fn item_exists(tx: &Transaction<'_>, item: ItemId) -> Result<bool, DbError> {
    Ok(tx
        .query_row("SELECT 1 FROM item WHERE item_id = ?1 AND deleted = 0", [item], |_| Ok(()))
        .optional()?
        .is_some())
}

pub(crate) fn external_json(external: &ExternalId) -> Result<String, DbError> {
    serde_json::to_string(external).map_err(|error| DbError::Corrupt(error.to_string()))
}
