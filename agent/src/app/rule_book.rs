//! All rules at once: read from a file, put in the place of those there are.

use super::rules::SetRules;
use super::{App, AppError};
use crate::allocation::{RuleSet, Rules, Scope};
use crate::db::{DbError, Lane};
use crate::mirror::channels::{self as stored, StoredChannel};
use crate::mirror::{listings, rule_sets, stage};
use crate::simulate::RuleBook;

impl App {
    /// These rules hold from now on, and no others; applied at once, all or none.
    ///
    /// # Errors
    /// Every rule that makes no sense, or is for something that there is not.
    pub async fn set_book(&self, rules: &[SetRules]) -> Result<(), AppError> {
        let channels = self.db.readers.read(stored::all).await?;
        let book = read(rules, &channels)?;
        let wrong = self.unknown_locations(rules.iter().map(|one| &one.set)).await?;
        if !wrong.is_empty() {
            return Err(AppError::Invalid(wrong));
        }
        let (put, ids) = (book.clone(), channels.iter().map(|channel| channel.id).collect::<Vec<_>>());
        let unknown = self
            .db
            .writer
            .write(Lane::Normal, move |tx| {
                let mut unknown = Vec::new();
                for (id, sku) in put.own.keys() {
                    if listings::rules_of(tx, *id, sku)?.is_none() {
                        unknown.push(format!("no listing of the SKU {sku} there"));
                    }
                }
                for set in &put.sets {
                    if !rule_sets::is_known(tx, &set.scope)? {
                        unknown.push(set.scope.is_for_nothing());
                    }
                }
                if !unknown.is_empty() {
                    return Ok(unknown);
                }
                for (id, sku) in stage::own_rules(tx)?.into_keys() {
                    listings::set_rules(tx, id, &sku, &Rules::default())?;
                }
                for ((id, sku), rules) in &put.own {
                    listings::set_rules(tx, *id, sku, rules)?;
                }
                for set in rule_sets::all(tx)? {
                    rule_sets::put(tx, &RuleSet { rules: Rules::default(), ..set })?;
                }
                for set in &put.sets {
                    rule_sets::put(tx, set)?;
                }
                for id in ids {
                    stored::set_rules(tx, id, &put.channels.get(&id).copied().unwrap_or_default())?;
                }
                Ok::<_, DbError>(unknown)
            })
            .await?;
        if !unknown.is_empty() {
            return Err(AppError::Invalid(unknown));
        }
        self.read_rule_sets().await?;
        for channel in &channels {
            self.rules_changed(channel.id, book.channels.get(&channel.id).copied().unwrap_or_default());
        }
        for channel in channels {
            self.recompute_channel(channel.id).await?;
        }
        Ok(())
    }

    /// All rules, as they are.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn rule_book(&self, channels: &[StoredChannel]) -> Result<RuleBook, DbError> {
        Ok(RuleBook {
            channels: channels.iter().map(|channel| (channel.id, channel.rules)).collect(),
            sets: self.rule_sets().to_vec(),
            own: self.db.readers.read(stage::own_rules).await?,
        })
    }
}

/// The rules of a file.
pub(super) fn read(rules: &[SetRules], channels: &[StoredChannel]) -> Result<RuleBook, AppError> {
    let mut book = RuleBook::default();
    let mut problems = Vec::new();
    for (number, one) in (1..).zip(rules) {
        let mut wrong = |why: String| problems.push(format!("rules, number {number}: {why}"));
        one.set.problems().iter().for_each(|problem| wrong(problem.to_string()));
        if !one.unset.is_empty() {
            wrong("unset says nothing here: leave the rule out".to_owned());
        }
        let channel = match &one.channel {
            None => None,
            Some(name) => match channels.iter().find(|channel| channel.name == *name) {
                Some(channel) => Some(channel.id),
                None => {
                    wrong(format!("there is no channel {name}"));
                    continue;
                }
            },
        };
        match (channel, one.of().scope()) {
            (Some(id), Ok(Scope::All)) => {
                book.channels.insert(id, one.set);
            }
            (Some(id), Ok(Scope::Sku(sku))) => {
                book.own.insert((id, sku), one.set);
            }
            (channel, Ok(scope)) => book.sets.push(RuleSet { channel, scope, rules: one.set }),
            (_, Err(error)) => wrong(error.to_string()),
        }
    }
    book.sets.sort_by(|one, other| (&one.scope, one.channel).cmp(&(&other.scope, other.channel)));
    if problems.is_empty() { Ok(book) } else { Err(AppError::Invalid(problems)) }
}
