//! Why each channel shows what it shows, in sentences.

use super::State;
use super::describe::{Query, Told};
use super::view::one;
use crate::allocation::{Filed, Layers, Places, Reach, RuleSet, Rules, StockView, trace};
use crate::db::DbError;
use crate::domain::{PoolId, Quantity, whole_units};
use crate::ledger::history::{self, HistoryFilter};
use crate::mirror::allotments::{self, AllotmentRow};
use crate::mirror::kits::{self, Part};
use crate::mirror::query::{self, ListingRow, VariationRow};
use crate::mirror::velocity;
use axum::Json;
use axum::extract::State as FromState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Query of `GET /v1/explain`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainQuery {
    sku: Option<String>,
    /// WooCommerce's id of it: where it has no SKU, or shares one.
    item: Option<i64>,
}

/// A variation, and what its listings show.
#[derive(Serialize, JsonSchema)]
pub struct Explained {
    /// Its SKU.
    sku: Option<String>,
    /// WooCommerce's id of it.
    item: i64,
    /// Where its quantity is counted.
    pool: i64,
    /// Its name.
    name: String,
    /// As a decimal text; null when WooCommerce does not count.
    #[schemars(with = "Option<String>")]
    quantity: Option<Quantity>,
    /// Where it is: location and how many; null: the shop has one place.
    #[schemars(with = "Option<Vec<Vec<String>>>")]
    locations: Option<Places>,
    /// Reserved by unpaid checkouts.
    #[schemars(with = "String")]
    held: Quantity,
    /// Sold by channels, and not yet part of the quantity.
    in_flight: i64,
    /// Of the rest, units that are strict listings' alone.
    allotted: i64,
    /// Of a kit: its parts.
    made_of: Vec<Part>,
    /// What there is to be shown, before any rule; null: it is not counted.
    available: Option<i64>,
    /// Channel by channel.
    listings: Vec<ExplainedListing>,
}

/// What a listing shows, and why.
#[derive(Serialize, JsonSchema)]
struct ExplainedListing {
    /// Its channel.
    channel: String,
    /// What it should show; null: nothing is sent.
    desired: Option<i64>,
    /// What the channel confirmed last.
    confirmed: Option<i64>,
    /// Where it has units that are its alone.
    strict: Option<AllotmentRow>,
    /// How that came about, in sentences.
    steps: Vec<String>,
}

/// `GET /v1/explain`.
pub async fn explain(
    FromState(state): FromState<State>,
    Query(asked): Query<ExplainQuery>,
) -> Told<Explained> {
    let variation = one(&state, asked.item, asked.sku.as_deref()).await?;
    let (item, pool) = (variation.item, PoolId(variation.pool));
    let now_ms = state.app.clock.now_ms();
    let sets = state.app.rule_sets();
    let (filed, known) = (variation.filed.clone(), sets.clone());
    let (listings, last, strict, parts) = state
        .app
        .db
        .readers
        .read(move |conn| {
            let newest = HistoryFilter { pool, at: None, before: None, limit: 1 };
            let strict = allotments::of_item(conn, item, now_ms)?;
            let mut listings = Vec::new();
            for listing in query::listings_of(conn, &format!("[{item}]"))? {
                let layers = layers(&listing, &filed, &known)?;
                let parts = kits::parts(conn, item, &layers.merged(), now_ms)?;
                listings.push((listing, layers, parts));
            }
            let parts = kits::parts(conn, item, &Rules::default(), now_ms)?;
            Ok::<_, DbError>((listings, history::read(conn, &newest)?, strict, parts))
        })
        .await?;
    let last = last.and_then(|history| history.rows.into_iter().next()).map(|row| {
        format!(
            "last change: {} {} by {}{}",
            row.cause,
            row.reference.unwrap_or_default(),
            row.actor.kind,
            row.actor.name.map(|name| format!(" {name}")).unwrap_or_default()
        )
    });
    let of_parts = kits::least(&parts);
    let available = of_parts.or_else(|| {
        variation.quantity.map(|quantity| {
            let left =
                whole_units(quantity.saturating_sub(variation.held)).saturating_sub(variation.in_flight);
            left.saturating_sub(variation.allotted).max(0)
        })
    });
    let shown: Vec<ExplainedListing> = listings
        .iter()
        .map(|(listing, layers, parts)| {
            // A channel that cannot be used has no limit of its own that anybody knows.
            let reach = state.app.reach(listing.channel_id).unwrap_or_else(|| Reach::at_once(i64::MAX));
            let strict = strict.iter().find(|row| row.listing == listing.id);
            ExplainedListing {
                channel: listing.channel.clone(),
                desired: listing.desired,
                confirmed: listing.confirmed,
                strict: strict.cloned(),
                steps: steps(&variation, listing, layers, strict, parts, last.as_deref(), &reach),
            }
        })
        .collect();
    Ok(Json(Explained {
        sku: variation.sku,
        item: variation.item,
        pool: variation.pool,
        name: variation.name,
        quantity: variation.quantity,
        locations: variation.locations,
        held: variation.held,
        in_flight: variation.in_flight,
        allotted: variation.allotted,
        made_of: parts,
        available,
        listings: shown,
    }))
}

/// The rules that hold for a listing.
fn layers(listing: &ListingRow, filed: &Filed, sets: &[RuleSet]) -> Result<Layers, DbError> {
    let rules = |json: Option<&str>| -> Result<Rules, DbError> {
        let corrupt = |error| DbError::Corrupt(format!("rules of listing {}: {error}", listing.id));
        json.map_or(Ok(Rules::default()), |json| serde_json::from_str(json).map_err(corrupt))
    };
    let (own, channel) = (rules(listing.rules.as_deref())?, rules(Some(&listing.channel_rules))?);
    Ok(Layers::of(own, listing.channel_id, channel, filed, sets))
}

fn steps(
    variation: &VariationRow,
    listing: &ListingRow,
    layers: &Layers,
    strict: Option<&AllotmentRow>,
    parts: &[Part],
    last: Option<&str>,
    reach: &Reach,
) -> Vec<String> {
    let rules = layers.merged();
    let stock = StockView {
        quantity: variation.quantity,
        managed: variation.managed,
        in_stock: variation.status.as_deref() != Some("outofstock"),
        fed: variation.locations.as_ref().and_then(|places| places.feeding(&rules)),
        held: variation.held,
        in_flight: variation.in_flight,
        allotted: variation.allotted,
        pace: if velocity::in_force(&listing.reason) { variation.pace_in_force } else { variation.pace },
        sellable: variation.sellable,
        deleted: false,
    };
    let stock = if parts.is_empty() { stock } else { kits::view(stock, parts) };
    let mut steps = match strict {
        Some(strict) => super::strict::words(listing, strict),
        None => trace(&stock, layers, reach),
    };
    // Where no sum decides, a reason does.
    if steps.is_empty() {
        steps.push(reason(listing));
    }
    for part in parts.iter().rev() {
        let there = part.free.map_or("enough".to_owned(), |free| free.to_string());
        let name = part.sku.clone().unwrap_or_else(|| format!("#{}", part.item));
        steps.insert(0, format!("a kit: {} of {name} in each, of which there are {there}", part.units));
    }
    if variation.pool != variation.item {
        steps.push("counted on the product, for all its variations".to_owned());
    }
    steps.extend(last.map(str::to_owned));
    steps.push(match (listing.state, listing.desired, listing.confirmed) {
        (_, None, _) => "nothing is sent".to_owned(),
        ("held", Some(desired), _) => format!("{desired} is held back until somebody confirms the sweep"),
        ("dead", Some(desired), _) => {
            let why = listing.last_error.as_deref().unwrap_or("no reason is known");
            format!("{desired} was refused: {why}")
        }
        ("idle", Some(_), Some(shown)) => format!("the channel has confirmed {shown}"),
        (state, Some(desired), shown) => {
            let shows = shown.map_or_else(|| "something unknown".to_owned(), |shown| shown.to_string());
            let why = listing.last_error.as_deref().map(|error| format!(" ({error})")).unwrap_or_default();
            format!("{desired} is on its way ({state}); the channel last showed {shows}{why}")
        }
    });
    steps
}

fn reason(listing: &ListingRow) -> String {
    let desired = listing.desired.unwrap_or(0);
    match listing.reason.as_str() {
        "off" => "the rules exclude it from this channel".to_owned(),
        "deleted" => "it was deleted in the shop: 0".to_owned(),
        "not_sellable" => "it is not for sale in the shop (trash, draft, private or disabled): 0".to_owned(),
        "out_of_stock" => "the shop's own status is out of stock, so that it sells none: 0".to_owned(),
        "unmanaged_out_of_stock" => "the shop does not count it and says it is out of stock: 0".to_owned(),
        "unmanaged_fixed" => {
            format!("the shop does not count it; the rule unmanaged_quantity says {desired}")
        }
        "unmanaged_unknown" => "the shop does not count it and no rule says what to show".to_owned(),
        "capped" => format!("more is available, but at most {desired} are listed here"),
        "stopped" => "so little is left that this channel stops selling: 0".to_owned(),
        "selling_fast" => {
            "so little is left, and it sells so fast, that only the shop sells it: 0".to_owned()
        }
        "too_few" => "what would be listed is fewer than is worth it: 0".to_owned(),
        "elsewhere" => "there is stock, but not at the locations that feed this channel: 0".to_owned(),
        "kept_back" => "held units and the buffer take all of it: 0".to_owned(),
        "strict_without_orders" => {
            "the rules say strict, for which the channel's orders must come home (`onhand orders mode`): 0"
                .to_owned()
        }
        "strict_twice" => {
            "the rules say strict, and another listing of the same variation on this channel has the units: 0"
                .to_owned()
        }
        "available" => format!("what is left after held units and the buffer: {desired}"),
        _ => "not computed yet".to_owned(),
    }
}
