//! What the API says, as far as we listen.

use serde::Deserialize;
use serde_json::Value;

/// A refusal, with placeholders in its words.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub message: String,
    pub parameters: Value,
    pub errors: Vec<Refusal>,
}

impl Refusal {
    /// Whether it is about this SKU: one of its parameters, a list or by name.
    pub(super) fn names(&self, sku: &str) -> bool {
        match &self.parameters {
            Value::Object(named) => named.values().any(|value| value == sku),
            Value::Array(listed) => listed.iter().any(|value| value == sku),
            _ => false,
        }
    }

    /// With the placeholders filled in: `%1` or `%fieldName`.
    pub(super) fn words(&self) -> String {
        let mut words = self.message.clone();
        let mut fill = |key: &str, value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            words = words.replace(&format!("%{key}"), &text);
        };
        match &self.parameters {
            Value::Object(named) => named.iter().for_each(|(key, value)| fill(key, value)),
            Value::Array(listed) => {
                (1..).zip(listed).for_each(|(number, value): (usize, _)| fill(&number.to_string(), value));
            }
            _ => {}
        }
        for error in &self.errors {
            words.push_str(&format!(" {}", error.words()));
        }
        words
    }
}

/// A page of source items.
#[derive(Deserialize)]
pub(super) struct SourceItems {
    #[serde(default)]
    pub items: Vec<SourceItem>,
    #[serde(default)]
    pub total_count: usize,
}

#[derive(Deserialize)]
pub(super) struct SourceItem {
    pub sku: String,
    pub quantity: f64,
    /// 1: in stock. Nothing is sold of what is not, whatever its quantity.
    pub status: i64,
}

impl SourceItem {
    /// Units that are for sale.
    #[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
    pub(super) fn units(&self) -> i64 {
        if self.status == 1 { self.quantity.floor() as i64 } else { 0 }
    }
}

/// A source.
#[derive(Deserialize)]
pub(super) struct Source {
    #[serde(default)]
    pub name: String,
}
