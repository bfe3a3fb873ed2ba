//! Reading listings.

use super::call::{Api, broken};
use super::errors::{NOT_FOUND, body};
use super::push::item;
use super::spec::{Observe, Pull};
use crate::channels::{ChannelError, Page, RemoteListing};
use crate::domain::ExternalId;
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// One page.
pub(super) async fn pull(api: &Api, pull: &Pull, cursor: Option<&str>) -> Result<Page, ChannelError> {
    let reply = api.send(&pull.request, context! { cursor => cursor.unwrap_or_default() }).await?;
    let body = body(&reply)?;
    page(api, pull, cursor, &body).map_err(|problem| broken("pull", problem))
}

fn page(api: &Api, pull: &Pull, cursor: Option<&str>, body: &Value) -> Result<Page, String> {
    let found = api.filler.list(&pull.listings, &context! { body })?;
    let context = context! { body, cursor => cursor.unwrap_or_default(), count => found.len() };
    let next = api.filler.word(&pull.next, &context)?;
    let mut listings = Vec::with_capacity(found.len());
    for one in found {
        let context = api.context(context! { listing => one, body });
        let wanted = match &pull.only {
            Some(only) => api.filler.value(only, &context)?.is_true(),
            None => true,
        };
        if wanted {
            listings.push(listing(api, pull, &context)?);
        }
    }
    Ok(Page { listings, next })
}

fn listing(api: &Api, pull: &Pull, context: &Value) -> Result<RemoteListing, String> {
    let word = |expression: &Option<String>| match expression {
        Some(expression) => api.filler.word(expression, context),
        None => Ok(None),
    };
    let mut external = ExternalId::new();
    for (key, expression) in &pull.external {
        let value = api.filler.word(expression, context)?;
        external
            .insert(key.clone(), value.ok_or_else(|| format!("a listing without its {key} ({expression})"))?);
    }
    Ok(RemoteListing {
        external,
        group: word(&pull.group)?,
        sku: api.filler.word(&pull.sku, context)?,
        gtin: word(&pull.gtin)?,
        title: word(&pull.title)?.unwrap_or_default(),
        quantity: api.filler.number(&pull.quantity, context)?,
    })
}

/// The quantities, in the order of the listings.
pub(super) async fn observe(
    api: &Api,
    observe: &Observe,
    listings: &[ExternalId],
) -> Result<Vec<Option<i64>>, ChannelError> {
    let items: Vec<Value> = listings.iter().map(|external| item(external, None)).collect();
    let fail = |problem| broken("observe", problem);
    let (Some(each), Some(key), Some(of)) = (&observe.listings, &observe.key, &observe.of) else {
        let mut shown = Vec::with_capacity(items.len());
        for one in items {
            shown.push(match api.send(&observe.request, context! { item => one, items => [&one] }).await {
                Ok(reply) => {
                    let context = api.context(context! { body => body(&reply)?, item => one });
                    api.filler.number(&observe.quantity, &context).map_err(fail)?
                }
                Err(ChannelError::Refused { code, .. }) if code == NOT_FOUND => None,
                Err(error) => return Err(error),
            });
        }
        return Ok(shown);
    };
    let reply = api.send(&observe.request, context! { item => items.first(), items }).await?;
    let body = body(&reply)?;
    let mut found = BTreeMap::new();
    for one in api.filler.list(each, &context! { body }).map_err(fail)? {
        let context = api.context(context! { listing => one, body });
        if let Some(key) = api.filler.word(key, &context).map_err(fail)? {
            found.insert(key, api.filler.number(&observe.quantity, &context).map_err(fail)?);
        }
    }
    let mut shown = Vec::with_capacity(items.len());
    for one in items {
        let key = api.filler.word(of, &api.context(context! { item => one })).map_err(fail)?;
        shown.push(key.and_then(|key| found.get(&key).copied()).flatten());
    }
    Ok(shown)
}
