//! Which listing of a channel belongs to which variation of the shop.

use super::allotments;
use super::listings::{self, Context, Touched};
use crate::channels::RemoteListing;
use crate::db::DbError;
use crate::domain::{ChannelId, ExternalId, ItemId, ListingId};
use crate::issues::{self, Issue};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;

/// What matching found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Matched {
    /// Listings that the channel has.
    pub listings: usize,
    /// Linked by this run.
    pub linked: usize,
    /// Linked before.
    pub already: usize,
    /// No variation has this SKU or GTIN.
    pub unmatched: usize,
    /// Several variations, or several listings, share the code: a person decides.
    pub ambiguous: usize,
}

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

/// Links listings to variations by SKU, then by GTIN. Nothing ambiguous is linked.
///
/// # Errors
/// When the database refuses.
pub fn auto_match(
    tx: &Transaction<'_>,
    channel: ChannelId,
    name: &str,
    ctx: &Context,
) -> Result<(Matched, Touched), DbError> {
    let mut matched = Matched { already: count(tx, channel, "item_id IS NOT NULL")?, ..Matched::default() };
    for code in ["sku", "gtin"] {
        // One variation with the code in the shop, one listing with it on the channel, neither linked yet.
        matched.linked += tx.execute(
            &format!(
                "UPDATE listing SET item_id = pair.item_id FROM (
                    SELECT here.listing_id, shop.item_id
                    FROM (SELECT {code} AS code, min(listing_id) AS listing_id FROM listing
                          WHERE channel_id = ?1 AND {code} IS NOT NULL GROUP BY 1 HAVING count(*) = 1) here
                    JOIN (SELECT {code} AS code, min(item_id) AS item_id FROM item
                          WHERE deleted = 0 AND kind IN ('simple', 'variation') AND {code} IS NOT NULL
                          GROUP BY 1 HAVING count(*) = 1) shop USING (code)
                    WHERE shop.item_id NOT IN
                          (SELECT item_id FROM listing WHERE channel_id = ?1 AND item_id IS NOT NULL)) pair
                 WHERE listing.listing_id = pair.listing_id AND listing.item_id IS NULL"
            ),
            [channel],
        )?;
    }
    matched.listings = count(tx, channel, "TRUE")?;
    matched.ambiguous = count(
        tx,
        channel,
        "item_id IS NULL AND sku IS NOT NULL AND EXISTS (SELECT 1 FROM item i WHERE i.sku = listing.sku AND i.deleted = 0)",
    )?;
    let open = matched.listings.saturating_sub(matched.already + matched.linked);
    matched.unmatched = open.saturating_sub(matched.ambiguous);
    let scope = format!("channel:{name}");
    if matched.ambiguous > 0 {
        let message = format!(
            "{name}: {} listings share their SKU with several variations or listings and were not linked",
            matched.ambiguous
        );
        let action = "Give each its own SKU, or link them with `onhand listings map`.";
        issues::raise(
            tx,
            &Issue { code: "mapping_ambiguous", scope: &scope, message: &message, action },
            ctx.now_ms,
        )?;
    } else {
        issues::clear(tx, "mapping_ambiguous", &scope)?;
    }
    Ok((matched, listings::introduce_channel(tx, channel, ctx)?))
}

fn count(tx: &Transaction<'_>, channel: ChannelId, condition: &str) -> Result<usize, DbError> {
    let sql = format!("SELECT count(*) FROM listing WHERE channel_id = ?1 AND {condition}");
    let count: i64 = tx.query_row(&sql, [channel], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
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
