//! Why a unit was sold that was not there, and which rule would have kept it. Pure.

use super::replay::Step;
use schemars::JsonSchema;
use serde::Serialize;

/// What a listing was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The channel.
    pub channel: String,
    /// The quantity.
    pub quantity: i64,
    /// applied, throttled, ...
    pub outcome: String,
    /// When it was sent, and when its reply was there.
    pub sent_ms: i64,
    pub done_ms: i64,
}

/// One sale of a unit that was not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// Who sold it.
    pub channel: String,
    /// Which order.
    pub order: String,
    /// When (milliseconds).
    pub sold_at: i64,
    /// Units that were not there.
    pub units: i64,
    /// What the listing still showed then, as far as it was told; null: it was never told anything.
    pub showed: Option<i64>,
    /// How long it had been showing too much (milliseconds).
    pub behind_ms: i64,
    /// Why, in sentences.
    pub why: Vec<String>,
    /// What would have prevented it.
    pub prevented_by: Vec<String>,
}

const APPLIED: [&str; 2] = ["applied", "accepted"];

/// One finding for each oversold sale of a channel.
#[must_use]
pub fn findings(sku: &str, steps: &[Step], told: &[Told]) -> Vec<Finding> {
    (0..steps.len())
        .filter(|index| steps[*index].oversold > 0)
        .filter_map(|index| finding(sku, steps, index, told))
        .collect()
}

fn finding(sku: &str, steps: &[Step], index: usize, told: &[Told]) -> Option<Finding> {
    let late = &steps[index];
    let channel = late.event.channel.clone()?;
    // The sale that took the last unit: from then on the listing showed too much.
    let gone = steps[..index].iter().rev().take_while(|step| step.left.is_some_and(|left| left <= 0)).last();
    let sold_at = late.event.at_ms;
    let own: Vec<&Told> = told.iter().filter(|one| one.channel == channel).collect();
    let last = own.iter().rfind(|one| APPLIED.contains(&one.outcome.as_str()) && one.done_ms <= sold_at);
    let since = last.map_or(0, |last| last.done_ms);
    let of_channel = |step: &&Step| step.event.channel.as_ref() == Some(&channel) && step.event.at_ms > since;
    let own_sales: i64 = steps[..index].iter().filter(of_channel).map(|step| step.units_sold()).sum();
    let showed = last.map(|last| last.quantity.saturating_sub(own_sales).max(0));
    let mut why = Vec::new();
    let behind_ms = gone.map_or(0, |gone| sold_at.saturating_sub(gone.event.at_ms));
    match gone {
        None => why.push(format!(
            "it sold {} at once, of which {} were there",
            late.units_sold(),
            late.units_sold() - late.oversold
        )),
        Some(gone) => {
            let seller = gone.event.channel.as_deref().unwrap_or("the shop");
            why.push(format!(
                "the last unit was sold by {seller} ({}) {} before",
                gone.event.what,
                seconds(behind_ms)
            ));
            let heard = gone.event.heard_ms.saturating_sub(gone.event.at_ms);
            why.push(format!("the agent heard of that after {}", seconds(heard)));
            why.extend(telling(&channel, gone.event.heard_ms, sold_at, &own));
        }
    }
    let units = late.units_sold();
    Some(Finding {
        prevented_by: prevented(sku, &channel, showed.unwrap_or(units).max(units)),
        order: late.event.what.clone(),
        channel,
        sold_at,
        units: late.oversold,
        showed,
        behind_ms,
        why,
    })
}

/// From hearing of it to the channel's knowing it.
fn telling(channel: &str, heard_ms: i64, sold_at: i64, own: &[&Told]) -> Vec<String> {
    if heard_ms >= sold_at {
        return vec![format!("{channel} had sold before anybody could tell it")];
    }
    let tries: Vec<&&Told> = own.iter().filter(|one| one.sent_ms >= heard_ms).collect();
    let failed: Vec<String> = tries
        .iter()
        .take_while(|one| one.done_ms <= sold_at || !APPLIED.contains(&one.outcome.as_str()))
        .filter(|one| !APPLIED.contains(&one.outcome.as_str()))
        .map(|one| format!("{} after {}", one.outcome, seconds(one.done_ms.saturating_sub(heard_ms))))
        .collect();
    let mut why = match tries.iter().find(|one| APPLIED.contains(&one.outcome.as_str())) {
        Some(done) => vec![format!(
            "{channel} was told {} {} after that, sent after {}",
            done.quantity,
            seconds(done.done_ms.saturating_sub(heard_ms)),
            seconds(done.sent_ms.saturating_sub(heard_ms))
        )],
        None => vec![format!("{channel} has not been told since")],
    };
    if !failed.is_empty() {
        why.push(format!("tries that did not work: {}", failed.join(", ")));
    }
    why
}

/// The smallest rules under which the listing would have shown nothing to that buyer.
fn prevented(sku: &str, channel: &str, units: i64) -> Vec<String> {
    vec![
        format!("onhand rules set --channel {channel} --sku {sku} --stop-at {units}"),
        format!("onhand rules set --channel {channel} --sku {sku} --buffer {units}"),
    ]
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03} s", ms.div_euclid(1000), ms.rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Change, Event, replay};
    use super::*;

    fn sale(at_ms: i64, channel: Option<&str>, heard_ms: i64, order: &str) -> Event {
        Event {
            at_ms,
            channel: channel.map(str::to_owned),
            what: order.to_owned(),
            change: Change::Delta(-1),
            heard_ms,
            home_ms: Some(heard_ms),
        }
    }

    fn told(channel: &str, quantity: i64, outcome: &str, sent_ms: i64, done_ms: i64) -> Told {
        Told { channel: channel.to_owned(), quantity, outcome: outcome.to_owned(), sent_ms, done_ms }
    }

    #[test]
    fn the_lag_is_taken_apart() {
        let steps = replay(
            Some(1),
            vec![sale(10_000, Some("ebay"), 14_000, "E1"), sale(15_500, Some("shopify"), 16_000, "S1")],
        );
        let told = [
            told("shopify", 1, "applied", 900, 1_000),
            told("shopify", 0, "throttled", 14_010, 14_300),
            told("shopify", 0, "applied", 16_000, 16_200),
        ];
        let found = findings("TEE", &steps, &told);
        assert_eq!(found.len(), 1);
        let one = &found[0];
        assert_eq!((one.channel.as_str(), one.order.as_str(), one.units), ("shopify", "S1", 1));
        assert_eq!((one.showed, one.behind_ms), (Some(1), 5_500));
        assert_eq!(
            one.why,
            [
                "the last unit was sold by ebay (E1) 5.500 s before",
                "the agent heard of that after 4.000 s",
                "shopify was told 0 2.200 s after that, sent after 2.000 s",
                "tries that did not work: throttled after 0.300 s",
            ]
        );
        assert_eq!(one.prevented_by[0], "onhand rules set --channel shopify --sku TEE --stop-at 1");
    }

    #[test]
    fn nobody_can_tell_what_nobody_has_heard() {
        let steps =
            replay(Some(1), vec![sale(10, None, 2_000, "1041"), sale(1_000, Some("ebay"), 1_500, "E1")]);
        let found = findings("TEE", &steps, &[]);
        assert_eq!(found[0].showed, None);
        assert_eq!(found[0].why[2], "ebay had sold before anybody could tell it");
    }
}
