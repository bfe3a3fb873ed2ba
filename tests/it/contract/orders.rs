//! What every connector's orders must do, whichever marketplace they come from. Requests and replies alike are held
//! against the official documents.

mod came_back;
mod returns;
mod webhook;

use onhand::channels::{ChannelConnector, ErrorClass, Orders, Renewals};
use onhand::clock::Clock;
use onhand::domain::{Order, OrderStage, Restock, Shipment};
use onhand_tests::sim::accounts::{self, Account};
use onhand_tests::sim::markets;
use onhand_tests::sim::rest::{Market, MarketHandle, Rules, Sold};
use onhand_tests::sim::spec;
use rust_decimal::Decimal;
use std::sync::Arc;

/// How a channel's webhooks are made: of an order, and of the second in which it is signed.
type Webhook = fn(&Sold, i64) -> (Vec<(String, String)>, Vec<u8>);

/// What the contract must know of a channel.
struct Subject {
    account: Account,
    /// Its orders may wait to be paid.
    unpaid: bool,
    /// A line may be cancelled in part.
    part: bool,
    webhook: Option<Webhook>,
    /// It says that there is something new, and does not sign it.
    unsigned: bool,
    /// Its webhooks say which order it is.
    names_order: bool,
    /// The secret that it signs with.
    key: &'static str,
    /// Its orders name the seller's code.
    sku: bool,
    /// Each order costs a call of its own, of which few are allowed.
    few: bool,
    /// It tells the buyer's e-mail address, or an alias of it.
    email: bool,
    /// Every unit sold is a line of its own.
    units: bool,
    /// It can be told what was sent.
    parcels: bool,
}

struct Booth {
    subject: Subject,
    market: MarketHandle,
    connector: Arc<dyn ChannelConnector>,
}

impl Subject {
    const fn new(account: Account) -> Self {
        Self {
            account,
            unpaid: true,
            part: true,
            webhook: None,
            unsigned: false,
            names_order: true,
            key: "webhook_secret",
            sku: true,
            few: false,
            email: true,
            units: false,
            parcels: true,
        }
    }

    async fn at(self, rules: impl Rules) -> Booth {
        let market = Market::start(rules, spec::find().as_deref()).await.unwrap();
        market.check_replies();
        let connector =
            self.account.connect(&market.url(), &Clock::system(), &[], Renewals::default()).unwrap();
        Booth { subject: self, market, connector }
    }
}

impl Booth {
    fn orders(&self) -> &dyn Orders {
        self.connector.orders().unwrap()
    }

    async fn changed(&self) -> Vec<Order> {
        let (mut all, mut page) = (Vec::new(), None);
        loop {
            let found =
                self.orders().changed(Clock::system().now_ms() - 600_000, page.as_deref()).await.unwrap();
            all.extend(found.orders);
            page = found.next;
            if page.is_none() {
                return all;
            }
        }
    }

    async fn one(&self) -> Order {
        let mut all = self.changed().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn is_clean(&self) {
        assert_eq!(self.market.violations(), Vec::<String>::new());
    }
}

async fn a_sale_is_told_whole(booth: Booth) {
    booth.market.variation(2, "TEE-S", 9);
    let listing = booth.market.variation(2, "TEE-M", 9);
    booth.market.sell(&[("TEE-M", 3)]).unwrap();
    let order = booth.one().await;
    assert_eq!(order.stage, OrderStage::Open);
    assert_eq!(order.currency, "EUR");
    assert_eq!((order.delivery.city.as_str(), order.delivery.last_name.as_str()), ("London", "Lovelace"));
    assert!(!order.delivery.address_1.is_empty() && !order.delivery.postcode.is_empty());
    assert_eq!(order.email.contains('@'), booth.subject.email);
    let age_ms = Clock::system().now_ms() - order.placed_ms;
    assert!((0..60_000).contains(&age_ms), "placed {age_ms} ms ago");
    let each = if booth.subject.units { 1 } else { 3 };
    for line in &order.lines {
        assert_eq!(
            (line.sku.as_deref(), line.quantity, line.by_channel),
            (booth.subject.sku.then_some("TEE-M"), each, false)
        );
        let own = |value: &String| value == "TEE-M" || value == "2" || value.ends_with(&listing.to_string());
        assert!(line.listing.values().all(own), "{line:?}");
    }
    assert_eq!(order.lines.iter().map(|line| line.quantity).sum::<i64>(), 3);
    let total: Decimal = order.lines.iter().map(|line| line.total).sum();
    assert_eq!(total, Decimal::from(30));
    let again = booth.orders().by_id(std::slice::from_ref(&order.id)).await.unwrap();
    assert_eq!(again, [order], "read by itself it is the same");
    booth.is_clean();
}

async fn every_page_is_read(booth: Booth) {
    let number = if booth.subject.few { 12 } else { 230 };
    booth.market.variation(2, "TEE", 1_000_000);
    for _ in 0..number {
        booth.market.sell(&[("TEE", 1)]).unwrap();
    }
    let all = booth.changed().await;
    let ids: std::collections::BTreeSet<&str> = all.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids.len(), number);
    booth.is_clean();
}

/// It is told by its number, and asked for again; what sells beside it comes home.
async fn an_order_that_cannot_be_read_keeps_nobody_from_the_others(booth: Booth) {
    booth.market.variation(2, "TEE", 9);
    // A number that is no part of another.
    booth.market.with_shelf(|shelf| while shelf.number() < 123_456 {});
    booth.market.sell(&[("TEE", 1)]).unwrap();
    let bad = booth.market.with_shelf(|shelf| shelf.sold[0].id);
    booth.market.sell(&[("TEE", 2)]).unwrap();
    booth.market.garble(Some(bad));
    let (mut read, mut unreadable, mut page) = (Vec::new(), Vec::new(), None);
    loop {
        let since_ms = Clock::system().now_ms() - 600_000;
        let found = booth.orders().changed(since_ms, page.as_deref()).await.unwrap();
        read.extend(found.orders);
        unreadable.extend(found.unreadable);
        page = found.next;
        if page.is_none() {
            break;
        }
    }
    let taken = |order: &&Order| order.lines.iter().map(|line| line.quantity).sum::<i64>() == 2;
    assert_eq!(read.iter().filter(taken).count(), 1, "{read:?}");
    let ids: Vec<&str> = unreadable.iter().filter_map(|bad| bad.id.as_deref()).collect();
    assert!(ids.len() == 1 && ids[0].contains(&bad.to_string()), "{unreadable:?} {read:?}");
    let by_itself = booth.orders().by_id(&[ids[0].to_owned()]).await;
    assert!(by_itself.is_err(), "{by_itself:?}");
    booth.market.garble(None);
    assert_eq!(booth.orders().by_id(&[ids[0].to_owned()]).await.unwrap().len(), 1);
}

async fn an_order_of_many_lines_is_told_whole(booth: Booth) {
    let skus: Vec<String> = (0..60).map(|number| format!("TEE-{number}")).collect();
    for sku in &skus {
        booth.market.variation(2, sku, 9);
    }
    let wanted: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 1)).collect();
    booth.market.sell(&wanted).unwrap();
    let order = booth.one().await;
    assert_eq!(order.lines.len(), 60);
    assert_eq!(booth.orders().by_id(std::slice::from_ref(&order.id)).await.unwrap(), [order]);
    booth.is_clean();
}

async fn how_far_it_is_decides_what_is_taken(booth: Booth) {
    booth.market.variation(2, "TEE", 9);
    let id = booth.market.sell(&[("TEE", 3)]).unwrap();
    let taken =
        |order: &Order| -> i64 { order.lines.iter().map(|line| order.taken(line, Restock::default())).sum() };
    if booth.subject.unpaid {
        booth.market.order(&id, |sold| sold.stage = "unpaid");
        let order = booth.one().await;
        assert_eq!(
            (order.stage, taken(&order)),
            (OrderStage::Unpaid, 3),
            "the channel keeps it for the buyer"
        );
        booth.market.order(&id, |sold| sold.stage = "open");
    }
    if booth.subject.part {
        booth.market.order(&id, |sold| sold.lines[0].cancelled = 1);
        let order = booth.one().await;
        // Some channels cancel a line as a whole.
        assert!(order.stage == OrderStage::Open && taken(&order) <= 2, "{order:?}");
        booth.market.order(&id, |sold| sold.lines[0].cancelled = 0);
    }
    booth.market.order(&id, |sold| sold.stage = "shipped");
    let order = booth.one().await;
    assert_eq!((order.stage, taken(&order)), (OrderStage::Shipped, 3));
    booth.market.order(&id, |sold| sold.stage = "cancelled");
    let order = booth.one().await;
    assert_eq!((order.stage, taken(&order)), (OrderStage::Cancelled, 0));
    booth.is_clean();
}

async fn what_was_sent_is_told(booth: Booth) {
    booth.market.variation(2, "TEE", 9);
    booth.market.sell(&[("TEE", 2)]).unwrap();
    let order = booth.one().await;
    let shipment = Shipment {
        order: order.id.clone(),
        lines: order.lines.iter().map(|line| (line.id.clone(), line.quantity)).collect(),
        carrier: "DHL".to_owned(),
        tracking: "00340434161094042557".to_owned(),
        url: "https://dhl.example/00340434161094042557".to_owned(),
        sent_ms: Clock::system().now_ms(),
    };
    if !booth.subject.parcels {
        let refused = booth.orders().ship(&shipment).await.unwrap_err();
        assert_eq!(refused.class(), ErrorClass::Reject, "{refused}");
        return;
    }
    booth.orders().ship(&shipment).await.unwrap();
    let parcels = booth.market.with_shelf(|shelf| shelf.sold[0].shipments.clone());
    assert_eq!(parcels.len(), 1);
    assert!(parcels[0].1.contains("00340434161094042557"), "{parcels:?}");
    assert_eq!(booth.one().await.stage, OrderStage::Shipped);
    booth.is_clean();
}

/// A reply may be lost: what was told is told once more.
async fn telling_it_twice_does_nothing_where_the_order_says_so(booth: Booth) {
    booth.market.variation(2, "TEE", 9);
    booth.market.sell(&[("TEE", 2)]).unwrap();
    let order = booth.one().await;
    let shipment = Shipment {
        lines: order.lines.iter().map(|line| (line.id.clone(), line.quantity)).collect(),
        order: order.id,
        carrier: "DHL".to_owned(),
        tracking: "1".to_owned(),
        url: String::new(),
        sent_ms: Clock::system().now_ms(),
    };
    booth.orders().ship(&shipment).await.unwrap();
    let before = booth.market.requests().len();
    booth.orders().ship(&shipment).await.unwrap();
    assert_eq!(booth.market.requests().len(), before + 1, "the order is read and nothing is told");
}

macro_rules! contract {
    ($name:ident, $rules:expr, $subject:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn a_sale_is_told_whole() {
                super::a_sale_is_told_whole($subject.at($rules).await).await;
            }

            #[tokio::test]
            async fn every_page_is_read() {
                super::every_page_is_read($subject.at($rules).await).await;
            }

            #[tokio::test]
            async fn an_order_that_cannot_be_read_keeps_nobody_from_the_others() {
                super::an_order_that_cannot_be_read_keeps_nobody_from_the_others($subject.at($rules).await)
                    .await;
            }

            #[tokio::test]
            async fn an_order_of_many_lines_is_told_whole() {
                super::an_order_of_many_lines_is_told_whole($subject.at($rules).await).await;
            }

            #[tokio::test]
            async fn how_far_it_is_decides_what_is_taken() {
                super::how_far_it_is_decides_what_is_taken($subject.at($rules).await).await;
            }

            #[tokio::test]
            async fn what_was_sent_is_told() {
                super::what_was_sent_is_told($subject.at($rules).await).await;
            }

            #[tokio::test]
            async fn a_webhook_is_believed_only_if_it_is_genuine() {
                super::webhook::a_webhook_is_believed_only_if_it_is_genuine($subject.at($rules).await).await;
            }
        }
    };
}

contract!(
    woocommerce,
    markets::WooCommerce,
    Subject {
        webhook: Some(|sold, _| markets::woocommerce_webhook(sold, "sim-webhook-secret")),
        ..Subject::new(accounts::WOOCOMMERCE)
    }
);
contract!(
    ebay,
    markets::EbaySales,
    Subject {
        part: false,
        webhook: Some(markets::ebay_webhook),
        key: "client_secret",
        ..Subject::new(accounts::EBAY)
    }
);
contract!(amazon, markets::Amazon, Subject::new(accounts::AMAZON));
contract!(
    walmart,
    markets::Walmart,
    Subject {
        unpaid: false,
        webhook: Some(|sold, _| markets::walmart_webhook(sold, "sim-webhook-secret")),
        names_order: false,
        ..Subject::new(accounts::WALMART)
    }
);
contract!(
    etsy,
    markets::Etsy,
    Subject {
        part: false,
        webhook: Some(|sold, at_s| markets::etsy_webhook(sold, "whsec_c2ltLXdlYmhvb2s=", at_s)),
        ..Subject::new(accounts::ETSY)
    }
);
contract!(
    bol,
    markets::Bol,
    Subject {
        unpaid: false,
        few: true,
        webhook: Some(markets::bol_webhook),
        names_order: false,
        key: "client_secret",
        ..Subject::new(accounts::BOL)
    }
);
contract!(
    shopify,
    markets::ShopifySales::open(spec::find().as_deref()).await.unwrap(),
    Subject {
        webhook: Some(|sold, _| markets::shopify_webhook(sold, "sim-app-secret")),
        ..Subject::new(accounts::SHOPIFY)
    }
);
contract!(magento, markets::Magento, Subject::new(accounts::MAGENTO));
contract!(
    tiktok,
    markets::TikTok,
    Subject {
        webhook: Some(|sold, at_s| markets::tiktok_webhook(sold, "simkey", "sim-app-secret", at_s)),
        key: "app_secret",
        ..Subject::new(accounts::TIKTOK)
    }
);
contract!(
    mercadolibre,
    markets::MercadoLibre,
    Subject { part: false, email: false, unsigned: true, ..Subject::new(accounts::MERCADOLIBRE) }
);
contract!(
    shopee,
    markets::Shopee,
    Subject {
        part: false,
        email: false,
        webhook: Some(|sold, at_s| {
            markets::shopee_webhook(sold, "https://shop.example/wp-json/push", "sim-partner-key", at_s)
        }),
        key: "partner_key",
        ..Subject::new(accounts::SHOPEE)
    }
);
contract!(
    lazada,
    markets::Lazada,
    Subject {
        email: false,
        webhook: Some(|sold, at_s| markets::lazada_webhook(sold, "100132", "sim-app-secret", at_s)),
        key: "app_secret",
        ..Subject::new(accounts::LAZADA)
    }
);
contract!(mirakl, markets::Mirakl, Subject::new(accounts::MIRAKL));
contract!(
    bigcommerce,
    markets::BigCommerce,
    Subject {
        webhook: Some(|sold, at_s| markets::bigcommerce_webhook(sold, "sim-client-secret", at_s)),
        key: "client_secret",
        few: true,
        ..Subject::new(accounts::BIGCOMMERCE)
    }
);
contract!(
    square,
    markets::Square,
    Subject {
        part: false,
        webhook: Some(|sold, at_s| markets::square_webhook(sold, "sim-signature-key", at_s)),
        key: "webhook_signature_key",
        sku: false,
        ..Subject::new(accounts::SQUARE)
    }
);
contract!(
    squarespace,
    markets::Squarespace,
    Subject { unpaid: false, part: false, ..Subject::new(accounts::SQUARESPACE) }
);
contract!(allegro, markets::Allegro, Subject { part: false, ..Subject::new(accounts::ALLEGRO) });
contract!(
    kaufland,
    markets::Kaufland,
    Subject { units: true, unsigned: true, ..Subject::new(accounts::KAUFLAND) }
);
contract!(otto, markets::Otto, Subject { units: true, parcels: false, ..Subject::new(accounts::OTTO) });
contract!(
    shopware,
    markets::Shopware,
    Subject { part: false, unsigned: true, ..Subject::new(accounts::SHOPWARE) }
);

mod declared {
    use super::*;

    #[tokio::test]
    async fn telling_it_twice_does_nothing() {
        use super::telling_it_twice_does_nothing_where_the_order_says_so as twice;
        twice(Subject::new(accounts::SQUARESPACE).at(markets::Squarespace).await).await;
        twice(Subject::new(accounts::ALLEGRO).at(markets::Allegro).await).await;
        twice(Subject::new(accounts::KAUFLAND).at(markets::Kaufland).await).await;
        twice(Subject::new(accounts::SHOPWARE).at(markets::Shopware).await).await;
    }
}
