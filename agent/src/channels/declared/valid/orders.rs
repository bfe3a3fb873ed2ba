//! What a declaration says of orders, tried on an order of which nothing is known.

use super::Trial;
use crate::channels::declared::orders::Made;
use crate::channels::declared::shipping::parcel;
use crate::channels::declared::spec::DeclaredOrders;
use crate::domain::Shipment;
use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Value, context};
use std::sync::Arc;

/// Part of a reply: whatever is asked of it is there. As text it is 1; as a list it is empty.
#[derive(Debug)]
struct Anything;

impl Object for Anything {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Empty
    }

    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        Some(Value::from_dyn_object(Arc::clone(self)))
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("1")
    }
}

impl Trial<'_> {
    pub(super) fn orders(&mut self, orders: &DeclaredOrders) {
        for cursor in ["", "1"] {
            let given = context! { since => "2026-11-27T00:00:00Z", now => "2026-11-27T00:00:01Z", cursor };
            self.call("orders.changed", &orders.changed, &given);
        }
        self.call("orders.by_id", &orders.by_id, &context! { id => "1" });
        for (key, one) in [
            ("orders.list", Some(&orders.list)),
            ("orders.id", Some(&orders.id)),
            ("orders.next", Some(&orders.next)),
            ("orders.found", Some(&orders.found)),
            ("orders.only", orders.only.as_ref()),
        ] {
            self.expression(key, one);
        }
        if orders.every == 0 || orders.before_push == 0 {
            self.wrong("orders", "every and before_push must be at least 1".to_owned());
        }
        let nothing = self.with(context! { order => () });
        match self.filler.made(&orders.order, &nothing) {
            Err(problem) => self.wrong("orders.order", problem),
            Ok(made) => {
                if let Err(problem) = Made::fits(made) {
                    self.wrong("orders.order", problem);
                }
            }
        }
        self.parcels(orders);
    }

    fn parcels(&mut self, orders: &DeclaredOrders) {
        match (&orders.no_ship, orders.ship.is_empty()) {
            (None, true) => self.wrong("orders.ship", "is missing; or say why in orders.no_ship".to_owned()),
            (Some(_), false) => self.wrong("orders.no_ship", "cannot stand beside orders.ship".to_owned()),
            _ => {}
        }
        let shipment = parcel(&Shipment {
            order: "1".to_owned(),
            lines: vec![("1".to_owned(), 1)],
            carrier: "DHL".to_owned(),
            tracking: "1".to_owned(),
            url: "https://carrier.example/1".to_owned(),
            sent_ms: 0,
        });
        let order = Value::from_object(Anything);
        let given = context! { order => order, shipment, part => order };
        for (index, call) in orders.ship.iter().enumerate() {
            self.expression(&format!("orders.ship[{index}].each"), call.each.as_ref());
            self.expression(&format!("orders.ship[{index}].only"), call.only.as_ref());
            self.call(&format!("orders.ship[{index}].request"), &call.request, &given);
        }
    }
}
