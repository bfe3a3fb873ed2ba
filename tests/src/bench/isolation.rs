//! How much longer a healthy channel takes beside one in trouble, in virtual time.

use super::report::{Figure, Report};
use crate::lab::{Lab, Latency, Plain, Trouble};
use onhand::channels::Rate;
use onhand::dispatch::DispatchSettings;
use std::sync::Arc;
use std::time::Duration;

const LISTINGS: usize = 500;
const END: Duration = Duration::from_secs(3_600);

/// The ratio beside each kind of trouble, within a runtime of one thread whose time is paused.
///
/// # Errors
/// When the healthy channel does not come into step.
pub async fn run() -> anyhow::Result<Vec<(&'static str, f64)>> {
    let alone = beside(Trouble::None, Duration::ZERO).await?;
    let mut ratios = Vec::new();
    for (name, trouble, latency) in [
        ("down", Trouble::Down, Duration::ZERO),
        ("slow", Trouble::None, Duration::from_secs(25)),
        ("lying", Trouble::Lies, Duration::ZERO),
        ("revoked", Trouble::Revoked, Duration::ZERO),
    ] {
        let took = beside(trouble, latency).await?;
        ratios.push((name, took.as_secs_f64() / alone.as_secs_f64()));
    }
    Ok(ratios)
}

/// The figures of a run.
#[must_use]
pub fn report(ratios: &[(&str, f64)]) -> Report {
    let figure = |value| Figure {
        value,
        unit: "of alone".into(),
        goal: "<= 1.05".into(),
        samples: u64::try_from(LISTINGS).unwrap_or(0),
    };
    ratios.iter().map(|(name, ratio)| (format!("beside_a_channel_that_is_{name}"), figure(*ratio))).collect()
}

async fn beside(trouble: Trouble, latency: Latency) -> anyhow::Result<Duration> {
    let lab = Lab::open(DispatchSettings::default())?;
    let pace = Rate::new(5, Duration::from_secs(1), 5);
    let well = Arc::new(Plain::new(lab.clock.clone(), LISTINGS, 5, pace, 1));
    let other = Arc::new(Plain::new(lab.clock.clone(), LISTINGS, 5, pace, 1));
    let id = lab.channel("well", "plain", &*well).await?;
    let other_id = lab.channel("other", "plain", &*other).await?;
    for channel in [id, other_id] {
        lab.want(channel, 3).await?;
    }
    other.trouble(trouble);
    lab.start(id, "well", well.clone(), Duration::ZERO);
    lab.start(other_id, "other", other.clone(), latency);
    let done = lab.in_step(&[id], Duration::from_millis(100), END).await?;
    done.get(&id).copied().ok_or_else(|| anyhow::anyhow!("the healthy channel is not in step after {END:?}"))
}
