//! The rules that decide how much of the stock a channel, or one listing of it, shows.

use super::{App, AppError};
use crate::allocation::{RuleSet, Rules, Scope};
use crate::db::{DbError, Lane};
use crate::domain::ChannelId;
use crate::mirror::listings::{Instead, Preview};
use crate::mirror::{channels as stored, listings, pools, rule_sets};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

/// Which rules: of a channel or of all, for all variations or for some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RulesOf {
    /// On this channel; absent: on all.
    pub channel: Option<String>,
    /// For variations with this SKU.
    pub sku: Option<String>,
    /// For those of this product: WooCommerce's id.
    pub product: Option<i64>,
    /// For those of products with this tag: its slug.
    pub tag: Option<String>,
    /// For those of products in this category, or in one that lies in it: its slug.
    pub category: Option<String>,
}

/// A change of rules.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetRules {
    /// As in [`RulesOf`].
    pub channel: Option<String>,
    /// As in [`RulesOf`].
    pub sku: Option<String>,
    /// As in [`RulesOf`].
    pub product: Option<i64>,
    /// As in [`RulesOf`].
    pub tag: Option<String>,
    /// As in [`RulesOf`].
    pub category: Option<String>,
    /// Rules to be set.
    pub set: Rules,
    /// Rules to be dropped, by name.
    pub unset: Vec<String>,
}

impl SetRules {
    /// What it is for.
    #[must_use]
    pub fn of(&self) -> RulesOf {
        let Self { channel, sku, product, tag, category, .. } = self.clone();
        RulesOf { channel, sku, product, tag, category }
    }
}

/// Rules and what they are for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RulesRow {
    /// What they are for.
    #[serde(flatten)]
    pub of: RulesOf,
    /// The rules.
    pub rules: Rules,
}

/// Where rules are kept.
enum Place {
    Channel(ChannelId),
    Listing(ChannelId, String, String),
    Set(Option<ChannelId>, Scope),
}

impl RulesOf {
    pub(super) fn scope(&self) -> Result<Scope, AppError> {
        let given = [
            self.sku.clone().map(Scope::Sku),
            self.product.map(Scope::Product),
            self.tag.clone().map(Scope::Tag),
            self.category.clone().map(Scope::Category),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (None, _) => Ok(Scope::All),
            (Some(one), None) => Ok(one),
            (Some(one), Some(other)) => Err(AppError::Invalid(vec![format!(
                "rules are for a {} or for a {}, not for both",
                one.kind(),
                other.kind()
            )])),
        }
    }
}

impl App {
    /// Changes rules and applies them at once. Returns them as they are then.
    ///
    /// # Errors
    /// Every rule that makes no sense; if there is no such channel, listing, product, tag or category.
    pub async fn set_rules(&self, change: SetRules) -> Result<Rules, AppError> {
        let (place, rules) = self.after(change).await?;
        let touched = match place {
            Place::Channel(id) => {
                self.db.writer.write(Lane::Normal, move |tx| stored::set_rules(tx, id, &rules)).await?;
                self.rules_changed(id, rules);
                vec![id]
            }
            // Of one variation: nothing else of the channel is looked at.
            Place::Listing(id, _, sku) => {
                let context = self.context();
                let touched = self
                    .db
                    .writer
                    .write(Lane::Normal, move |tx| {
                        listings::set_rules(tx, id, &sku, &rules)?;
                        let pools = listings::pools_of_sku(tx, &sku)?;
                        listings::recompute_pools(
                            tx,
                            pools.into_iter().map(|pool| (pool, None, false)),
                            &context,
                        )
                    })
                    .await?;
                self.touched(touched);
                Vec::new()
            }
            Place::Set(channel, scope) => {
                let set = RuleSet { channel, scope, rules };
                self.db.writer.write(Lane::Normal, move |tx| rule_sets::put(tx, &set)).await?;
                self.read_rule_sets().await?;
                channel.map_or_else(|| self.known_channels(), |id| vec![id])
            }
        };
        for id in touched {
            self.recompute_channel(id).await?;
        }
        Ok(rules)
    }

    /// What every listing would show by changed rules. Changes nothing.
    ///
    /// # Errors
    /// As [`Self::set_rules`].
    pub async fn preview_rules(&self, change: SetRules) -> Result<Preview, AppError> {
        let (place, rules) = self.after(change).await?;
        let mut context = self.context();
        let mut instead = None;
        let only = match place {
            Place::Channel(id) => {
                context.channel_rules.insert(id, rules);
                Some(id)
            }
            Place::Listing(channel, _, sku) => {
                instead = Some(Instead { channel, sku, rules });
                Some(channel)
            }
            Place::Set(channel, scope) => {
                let mut sets = context.rule_sets.as_ref().clone();
                sets.retain(|one| one.channel != channel || one.scope != scope);
                sets.push(RuleSet { channel, scope, rules });
                sets.sort_by(|one, other| (&one.scope, one.channel).cmp(&(&other.scope, other.channel)));
                context.rule_sets = Arc::new(sets);
                channel
            }
        };
        let channels: BTreeMap<ChannelId, String> = self
            .db
            .readers
            .read(stored::all)
            .await?
            .into_iter()
            .filter(|channel| only.is_none_or(|id| id == channel.id))
            .map(|channel| (channel.id, channel.name))
            .collect();
        Ok(self
            .db
            .readers
            .read(move |conn| listings::preview(conn, &channels, instead.as_ref(), &context))
            .await?)
    }

    /// Where a change is made, and the rules there after it; refused where they make no sense.
    async fn after(&self, change: SetRules) -> Result<(Place, Rules), AppError> {
        let place = self.place(&change.of()).await?;
        let SetRules { set, unset, .. } = change;
        let rules = changed(self.rules_at(&place).await?, &set, &unset)?;
        let mut problems: Vec<String> = rules.problems().iter().map(ToString::to_string).collect();
        problems.extend(self.unknown_locations([&rules]).await?);
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        Ok((place, rules))
    }

    /// Rules that name a location of which the shop has said nothing: a slip of the pen would empty the channel.
    pub(super) async fn unknown_locations(
        &self,
        rules: impl IntoIterator<Item = &Rules>,
    ) -> Result<Vec<String>, DbError> {
        let named: BTreeSet<&String> = rules
            .into_iter()
            .filter_map(|rules| rules.locations.as_ref())
            .flat_map(|names| names.list())
            .collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.db.readers.read(pools::locations).await?;
        let there = match known.as_slice() {
            [] => "it has said of none yet (`wp onhand location add`, then `wp onhand resync`)".to_owned(),
            some => format!("it has {}", some.join(", ")),
        };
        let unknown = named.into_iter().filter(|name| !known.contains(name));
        Ok(unknown.map(|name| format!("rule locations: the shop has no location {name}; {there}")).collect())
    }

    /// Something that every listing of a channel hangs on has changed.
    pub(super) async fn recompute_channel(&self, channel: ChannelId) -> Result<(), DbError> {
        let context = self.context();
        let touched = self
            .db
            .writer
            .write(Lane::Normal, move |tx| listings::recompute_channel(tx, channel, &context))
            .await?;
        self.touched(touched);
        Ok(())
    }

    /// These rules alone, without those that stand behind them.
    ///
    /// # Errors
    /// If there is no such channel, listing, product, tag or category.
    pub async fn rules(&self, of: &RulesOf) -> Result<Rules, AppError> {
        let place = self.place(of).await?;
        self.rules_at(&place).await
    }

    /// All rules but those of single listings, the widest last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn all_rules(&self) -> Result<Vec<RulesRow>, AppError> {
        let channels = self.db.readers.read(stored::all).await?;
        let name = |id: ChannelId| channels.iter().find(|one| one.id == id).map(|one| one.name.clone());
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        for set in self.rule_sets().iter() {
            let mut of = RulesOf { channel: set.channel.and_then(name), ..RulesOf::default() };
            match &set.scope {
                Scope::Sku(sku) => of.sku = Some(sku.clone()),
                Scope::Product(id) => of.product = Some(*id),
                Scope::Tag(slug) => of.tag = Some(slug.clone()),
                Scope::Category(slug) => of.category = Some(slug.clone()),
                Scope::All => {}
            }
            let rows = if set.scope == Scope::All { &mut wide } else { &mut narrow };
            rows.push(RulesRow { of, rules: set.rules });
        }
        let own = channels.iter().filter(|channel| channel.rules != Rules::default());
        narrow.extend(own.map(|channel| RulesRow {
            of: RulesOf { channel: Some(channel.name.clone()), ..RulesOf::default() },
            rules: channel.rules,
        }));
        narrow.append(&mut wide);
        Ok(narrow)
    }

    /// All rules, those of single listings first: what another agent would have to be told.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn whole_book(&self) -> Result<Vec<RulesRow>, AppError> {
        let channels = self.db.readers.read(stored::all).await?;
        let name = |id: &ChannelId| channels.iter().find(|one| one.id == *id).map(|one| one.name.clone());
        let own = self.db.readers.read(crate::mirror::stage::own_rules).await?;
        let row = |((id, sku), rules): ((ChannelId, String), Rules)| RulesRow {
            of: RulesOf { channel: name(&id), sku: Some(sku), ..RulesOf::default() },
            rules,
        };
        let mut rows: Vec<RulesRow> = own.into_iter().map(row).collect();
        rows.extend(self.all_rules().await?);
        Ok(rows)
    }

    /// Rules for a part of the variations.
    #[must_use]
    pub fn rule_sets(&self) -> Arc<Vec<RuleSet>> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner).rule_sets)
    }

    pub(super) async fn read_rule_sets(&self) -> Result<(), AppError> {
        let sets = Arc::new(self.db.readers.read(rule_sets::all).await?);
        self.known.write().unwrap_or_else(PoisonError::into_inner).rule_sets = sets;
        Ok(())
    }

    fn known_channels(&self) -> Vec<ChannelId> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).max.keys().copied().collect()
    }

    async fn place(&self, of: &RulesOf) -> Result<Place, AppError> {
        let scope = of.scope()?;
        let channel = match &of.channel {
            Some(name) => Some((self.stored_channel(name).await?.id, name.clone())),
            None => None,
        };
        match (channel, scope) {
            (Some((id, _)), Scope::All) => Ok(Place::Channel(id)),
            (Some((id, name)), Scope::Sku(sku)) => Ok(Place::Listing(id, name, sku)),
            (channel, scope) => {
                let wanted = scope.clone();
                if !self.db.readers.read(move |conn| rule_sets::is_known(conn, &wanted)).await? {
                    return Err(AppError::NotFound(scope.is_for_nothing()));
                }
                Ok(Place::Set(channel.map(|(id, _)| id), scope))
            }
        }
    }

    async fn rules_at(&self, place: &Place) -> Result<Rules, AppError> {
        match place {
            Place::Channel(id) => {
                let all = self.db.readers.read(stored::all).await?;
                Ok(all
                    .iter()
                    .find(|channel| channel.id == *id)
                    .map(|channel| channel.rules)
                    .unwrap_or_default())
            }
            Place::Listing(id, channel, sku) => {
                let (id, wanted) = (*id, sku.clone());
                let found = self.db.readers.read(move |conn| listings::rules_of(conn, id, &wanted)).await?;
                found.ok_or_else(|| {
                    AppError::NotFound(format!("{channel} has no listing of a variation with the SKU {sku}"))
                })
            }
            Place::Set(channel, scope) => {
                let sets = self.rule_sets();
                let found = sets.iter().find(|set| set.channel == *channel && set.scope == *scope);
                Ok(found.map(|set| set.rules).unwrap_or_default())
            }
        }
    }
}

/// The names of rules are those of the fields.
pub(super) fn changed(before: Rules, set: &Rules, unset: &[String]) -> Result<Rules, AppError> {
    let invalid = |error: serde_json::Error| AppError::Invalid(vec![error.to_string()]);
    let object = |rules: &Rules| -> Result<Map<String, Value>, AppError> {
        match serde_json::to_value(rules).map_err(invalid)? {
            Value::Object(object) => Ok(object),
            _ => Ok(Map::new()),
        }
    };
    let mut rules = object(&before)?;
    let unknown: Vec<String> = unset
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
    for name in unset {
        rules.insert(name.clone(), Value::Null);
    }
    rules.extend(object(set)?.into_iter().filter(|(_, value)| !value.is_null()));
    serde_json::from_value(Value::Object(rules)).map_err(invalid)
}
