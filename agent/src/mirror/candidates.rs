//! For listings that could not be linked beyond doubt: the variations that it might be, with a confidence and a reason.
//! And what a merchant has to mend so that matching works: codes that are missing, or that several share.

use crate::db::DbError;
use crate::domain::{ChannelId, ItemId, ListingId};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;

/// Names that are less alike than this are not mentioned.
const ALIKE: f64 = 0.85;
/// Most candidates of one listing.
const MOST: usize = 5;

/// A listing without a variation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Open {
    /// Which.
    pub listing: ListingId,
    /// The seller's code there.
    pub sku: Option<String>,
    /// EAN, UPC, ISBN there.
    pub gtin: Option<String>,
    /// Its title there.
    pub title: String,
    /// The channel's identifiers.
    pub external: serde_json::Value,
    /// The most likely first.
    pub candidates: Vec<Candidate>,
}

/// A variation that it might be.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Candidate {
    /// Which.
    pub item: ItemId,
    /// Its SKU.
    pub sku: Option<String>,
    /// Its name.
    pub name: String,
    /// 0 to 100.
    pub confidence: u8,
    /// Why.
    pub reason: &'static str,
}

struct Variation {
    item: ItemId,
    sku: Option<String>,
    gtin: Option<String>,
    name: String,
    linked: bool,
}

/// Letters and digits, in upper case.
fn plain(code: &str) -> String {
    code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// GTINs of 8 to 14 digits are the same number with zeros in front.
fn digits(code: &str) -> &str {
    code.trim().trim_start_matches('0')
}

/// How sure, and why; nothing if they have nothing in common.
fn score(open: &Open, one: &Variation) -> Option<(u8, &'static str)> {
    let both = |a: &Option<String>, b: &Option<String>, same: fn(&str, &str) -> bool| match (a, b) {
        (Some(a), Some(b)) => !a.is_empty() && !b.is_empty() && same(a, b),
        _ => false,
    };
    if both(&open.sku, &one.sku, |a, b| a == b) {
        return Some((90, "the same SKU, which several share"));
    }
    if both(&open.gtin, &one.gtin, |a, b| digits(a) == digits(b)) {
        return Some((85, "the same GTIN"));
    }
    if both(&open.sku, &one.sku, |a, b| !plain(a).is_empty() && plain(a) == plain(b)) {
        return Some((75, "the SKU differs in case or punctuation only"));
    }
    let alike = strsim::jaro_winkler(&plain(&open.title), &plain(&one.name));
    if open.title.is_empty() || one.name.is_empty() || alike < ALIKE {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 42 and 60")]
    let confidence = (alike * 60.0 - 9.0 + 9.0 * (alike - ALIKE)) as u8;
    Some((confidence, "a similar name"))
}

/// Listings of a channel that are not linked, from one id on, with their candidates.
///
/// # Errors
/// When the database refuses.
pub fn open(
    conn: &Connection,
    channel: ChannelId,
    after: ListingId,
    limit: i64,
) -> Result<Vec<Open>, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT listing_id, sku, gtin, title, external FROM listing
         WHERE channel_id = ?1 AND item_id IS NULL AND listing_id > ?2 ORDER BY listing_id LIMIT ?3",
    )?;
    let rows = select.query_map(params![channel, after, limit], |row| {
        Ok(Open {
            listing: row.get(0)?,
            sku: row.get(1)?,
            gtin: row.get(2)?,
            title: row.get(3)?,
            external: serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or(serde_json::Value::Null),
            candidates: Vec::new(),
        })
    })?;
    let mut list: Vec<Open> = rows.collect::<Result<_, _>>()?;
    let mut select = conn.prepare_cached(
        "SELECT i.item_id, i.sku, i.gtin, i.name,
                EXISTS (SELECT 1 FROM listing l WHERE l.item_id = i.item_id AND l.channel_id = ?1)
         FROM item i WHERE i.deleted = 0 AND i.kind IN ('simple', 'variation')",
    )?;
    let rows = select.query_map([channel], |row| {
        Ok(Variation {
            item: row.get(0)?,
            sku: row.get(1)?,
            gtin: row.get(2)?,
            name: row.get(3)?,
            linked: row.get(4)?,
        })
    })?;
    for row in rows {
        let one = row?;
        for open in &mut list {
            // One that is on the channel already is less likely to be there twice.
            let found = score(open, &one).map(|(sure, why)| (if one.linked { sure / 2 } else { sure }, why));
            if let Some((confidence, reason)) = found {
                open.candidates.push(Candidate {
                    item: one.item,
                    sku: one.sku.clone(),
                    name: one.name.clone(),
                    confidence,
                    reason,
                });
                open.candidates.sort_by_key(|candidate| (Reverse(candidate.confidence), candidate.item));
                open.candidates.truncate(MOST);
            }
        }
    }
    Ok(list)
}

/// How a channel's listings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// All of them.
    pub listings: i64,
    /// Of these, linked.
    pub matched: i64,
    /// Not linked, though the shop knows the SKU or GTIN: several share it, or its variation is linked to another one.
    pub ambiguous: i64,
    /// Not linked, since nothing in the shop has the SKU or GTIN.
    pub unmatched: i64,
}

/// Counts them.
///
/// # Errors
/// When the database refuses.
pub fn counts(conn: &Connection, channel: ChannelId) -> Result<Counts, DbError> {
    const LIVE: &str = "i.deleted = 0 AND i.kind IN ('simple', 'variation')";
    let mut select = conn.prepare_cached(&format!(
        "SELECT count(*), count(item_id), coalesce(sum(item_id IS NULL AND (
            EXISTS (SELECT 1 FROM item i WHERE i.sku = l.sku AND {LIVE})
            OR EXISTS (SELECT 1 FROM item i WHERE i.gtin = l.gtin AND {LIVE}))), 0)
         FROM listing l WHERE channel_id = ?1"
    ))?;
    Ok(select.query_row([channel], |row| {
        let (listings, matched, ambiguous): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Counts { listings, matched, ambiguous, unmatched: listings - matched - ambiguous })
    })?)
}

/// Something that keeps variations from being matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Work {
    /// sku_shared, sku_missing.
    pub kind: &'static str,
    /// The code that is shared.
    pub sku: Option<String>,
    /// The variations that it is about.
    pub items: Vec<i64>,
    /// The product of each, which is where it is edited.
    pub products: Vec<i64>,
    /// The first one's name.
    pub name: String,
    /// What to do.
    pub action: &'static str,
}

/// What there is to mend in the shop, shared codes first; `after`: what is behind the one that begins with this variation.
///
/// # Errors
/// When the database refuses.
pub fn work(conn: &Connection, after: Option<i64>, limit: i64) -> Result<Vec<Work>, DbError> {
    const SELLABLE: &str = "deleted = 0 AND kind IN ('simple', 'variation')";
    let mut select = conn.prepare_cached(&format!(
        "SELECT sku, items, name, products FROM (
             SELECT 0 AS missing, min(item_id) AS first, sku, json_group_array(item_id ORDER BY item_id) AS items, min(name) AS name,
                    json_group_array(coalesce(parent_id, item_id) ORDER BY item_id) AS products
             FROM item WHERE {SELLABLE} AND sku IS NOT NULL GROUP BY sku HAVING count(*) > 1
             UNION ALL
             SELECT 1, item_id, NULL, json_array(item_id), name, json_array(coalesce(parent_id, item_id))
             FROM item WHERE {SELLABLE} AND sku IS NULL AND gtin IS NULL)
         WHERE ?1 IS NULL OR (missing, first) > (coalesce((SELECT sku IS NULL FROM item WHERE item_id = ?1), 0), ?1)
         ORDER BY missing, first LIMIT ?2"
    ))?;
    let rows = select.query_map(params![after, limit], |row| {
        Ok((
            row.get::<_, Option<String>>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        ))
    })?;
    let ids = |json: &str| serde_json::from_str(json).map_err(|error| DbError::Corrupt(error.to_string()));
    let mut work = Vec::new();
    for row in rows {
        let (sku, items, name, products) = row?;
        let (kind, action) = match sku {
            Some(_) => ("sku_shared", "Give each variation a SKU of its own."),
            None => ("sku_missing", "Give it a SKU, or a GTIN, or link it by hand."),
        };
        work.push(Work { kind, sku, items: ids(&items)?, products: ids(&products)?, name, action });
    }
    Ok(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(sku: Option<&str>, gtin: Option<&str>, title: &str) -> Open {
        Open {
            listing: ListingId(1),
            sku: sku.map(str::to_owned),
            gtin: gtin.map(str::to_owned),
            external: serde_json::Value::Null,
            title: title.to_owned(),
            candidates: Vec::new(),
        }
    }

    fn variation(sku: Option<&str>, gtin: Option<&str>, name: &str) -> Variation {
        Variation {
            item: ItemId(1),
            sku: sku.map(str::to_owned),
            gtin: gtin.map(str::to_owned),
            name: name.to_owned(),
            linked: false,
        }
    }

    #[test]
    fn the_surer_the_reason_the_higher() {
        let sure = |open: &Open, one: &Variation| score(open, one).map(|(sure, _)| sure);
        let tee = variation(Some("TEE-1"), Some("04006381333931"), "T-shirt blue, M");
        assert_eq!(sure(&open(Some("TEE-1"), None, ""), &tee), Some(90));
        assert_eq!(sure(&open(None, Some("4006381333931"), ""), &tee), Some(85));
        assert_eq!(sure(&open(Some("tee 1"), None, ""), &tee), Some(75));
        let similar = sure(&open(None, None, "T-Shirt Blue M"), &tee).unwrap();
        assert!((42..=60).contains(&similar), "{similar}");
        assert_eq!(sure(&open(None, None, "Coffee mug"), &tee), None);
        assert_eq!(sure(&open(Some("--"), None, ""), &variation(Some("//"), None, "")), None);
    }
}
