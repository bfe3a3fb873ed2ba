//! Telling a channel what left the house.

use super::error::IntakeError;
use super::intake::IntakeParts;
use crate::channels::{ErrorClass, Orders};
use crate::db::{DbError, Lane};
use crate::issues::{self, Issue};
use crate::mirror::shipments;

/// Tells everything that is due. One that fails does not hold up the others. Returns when the next one is due.
pub(super) async fn tell(parts: &IntakeParts, orders: &dyn Orders) -> Result<Option<i64>, IntakeError> {
    loop {
        let (name, now_ms) = (parts.desk.name.clone(), parts.clock.now_ms());
        let (due, next_ms) = parts
            .db
            .readers
            .read(move |conn| {
                Ok::<_, DbError>((shipments::due(conn, &name, now_ms)?, shipments::next_due(conn, &name)?))
            })
            .await?;
        let Some((id, attempts, shipment)) = due else { return Ok(next_ms) };
        let result = orders.ship(&shipment).await;
        let (name, now_ms) = (parts.desk.name.clone(), parts.clock.now_ms());
        let due_ms = now_ms.saturating_add(parts.settings.delay_ms(attempts));
        parts
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let scope = format!("shipment:{name}:{}", shipment.order);
                let Err(error) = result else {
                    issues::clear(tx, "shipment_refused", &scope)?;
                    return shipments::told(tx, id, now_ms, None);
                };
                let text = error.to_string();
                if error.class() != ErrorClass::Reject {
                    return shipments::put_off(tx, id, due_ms, &text);
                }
                let issue = Issue {
                    code: "shipment_refused",
                    scope: &scope,
                    message: &format!(
                        "{name} was not told that its order {} was sent: {text}",
                        shipment.order
                    ),
                    action: "Mark it as sent on the channel itself.",
                };
                issues::raise(tx, &issue, now_ms)?;
                shipments::told(tx, id, now_ms, Some(&text))
            })
            .await?;
    }
}
