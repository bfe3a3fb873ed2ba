//! What became of a file: its status, and a report of the lines in error.
//!
//! Source: <https://developer.mirakl.com/content/product/mmp/rest/seller/openapi3/offers/sto02>, `sto03`.

use super::call::Api;
use super::wire::Status;
use crate::channels::http::segment;
use crate::channels::{Accepted, ChannelError, PushOutcome};
use std::collections::BTreeMap;

/// How an import ended.
enum Ended {
    /// With errors in some lines.
    Complete(BTreeMap<String, String>),
    Failed,
}

/// What became of these, in their order.
pub(super) async fn follow(
    api: &Api,
    accepted: &[Accepted],
) -> Result<Vec<Option<PushOutcome>>, ChannelError> {
    let mut imports: BTreeMap<&str, Option<Ended>> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(accepted.len());
    for one in accepted {
        let (import, line) = one.receipt.rsplit_once(':').unwrap_or((one.receipt.as_str(), ""));
        if !imports.contains_key(import) {
            imports.insert(import, ended(api, import).await?);
        }
        outcomes.push(match imports.get(import) {
            Some(Some(Ended::Complete(errors))) => Some(of_line(errors.get(line))),
            Some(Some(Ended::Failed)) => Some(PushOutcome::Retry {
                code: "FAILED".to_owned(),
                message: format!("the marketplace could not work off import {import}"),
            }),
            _ => None,
        });
    }
    Ok(outcomes)
}

async fn ended(api: &Api, import: &str) -> Result<Option<Ended>, ChannelError> {
    let path = format!("/api/offers/stock/imports/{}", segment(import));
    let status: Status = match api.get(&format!("{path}/status"), &[]).await {
        Ok(reply) => reply.json()?,
        // Forgotten by now: what the offers show is the answer.
        Err(ChannelError::Refused { code, .. }) if code == "404" => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(match status.status.as_str() {
        "COMPLETE" if status.has_error_report => {
            let report = api.get(&format!("{path}/error_report"), &[]).await?;
            Some(Ended::Complete(errors(&report.body)))
        }
        "COMPLETE" => Some(Ended::Complete(BTreeMap::new())),
        "FAILED" | "CANCELLED" => Some(Ended::Failed),
        _ => None,
    })
}

/// "The first column contains the line number in error. The second column contains the error reason."
fn errors(report: &[u8]) -> BTreeMap<String, String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(true).flexible(true).from_reader(report);
    let column = |row: &csv::StringRecord, index: usize| row.get(index).unwrap_or_default().to_owned();
    reader.records().flatten().map(|row| (column(&row, 0), column(&row, 1))).collect()
}

fn of_line(error: Option<&String>) -> PushOutcome {
    match error {
        None => PushOutcome::Applied,
        Some(message) if message.contains("not found") || message.contains("does not exist") => {
            PushOutcome::NotFound { message: message.clone() }
        }
        Some(message) => PushOutcome::Rejected { code: "line".to_owned(), message: message.clone() },
    }
}
