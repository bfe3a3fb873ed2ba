//! What a channel's price is, made of the shop's. Pure.

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a channel's prices follow the shop's. In this order: percent, add, round, end, minimum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    /// Of the channel: ISO 4217, such as EUR. Where it is not the shop's, `percent` is what the exchange makes of it.
    pub currency: String,
    /// So many percent more, or less where below zero.
    #[serde(default)]
    #[schemars(with = "String")]
    pub percent: Decimal,
    /// So much more, or less where below zero.
    #[serde(default)]
    #[schemars(with = "String")]
    pub add: Decimal,
    /// To the nearest multiple of this, such as 0.05.
    #[schemars(with = "Option<String>")]
    pub round: Option<Decimal>,
    /// Up to the next price that ends like this, such as 0.99.
    #[schemars(with = "Option<String>")]
    pub ending: Option<Decimal>,
    /// Never below this.
    #[schemars(with = "Option<String>")]
    pub minimum: Option<Decimal>,
}

/// Of all currencies that a channel takes.
const PLACES: u32 = 2;

impl PriceRule {
    /// Everything that makes no sense, each as a sentence that begins with the key.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.currency.len() != 3 || !self.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.push(format!("currency: {:?} is none; they look like EUR", self.currency));
        }
        if self.percent <= -Decimal::ONE_HUNDRED {
            problems.push(format!("percent: {} leaves nothing of a price", self.percent));
        }
        if self.round.is_some_and(|round| round < Decimal::new(1, PLACES)) {
            problems.push("round: must be at least 0.01".to_owned());
        }
        if self.ending.is_some_and(|ending| ending < Decimal::ZERO || ending >= Decimal::ONE) {
            problems.push("ending: must be at least 0 and below 1".to_owned());
        }
        if self.minimum.is_some_and(|minimum| minimum < Decimal::ZERO) {
            problems.push("minimum: must not be below zero".to_owned());
        }
        problems
    }

    /// The channel's price of what costs this in the shop; nothing where the shop has no price or nothing is left of it.
    #[must_use]
    pub fn price(&self, shop: &str) -> Option<String> {
        let shop: Decimal = shop.parse().ok()?;
        let share = Decimal::ONE.checked_add(self.percent.checked_div(Decimal::ONE_HUNDRED)?)?;
        let mut price = shop.checked_mul(share)?.checked_add(self.add)?;
        if let Some(step) = self.round {
            let steps = price.checked_div(step)?;
            let steps = steps.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            price = steps.checked_mul(step)?;
        }
        price = price.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero);
        if let Some(ending) = self.ending {
            let ended = price.floor().checked_add(ending)?;
            price = if ended < price { ended.checked_add(Decimal::ONE)? } else { ended };
        }
        price = price.max(self.minimum.unwrap_or_default());
        let sold = shop > Decimal::ZERO && price > Decimal::ZERO;
        sold.then(|| format!("{price:.2}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule() -> PriceRule {
        PriceRule {
            currency: "EUR".to_owned(),
            percent: Decimal::ZERO,
            add: Decimal::ZERO,
            round: None,
            ending: None,
            minimum: None,
        }
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn step_by_step() {
        assert_eq!(rule().price("19.9").as_deref(), Some("19.90"));
        let more = PriceRule { percent: dec("10"), ..rule() };
        assert_eq!(more.price("19.95").as_deref(), Some("21.95"), "half a cent goes up");
        let add = PriceRule { add: dec("0.50"), ..more.clone() };
        assert_eq!(add.price("10").as_deref(), Some("11.50"));
        let round = PriceRule { round: Some(dec("0.05")), ..more.clone() };
        assert_eq!(round.price("10.30").as_deref(), Some("11.35"));
        let ending = PriceRule { ending: Some(dec("0.99")), ..more };
        assert_eq!(ending.price("10").as_deref(), Some("11.99"));
        assert_eq!(ending.price("10.91").as_deref(), Some("12.99"), "12.00 is above 11.99");
        assert_eq!(PriceRule { minimum: Some(dec("5")), ..rule() }.price("2").as_deref(), Some("5.00"));
    }

    #[test]
    fn what_is_not_for_sale_has_no_price() {
        for shop in ["", "0", "free", "-3"] {
            assert_eq!(rule().price(shop), None, "{shop:?}");
        }
        assert_eq!(PriceRule { add: dec("-5"), ..rule() }.price("3"), None);
    }

    #[test]
    fn every_mistake_is_named() {
        let wrong = PriceRule {
            currency: "euro".to_owned(),
            percent: dec("-100"),
            round: Some(Decimal::ZERO),
            ending: Some(dec("1")),
            minimum: Some(dec("-1")),
            ..rule()
        };
        assert_eq!(wrong.problems().len(), 5);
        assert_eq!(rule().problems(), [""; 0]);
    }

    proptest! {
        /// An ending never makes it cheaper, and never dearer by a whole unit.
        #[test]
        fn an_ending_is_the_next_one(cents in 1i64..10_000_000, ending in 0i64..100) {
            let shop = Decimal::new(cents, 2);
            let rule = PriceRule { ending: Some(Decimal::new(ending, 2)), ..rule() };
            let price = dec(&rule.price(&shop.to_string()).unwrap_or_else(|| "0".to_owned()));
            prop_assume!(price > Decimal::ZERO);
            prop_assert!(price >= shop && price - shop < Decimal::ONE);
            prop_assert_eq!(price.fract(), Decimal::new(ending, 2));
        }
    }
}
