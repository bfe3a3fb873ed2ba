//! Thousands of quantities in one JSON listings feed, and its processing report.
//!
//! Sources: <https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference>,
//! <https://developer-docs.amazon.com/sp-api/docs/feeds-api-best-practices> (one feed in twenty minutes, below 10 MiB),
//! <https://developer-docs.amazon.com/sp-api/changelog/update-feed-size-and-rate-limit-changes-for-the-json_listings_feed>
//! (25,000 items), the schemas of the listings feed (v2).

use super::push::patches;
use super::wire::{CreatedDocument, CreatedFeed, Document, Feed, Issue, ProcessingReport};
use super::{Amazon, SKU, errors};
use crate::channels::http::segment;
use crate::channels::{ChannelError, FeedLimits, FeedReport, Feeds, PushOutcome, QuantityUpdate, Rate};
use async_trait::async_trait;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

/// Where feeds are.
const FEEDS: &str = "/feeds/2021-06-30/feeds";
const DOCUMENTS: &str = "/feeds/2021-06-30/documents";
const CONTENT: &str = "application/json; charset=UTF-8";
/// Longest report that is unpacked.
const LONGEST: u64 = 64 * 1024 * 1024;

static LIMITS: FeedLimits = FeedLimits {
    // Best practice, below what createFeed allows.
    submits: Rate::new(3, Duration::from_secs(3600), 1),
    most: 25_000,
    // No time is promised; minutes are usual.
    takes: Duration::from_secs(600),
};

#[async_trait]
impl Feeds for Amazon {
    fn limits(&self) -> &FeedLimits {
        &LIMITS
    }

    async fn submit(&self, batch: &[QuantityUpdate]) -> Result<String, ChannelError> {
        let feed = self.feed(batch);
        let made: CreatedDocument =
            self.api.post(DOCUMENTS, &json!({ "contentType": CONTENT })).await?.json()?;
        self.api.upload(&made.url, CONTENT, feed.to_string()).await?;
        let body = json!({
            "feedType": "JSON_LISTINGS_FEED",
            "marketplaceIds": [self.account.marketplace],
            "inputFeedDocumentId": made.feed_document_id,
        });
        let created: CreatedFeed = self.api.post(FEEDS, &body).await?.json()?;
        Ok(created.feed_id)
    }

    async fn progress(&self, receipt: &str) -> Result<Option<FeedReport>, ChannelError> {
        let feed: Feed = self.api.get(&format!("{FEEDS}/{}", segment(receipt)), &[]).await?.json()?;
        let ended = match feed.processing_status.as_str() {
            "IN_QUEUE" | "IN_PROGRESS" => return Ok(None),
            "DONE" => self.report(feed.result_feed_document_id.as_deref()).await?,
            // "Some, none, or all of the operations within the feed may have completed successfully."
            status => Err(status.to_owned()),
        };
        Ok(Some(ended.map_or_else(
            |status| FeedReport {
                rest: PushOutcome::Retry {
                    message: format!("Amazon ended feed {receipt} as {status}"),
                    code: status,
                },
                lines: BTreeMap::new(),
            },
            |issues| FeedReport {
                // Accepted is not yet applied: what sells is read back.
                rest: PushOutcome::Accepted { receipt: receipt.to_owned() },
                lines: issues,
            },
        )))
    }
}

impl Amazon {
    fn feed(&self, batch: &[QuantityUpdate]) -> Value {
        let message = |(update, number): (&QuantityUpdate, u64)| {
            json!({
                "messageId": number,
                "sku": update.external.get(SKU),
                "operationType": "PATCH",
                "productType": "PRODUCT",
                "patches": patches(update, &self.account),
            })
        };
        json!({
            "header": { "sellerId": self.account.seller, "version": "2.0", "issueLocale": "en_US" },
            "messages": batch.iter().zip(1..).map(message).collect::<Vec<_>>(),
        })
    }

    /// The lines in error; or the words of a feed that ended without a report.
    async fn report(
        &self,
        document: Option<&str>,
    ) -> Result<Result<BTreeMap<usize, PushOutcome>, String>, ChannelError> {
        let Some(document) = document else { return Ok(Err("DONE without a report".to_owned())) };
        let document: Document =
            self.api.get(&format!("{DOCUMENTS}/{}", segment(document)), &[]).await?.json()?;
        let reply = self.api.download(&document.url).await?;
        let body = match document.compression_algorithm.as_deref() {
            None => reply,
            Some("GZIP") => unpacked(&reply)?,
            Some(other) => {
                return Err(ChannelError::Refused {
                    code: "compression".to_owned(),
                    message: format!("the report is packed by {other}, which is not known here"),
                });
            }
        };
        let report: ProcessingReport = body.json()?;
        Ok(Ok(lines(report.issues)))
    }
}

fn unpacked(reply: &crate::channels::Reply) -> Result<crate::channels::Reply, ChannelError> {
    let mut body = Vec::new();
    let read = GzDecoder::new(reply.body.as_slice()).take(LONGEST).read_to_end(&mut body);
    read.map_err(|error| ChannelError::Unavailable {
        status: reply.status,
        message: format!("the report cannot be unpacked: {error}"),
        after: None,
    })?;
    Ok(crate::channels::Reply { body, ..reply.clone() })
}

/// Messages are numbered from one; what is in error was not accepted.
fn lines(issues: Vec<super::wire::FeedIssue>) -> BTreeMap<usize, PushOutcome> {
    let mut by_message: BTreeMap<usize, Vec<Issue>> = BTreeMap::new();
    for issue in issues {
        if issue.severity == "ERROR" {
            let one = Issue { code: issue.code, message: issue.message, severity: issue.severity };
            by_message.entry(issue.message_id).or_default().push(one);
        }
    }
    by_message
        .into_iter()
        .filter_map(|(message, issues)| Some((message.checked_sub(1)?, errors::of_issues(&issues))))
        .collect()
}
