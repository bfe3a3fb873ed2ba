//! Whether the credentials carry everything that a push and the reading of listings need.

use super::super::ChannelError;
use super::Shopify;
use super::graphql::Api;
use super::wire_reads::{
    INSTALLATION, InstallationData, LOCATION, LOCATIONS, Location, LocationData, LocationsData, Scope,
};
use serde_json::json;

/// Permissions (<https://shopify.dev/docs/api/usage/access-scopes>): to set and read stock, to read variants and to
/// read locations.
const SCOPES: [&str; 4] = ["write_inventory", "read_inventory", "read_products", "read_locations"];

/// Proves the permissions and the location. Returns the shop's name.
///
/// # Errors
/// `Unauthorized` names every missing permission; `Refused` says what is wrong with the location.
pub async fn check(shop: &Shopify) -> Result<String, ChannelError> {
    let installation: InstallationData = shop.api.call(INSTALLATION, &json!({})).await?.data;
    let granted = &installation.current_app_installation.access_scopes;
    let missing: Vec<&str> = SCOPES.into_iter().filter(|scope| !grants(granted, scope)).collect();
    if !missing.is_empty() {
        return Err(ChannelError::Unauthorized {
            message: format!("the token lacks the permission {}", missing.join(", ")),
            action: format!("Give the app {}. {}", missing.join(", "), shop.api.renew()),
        });
    }
    let id = shop.location().await?;
    let found: LocationData = shop.api.call(LOCATION, &json!({"id": id})).await?.data;
    match found.location {
        Some(location) if location.is_active => Ok(installation.shop.name),
        Some(location) => Err(unusable(&format!("the location {} is deactivated", location.name))),
        None => Err(unusable(&format!("the shop has no location {id}"))),
    }
}

/// A permission to write includes that to read, whether or not Shopify lists both.
fn grants(granted: &[Scope], wanted: &str) -> bool {
    let write = wanted.strip_prefix("read_").map(|what| format!("write_{what}"));
    granted.iter().any(|scope| scope.handle == wanted || Some(&scope.handle) == write.as_ref())
}

/// The shop's only active location, else its primary one, as a gid.
///
/// # Errors
/// `Refused` if there is none.
pub async fn default_location(api: &Api) -> Result<String, ChannelError> {
    let found: LocationsData = api.call(LOCATIONS, &json!({})).await?.data;
    let mut active = found.locations.nodes.into_iter().filter(|location| location.is_active);
    let chosen: Option<Location> = match (active.next(), active.next()) {
        (Some(only), None) => Some(only),
        _ => found.location.filter(|primary| primary.is_active),
    };
    chosen
        .map(|location| location.id)
        .ok_or_else(|| unusable("the shop has no single active location and no active primary one"))
}

fn unusable(what: &str) -> ChannelError {
    ChannelError::Refused {
        code: "LOCATION".to_owned(),
        message: format!(
            "{what}. Choose an active location (Shopify admin, Settings > Locations) and put its number into this \
             channel's setting `location`"
        ),
    }
}
