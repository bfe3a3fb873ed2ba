//! Proving the credentials, and finding the location.

use super::Shopify;
use crate::channels::ChannelError;
use serde::Deserialize;
use serde_json::json;

const SCOPES: [&str; 4] = ["read_products", "read_inventory", "write_inventory", "read_locations"];

const CHECK: &str = "query OnhandCheck {
  shop { name }
  currentAppInstallation { accessScopes { handle } }
}";

const LOCATIONS: &str = "query OnhandLocations($first: Int!) {
  locations(first: $first) { nodes { id name isActive } }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    shop: Shop,
    current_app_installation: Installation,
}

#[derive(Deserialize)]
struct Shop {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    access_scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    handle: String,
}

#[derive(Deserialize)]
struct Locations {
    locations: Nodes,
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<Location>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    id: String,
    name: String,
    is_active: bool,
}

impl Shopify {
    /// The shop's name, if every permission is there and the location is known.
    pub(super) async fn check_account(&self) -> Result<String, ChannelError> {
        let (account, _) = self.api.run::<Account>(CHECK, json!({})).await?;
        let granted = &account.current_app_installation.access_scopes;
        let has = |scope: &str| granted.iter().any(|one| one.handle == scope);
        // A write scope includes reading.
        let missing: Vec<&str> = SCOPES
            .into_iter()
            .filter(|scope| !has(scope) && !has(&scope.replace("read_", "write_")))
            .collect();
        if !missing.is_empty() {
            return Err(ChannelError::Unauthorized {
                message: format!("the app lacks the scope {}", missing.join(", ")),
                action: "Add it and install the app again: Shopify admin → Settings → Apps → Develop apps → your app \
                         → Configuration"
                    .to_owned(),
            });
        }
        self.location().await?;
        Ok(account.shop.name)
    }

    /// The location whose stock is set: the one in the settings, else the only active one.
    pub(super) async fn location(&self) -> Result<&str, ChannelError> {
        self.location.get_or_try_init(|| self.find_location()).await.map(String::as_str)
    }

    async fn find_location(&self) -> Result<String, ChannelError> {
        let (data, _) = self.api.run::<Locations>(LOCATIONS, json!({ "first": 100 })).await?;
        let active: Vec<&Location> = data.locations.nodes.iter().filter(|one| one.is_active).collect();
        let names =
            active.iter().map(|one| format!("{} ({})", one.id, one.name)).collect::<Vec<_>>().join(", ");
        let wanted = &self.wanted_location;
        let refused = |code: &str, message: String| ChannelError::Refused { code: code.to_owned(), message };
        if !wanted.is_empty() {
            return active.iter().find(|one| one.id == *wanted).map(|one| one.id.clone()).ok_or_else(|| {
                refused("location", format!("there is no active location {wanted}; there are: {names}"))
            });
        }
        match active.as_slice() {
            [only] => Ok(only.id.clone()),
            [] => Err(refused("location", "the shop has no active location".to_owned())),
            _ => Err(refused(
                "location",
                format!("the shop has several locations; set `location` to one of: {names}"),
            )),
        }
    }
}
