//! An update being worked out: the account as it will be, without touching the account as it is.

use super::error::EbayError;
use super::state::{Account, Item, Listing, Offer, live_quantity};
use super::wire::OfferPriceQuantity;
use crate::sim::op::Op;
use std::collections::BTreeMap;

/// The account with changes on top.
pub struct Draft<'a> {
    account: &'a Account,
    today: i64,
    revisions_per_day: u32,
    items: BTreeMap<String, Item>,
    offers: BTreeMap<u64, Offer>,
    listings: BTreeMap<u64, Listing>,
}

impl<'a> Draft<'a> {
    /// No changes yet.
    pub fn new(account: &'a Account, today: i64, revisions_per_day: u32) -> Self {
        let (items, offers, listings) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { account, today, revisions_per_day, items, offers, listings }
    }

    /// An item as it will be.
    pub fn item(&self, sku: &str) -> Option<&Item> {
        self.items.get(sku).or_else(|| self.account.items.get(sku))
    }

    fn offer(&self, id: u64) -> Option<&Offer> {
        self.offers.get(&id).or_else(|| self.account.offers.get(&id))
    }

    fn listing(&self, id: u64) -> Option<&Listing> {
        self.listings.get(&id).or_else(|| self.account.listings.get(&id))
    }

    /// An item's ship-to-home quantity as it will be.
    pub fn ship_to(&self, sku: &str) -> Option<i64> {
        self.item(sku)?.ship_to
    }

    /// What a buyer will see.
    pub fn shown(&self, sku: &str) -> Option<i64> {
        let item = self.item(sku)?;
        let offers = self.account.offers_of(sku).filter_map(|o| self.offer(o.id));
        let mut live = offers.filter(|o| o.listing.and_then(|l| self.listing(l)).is_some_and(|l| !l.ended));
        live.next().map(|o| live_quantity(item.ship_to, o.available))
    }

    /// Sets (or, with `None`, loses) an item's ship-to-home quantity.
    pub fn set_ship_to(&mut self, sku: &str, quantity: Option<i64>) {
        if let Some(item) = self.item(sku) {
            let item = Item { ship_to: quantity, ..item.clone() };
            self.items.insert(sku.to_owned(), item);
        }
    }

    /// Counts a revision on every live listing of a SKU.
    ///
    /// # Errors
    /// One of them may not be revised; none is counted then.
    pub fn revise_listings_of(&mut self, sku: &str) -> Result<(), EbayError> {
        let listings = self.account.offers_of(sku).filter_map(|o| o.listing);
        let live: Vec<u64> = listings.filter(|l| self.listing(*l).is_some_and(|l| !l.ended)).collect();
        let revised = live.iter().map(|id| self.revised(*id)).collect::<Result<Vec<_>, _>>()?;
        self.listings.extend(revised.into_iter().map(|l| (l.id, l)));
        Ok(())
    }

    /// Changes a published offer.
    ///
    /// # Errors
    /// The offer does not exist, is another SKU's, is not live, may not be revised, or nothing is asked of it.
    pub fn set_offer(&mut self, sku: &str, update: &OfferPriceQuantity) -> Result<(), EbayError> {
        let Some(wanted) = update.offer_id.as_deref() else {
            return Err(EbayError::invalid_value("offerId", "It is required."));
        };
        if update.available_quantity.is_none() && update.price.is_none() {
            return Err(EbayError::invalid_value("offers", "Either availableQuantity or price is required."));
        }
        if update.available_quantity.is_some_and(|q| q < 0) {
            return Err(EbayError::invalid_value("availableQuantity", "It cannot be negative."));
        }
        let offer = wanted.parse().ok().and_then(|id| self.offer(id)).cloned();
        let mut offer = offer.ok_or_else(|| EbayError::offer_not_available(wanted, 400))?;
        if offer.sku != sku {
            return Err(EbayError::user(&format!("Offer {wanted} does not belong to SKU {sku}.")));
        }
        let Some(listing) = offer.listing else {
            return Err(EbayError::user(&format!("Offer {wanted} is not published.")));
        };
        let listing = self.revised(listing)?;
        self.listings.insert(listing.id, listing);
        if let Some(available) = update.available_quantity {
            offer.available = Some(i64::from(available));
        }
        if let Some(price) = &update.price {
            offer.price.clone_from(&price.value);
            offer.currency.clone_from(&price.currency);
        }
        self.offers.insert(offer.id, offer);
        Ok(())
    }

    /// The listing with one more revision today.
    fn revised(&self, id: u64) -> Result<Listing, EbayError> {
        let listing =
            self.listing(id).ok_or_else(|| EbayError::user(&format!("Listing {id} does not exist.")))?;
        if listing.ended {
            let text = "It looks like this listing has ended. You are not allowed to revise ended listings.";
            return Err(EbayError::user(text));
        }
        if listing.on_hold {
            return Err(EbayError::on_hold());
        }
        let (day, count) = listing.revised;
        let count = if day == self.today { count } else { 0 };
        if count >= self.revisions_per_day {
            return Err(EbayError::user(&format!(
                "You have reached the limit of {} revisions for listing {id} today. \
                 You can revise it again on the next calendar day.",
                self.revisions_per_day
            )));
        }
        Ok(Listing { revised: (self.today, count + 1), ..listing.clone() })
    }

    /// The changes.
    pub fn ops(self) -> Vec<Op> {
        let items = self.items.into_values().map(Op::Item);
        let offers = self.offers.into_values().map(Op::Offer);
        items.chain(offers).chain(self.listings.into_values().map(Op::Listing)).collect()
    }
}
