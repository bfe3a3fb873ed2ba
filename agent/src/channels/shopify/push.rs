//! Setting quantities. Shopify applies a batch whole or not at all.
//!
//! Source: <https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities>; field paths and
//! messages of the errors as recorded on version 2026-04.

use super::super::{ChannelError, PushOutcome, PushReport, QuantityUpdate};
use super::graphql::Api;
use super::wire::{SET, SetData, SetInput, SetRow, SetVariables, UserError};
use super::{ITEM, LOCATION};
use sha2::{Digest, Sha256};

/// Sets the `available` quantities of at most 250 listings, in units.
///
/// # Errors
/// Every class of [`ChannelError`]. After `Transport` or `Unavailable`, the same batch under the same keys is safe:
/// Shopify remembers the key for a day and answers as it did the first time.
pub async fn push(api: &Api, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
    let rows: Vec<SetRow<'_>> = batch.iter().filter_map(row).collect();
    if rows.len() < batch.len() || rows.is_empty() {
        return Ok(PushReport { outcomes: batch.iter().map(incomplete).collect(), ..PushReport::default() });
    }
    let input = SetInput { name: "available", reason: "correction", quantities: rows };
    let answer = api.call::<SetData>(SET, &SetVariables { input, key: key(batch) }).await?;
    let outcomes = outcomes(batch, &answer.data.inventory_set_quantities.user_errors);
    Ok(PushReport { outcomes, headroom: answer.headroom })
}

fn row(update: &QuantityUpdate) -> Option<SetRow<'_>> {
    Some(SetRow {
        inventory_item_id: update.external.get(ITEM)?,
        location_id: update.external.get(LOCATION)?,
        quantity: update.quantity,
        change_from_quantity: update.expected,
    })
}

/// A listing that lacks an identifier is found before the call, which it would only spoil for the others.
fn incomplete(update: &QuantityUpdate) -> PushOutcome {
    if row(update).is_some() {
        return PushOutcome::NotApplied;
    }
    PushOutcome::Rejected {
        code: "IDENTIFIERS".to_owned(),
        message: format!(
            "The listing of {} lacks its inventory item or location at Shopify. Remove its mapping and read the \
             channel's listings again.",
            update.sku
        ),
    }
}

/// The batch's key: the same keys in the same order make the same one. A UUID, as the API's examples have it.
fn key(batch: &[QuantityUpdate]) -> String {
    let mut hash = Sha256::new();
    for update in batch {
        hash.update(update.idempotency_key.as_bytes());
        // So that "a", "bc" and "ab", "c" differ.
        hash.update([0]);
    }
    let mut text = String::with_capacity(36);
    for (at, byte) in hash.finalize().iter().take(16).enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// What became of each update, same order and length.
fn outcomes(batch: &[QuantityUpdate], errors: &[UserError]) -> Vec<PushOutcome> {
    let Some(first) = errors.first() else { return vec![PushOutcome::Applied; batch.len()] };
    let culprit = |at: usize| errors.iter().find(|error| at_row(error) == Some(at));
    let found: Vec<_> = (0..batch.len()).map(culprit).collect();
    if found.iter().any(Option::is_some) {
        let each = batch.iter().zip(found);
        return each
            .map(|(update, error)| error.map_or(PushOutcome::NotApplied, |error| refused(update, error)))
            .collect();
    }
    let (code, message) = (code(first), first.message.clone());
    let passing = code.starts_with("IDEMPOTENCY_");
    // The key is the trouble: the first try is still under way, or it failed and its reply was lost. Dispatch takes a
    // new key after `Retry`, which is what Shopify asks for. Otherwise nobody knows whose fault it is: one listing
    // alone must be the culprit, and of many each tries again by its own schedule, until the culprit is alone.
    if passing || batch.len() > 1 {
        return vec![PushOutcome::Retry { code, message }; batch.len()];
    }
    batch.iter().map(|update| refused(update, first)).collect()
}

/// The row in `["input", "quantities", "0", "inventoryItemId"]`.
fn at_row(error: &UserError) -> Option<usize> {
    match error.field.as_deref()? {
        [_, quantities, row, ..] if quantities == "quantities" => row.parse().ok(),
        _ => None,
    }
}

fn code(error: &UserError) -> String {
    error.code.clone().unwrap_or_else(|| "USER_ERROR".to_owned())
}

/// A row that was the reason, in words for a merchant.
fn refused(update: &QuantityUpdate, error: &UserError) -> PushOutcome {
    let (code, sku) = (code(error), &update.sku);
    let advice = match code.as_str() {
        "CHANGE_FROM_QUANTITY_STALE" | "COMPARE_QUANTITY_STALE" => {
            // The reply does not say what the quantity is.
            return PushOutcome::Stale { observed: None };
        }
        "INVALID_INVENTORY_ITEM" => {
            let item = update.external.get(ITEM).map_or("", String::as_str);
            return PushOutcome::NotFound { message: format!("{sku}: {} ({item})", error.message) };
        }
        "ITEM_NOT_STOCKED_AT_LOCATION" => {
            "Open the product in the Shopify admin and stock it at the location that this channel uses."
        }
        "INVALID_LOCATION" => {
            "The location is gone or deactivated: choose another one in this channel's setting `location` and read \
             its listings again."
        }
        "NON_MUTABLE_INVENTORY_ITEM" => {
            "Shopify computes this stock itself, as for a bundle: map the bundle's parts instead of the bundle."
        }
        "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR" => {
            "Two mappings lead to this one listing at Shopify: remove the wrong one."
        }
        code if code.starts_with("INVALID_QUANTITY_") => {
            "Shopify takes no such quantity: correct the stock in the shop, or the rule that computes it."
        }
        _ => "Look at the product in the Shopify admin.",
    };
    PushOutcome::Rejected { code, message: format!("{sku}: {} {advice}", error.message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ListingId;
    use std::collections::BTreeMap;

    fn update(n: i64) -> QuantityUpdate {
        QuantityUpdate {
            listing: ListingId(n),
            external: BTreeMap::from([
                (ITEM.to_owned(), format!("i{n}")),
                (LOCATION.to_owned(), "l".to_owned()),
            ]),
            sku: format!("S-{n}"),
            quantity: n,
            expected: None,
            idempotency_key: format!("k{n}"),
            price: None,
        }
    }

    fn error(field: &[&str], code: &str) -> UserError {
        let field = Some(field.iter().map(|part| (*part).to_owned()).collect());
        UserError { field, message: "No.".to_owned(), code: Some(code.to_owned()) }
    }

    #[test]
    fn keys_are_stable_uuids_and_depend_on_the_order() {
        let (one, two) = (update(1), update(2));
        let forth = key(&[one.clone(), two.clone()]);
        assert_eq!(forth, key(&[one.clone(), two.clone()]));
        assert_ne!(forth, key(&[two, one]));
        assert_eq!(forth.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }

    #[test]
    fn an_error_without_a_row_is_fatal_only_for_one_alone() {
        let odd = [error(&["input", "reason"], "INVALID_REASON")];
        assert!(
            matches!(&outcomes(&[update(1)], &odd)[..], [PushOutcome::Rejected { code, .. }] if code == "INVALID_REASON")
        );
        let many = outcomes(&[update(1), update(2)], &odd);
        assert!(matches!(&many[..], [PushOutcome::Retry { .. }, PushOutcome::Retry { .. }]));
        let beyond = [error(&["input", "quantities", "9", "quantity"], "INVALID_QUANTITY_TOO_HIGH")];
        assert!(matches!(&outcomes(&[update(1), update(2)], &beyond)[0], PushOutcome::Retry { .. }));
    }

    #[test]
    fn a_key_in_use_is_tried_again_even_alone() {
        let busy = UserError {
            field: None,
            message: "In progress.".to_owned(),
            code: Some("IDEMPOTENCY_CONCURRENT_REQUEST".to_owned()),
        };
        assert!(matches!(&outcomes(&[update(1)], &[busy])[..], [PushOutcome::Retry { .. }]));
    }
}
