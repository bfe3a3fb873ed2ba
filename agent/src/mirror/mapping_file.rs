//! A channel's mapping as a file: which listing belongs to which variation, out and in.
//!
//! Columns: `listing` (the channel's identifiers, JSON), `listing_sku`, `listing_gtin`, `title`, `variation` (its id),
//! `variation_sku`. To come in, `listing` and one of the last two are enough; both empty unlinks.

use super::allotments;
use super::listings::{self, Context, Touched};
use super::mapping;
use crate::db::DbError;
use crate::domain::{ChannelId, ExternalId, ItemId, ListingId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Line {
    /// The channel's identifiers, as JSON.
    pub listing: String,
    /// The seller's code there.
    #[serde(default)]
    pub listing_sku: Option<String>,
    /// EAN, UPC, ISBN there.
    #[serde(default)]
    pub listing_gtin: Option<String>,
    /// Its title there.
    #[serde(default)]
    pub title: Option<String>,
    /// The variation's id.
    #[serde(default)]
    pub variation: Option<i64>,
    /// The variation's SKU.
    #[serde(default)]
    pub variation_sku: Option<String>,
}

/// What a file came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Imported {
    /// Linked, or linked to another variation.
    pub linked: usize,
    /// Linked no more.
    pub unlinked: usize,
    /// As it was.
    pub unchanged: usize,
}

/// The whole mapping.
///
/// # Errors
/// When the database refuses.
pub fn export(conn: &Connection, channel: ChannelId) -> Result<String, DbError> {
    let mut select = conn.prepare_cached(
        "SELECT l.external, l.sku, l.gtin, l.title, l.item_id, i.sku FROM listing l LEFT JOIN item i USING (item_id)
         WHERE l.channel_id = ?1 ORDER BY l.sku, l.listing_id",
    )?;
    let rows = select.query_map([channel], |row| {
        Ok(Line {
            listing: row.get(0)?,
            listing_sku: row.get(1)?,
            listing_gtin: row.get(2)?,
            title: row.get(3)?,
            variation: row.get(4)?,
            variation_sku: row.get(5)?,
        })
    })?;
    let unwritable = |error: String| DbError::Corrupt(format!("the mapping cannot be written: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row?).map_err(|error| unwritable(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| unwritable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| unwritable(error.to_string()))
}

/// Reads a file; nothing in it is looked up yet.
///
/// # Errors
/// Every mistake, each with its line.
pub fn parse(file: &[u8]) -> Result<Vec<(u64, Line)>, Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    for row in reader.deserialize::<Line>() {
        match row {
            // The first line names the columns.
            Ok(line) => lines.push((u64::try_from(lines.len()).unwrap_or(u64::MAX).saturating_add(2), line)),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

/// Applies all lines, or none if one is wrong.
///
/// # Errors
/// When the database refuses; every mistake, each with its line.
pub fn import(
    tx: &Transaction<'_>,
    channel: ChannelId,
    lines: &[(u64, Line)],
    ctx: &Context,
) -> Result<Result<(Imported, Touched), Vec<String>>, DbError> {
    let mut problems = Vec::new();
    let mut wanted = Vec::new();
    for (number, line) in lines {
        match one(tx, channel, line)? {
            Ok(change) => wanted.push(change),
            Err(problem) => problems.push(format!("line {number}: {problem}")),
        }
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let mut imported = Imported::default();
    for (listing, before, item) in wanted {
        if before == item {
            imported.unchanged += 1;
            continue;
        }
        tx.prepare_cached(
            "UPDATE listing SET item_id = ?2, version = 0, desired = NULL, reason = '', behind_ms = NULL,
                    state = CASE WHEN state IN (1, 4) THEN 0 ELSE state END WHERE listing_id = ?1",
        )?
        .execute(params![listing, item])?;
        allotments::remapped(tx, listing, item.map(|item| item.0))?;
        if item.is_some() {
            imported.linked += 1;
        } else {
            imported.unlinked += 1;
        }
    }
    Ok(Ok((imported, listings::introduce_channel(tx, channel, ctx)?)))
}

type Change = (ListingId, Option<ItemId>, Option<ItemId>);

fn one(tx: &Transaction<'_>, channel: ChannelId, line: &Line) -> Result<Result<Change, String>, DbError> {
    let external: ExternalId = match serde_json::from_str(&line.listing) {
        Ok(external) => external,
        Err(error) => return Ok(Err(format!("listing: not the JSON of an export: {error}"))),
    };
    let found: Option<(ListingId, Option<ItemId>)> = tx
        .prepare_cached("SELECT listing_id, item_id FROM listing WHERE channel_id = ?1 AND external = ?2")?
        .query_row(params![channel, mapping::external_json(&external)?], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((listing, before)) = found else {
        return Ok(Err(format!("the channel has no listing {}; match it first", line.listing)));
    };
    let sku = line.variation_sku.as_deref().filter(|sku| !sku.is_empty());
    let item = match (line.variation, sku) {
        (Some(id), _) if mapping::item_exists(tx, ItemId(id))? => Some(ItemId(id)),
        (Some(id), _) => return Ok(Err(format!("there is no variation {id}"))),
        (None, Some(sku)) => match mapping::item_by_sku(tx, sku)? {
            Ok(item) => Some(item),
            Err(problem) => return Ok(Err(problem)),
        },
        (None, None) => None,
    };
    Ok(Ok((listing, before, item)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_are_enough_and_mistakes_name_their_line() {
        let lines = parse(b"listing,variation_sku\n\"{\"\"sku\"\":\"\"A\"\"}\",TEE\n").unwrap();
        assert_eq!((lines[0].0, lines[0].1.variation_sku.as_deref()), (2, Some("TEE")));
        let problems = parse(b"listing,variation\n{},seven\n").unwrap_err();
        assert!(problems[0].contains("line: 2"), "{problems:?}");
    }
}
