//! What a request costs, and the leaky bucket it is paid from.
//!
//! Rules: an object 1 point, a scalar 0, a mutation 10, a plain list as one of its elements' insides, a connection by
//! its page size. Shopify does not publish how connections scale; [`page`] is fitted to the recorded replies.

use super::document::Document;
use super::input::arguments;
use apollo_compiler::Schema;
use apollo_compiler::executable::{Field, Operation, OperationType, Selection, SelectionSet};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a mutation costs.
pub const MUTATION: f64 = 10.0;

/// How often a page of `n` nodes counts its node's cost.
#[must_use]
pub fn page(n: usize) -> f64 {
    let n = u32::try_from(n).map_or(f64::MAX, f64::from).max(1.0);
    2.17f64.mul_add(n.ln(), 2.0)
}

/// Whole points.
#[must_use]
pub fn points(cost: f64) -> u32 {
    let whole = cost.floor().clamp(0.0, f64::from(u32::MAX));
    format!("{whole:.0}").parse().unwrap_or(u32::MAX)
}

/// What a request is estimated to cost before it runs.
pub struct Estimate<'a> {
    pub schema: &'a Schema,
    pub document: &'a Document,
    pub variables: &'a Map<String, Value>,
}

impl Estimate<'_> {
    /// Points of the whole operation.
    #[must_use]
    pub fn operation(&self, operation: &Operation) -> u32 {
        let mutation = operation.operation_type == OperationType::Mutation;
        let each = |field: &Field| {
            if mutation { MUTATION + self.inside(&field.selection_set) } else { self.field(field) }
        };
        points(self.sum(&operation.selection_set, &each).max(1.0))
    }

    /// Sum over the fields; of fragments on different types only the dearest counts.
    fn sum(&self, set: &SelectionSet, each: &dyn Fn(&Field) -> f64) -> f64 {
        let mut own = 0.0;
        let mut on_types: BTreeMap<&str, f64> = BTreeMap::new();
        for selection in &set.selections {
            let (ty, nested) = match selection {
                Selection::Field(field) => {
                    own += each(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.selection_set.ty.as_str(), &fragment.selection_set)
                }
                Selection::FragmentSpread(spread) => match spread.fragment_def(self.document) {
                    Some(fragment) => (fragment.selection_set.ty.as_str(), &fragment.selection_set),
                    None => continue,
                },
            };
            *on_types.entry(ty).or_default() += self.sum(nested, each);
        }
        own + on_types.values().copied().fold(0.0, f64::max)
    }

    fn inside(&self, set: &SelectionSet) -> f64 {
        self.sum(set, &|field| self.field(field))
    }

    fn field(&self, field: &Field) -> f64 {
        let ty = field.ty().inner_named_type();
        if field.selection_set.is_empty() || self.schema.types.get(ty).is_none_or(|t| t.is_leaf()) {
            return 0.0;
        }
        let args = arguments(field, self.variables);
        if ty.ends_with("Connection") {
            let size = ["first", "last"].iter().find_map(|a| args.get(*a).and_then(Value::as_u64));
            let size = usize::try_from(size.unwrap_or(1)).unwrap_or(usize::MAX);
            let node = self.sum(&field.selection_set, &|inner| match inner.name.as_str() {
                "nodes" => 1.0 + self.inside(&inner.selection_set),
                "edges" => self.inside(&inner.selection_set),
                _ => 0.0,
            });
            return node.mul_add(page(size), 1.0);
        }
        let inside = self.inside(&field.selection_set);
        if !field.ty().is_list() {
            return 1.0 + inside;
        }
        let ids = args.get("ids").and_then(Value::as_array).map(Vec::len);
        ids.map_or(inside, |n| (1.0 + inside) * u32::try_from(n).map_or(f64::MAX, f64::from))
    }
}

/// The bucket of points.
#[derive(Debug, Default)]
pub struct Bucket {
    /// Points taken and not flowed back yet.
    used: f64,
    at_us: i64,
}

impl Bucket {
    /// Lets points flow back up to now.
    pub fn restore(&mut self, per_second: u32, now_us: i64) {
        let elapsed_us = u32::try_from((now_us - self.at_us).max(0)).unwrap_or(u32::MAX);
        let back = f64::from(per_second) * f64::from(elapsed_us) / 1_000_000.0;
        self.used = (self.used - back).max(0.0);
        self.at_us = now_us;
    }

    /// Takes points if there are enough.
    pub fn take(&mut self, points: u32, size: u32) -> bool {
        let enough = self.used + f64::from(points) <= f64::from(size);
        if enough {
            self.used += f64::from(points);
        }
        enough
    }

    /// Gives back what was estimated too high.
    pub fn refund(&mut self, points: u32) {
        self.used = (self.used - f64::from(points)).max(0.0);
    }

    /// Points there are now.
    #[must_use]
    pub fn available(&self, size: u32) -> u32 {
        points(f64::from(size) - self.used)
    }
}

/// `extensions.cost` of a reply.
#[must_use]
pub fn extension(requested: u32, actual: Option<u32>, size: u32, available: u32, restore: u32) -> Value {
    json!({
        "cost": {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": size,
                "currentlyAvailable": available,
                "restoreRate": restore,
            },
        }
    })
}
