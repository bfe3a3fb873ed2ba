//! Reading offers: all of them as a file that bol makes on request, or one by one.
//!
//! Source: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/offer-api/offers.html#offer-export>.

use super::OFFER;
use super::call::Api;
use super::process::processes;
use super::wire::{Exported, Offer, Process};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use serde_json::json;
use std::time::Duration;

/// How long the making of the file is left alone before it is asked for again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks for the file, and then for its making: the cursor is the process that makes it.
pub(super) async fn pull(api: &Api, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let Some(process) = cursor else {
        let body = json!({ "format": "CSV" });
        let process: Process = api.send(Call::post("/retailer/offers/export", &body)).await?.json()?;
        return Ok(Page { listings: Vec::new(), next: Some(process.process_status_id) });
    };
    let found = processes(api, &[process]).await?.remove(process);
    let (status, report) = found.map_or_else(Default::default, |one| (one.status, one.entity_id));
    match (status.as_str(), report) {
        ("SUCCESS", Some(report)) => {
            let file = api.csv(&format!("/retailer/offers/export/{}", segment(&report))).await?;
            Ok(Page { listings: offers(&file.body, file.status)?, next: None })
        }
        ("FAILURE" | "TIMEOUT", _) => Err(ChannelError::Unavailable {
            status: 200,
            message: "bol could not make the file of offers".to_owned(),
            after: None,
        }),
        _ => Err(ChannelError::Throttled {
            after: Some(PATIENCE),
            message: "bol is still making the file of offers".to_owned(),
        }),
    }
}

fn offers(file: &[u8], status: u16) -> Result<Vec<RemoteListing>, ChannelError> {
    let mut listings = Vec::new();
    for row in csv::Reader::from_reader(file).deserialize::<Exported>() {
        let row = row.map_err(|error| ChannelError::Unavailable {
            status,
            message: format!("the file of offers is not what the API documents: {error}"),
            after: None,
        })?;
        if row.fulfilment_type != "FBB" {
            listings.push(listing(row));
        }
    }
    Ok(listings)
}

fn listing(row: Exported) -> RemoteListing {
    let some = |text: String| (!text.is_empty()).then_some(text);
    RemoteListing {
        external: ExternalId::from([(OFFER.to_owned(), row.offer_id)]),
        group: None,
        sku: some(row.reference_code),
        gtin: some(row.ean),
        title: String::new(),
        quantity: Some(row.stock_amount.unwrap_or(0)),
    }
}

/// What these offers have, in their order.
pub(super) async fn observe(api: &Api, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut shown = Vec::with_capacity(listings.len());
    for external in listings {
        let id = external.get(OFFER).map_or("", String::as_str);
        shown.push(match api.send(Call::get(&format!("/retailer/offers/{}", segment(id)), &[])).await {
            Ok(reply) => Some(reply.json::<Offer>()?.stock.amount.unwrap_or(0)),
            Err(ChannelError::Refused { code, .. }) if code == "404" => None,
            Err(error) => return Err(error),
        });
    }
    Ok(shown)
}
