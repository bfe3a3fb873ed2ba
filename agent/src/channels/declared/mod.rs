//! Channels of a simple REST API, declared in TOML and not written in Rust: what is called, what is sent, where in a
//! reply things are, and what its errors mean. Everything else is as for every connector.

mod amounts;
mod call;
mod check;
mod errors;
mod listings;
mod orders;
mod push;
mod shipping;
mod spec;
mod template;
mod valid;

pub use spec::Declaration;
pub use valid::read;

use super::http::Http;
use super::{
    ChannelConnector, ChannelError, ChannelLimits, Field, Orders, Page, Prices, PushReport, QuantityUpdate,
    Rate, Settings, endpoint,
};
use crate::clock::Clock;
use crate::domain::ExternalId;
use async_trait::async_trait;
use call::Api;
use std::sync::Arc;
use std::time::Duration;

/// A declared channel.
struct Declared {
    api: Arc<Api>,
    spec: Arc<Declaration>,
    limits: ChannelLimits,
    orders: Option<orders::DeclaredSales>,
}

/// What an account must be told. It lives as long as the program, as the compiled connectors' own do.
#[must_use]
pub fn fields(spec: &Declaration) -> &'static [Field] {
    let field = |field: &spec::DeclaredField| Field {
        key: field.key.clone().leak(),
        default: field.default.clone().map(|text| &*text.leak()),
        secret: field.secret,
        help: field.help.clone().leak(),
    };
    spec.fields.iter().map(field).collect::<Vec<_>>().leak()
}

/// Makes a connector; calls nothing yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(
    spec: &Arc<Declaration>,
    settings: Settings,
    http: Http,
    clock: Clock,
) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let api = Api::new(Arc::clone(spec), settings, http, clock).map_err(|problem| vec![problem])?;
    endpoint(&api.base).map_err(|problem| vec![problem])?;
    let api = Arc::new(api);
    let orders = orders::DeclaredSales::of(&api, spec);
    Ok(Arc::new(Declared { api, limits: limits(spec), spec: Arc::clone(spec), orders }))
}

fn limits(spec: &Declaration) -> ChannelLimits {
    let rate = |pace: spec::Pace| Rate::new(pace.calls, Duration::from_secs_f64(pace.seconds), pace.burst);
    let limits = &spec.limits;
    ChannelLimits {
        max_batch: limits.max_batch,
        pushes: rate(limits.pushes),
        reads: limits.reads.map(rate),
        per_listing_daily: limits.per_listing_daily,
        max_quantity: limits.max_quantity,
        concurrency: limits.concurrency,
        read_batch: limits.read_batch,
        follow_batch: limits.read_batch,
        one_group: limits.one_group,
        accepts: spec.push.accepted,
    }
}

#[async_trait]
impl ChannelConnector for Declared {
    fn limits(&self) -> &ChannelLimits {
        &self.limits
    }

    fn prices(&self) -> Prices {
        if self.spec.prices { Prices::Along } else { Prices::No }
    }

    async fn check(&self) -> Result<String, ChannelError> {
        check::account(&self.api, &self.spec.check).await
    }

    async fn push(&self, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
        push::put_quantities(&self.api, &self.spec.push, batch).await
    }

    async fn pull(&self, cursor: Option<&str>) -> Result<Page, ChannelError> {
        listings::pull(&self.api, &self.spec.pull, cursor).await
    }

    fn orders(&self) -> Option<&dyn Orders> {
        self.orders.as_ref().map(|orders| orders as &dyn Orders)
    }

    async fn observe(&self, listings: &[ExternalId]) -> Result<Vec<Option<i64>>, ChannelError> {
        listings::observe(&self.api, &self.spec.observe, listings).await
    }
}
