//! Takes a change of a setting back, unless somebody has changed it since.

use super::{App, AppError, RulesOf, SetOrders, SetRules};
use crate::allocation::{PriceRule, Rules};
use crate::db::DbError;
use crate::domain::{OrderRules, ReconcileMode};
use crate::mirror::setting_changes::{self, Change};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change that was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Undone {
    /// Its number.
    pub id: i64,
    /// What kind of thing: rules, prices, orders, reconcile, state, hook.
    pub setting: String,
    /// Which one.
    pub subject: String,
}

/// Of a channel or an outgoing webhook: whether it runs.
#[derive(PartialEq, Deserialize)]
struct State {
    state: String,
}

impl App {
    /// Takes back a change of rules, prices, how orders come home, what differences lead to, or whether a channel or an outgoing
    /// webhook runs.
    ///
    /// # Errors
    /// If there is no such change, it cannot be taken back, or the setting is another by now.
    pub async fn undo_change(&self, id: i64) -> Result<Undone, AppError> {
        let change = self.db.readers.read(move |conn| setting_changes::one(conn, id)).await?;
        let change = change.ok_or_else(|| AppError::NotFound(format!("there is no change {id}")))?;
        if !change.undo {
            return Err(AppError::Invalid(vec![format!(
                "change {id} ({} of {}) cannot be taken back: set it by hand",
                change.setting, change.subject
            )]));
        }
        match change.setting.as_str() {
            "rules" => self.undo_rules(id, &change).await?,
            "prices" => self.undo_prices(id, &change).await?,
            "orders" => self.undo_orders(id, &change).await?,
            "reconcile" => self.undo_reconcile(id, &change).await?,
            "state" => self.undo_state(id, &change).await?,
            "hook" => self.undo_hook(id, &change).await?,
            other => return Err(corrupt(id, format!("a change of {other} cannot be taken back"))),
        }
        Ok(Undone { id, setting: change.setting, subject: change.subject })
    }

    async fn undo_rules(&self, id: i64, change: &Change) -> Result<(), AppError> {
        let place = change.place.clone().unwrap_or_default();
        let of: RulesOf = serde_json::from_value(place).map_err(|error| corrupt(id, error))?;
        let before: Rules = read(id, change.before.as_ref())?.unwrap_or_default();
        let after: Rules = read(id, change.after.as_ref())?.unwrap_or_default();
        still(change, self.rules(&of).await? == after)?;
        let names = serde_json::to_value(after).map_err(|error| corrupt(id, error))?;
        let unset = names.as_object().into_iter().flat_map(|names| names.keys().cloned()).collect();
        let RulesOf { channel, sku, product, tag, category } = of;
        self.set_rules(SetRules { channel, sku, product, tag, category, set: before, unset }).await?;
        Ok(())
    }

    async fn undo_prices(&self, id: i64, change: &Change) -> Result<(), AppError> {
        let before: Option<PriceRule> = read(id, change.before.as_ref())?;
        let after: Option<PriceRule> = read(id, change.after.as_ref())?;
        still(change, self.stored_channel(&change.subject).await?.prices == after)?;
        self.set_prices(&change.subject, before).await
    }

    async fn undo_orders(&self, id: i64, change: &Change) -> Result<(), AppError> {
        let before: Option<OrderRules> = read(id, change.before.as_ref())?;
        let after: Option<OrderRules> = read(id, change.after.as_ref())?;
        still(change, self.stored_channel(&change.subject).await?.orders == after)?;
        let since_ms = before.map(|rules| rules.since_ms);
        let set = SetOrders {
            mode: before.map(|rules| rules.mode),
            // Said anew only where it is another: it makes the channel be asked from there.
            since_ms: since_ms.filter(|since| after.is_none_or(|rules| rules.since_ms != *since)),
            restock: before.map(|rules| rules.restock).unwrap_or_default(),
            known_buyer: before.map(|rules| rules.known_buyer).unwrap_or_default(),
        };
        self.set_orders(&change.subject, set).await?;
        Ok(())
    }

    async fn undo_reconcile(&self, id: i64, change: &Change) -> Result<(), AppError> {
        let mode = |text: &Option<Value>| -> Result<Option<ReconcileMode>, AppError> {
            let name: Option<String> = read(id, text.as_ref())?;
            name.map(|name| {
                ReconcileMode::by_name(&name).ok_or_else(|| corrupt(id, format!("there is no mode {name}")))
            })
            .transpose()
        };
        let (before, after) = (mode(&change.before)?, mode(&change.after)?);
        still(change, self.stored_channel(&change.subject).await?.reconcile == after)?;
        self.set_reconcile_mode(&change.subject, before).await
    }

    async fn undo_state(&self, id: i64, change: &Change) -> Result<(), AppError> {
        let (before, after) = states(id, change)?;
        still(change, self.stored_channel(&change.subject).await?.active == (after.state == "active"))?;
        if before.state == "active" {
            self.resume_channel(&change.subject).await
        } else {
            self.pause_channel(&change.subject).await
        }
    }

    async fn undo_hook(&self, id: i64, change: &Change) -> Result<(), AppError> {
        let (before, after) = states(id, change)?;
        let hooks = self.hooks().await?;
        let hook = hooks.iter().find(|hook| hook.url == change.subject);
        let hook = hook.ok_or_else(|| AppError::NotFound(format!("{} is told no more", change.subject)))?;
        still(change, hook.state == after.state)?;
        self.set_hook(hook.id, before.state == "active").await
    }
}

/// Nobody has changed it since.
fn still(change: &Change, is: bool) -> Result<(), AppError> {
    if is {
        return Ok(());
    }
    Err(AppError::Invalid(vec![format!(
        "{} of {} was changed again since: take that back first, or set it by hand",
        change.setting, change.subject
    )]))
}

fn states(id: i64, change: &Change) -> Result<(State, State), AppError> {
    let both = (read(id, change.before.as_ref())?, read(id, change.after.as_ref())?);
    match both {
        (Some(before), Some(after)) => Ok((before, after)),
        _ => Err(corrupt(id, "it does not say whether it ran")),
    }
}

/// `None`: there was nothing.
fn read<T: DeserializeOwned>(id: i64, value: Option<&Value>) -> Result<Option<T>, AppError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => T::deserialize(value).map(Some).map_err(|error| corrupt(id, error)),
    }
}

fn corrupt(id: i64, why: impl std::fmt::Display) -> AppError {
    AppError::Db(DbError::Corrupt(format!("change {id}: {why}")))
}
