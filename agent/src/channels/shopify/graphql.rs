//! One GraphQL call: who is asking, what went wrong, and what is left of the allowance.
//!
//! Source: <https://shopify.dev/docs/api/usage/limits#graphql-admin-api-rate-limits>.

use crate::channels::http::{Http, Reply};
use crate::channels::{ChannelError, Headroom};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

/// Points kept in the bucket for reading, so that pushes do not use up what a person's check needs.
const SPARE_POINTS: f64 = 50.0;

/// The Admin API of one shop.
pub(super) struct Graphql {
    http: Http,
    url: String,
    token: SecretString,
}

#[derive(Deserialize)]
struct Body {
    data: Option<Value>,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
struct Extensions {
    cost: Option<Cost>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    requested_query_cost: f64,
    throttle_status: Option<ThrottleStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThrottleStatus {
    currently_available: f64,
    restore_rate: f64,
}

impl Cost {
    /// Until a call of the same cost can be paid and something is left.
    fn wait(&self, spare: f64) -> Option<Duration> {
        let status = self.throttle_status.as_ref()?;
        let missing = self.requested_query_cost + spare - status.currently_available;
        if missing <= 0.0 || status.restore_rate <= 0.0 {
            return None;
        }
        Duration::try_from_secs_f64(missing / status.restore_rate).ok()
    }
}

impl Graphql {
    pub(super) fn new(http: Http, url: String, token: SecretString) -> Self {
        Self { http, url, token }
    }

    /// Runs a document.
    ///
    /// # Errors
    /// `Throttled` with the time that the bucket needs, `Unauthorized`, `Unavailable`, or `Refused` with the
    /// API's own code.
    pub(super) async fn run<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: Value,
    ) -> Result<(T, Headroom), ChannelError> {
        let request = self
            .http
            .request(reqwest::Method::POST, &self.url)
            .header("X-Shopify-Access-Token", self.token.expose_secret())
            .json(&json!({ "query": document, "variables": variables }));
        let reply = self.http.send(request).await?;
        let body = read(&reply)?;
        if let Some(error) = first_error(&body, &reply) {
            return Err(error);
        }
        let headroom =
            Headroom { wait: body.extensions.cost.as_ref().and_then(|cost| cost.wait(SPARE_POINTS)) };
        let data = body.data.unwrap_or(Value::Null);
        let data = serde_path_to_error::deserialize(data).map_err(|error| ChannelError::Unavailable {
            status: reply.status,
            message: format!("the reply is not what the API documents: {error}"),
            after: None,
        })?;
        Ok((data, headroom))
    }
}

fn read(reply: &Reply) -> Result<Body, ChannelError> {
    match reply.status {
        401 | 403 => Err(unauthorized(reply)),
        402 | 423 => Err(ChannelError::Unauthorized {
            message: reply.excerpt(),
            action: "Shopify has frozen or locked the shop. Settle it in the Shopify admin.".to_owned(),
        }),
        404 => Err(ChannelError::Refused {
            code: "404".to_owned(),
            message: "there is no such shop or API version; check shop and api_version".to_owned(),
        }),
        // Throttling may come with 429 and the same body as with 200.
        429 => reply.json().or_else(|_| {
            reply.available()?;
            reply.json()
        }),
        500.. => {
            reply.available()?;
            reply.json()
        }
        _ => reply.json(),
    }
}

fn unauthorized(reply: &Reply) -> ChannelError {
    ChannelError::Unauthorized {
        message: reply.json::<Value>().ok().and_then(|body| message(&body["errors"])).unwrap_or_else(|| reply.excerpt()),
        action: "Make a new Admin API access token: Shopify admin → Settings → Apps → Develop apps → your app → API \
                 credentials, with the scopes read_products, read_inventory, write_inventory and read_locations"
            .to_owned(),
    }
}

fn first_error(body: &Body, reply: &Reply) -> Option<ChannelError> {
    let message = message(&body.errors)?;
    let code = body.errors[0]["extensions"]["code"].as_str().unwrap_or_default();
    Some(match code {
        "THROTTLED" => ChannelError::Throttled {
            after: reply.retry_after().or_else(|| body.extensions.cost.as_ref().and_then(|cost| cost.wait(0.0))),
            message,
        },
        "ACCESS_DENIED" => ChannelError::Unauthorized {
            message,
            action: "Give the app the scopes read_products, read_inventory, write_inventory and read_locations and \
                     install it again: Shopify admin → Settings → Apps → Develop apps → your app → Configuration"
                .to_owned(),
        },
        "INTERNAL_SERVER_ERROR" => {
            ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() }
        }
        _ if reply.status == 429 => ChannelError::Throttled { after: reply.retry_after(), message },
        "" => ChannelError::Refused { code: reply.status.to_string(), message },
        code => ChannelError::Refused { code: code.to_owned(), message },
    })
}

/// The words of an `errors` value, which is a text or a list of objects.
fn message(errors: &Value) -> Option<String> {
    match errors {
        Value::Null => None,
        Value::Array(list) if list.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let words: Vec<&str> = list.iter().filter_map(|error| error["message"].as_str()).collect();
            Some(words.join("; "))
        }
        other => Some(other.to_string()),
    }
}
