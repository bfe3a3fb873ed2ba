//! Telling of a parcel.

use super::call::{Api, broken};
use super::spec::Ship;
use crate::channels::ChannelError;
use crate::channels::facts::utc;
use crate::domain::Shipment;
use minijinja::{Value, context};

/// The calls, one after the other. What the channel knows already is not told again: `only` looks at the order.
pub(super) async fn tell(
    api: &Api,
    calls: &[Ship],
    order: &Value,
    shipment: &Shipment,
) -> Result<(), ChannelError> {
    let shipment = parcel(shipment);
    for call in calls {
        let fail = |problem| broken("orders.ship", problem);
        let parts = match &call.each {
            Some(each) => api.filler.list(each, &api.context(context! { order, shipment })).map_err(fail)?,
            None => vec![Value::from(())],
        };
        for part in parts {
            let given = context! { order, shipment, part };
            let wanted = match &call.only {
                Some(only) => api.filler.value(only, &api.context(given.clone())).map_err(fail)?.is_true(),
                None => true,
            };
            if wanted {
                api.send(&call.request, given).await?;
            }
        }
    }
    Ok(())
}

/// A parcel as templates see it.
pub(super) fn parcel(shipment: &Shipment) -> Value {
    let lines: Vec<Value> =
        shipment.lines.iter().map(|(line, units)| context! { id => line, units => units }).collect();
    context! {
        order => shipment.order, lines, carrier => shipment.carrier, tracking => shipment.tracking,
        url => shipment.url, sent => utc(shipment.sent_ms)
    }
}
