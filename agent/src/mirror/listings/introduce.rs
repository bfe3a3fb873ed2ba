//! What was linked to a variation a moment ago gets its first quantity.

use super::{Context, Current, SELECT, Touched, current, update};
use crate::db::DbError;
use crate::domain::{ChannelId, ListingId};
use rusqlite::{Transaction, params};

/// As [`recompute_channel`](super::recompute_channel), after listings were linked by an operator: what the channel shows then is not ours yet,
/// so that the sweep guard has no say.
///
/// # Errors
/// When the database refuses.
pub fn introduce_channel(
    tx: &Transaction<'_>,
    channel: ChannelId,
    ctx: &Context,
) -> Result<Touched, DbError> {
    introduce(tx, channel, ListingId(0), ListingId(i64::MAX), ctx)
}

/// The same for those after one and up to another.
///
/// # Errors
/// When the database refuses.
pub fn introduce(
    tx: &Transaction<'_>,
    channel: ChannelId,
    after: ListingId,
    up_to: ListingId,
    ctx: &Context,
) -> Result<Touched, DbError> {
    let mut touched = Touched::default();
    let mut select = tx.prepare_cached(&format!(
        "{SELECT} WHERE l.channel_id = ?1 AND l.version = 0 AND l.listing_id > ?2 AND l.listing_id <= ?3
         ORDER BY l.listing_id LIMIT 500"
    ))?;
    // A channel may have a hundred thousand: page by page.
    let mut last = after;
    loop {
        let linked: Vec<Current> = select
            .query_map(params![channel, last, up_to], |row| current(row, ctx))?
            .map(|row| row?)
            .collect::<Result<_, DbError>>()?;
        let Some(newest) = linked.last() else { return Ok(touched) };
        last = newest.listing;
        for listing in &linked {
            update(tx, listing, None, true, ctx, &mut touched)?;
        }
    }
}
