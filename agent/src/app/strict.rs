//! Strict mode at work: deals out, asks the shop to keep what was dealt out, and takes back.

use super::{App, AppError};
use crate::db::{DbError, Lane};
use crate::domain::PoolId;
use crate::issues::{self, Issue};
use crate::mirror::dealing::{self, Ask};
use crate::mirror::{allotments, listings};
use crate::orders::shop::{self, Shop, ShopAllotment, ShopError};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Looked at even if nothing happened.
const SLOW_LOOK: Duration = Duration::from_secs(30);
/// What the shop keeps for nobody is looked for this often.
const STOCKTAKING: Duration = Duration::from_secs(600);

/// Runs until told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    let mut changes = app.dispatcher.changes();
    let mut stocktaking = tokio::time::interval(STOCKTAKING);
    loop {
        let wait = app.deal_out().await.unwrap_or_else(|error| {
            tracing::error!("Strict listings could not be looked after: {error}");
            SLOW_LOOK
        });
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
            _ = stocktaking.tick() => {
                if let Err(error) = app.give_back().await {
                    tracing::warn!("What the shop keeps for channels could not be compared: {error}");
                }
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
}

impl App {
    /// Takes every step that can be taken now; returns how long there is nothing to do if nothing happens.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn deal_out(&self) -> Result<Duration, AppError> {
        loop {
            if !self.db.readers.read(allotments::any).await? {
                return Ok(SLOW_LOOK);
            }
            let (context, settings) = (self.context(), self.config.strict);
            let plan =
                self.db.writer.write(Lane::Normal, move |tx| dealing::plan(tx, &settings, &context)).await?;
            plan.unknown_sales.iter().for_each(|channel| self.orders.want(*channel));
            let (moved, asks) = (!plan.pools.is_empty(), plan.asks);
            self.recompute(plan.pools).await?;
            if !asks.is_empty() {
                let noted = self.ask_the_shop(asks).await?;
                self.recompute(noted).await?;
            } else if !moved {
                let left = plan.next_ms.map_or(SLOW_LOOK, |next| {
                    let left = next.saturating_sub(self.clock.now_ms()).max(1);
                    Duration::from_millis(u64::try_from(left).unwrap_or(1))
                });
                return Ok(left.min(SLOW_LOOK));
            }
        }
    }

    pub(super) async fn recompute(&self, pools: BTreeSet<PoolId>) -> Result<(), DbError> {
        if pools.is_empty() {
            return Ok(());
        }
        let context = self.context();
        let touched = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                listings::recompute_pools(tx, pools.into_iter().map(|pool| (pool, None, true)), &context)
            })
            .await?;
        self.touched(touched);
        Ok(())
    }

    async fn ask_the_shop(&self, asks: Vec<Ask>) -> Result<BTreeSet<PoolId>, AppError> {
        let told = match self.shop().await? {
            Some(shop) => self.allot(&shop, &asks).await,
            None => Err(ShopError::Unknown),
        };
        let now_ms = self.clock.now_ms();
        let again_ms = now_ms.saturating_add(self.config.orders.delay_ms(1));
        let pools = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| match told {
                Ok(answers) => {
                    issues::clear(tx, "shop_away", "allotments")?;
                    let unanswered = asks.iter().filter(|ask| answers.iter().all(|(one, _)| one != *ask));
                    let later: Vec<_> = unanswered.map(|ask| ask.listing).collect();
                    allotments::tell_later(tx, &later, again_ms)?;
                    allotments::noted(tx, &answers, now_ms)
                }
                Err(error) => {
                    let issue = Issue {
                        code: "shop_away",
                        scope: "allotments",
                        message: &format!("Strict listings get no units: {error}"),
                        action: "What they have they sell; they get more when the shop answers.",
                    };
                    issues::raise(tx, &issue, now_ms)?;
                    let listings: Vec<_> = asks.iter().map(|ask| ask.listing).collect();
                    allotments::tell_later(tx, &listings, again_ms)?;
                    Ok(BTreeSet::new())
                }
            })
            .await?;
        Ok(pools)
    }

    async fn shop(&self) -> Result<Option<Shop>, DbError> {
        let sealer = self.sealer.clone();
        self.db.readers.read(move |conn| shop::known(conn, &sealer)).await
    }

    /// What the shop says to each.
    async fn allot(&self, shop: &Shop, asks: &[Ask]) -> Result<Vec<(Ask, i64)>, ShopError> {
        let entries: Vec<ShopAllotment> = asks
            .iter()
            .map(|ask| ShopAllotment {
                channel: ask.channel.clone(),
                item: ask.item,
                from: ask.from,
                to: ask.to,
            })
            .collect();
        let noted = shop::allot(&self.http, &self.clock, shop, &entries).await?;
        let answer = |ask: &Ask| {
            let of = noted.iter().find(|one| one.channel == ask.channel && one.item == ask.item)?;
            Some((ask.clone(), of.units))
        };
        Ok(asks.iter().filter_map(answer).collect())
    }

    /// What the shop keeps for a channel or a listing that is no more, or not strict any more, is the shop's again.
    pub(super) async fn give_back(&self) -> Result<(), AppError> {
        let Some(shop) = self.shop().await? else { return Ok(()) };
        let noted = match shop::allot(&self.http, &self.clock, &shop, &[]).await {
            Ok(noted) => noted,
            // A plugin without strict mode keeps nothing for anybody.
            Err(ShopError::Stranger { status: 404, .. }) => return Ok(()),
            Err(error) => return Err(AppError::Invalid(vec![error.to_string()])),
        };
        let noted: Vec<_> = noted.into_iter().map(|one| (one.channel, one.item, one.units)).collect();
        let asks = self.db.writer.write(Lane::Normal, move |tx| allotments::nobodys(tx, &noted)).await?;
        if !asks.is_empty() {
            self.allot(&shop, &asks).await.map_err(|error| AppError::Invalid(vec![error.to_string()]))?;
        }
        Ok(())
    }
}
