//! Links listings to variations by their codes: by SKU, then by GTIN. Nothing ambiguous is linked.
//!
//! A page is a transaction: a channel may have a hundred thousand listings, and stock must not wait for all of
//! them, nor memory hold them.

use super::listings::{self, Context, Touched};
use crate::db::DbError;
use crate::domain::{ChannelId, ItemId, ListingId};
use crate::issues::{self, Issue};
use rusqlite::{Transaction, params};
use schemars::JsonSchema;
use serde::Serialize;

/// What matching found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
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

/// What both sides may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The stock keeping unit.
    Sku,
    /// EAN, UPC, ISBN.
    Gtin,
}

impl Code {
    /// In the order in which they are tried.
    pub const ALL: [Self; 2] = [Self::Sku, Self::Gtin];

    fn column(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Gtin => "gtin",
        }
    }
}

/// What became of a page.
#[derive(Debug)]
pub struct MatchedPage {
    /// Go on behind this one; `None`: it was the last page.
    pub next: Option<ListingId>,
    /// Linked.
    pub linked: usize,
    /// Who is to be told.
    pub touched: Touched,
}

/// Links the next open listings that have the code: where one variation has it in the shop and one listing on the
/// channel, and that variation has no listing there yet.
///
/// # Errors
/// When the database refuses.
pub fn page(
    tx: &Transaction<'_>,
    channel: ChannelId,
    code: Code,
    after: ListingId,
    limit: usize,
    ctx: &Context,
) -> Result<MatchedPage, DbError> {
    let code = code.column();
    let mut select = tx.prepare_cached(&format!(
        "SELECT l.listing_id,
                (SELECT CASE WHEN count(*) = 1 THEN min(i.item_id) END FROM item i
                 WHERE i.{code} = l.{code} AND i.deleted = 0 AND i.kind IN ('simple', 'variation')),
                EXISTS (SELECT 1 FROM listing twin WHERE twin.channel_id = ?1 AND twin.{code} = l.{code}
                        AND twin.listing_id <> l.listing_id)
         FROM listing l WHERE l.channel_id = ?1 AND l.item_id IS NULL AND l.{code} IS NOT NULL AND l.listing_id > ?2
         ORDER BY l.listing_id LIMIT ?3"
    ))?;
    let open: Vec<(ListingId, Option<ItemId>, bool)> = select
        .query_map(params![channel, after, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut link = tx.prepare_cached(
        "UPDATE listing SET item_id = ?2 WHERE listing_id = ?3
         AND NOT EXISTS (SELECT 1 FROM listing taken WHERE taken.item_id = ?2 AND taken.channel_id = ?1)",
    )?;
    let mut linked = 0;
    for (listing, item, twin) in &open {
        if let (Some(item), false) = (item, twin) {
            linked += link.execute(params![channel, item, listing])?;
        }
    }
    let Some(last) = open.last().map(|(listing, ..)| *listing) else {
        return Ok(MatchedPage { next: None, linked, touched: Touched::default() });
    };
    // In the same transaction: a linked listing without a quantity would be seen by nobody.
    let touched = listings::introduce(tx, channel, after, last, ctx)?;
    Ok(MatchedPage { next: (open.len() == limit).then_some(last), linked, touched })
}

/// Listings of a channel that are linked.
///
/// # Errors
/// When the database refuses.
pub fn linked(tx: &Transaction<'_>, channel: ChannelId) -> Result<usize, DbError> {
    count(tx, channel, "item_id IS NOT NULL")
}

/// Sums up, and says what a person has to decide.
///
/// # Errors
/// When the database refuses.
pub fn finish(
    tx: &Transaction<'_>,
    channel: ChannelId,
    name: &str,
    mut matched: Matched,
    now_ms: i64,
) -> Result<Matched, DbError> {
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
            now_ms,
        )?;
    } else {
        issues::clear(tx, "mapping_ambiguous", &scope)?;
    }
    Ok(matched)
}

fn count(tx: &Transaction<'_>, channel: ChannelId, condition: &str) -> Result<usize, DbError> {
    let sql = format!("SELECT count(*) FROM listing WHERE channel_id = ?1 AND {condition}");
    let count: i64 = tx.query_row(&sql, [channel], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests;
