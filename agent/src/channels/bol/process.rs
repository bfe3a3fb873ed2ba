//! What became of pushes: bol works off its processes one by one.
//!
//! Source: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/process-status.html>.

use super::call::Api;
use super::wire::{Process, Processes};
use crate::channels::rest::Call;
use crate::channels::{Accepted, ChannelError, PushOutcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most processes a call.
const MOST: usize = 1000;

/// What became of these, in their order.
pub(super) async fn follow(
    api: &Api,
    accepted: &[Accepted],
) -> Result<Vec<Option<PushOutcome>>, ChannelError> {
    let ids: Vec<&str> = accepted.iter().map(|one| one.receipt.as_str()).collect();
    let found = processes(api, &ids).await?;
    Ok(accepted.iter().map(|one| found.get(&one.receipt).and_then(became)).collect())
}

/// Processes by their id; those that bol does not know (any more) are not among them.
pub(super) async fn processes(api: &Api, ids: &[&str]) -> Result<BTreeMap<String, Process>, ChannelError> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(MOST) {
        let queries: Vec<Value> = some.iter().map(|id| json!({ "processStatusId": id })).collect();
        let body = json!({ "processStatusQueries": queries });
        let reply: Processes = api.send(Call::post("/shared/process-status", &body)).await?.json()?;
        found.extend(reply.process_statuses.into_iter().map(|one| (one.process_status_id.clone(), one)));
    }
    Ok(found)
}

fn became(process: &Process) -> Option<PushOutcome> {
    let message = process.error_message.clone().unwrap_or_default();
    match process.status.as_str() {
        "SUCCESS" => Some(PushOutcome::Applied),
        "TIMEOUT" => Some(PushOutcome::Retry { code: "TIMEOUT".to_owned(), message }),
        "FAILURE" if message.contains("not found") => Some(PushOutcome::NotFound { message }),
        "FAILURE" => Some(PushOutcome::Rejected {
            code: "FAILURE".to_owned(),
            message: format!("{message} Look at the offer at partner.bol.com → Assortment."),
        }),
        _ => None,
    }
}
