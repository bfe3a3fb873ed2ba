//! Setting prices: of one product's variants a call. What we keep is the inventory item; its variant is asked for.
//!
//! Source: <https://shopify.dev/docs/api/admin-graphql/latest/mutations/productVariantsBulkUpdate>.

use super::super::{ChannelError, PushOutcome, QuantityUpdate};
use super::ITEM;
use super::graphql::Api;
use super::wire::{PRICES, PricesData, UserError, VARIANTS, VariantsData};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Sets the prices of at most 250 listings. The shop's own currency is what they are in.
pub async fn push_prices(api: &Api, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
    let ids: Vec<&str> =
        batch.iter().filter_map(|update| update.external.get(ITEM)).map(String::as_str).collect();
    let found = api.call::<VariantsData>(VARIANTS, &json!({ "ids": ids })).await?.data;
    let mut variants: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for (id, node) in ids.iter().zip(found.nodes) {
        if let Some(variant) = node.and_then(|node| node.variant) {
            variants.insert(id, (variant.product.id, variant.id));
        }
    }
    let gone = |update: &QuantityUpdate| PushOutcome::NotFound {
        message: format!("{}: Shopify knows no variant of this inventory item any more", update.sku),
    };
    let mut outcomes: Vec<PushOutcome> = batch.iter().map(gone).collect();
    let mut products: BTreeMap<&str, Vec<(usize, Value)>> = BTreeMap::new();
    for (place, update) in batch.iter().enumerate() {
        let Some((product, variant)) = update.external.get(ITEM).and_then(|item| variants.get(item.as_str()))
        else {
            continue;
        };
        let price = update.price.as_ref().map(|price| price.amount.as_str());
        products.entry(product).or_default().push((place, json!({ "id": variant, "price": price })));
    }
    for (product, rows) in products {
        let variants: Vec<&Value> = rows.iter().map(|(_, row)| row).collect();
        let variables = json!({ "product": product, "variants": variants });
        let errors =
            api.call::<PricesData>(PRICES, &variables).await?.data.product_variants_bulk_update.user_errors;
        for (row, (place, _)) in rows.iter().enumerate() {
            if let Some(slot) = outcomes.get_mut(*place) {
                *slot = outcome(row, &errors);
            }
        }
    }
    Ok(outcomes)
}

/// One error refuses the call: a row that is not to blame is told again.
fn outcome(row: usize, errors: &[UserError]) -> PushOutcome {
    let Some(first) = errors.first() else { return PushOutcome::Applied };
    let own = errors.iter().find(|error| at_row(error) == Some(row));
    match (own, errors.iter().any(|error| at_row(error).is_some())) {
        (None, true) => PushOutcome::NotApplied,
        (own, _) => {
            let error = own.unwrap_or(first);
            PushOutcome::Rejected {
                code: error.code.clone().unwrap_or_else(|| "USER_ERROR".to_owned()),
                message: format!("{} Look at the product in the Shopify admin.", error.message),
            }
        }
    }
}

/// The row in `["variants", "0", "price"]`.
fn at_row(error: &UserError) -> Option<usize> {
    match error.field.as_deref()? {
        [variants, row, ..] if variants == "variants" => row.parse().ok(),
        _ => None,
    }
}
