//! Orders of a channel: what a connector that has them adds to [`super::ChannelConnector`].
//!
//! Nothing is kept here: when to ask, what was asked for already, and what becomes of an order is the business of
//! `orders`. A webhook is never believed for what it says of an order: its signature proves that the channel has
//! something new, and the order is read from the API.

use super::each::{UNREADABLE, Unreadable};
use super::{ChannelError, Headroom};
use crate::domain::{Order, Shipment};
use async_trait::async_trait;
use std::time::Duration;

/// What a channel allows and how soon it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLimits {
    /// Asked this often where nothing else says that there is something new.
    pub every: Duration,
    /// A push is made only when the channel's orders were asked for within this time, so that it does not put back
    /// what a buyer has just taken. `None`: its push compares and sets, so that it cannot.
    pub before_push: Option<Duration>,
    /// How late an order may show up in the list, and how far clocks may differ: asked for again so far back.
    pub overlap: Duration,
    /// Most orders of one [`Orders::by_id`].
    pub read_batch: usize,
    /// What came back is asked for this often, where the channel tells of it apart from its orders. `None`: its orders
    /// tell it, or nothing does.
    pub returns: Option<Duration>,
}

/// One page of orders.
#[derive(Clone, Debug, Default)]
pub struct OrderPage {
    /// The orders.
    pub orders: Vec<Order>,
    /// What was told as well and cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
    /// What the reply said about limits.
    pub headroom: Headroom,
}

impl OrderPage {
    /// An order that took calls of its own to be read.
    ///
    /// # Errors
    /// All but that it cannot be read.
    pub fn put(
        &mut self,
        id: &str,
        order: Result<impl IntoIterator<Item = Order>, ChannelError>,
    ) -> Result<(), ChannelError> {
        match order {
            Ok(order) => self.orders.extend(order),
            Err(ChannelError::Refused { code, message }) if code == UNREADABLE => {
                self.unreadable.push(Unreadable { id: Some(id.to_owned()), why: message });
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A webhook as it came.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// When the shop received it, by its database's clock.
    pub received_ms: i64,
    /// The published key with which it says that it is signed, where a channel signs so; `None`: there is none of that name.
    pub key: Option<Vec<u8>>,
}

impl Delivery {
    /// A header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What a genuine webhook says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The channel's own id of this delivery, or something of its content that no other has: the second one of the
    /// same key is a replay.
    pub key: String,
    /// When the channel sent it, as far as its signature covers that.
    pub sent_ms: Option<i64>,
    /// Orders that changed; empty: none, or the channel does not say which.
    pub orders: Vec<String>,
    /// Something changed of which it does not say which order.
    pub look: bool,
}

/// Why a webhook is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// The signature is missing or wrong.
    #[error("its signature is not the channel's: {0}")]
    Signature(String),
    /// It is signed and makes no sense.
    #[error("it is signed and not what the channel documents: {0}")]
    Content(String),
    /// This channel sends none that can be checked.
    #[error("this kind of channel sends no webhooks that can be checked; its orders are asked for")]
    NotExpected,
}

/// The orders of one connected account.
#[async_trait]
pub trait Orders: Send + Sync {
    /// What the channel allows.
    fn limits(&self) -> &OrderLimits;

    /// Orders that were placed or changed since, page by page.
    ///
    /// # Errors
    /// As for [`super::ChannelConnector::push`].
    async fn changed(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError>;

    /// These orders; what the channel does not know is left out.
    ///
    /// # Errors
    /// As for [`super::ChannelConnector::push`].
    async fn by_id(&self, ids: &[String]) -> Result<Vec<Order>, ChannelError>;

    /// Orders of which something came back since, as they are now, each with its [`Order::returns`]. What cannot be read
    /// is asked for again. Asked only where [`OrderLimits::returns`] says so.
    ///
    /// # Errors
    /// As for [`super::ChannelConnector::push`].
    async fn returned(&self, since_ms: i64, page: Option<&str>) -> Result<OrderPage, ChannelError> {
        let _ = (since_ms, page);
        Ok(OrderPage::default())
    }

    /// Checks a webhook, in constant time where it compares.
    ///
    /// # Errors
    /// Why it is not believed.
    fn notice(&self, delivery: &Delivery) -> Result<Notice, NotGenuine> {
        let _ = delivery;
        Err(NotGenuine::NotExpected)
    }

    /// The name of the published key with which a webhook says that it is signed; `None`: the channel signs with a secret.
    fn signed_with(&self, delivery: &Delivery) -> Option<String> {
        let _ = delivery;
        None
    }

    /// That key, as DER; `None`: the channel knows none of this name.
    ///
    /// # Errors
    /// As for [`super::ChannelConnector::push`].
    async fn public_key(&self, id: &str) -> Result<Option<Vec<u8>>, ChannelError> {
        let _ = id;
        Ok(None)
    }

    /// Tells that something has left the house. Telling it twice does nothing.
    ///
    /// # Errors
    /// As for [`super::ChannelConnector::push`].
    async fn ship(&self, shipment: &Shipment) -> Result<(), ChannelError>;
}

/// What dispatch wants to know before it pushes to a channel whose orders come home.
pub trait SoldFirst: Send + Sync {
    /// Are the channel's sales known well enough to push? If not, they are asked for now, and the channel's worker is
    /// woken when that is done. `stale`: the last push found another quantity than it had expected.
    fn ready(&self, stale: bool) -> bool;
}
