//! What a marketplace has sold.

use super::Shelf;

/// An order.
#[derive(Clone, Debug)]
pub struct Sold {
    /// The marketplace's number of it.
    pub id: u64,
    /// unpaid, open, shipped, cancelled.
    pub stage: &'static str,
    pub placed_us: i64,
    pub changed_us: i64,
    /// It shows up in lists from then on.
    pub listed_us: i64,
    pub lines: Vec<SoldLine>,
    /// What the seller told of parcels: carrier and number.
    pub shipments: Vec<(String, String)>,
    pub currency: &'static str,
    /// The seller has taken notice of it.
    pub acknowledged: bool,
}

/// A line of it.
#[derive(Clone, Debug)]
pub struct SoldLine {
    pub id: u64,
    /// The listing's number, its product's number, and its SKU.
    pub listing: u64,
    pub group: u64,
    pub sku: String,
    pub quantity: i64,
    pub cancelled: i64,
    pub returned: i64,
}

/// What came back of an order, where a marketplace tells of it by itself.
#[derive(Clone, Debug)]
pub struct SentBack {
    /// The marketplace's number of it.
    pub id: u64,
    /// The order's.
    pub of: u64,
    /// When the buyer asked for it.
    pub asked_us: i64,
    /// When it came back, or whatever else became of it.
    pub changed_us: i64,
    /// Lines of the order, and units. Empty: money alone.
    pub lines: Vec<(u64, i64)>,
    /// It is not settled yet.
    pub open: bool,
    /// Nothing came back of it in the end.
    pub void: bool,
}

impl Sold {
    /// Cents of a line: 10.00 a unit, and 1.90 of tax.
    #[must_use]
    pub fn cents(line: &SoldLine) -> (i64, i64) {
        (line.quantity * 1000, line.quantity * 190)
    }
}

/// Cents as text.
#[must_use]
pub fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

impl Shelf {
    /// A buyer takes some of these. `None`: there is not enough.
    pub fn sell(&mut self, wanted: &[(&str, i64)], now_us: i64) -> Option<u64> {
        let enough =
            |(sku, units): &(&str, i64)| self.by_sku(sku).is_some_and(|entry| entry.quantity >= *units);
        if !wanted.iter().all(enough) {
            return None;
        }
        let mut lines = Vec::new();
        for (sku, units) in wanted {
            let id = self.number();
            let entry = self.entries.iter_mut().find(|entry| entry.sku == *sku)?;
            entry.quantity -= units;
            lines.push(SoldLine {
                id,
                listing: entry.id,
                group: entry.group,
                sku: entry.sku.clone(),
                quantity: *units,
                cancelled: 0,
                returned: 0,
            });
        }
        let id = self.number();
        self.sold.push(Sold {
            id,
            stage: "open",
            placed_us: now_us,
            changed_us: now_us,
            listed_us: now_us,
            lines,
            shipments: Vec::new(),
            currency: "EUR",
            acknowledged: false,
        });
        Some(id)
    }

    /// Units of the order's lines come back, each by its place; none: money alone.
    pub fn give_back(&mut self, of: u64, units: &[(usize, i64)], now_us: i64) -> u64 {
        let lines = self.order(of).map(|sold| sold.lines.clone()).unwrap_or_default();
        let id = self.number();
        let lines = units.iter().map(|(place, units)| (lines[*place].id, *units)).collect();
        let (asked_us, changed_us) = (now_us, now_us);
        self.returns.push(SentBack { id, of, asked_us, changed_us, lines, open: false, void: false });
        id
    }

    /// An order, to be changed.
    pub fn order(&mut self, id: u64) -> Option<&mut Sold> {
        self.sold.iter_mut().find(|sold| sold.id == id)
    }
}
