//! Strict mode in the races: the agent's own dealing, with a shop that keeps what it is asked to.

use crate::lab::Lab;
use onhand::allocation::StrictSettings;
use onhand::db::DbError;
use onhand::domain::ChannelId;
use onhand::mirror::dealing::{self, Ask};
use onhand::mirror::listings::{self, Context};
use onhand::mirror::{allotments, flight};
use rusqlite::params;
use std::collections::BTreeMap;

/// Names of the channels.
const NAMES: [&str; 2] = ["one", "other"];

/// Sales are heard of after five seconds: whoever asks later than that knows all.
const SETTINGS: StrictSettings = StrictSettings { settle_ms: 5_000, rebalance_ms: 10_000 };

/// The one who deals out, and what the shop keeps for channels.
#[derive(Default)]
pub(super) struct Dealer {
    kept: BTreeMap<(usize, usize), i64>,
    orders: i64,
}

impl Dealer {
    /// Units of a run that the shop does not sell.
    pub(super) fn kept(&self, run: usize) -> i64 {
        (0..NAMES.len()).filter_map(|channel| self.kept.get(&(run, channel))).sum()
    }

    /// A channel's sale is known: in flight, and what the shop is about to take is off what it keeps. Returns what the
    /// movement is to refer to.
    pub(super) async fn heard(
        &mut self,
        lab: &Lab,
        id: ChannelId,
        channel: usize,
        run: usize,
        now_ms: i64,
    ) -> anyhow::Result<String> {
        self.orders += 1;
        if let Some(kept) = self.kept.get_mut(&(run, channel)) {
            *kept = (*kept - 1).max(0);
        }
        let (order, item) = (self.orders, i64::try_from(run + 1)?);
        lab.write(move |tx| {
            tx.execute(
                "INSERT INTO channel_order (order_id, channel_id, external, number, stage, placed_ms, changed_ms, digest, revision,
                    statement, via, state, first_ms) VALUES (?1, ?2, ?1, ?1, 'open', ?3, ?3, '', 1, x'', 'poll', 0, ?3)",
                params![order, id, now_ms],
            )?;
            tx.execute(
                "INSERT INTO order_line (order_id, line, item_id, title, quantity, wanted) VALUES (?1, '1', ?2, '', 1, 1)",
                params![order, item],
            )?;
            Ok::<_, DbError>(())
        })
        .await?;
        Ok(flight::reference(NAMES[channel], &order.to_string()))
    }

    /// Everything that can be done now. `counted`: what the shop knows to have, by run.
    pub(super) async fn deal(&mut self, lab: &Lab, context: &Context, counted: &[i64]) -> anyhow::Result<()> {
        loop {
            let ctx = context.clone();
            let plan = lab.write(move |tx| dealing::plan(tx, &SETTINGS, &ctx)).await?;
            if plan.pools.is_empty() && plan.asks.is_empty() && plan.unknown_sales.is_empty() {
                return Ok(());
            }
            let answers = plan
                .asks
                .into_iter()
                .map(|ask| self.note(ask, counted))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let (ctx, mut pools, asked) = (context.clone(), plan.pools, plan.unknown_sales);
            let touched = lab
                .write(move |tx| {
                    for channel in asked {
                        tx.execute(
                            "INSERT INTO order_cursor (channel_id, since_ms, swept_ms) VALUES (?1, 0, ?2)
                             ON CONFLICT (channel_id) DO UPDATE SET swept_ms = ?2",
                            params![channel, ctx.now_ms],
                        )?;
                    }
                    pools.extend(allotments::noted(tx, &answers, ctx.now_ms)?);
                    listings::recompute_pools(tx, pools.into_iter().map(|pool| (pool, None, true)), &ctx)
                })
                .await?;
            lab.dispatcher.wake(touched.channels);
        }
    }

    /// As the shop does it.
    fn note(&mut self, ask: Ask, counted: &[i64]) -> anyhow::Result<(Ask, i64)> {
        let run = usize::try_from(ask.item - 1)?;
        let channel = usize::from(ask.channel != NAMES[0]);
        let free = counted[run] - self.kept(run);
        let kept = self.kept.entry((run, channel)).or_default();
        if *kept == ask.from {
            *kept = ask.to.min(*kept + free.max(0));
        }
        let units = *kept;
        Ok((ask, units))
    }
}
