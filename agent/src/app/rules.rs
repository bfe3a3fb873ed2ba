//! The rules that decide how much of the stock a channel, or one listing of it, shows.

use super::{App, AppError};
use crate::allocation::Rules;
use crate::db::Lane;
use crate::mirror::channels as stored;
use crate::mirror::listings;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A change of rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRules {
    /// Of this channel.
    pub channel: String,
    /// Of its listings of this variation only.
    pub sku: Option<String>,
    /// Rules to be set.
    #[serde(default)]
    pub set: Rules,
    /// Rules to be dropped, by name.
    #[serde(default)]
    pub unset: Vec<String>,
}

impl App {
    /// Changes a channel's rules, or those of its listings of one variation, and applies them at once. Returns the rules
    /// as they are then.
    ///
    /// # Errors
    /// Every rule that makes no sense; if there is no such channel or listing.
    pub async fn set_rules(&self, change: SetRules) -> Result<Rules, AppError> {
        let channel = self.stored_channel(&change.channel).await?;
        let before = match &change.sku {
            None => channel.rules,
            Some(sku) => self.listing_rules(&change.channel, sku).await?,
        };
        let rules = changed(before, &change)?;
        let problems: Vec<String> = rules.problems().iter().map(ToString::to_string).collect();
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        let (id, sku) = (channel.id, change.sku.clone());
        self.db
            .writer
            .write(Lane::Normal, move |tx| match &sku {
                None => stored::set_rules(tx, id, &rules),
                Some(sku) => listings::set_rules(tx, id, sku, &rules),
            })
            .await?;
        if change.sku.is_none() {
            self.rules_changed(id, rules);
        }
        let context = self.context();
        self.db.writer.write(Lane::Normal, move |tx| listings::recompute_channel(tx, id, &context)).await?;
        self.dispatcher.wake([id]);
        Ok(rules)
    }

    /// A channel's rules, or those of its listings of one variation alone.
    ///
    /// # Errors
    /// If there is no such channel or listing.
    pub async fn rules(&self, channel: &str, sku: Option<&str>) -> Result<Rules, AppError> {
        match sku {
            None => Ok(self.stored_channel(channel).await?.rules),
            Some(sku) => self.listing_rules(channel, sku).await,
        }
    }

    async fn listing_rules(&self, channel: &str, sku: &str) -> Result<Rules, AppError> {
        let id = self.stored_channel(channel).await?.id;
        let wanted = sku.to_owned();
        let found = self.db.readers.read(move |conn| listings::rules_of(conn, id, &wanted)).await?;
        found.ok_or_else(|| {
            AppError::NotFound(format!("{channel} has no listing of a variation with the SKU {sku}"))
        })
    }
}

/// The names of rules are those of the fields.
fn changed(before: Rules, change: &SetRules) -> Result<Rules, AppError> {
    let invalid = |error: serde_json::Error| AppError::Invalid(vec![error.to_string()]);
    let object = |rules: &Rules| -> Result<Map<String, Value>, AppError> {
        match serde_json::to_value(rules).map_err(invalid)? {
            Value::Object(object) => Ok(object),
            _ => Ok(Map::new()),
        }
    };
    let mut rules = object(&before)?;
    let unknown: Vec<String> = change
        .unset
        .iter()
        .filter(|name| !rules.contains_key(*name))
        .map(|name| {
            let known: Vec<&str> = rules.keys().map(String::as_str).collect();
            format!("unset: there is no rule {name}; there are {}", known.join(", "))
        })
        .collect();
    if !unknown.is_empty() {
        return Err(AppError::Invalid(unknown));
    }
    for name in &change.unset {
        rules.insert(name.clone(), Value::Null);
    }
    rules.extend(object(&change.set)?.into_iter().filter(|(_, value)| !value.is_null()));
    serde_json::from_value(Value::Object(rules)).map_err(invalid)
}
