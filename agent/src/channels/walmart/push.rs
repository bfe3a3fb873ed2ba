//! Setting a quantity.
//!
//! Source: <https://developer.walmart.com/us-marketplace/reference/updateinventoryforanitem>.

use super::call::Api;
use super::wire::{AtNodes, Inventory};
use super::{SKU, errors};
use crate::channels::http::{Reply, segment};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};
use std::time::Duration;

/// No wait is longer than this, whatever a header says.
const LONGEST: Duration = Duration::from_secs(300);

/// Puts each SKU of the batch (dispatch sends one).
pub(super) async fn put_quantities(
    api: &Api,
    nodes: &[String],
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let mut report = PushReport::default();
    for update in batch {
        let sku = update.external.get(SKU).map_or("", String::as_str);
        if nodes.len() > 1 {
            report.outcomes.push(put_nodes(api, nodes, sku, update.quantity).await?);
            continue;
        }
        let mut query = vec![("sku", sku)];
        query.extend(nodes.first().map(|node| ("shipNode", node.as_str())));
        let body = json!({ "sku": sku, "quantity": { "unit": "EACH", "amount": update.quantity } });
        report.outcomes.push(match api.send(Call::put("/v3/inventory", &query, &body)).await {
            Ok(reply) => {
                report.headroom = headroom(&reply);
                let shown = reply.json::<Inventory>()?.quantity.units();
                if shown == update.quantity {
                    PushOutcome::Applied
                } else {
                    PushOutcome::Stale { observed: Some(shown) }
                }
            }
            Err(error) => errors::of_item(error)?,
        });
    }
    Ok(report)
}

/// A SKU's quantity at each node, in one call. Each node answers for itself.
async fn put_nodes(
    api: &Api,
    nodes: &[String],
    sku: &str,
    quantity: i64,
) -> Result<PushOutcome, ChannelError> {
    let body = json!({ "inventories": { "nodes": at_nodes(nodes, quantity, "inputQty") } });
    let path = format!("/v3/inventories/{}", segment(sku));
    let reply: AtNodes = match api.send(Call::put(&path, &[], &body)).await {
        Ok(reply) => reply.json()?,
        Err(error) => return errors::of_item(error),
    };
    let refused = reply.nodes.into_iter().find_map(|node| node.errors.into_iter().next());
    Ok(refused.map_or(PushOutcome::Applied, |error| PushOutcome::Rejected {
        code: error.code,
        message: format!("{} Look at the item in Seller Center → Items & Inventory.", error.description),
    }))
}

/// The quantity at the first node, and nothing at the others.
pub(super) fn at_nodes(nodes: &[String], quantity: i64, key: &str) -> Vec<Value> {
    let at = |(place, node): (usize, &String)| {
        let amount = if place == 0 { quantity } else { 0 };
        json!({ "shipNode": node, key: { "unit": "EACH", "amount": amount } })
    };
    nodes.iter().enumerate().map(at).collect()
}

/// "X-Current-Token-Count": calls left; "X-Next-Replenishment-Time": when there are more, in milliseconds since 1970.
/// It is Walmart's clock, so that the reply's own date is its now.
fn headroom(reply: &Reply) -> Headroom {
    let number = |name: &str| reply.headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let (Some(0), Some(until_ms)) = (number("x-current-token-count"), number("x-next-replenishment-time"))
    else {
        return Headroom::default();
    };
    let date = reply.headers.get(reqwest::header::DATE).and_then(|date| date.to_str().ok());
    let now_ms = date
        .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
        .map(|date| date.timestamp().as_millisecond());
    let wait = now_ms.map(|now_ms| u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or(0));
    Headroom { wait: wait.map(|ms| Duration::from_millis(ms).min(LONGEST)) }
}
