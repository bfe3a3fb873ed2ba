//! Setting quantities, with compare-and-set. Shopify applies all rows of a call or none.
//!
//! Source: <https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities>.

use super::graphql::Graphql;
use super::{ITEM, LOCATION};
use crate::channels::{ChannelError, PushOutcome, PushReport, QuantityUpdate};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

const SET: &str = "mutation OnhandSetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    inventory_set_quantities: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct UserError {
    code: Option<String>,
    field: Option<Vec<String>>,
    message: String,
}

impl UserError {
    /// The row it is about.
    fn row(&self) -> Option<usize> {
        self.field.as_deref()?.get(2)?.parse().ok()
    }
}

/// Sets all quantities of the batch in one call.
pub(super) async fn set_quantities(
    api: &Graphql,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let rows: Vec<_> = batch
        .iter()
        .map(|update| {
            json!({
                "inventoryItemId": update.external.get(ITEM),
                "locationId": update.external.get(LOCATION),
                "quantity": update.quantity,
                // Must be there; null opts out of the comparison.
                "changeFromQuantity": update.expected,
            })
        })
        .collect();
    let input = json!({ "name": "available", "reason": "correction", "quantities": rows });
    let variables = json!({ "input": input, "key": batch_key(batch) });
    let (data, headroom) = api.run::<Data>(SET, variables).await?;
    let errors = data.inventory_set_quantities.user_errors;
    let outcomes = if errors.is_empty() {
        vec![PushOutcome::Applied; batch.len()]
    } else {
        refused(batch.len(), &errors)
    };
    Ok(PushReport { outcomes, headroom })
}

/// The same for every try of the same batch; formatted as the UUID that the API's examples use.
fn batch_key(batch: &[QuantityUpdate]) -> String {
    let mut hash = Sha256::new();
    for update in batch {
        hash.update(update.idempotency_key.as_bytes());
        hash.update([0]);
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// Nothing was applied: rows with an error get their own outcome, the others are innocent.
fn refused(rows: usize, errors: &[UserError]) -> Vec<PushOutcome> {
    let mut outcomes = vec![PushOutcome::NotApplied; rows];
    for error in errors {
        match error.row().and_then(|row| outcomes.get_mut(row)) {
            Some(outcome) if *outcome == PushOutcome::NotApplied => *outcome = of_row(error),
            Some(_) => {}
            // About the call, not a row: every row shares it.
            None => {
                for outcome in &mut outcomes {
                    *outcome = of_call(error);
                }
                return outcomes;
            }
        }
    }
    outcomes
}

fn of_row(error: &UserError) -> PushOutcome {
    let code = error.code.clone().unwrap_or_else(|| "USER_ERROR".to_owned());
    let advice = match code.as_str() {
        "CHANGE_FROM_QUANTITY_STALE" | "COMPARE_QUANTITY_STALE" => {
            return PushOutcome::Stale { observed: None };
        }
        "INVALID_INVENTORY_ITEM" => return PushOutcome::NotFound { message: error.message.clone() },
        "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR" => {
            "Two variations of the shop are mapped to the same Shopify variant; correct the mapping."
        }
        "ITEM_NOT_STOCKED_AT_LOCATION" => {
            "Stock the variant at the location: Shopify admin → Products → the variant → Inventory → Edit locations."
        }
        "NON_MUTABLE_INVENTORY_ITEM" => {
            "Shopify computes this variant's stock from others (a bundle); exclude it from Onhand."
        }
        "INVALID_LOCATION" => "The location is gone or inactive; set another one in the channel's settings.",
        _ => "Check the variant in the Shopify admin.",
    };
    PushOutcome::Rejected { code, message: format!("{} {advice}", error.message) }
}

fn of_call(error: &UserError) -> PushOutcome {
    let code = error.code.clone().unwrap_or_else(|| "USER_ERROR".to_owned());
    match code.as_str() {
        // Another call under this key is still running, or one ended with errors: a new try gets a new key.
        "IDEMPOTENCY_CONCURRENT_REQUEST"
        | "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
        | "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" => {
            PushOutcome::Retry { code, message: error.message.clone() }
        }
        _ => PushOutcome::Rejected { code, message: error.message.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, row: Option<usize>) -> UserError {
        let field = row.map(|row| vec!["input".to_owned(), "quantities".to_owned(), row.to_string()]);
        UserError { code: Some(code.to_owned()), field, message: "no".to_owned() }
    }

    #[test]
    fn one_bad_row_leaves_the_others_innocent() {
        let outcomes = refused(3, &[error("CHANGE_FROM_QUANTITY_STALE", Some(1))]);
        assert_eq!(
            outcomes,
            [PushOutcome::NotApplied, PushOutcome::Stale { observed: None }, PushOutcome::NotApplied]
        );
    }

    #[test]
    fn an_error_about_the_call_is_everybodys() {
        let outcomes = refused(2, &[error("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", None)]);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, PushOutcome::Retry { .. })));
        let beyond = refused(2, &[error("INVALID_QUANTITY_TOO_HIGH", Some(7))]);
        assert!(beyond.iter().all(|outcome| matches!(outcome, PushOutcome::Rejected { .. })));
    }
}
