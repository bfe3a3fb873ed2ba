//! Linking listings to variations.

use super::{App, AppError};
use crate::channels::{ChannelConnector, ChannelError, ErrorClass, Page};
use crate::db::{DbError, Lane};
use crate::domain::{ChannelId, ExternalId, ItemId, ListingId};
use crate::jobs;
use crate::mirror::listing_page;
use crate::mirror::mapping;
use crate::mirror::mapping_file::{self, Imported};
use crate::mirror::matching::{self, Code, Matched};
use crate::mirror::sweep;
use std::time::Duration;

/// Listings that are looked at in one transaction.
const LINKED: usize = 1_000;
/// Waits between tries of a page that failed for a passing reason.
const AGAIN: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15)];
/// How long to wait where a channel asks for patience without saying for how long, and at most where it does.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));

/// One page. A whole catalogue is many calls: being asked to slow down is part of it, not a failure.
pub(super) async fn pull(
    connector: &dyn ChannelConnector,
    cursor: Option<&str>,
) -> Result<Page, ChannelError> {
    let mut waits = AGAIN.into_iter();
    loop {
        let error = match connector.pull(cursor).await {
            Ok(page) => return Ok(page),
            Err(error) => error,
        };
        let wait = match error.class() {
            ErrorClass::Throttle(after) => after.unwrap_or(PATIENCE.0).min(PATIENCE.1),
            ErrorClass::Retry => waits.next().ok_or(error)?,
            ErrorClass::Reauth | ErrorClass::Reject => return Err(error),
        };
        tokio::time::sleep(wait).await;
    }
}

impl App {
    /// Reads all of a channel's listings and links what can be linked beyond doubt.
    ///
    /// # Errors
    /// If there is no such channel, or it refuses.
    pub async fn auto_match(&self, name: &str) -> Result<Matched, AppError> {
        let channel = self.stored_channel(name).await?;
        let connector = match self.dispatcher.connector(channel.id) {
            Some(connector) => connector,
            None => self.connector(&channel)?.connector,
        };
        let id = channel.id;
        jobs::total(self.db.readers.read(move |conn| listing_page::about(conn, id)).await?);
        let mut cursor: Option<String> = None;
        loop {
            let page = pull(connector.as_ref(), cursor.as_deref()).await?;
            jobs::advance(page.listings.len());
            let (id, now_ms) = (channel.id, self.clock.now_ms());
            self.db
                .writer
                .write(Lane::Normal, move |tx| mapping::store_page(tx, id, &page.listings, now_ms))
                .await?;
            match page.next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => break,
            }
        }
        self.link_by_codes(channel.id, channel.name).await
    }

    async fn link_by_codes(&self, id: ChannelId, name: String) -> Result<Matched, AppError> {
        let writer = &self.db.writer;
        let already = writer.write(Lane::Normal, move |tx| matching::linked(tx, id)).await?;
        let mut matched = Matched { already, ..Matched::default() };
        for code in Code::ALL {
            let mut after = Some(ListingId(0));
            while let Some(last) = after {
                let context = self.context();
                let page = writer
                    .write(Lane::Normal, move |tx| matching::page(tx, id, code, last, LINKED, &context))
                    .await?;
                matched.linked += page.linked;
                after = page.next;
                self.touched(page.touched);
            }
        }
        let now_ms = self.clock.now_ms();
        let matched =
            writer.write(Lane::Normal, move |tx| matching::finish(tx, id, &name, matched, now_ms)).await?;
        self.dispatcher.wake([id]);
        Ok(matched)
    }

    /// Links one listing by hand, to a variation named by SKU or id.
    ///
    /// # Errors
    /// If there is no such channel or variation.
    pub async fn map_listing(
        &self,
        channel: &str,
        sku: Option<String>,
        item: Option<i64>,
        external: ExternalId,
    ) -> Result<i64, AppError> {
        if external.is_empty() {
            return Err(AppError::Invalid(vec!["external: name the channel's identifiers".to_owned()]));
        }
        let (id, context) = (self.stored_channel(channel).await?.id, self.context());
        let linked = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let item = match (item, sku) {
                    (Some(item), _) if mapping::item_exists(tx, ItemId(item))? => Ok(ItemId(item)),
                    (Some(item), _) => Err(format!("there is no variation {item}")),
                    (None, Some(sku)) => mapping::item_by_sku(tx, &sku)?,
                    (None, None) => Err("name the variation by sku or item".to_owned()),
                };
                let item = match item {
                    Ok(item) => item,
                    Err(message) => return Ok::<_, DbError>(Err(message)),
                };
                Ok(Ok(mapping::link(tx, id, item, &external, &context)?))
            })
            .await?;
        let (listing, touched) = linked.map_err(AppError::NotFound)?;
        self.touched(touched);
        Ok(listing.0)
    }

    /// A channel's mapping as a file.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn export_mapping(&self, channel: &str) -> Result<String, AppError> {
        let id = self.stored_channel(channel).await?.id;
        Ok(self.db.readers.read(move |conn| mapping_file::export(conn, id)).await?)
    }

    /// Links as a file says: all of it, or nothing if a line is wrong.
    ///
    /// # Errors
    /// If there is no such channel; every mistake, each with its line.
    pub async fn import_mapping(&self, channel: &str, file: &[u8]) -> Result<Imported, AppError> {
        let lines = mapping_file::parse(file).map_err(AppError::Invalid)?;
        let (id, context) = (self.stored_channel(channel).await?.id, self.context());
        let outcome = self
            .db
            .writer
            .write(Lane::Normal, move |tx| mapping_file::import(tx, id, &lines, &context))
            .await?;
        let (imported, touched) = outcome.map_err(AppError::Invalid)?;
        self.touched(touched);
        self.dispatcher.wake([id]);
        Ok(imported)
    }

    /// Lets a held sweep go, or keeps it back for good.
    ///
    /// # Errors
    /// If there is no such open hold.
    pub async fn decide_hold(&self, hold: i64, confirm: bool) -> Result<(), AppError> {
        let now_ms = self.clock.now_ms();
        let decide = move |tx: &rusqlite::Transaction<'_>| {
            if confirm { sweep::confirm(tx, hold, now_ms) } else { sweep::reject(tx, hold, now_ms) }
        };
        match self.db.writer.write(Lane::Urgent, decide).await? {
            Some(channel) => {
                self.dispatcher.wake([channel]);
                Ok(())
            }
            None => Err(AppError::NotFound(format!("there is no open hold {hold}"))),
        }
    }
}
