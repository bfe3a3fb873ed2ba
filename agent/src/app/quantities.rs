//! What channels would show if the shop had other quantities.

use super::{App, AppError};
use crate::db::{DbError, Lane};
use crate::domain::{ChannelId, ItemId, PoolId, Quantity};
use crate::mirror::listings::{self, Preview};
use crate::mirror::{channels as stored, items};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Quantities that the shop might have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supposed {
    /// Of these variations or products; of one that is counted on its product: the product's.
    pub quantities: Vec<SupposedQuantity>,
}

/// A quantity that the shop might have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupposedQuantity {
    /// WooCommerce's id.
    pub item: i64,
    /// As a decimal text.
    #[schemars(with = "String")]
    pub quantity: Quantity,
}

/// How a transaction ends in which something was only supposed.
enum Ended {
    Looked(Preview),
    Failed(DbError),
}

impl From<DbError> for Ended {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

impl App {
    /// What the listings of these would show, and those of kits that are made of them. Changes nothing. What the shop has never told of
    /// is on no channel.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn preview_quantities(&self, supposed: Supposed) -> Result<Preview, AppError> {
        let context = self.context();
        let channels: BTreeMap<ChannelId, String> =
            self.db.readers.read(stored::all).await?.into_iter().map(|one| (one.id, one.name)).collect();
        let ended = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let mut quantities: BTreeMap<PoolId, Quantity> = BTreeMap::new();
                for SupposedQuantity { item, quantity } in supposed.quantities {
                    if let Some(pool) = items::pool_of(tx, ItemId(item))? {
                        quantities.insert(pool, quantity);
                    }
                }
                // An error: nothing of it stays.
                let preview = listings::preview_quantities(tx, &channels, &quantities, &context)?;
                Err::<std::convert::Infallible, _>(Ended::Looked(preview))
            })
            .await;
        match ended {
            Ok(never) => match never {},
            Err(Ended::Looked(preview)) => Ok(preview),
            Err(Ended::Failed(error)) => Err(error.into()),
        }
    }
}
