//! Which of the webhooks that came in are to be believed, and what they say.

use super::error::IntakeError;
use super::intake::IntakeParts;
use crate::channels::{Delivery, NotGenuine, Orders, PublicKeys};
use crate::db::{DbError, Lane};
use crate::issues::{self, Issue};
use crate::mirror::inbox::{self, Waiting};
use rusqlite::params;
use std::collections::BTreeSet;

/// Looked at in one go.
const SOME: usize = 50;

/// What a look at the inbox gave.
#[derive(Debug, Default)]
pub(super) struct Believed {
    /// Orders to be read.
    pub ids: Vec<String>,
    /// Deliveries that were believed.
    pub keys: Vec<String>,
    /// Deliveries that are dealt with once the orders are read.
    pub take_out: Vec<i64>,
    /// Something is new of which no delivery says what.
    pub look: bool,
    /// Why some were not believed.
    pub doubts: Vec<String>,
}

/// Looks at the oldest ones: as many as name the orders of one reading.
pub(super) async fn look(
    parts: &IntakeParts,
    orders: &dyn Orders,
    keys: &PublicKeys,
    most: usize,
) -> Result<Believed, IntakeError> {
    let name = parts.desk.name.clone();
    let waiting = parts.db.readers.read(move |conn| inbox::of_channel(conn, &name, SOME)).await?;
    let mut believed = Believed::default();
    let mut ids = BTreeSet::new();
    for one in waiting {
        if ids.len() >= most.max(1) {
            break;
        }
        believed.take_out.push(one.id);
        match judge(parts, orders, keys, one, &believed.keys).await? {
            Ok(notice) => {
                ids.extend(notice.orders);
                believed.look |= notice.look;
                believed.keys.push(notice.key);
            }
            Err(doubt) => believed.doubts.extend(doubt),
        }
    }
    believed.ids = ids.into_iter().collect();
    Ok(believed)
}

/// `Err(None)`: a delivery that came twice, which channels do by themselves.
async fn judge(
    parts: &IntakeParts,
    orders: &dyn Orders,
    keys: &PublicKeys,
    one: Waiting,
    seen_now: &[String],
) -> Result<Result<crate::channels::Notice, Option<String>>, IntakeError> {
    let mut delivery = Delivery { headers: one.headers, body: one.body, received_ms: one.at_ms, key: None };
    keys.put_into(&mut delivery, orders).await?;
    let notice = match orders.notice(&delivery) {
        Ok(notice) => notice,
        Err(doubt @ (NotGenuine::Signature(_) | NotGenuine::Content(_) | NotGenuine::NotExpected)) => {
            return Ok(Err(Some(doubt.to_string())));
        }
    };
    let (channel, key) = (parts.desk.channel, notice.key.clone());
    let seen = parts.db.readers.read(move |conn| {
        Ok::<_, DbError>(conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM webhook_seen WHERE channel_id = ?1 AND key = ?2)",
            params![channel, key],
            |row| row.get(0),
        )?)
    });
    if seen.await? || seen_now.contains(&notice.key) {
        return Ok(Err(None));
    }
    // Its age is that at which the shop received it: an agent that was down for a day still believes it. What is too
    // old is not believed in what it names; a genuine one that came late costs one asking.
    let age_ms = notice.sent_ms.map_or(0, |sent| delivery.received_ms.saturating_sub(sent));
    if age_ms > parts.settings.webhook_age_ms {
        tracing::info!(channel = %parts.desk.name, age_ms, "A webhook came late: the orders are asked for instead.");
        return Ok(Ok(crate::channels::Notice { orders: Vec::new(), look: true, ..notice }));
    }
    Ok(Ok(notice))
}

/// What they said is entered: they are taken out, and not believed a second time.
pub(super) async fn done(
    parts: &IntakeParts,
    keys: Vec<String>,
    take_out: Vec<i64>,
    doubts: Vec<String>,
) -> Result<(), IntakeError> {
    let (channel, name, now_ms) = (parts.desk.channel, parts.desk.name.clone(), parts.clock.now_ms());
    parts
        .db
        .writer
        .write(Lane::Normal, move |tx| {
            let mut seen = tx.prepare_cached(
                "INSERT OR IGNORE INTO webhook_seen (channel_id, key, seen_ms) VALUES (?1, ?2, ?3)",
            )?;
            for key in &keys {
                seen.execute(params![channel, key, now_ms])?;
            }
            for doubt in &doubts {
                let issue = Issue {
                    code: "webhook_refused",
                    scope: &format!("channel:{name}"),
                    message: &format!("A webhook for {name} was not believed: {doubt}"),
                    action: "If the channel itself sent it, its secret here is not the one it signs with. Orders are asked for meanwhile.",
                };
                issues::raise(tx, &issue, now_ms)?;
            }
            inbox::remove(tx, &take_out)
        })
        .await?;
    Ok(())
}
