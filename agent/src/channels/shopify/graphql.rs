//! One call of the GraphQL Admin API, and what its failures mean.
//!
//! Statuses: <https://shopify.dev/docs/api/usage/response-codes>; codes: the same site's Admin API page. Most come as
//! HTTP 200 with `errors`, throttling among them; some sources say 429 for that, so both are understood.

use super::super::{ChannelError, Headroom, Http, Reply};
use super::wire::{Cost, Envelope, Errors, TopError};
use reqwest::header::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;

/// Access to one shop.
pub struct Api {
    http: Http,
    url: String,
    /// Marked sensitive, so that no debug output shows it.
    token: HeaderValue,
    /// `mystore.myshopify.com`, for messages.
    shop: String,
}

/// An answer without errors.
pub struct Answer<T> {
    /// What was asked for.
    pub data: T,
    /// Whether the next call of this cost must wait.
    pub headroom: Headroom,
}

impl Api {
    /// `endpoint` without a slash at its end; `token` is marked sensitive here.
    pub fn new(http: Http, endpoint: &str, version: &str, mut token: HeaderValue, shop: String) -> Self {
        token.set_sensitive(true);
        Self { http, url: format!("{endpoint}/admin/api/{version}/graphql.json"), token, shop }
    }

    /// Sends one document.
    ///
    /// # Errors
    /// Every class of [`ChannelError`]; a reply that is partly an error is an error.
    pub async fn call<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: &(impl Serialize + Sync),
    ) -> Result<Answer<T>, ChannelError> {
        let request = self
            .http
            .request(reqwest::Method::POST, &self.url)
            .header("X-Shopify-Access-Token", self.token.clone())
            .json(&json!({"query": query, "variables": variables}));
        let reply = self.http.send(request).await?;
        if reply.status == 429 {
            return Err(throttled(reply.json::<Envelope>().ok().as_ref(), &reply));
        }
        reply.available()?;
        self.admitted(&reply)?;
        let envelope: Envelope = reply.json()?;
        if let Some(error) = self.failure(&envelope, &reply) {
            return Err(error);
        }
        let wait = envelope.cost().as_ref().and_then(missing);
        let data = serde_path_to_error::deserialize(envelope.data).map_err(|error| {
            let message = format!("the answer is not what the API documents ({error}): {}", reply.excerpt());
            ChannelError::Unavailable { status: reply.status, message, after: None }
        })?;
        Ok(Answer { data, headroom: Headroom { wait } })
    }

    /// Fails for statuses that only a person can do something about.
    fn admitted(&self, reply: &Reply) -> Result<(), ChannelError> {
        let action = match reply.status {
            401 => self.renew(),
            // A 403 page is some firewall's, not Shopify's: that passes, so it is left to the JSON reader.
            403 if reply.json::<Envelope>().is_ok() => {
                format!("Give the app the permissions it lacks, or renew its token. {}", self.renew())
            }
            402 => format!("The shop {} is frozen until its Shopify bill is paid", self.shop),
            423 => format!("The shop {} is locked; ask Shopify's support why", self.shop),
            301..=308 | 404 => format!(
                "Check the setting `shop` ({}): it must be the address that ends in .myshopify.com, as in \
                 Settings > Domains of the Shopify admin, and the setting `api_version` must be a version that \
                 Shopify still serves",
                self.shop
            ),
            _ => return Ok(()),
        };
        let envelope = reply.json::<Envelope>().ok();
        let message =
            envelope.and_then(|envelope| envelope.errors).map_or_else(|| reply.excerpt(), |e| e.text());
        Err(ChannelError::Unauthorized { message: format!("HTTP {}: {message}", reply.status), action })
    }

    /// The error that a reply as a whole stands for.
    fn failure(&self, envelope: &Envelope, reply: &Reply) -> Option<ChannelError> {
        let refused = |code: String, message: String| Some(ChannelError::Refused { code, message });
        let errors = match &envelope.errors {
            Some(Errors::List(errors)) if !errors.is_empty() => errors,
            Some(Errors::List(_)) | None if reply.status < 300 => return None,
            Some(Errors::List(_)) | None => return refused(reply.status.to_string(), reply.excerpt()),
            Some(other) => return refused(reply.status.to_string(), other.text()),
        };
        let with = |code: &str| errors.iter().find(|error| error.code() == Some(code));
        if with("THROTTLED").is_some() {
            return Some(throttled(Some(envelope), reply));
        }
        if let Some(error) = with("ACCESS_DENIED") {
            let needed = error.extensions.as_ref().and_then(|more| more.required_access.as_deref());
            let needed = needed.unwrap_or("the permission it names");
            let action = format!("Give the app {needed}. {}", self.renew());
            return Some(ChannelError::Unauthorized { message: error.message.clone(), action });
        }
        if let Some(error) = with("SHOP_INACTIVE") {
            let action = format!("Open the shop {} again in the Shopify admin", self.shop);
            return Some(ChannelError::Unauthorized { message: error.message.clone(), action });
        }
        if with("INTERNAL_SERVER_ERROR").or_else(|| with("TIMEOUT")).is_some() {
            let (status, after) = (reply.status, reply.retry_after());
            return Some(ChannelError::Unavailable { status, message: join(errors), after });
        }
        let code = errors.iter().find_map(TopError::code).map(str::to_owned);
        refused(code.unwrap_or_else(|| reply.status.to_string()), join(errors))
    }

    /// What to do about a token that is refused or may too little.
    pub fn renew(&self) -> String {
        format!(
            "In the Shopify admin of {}, open Settings > Apps > Develop apps, choose the app of Onhand, see to its \
             Admin API permissions, install it again, and save its new Admin API access token as this channel's \
             `access_token`",
            self.shop
        )
    }
}

/// Over the bucket of points: wait until as many as the request needs have flowed back.
fn throttled(envelope: Option<&Envelope>, reply: &Reply) -> ChannelError {
    let cost = envelope.and_then(Envelope::cost);
    // Points that seem to be there were taken by somebody else in between: wait for at least one.
    let computed = cost.and_then(|cost| missing(&cost).or_else(|| flow(1.0, &cost)));
    let message = match envelope.and_then(|envelope| envelope.errors.as_ref()) {
        Some(errors) => errors.text(),
        None => reply.excerpt(),
    };
    ChannelError::Throttled { after: computed.max(reply.retry_after()), message }
}

/// Time until the points that a request of this cost lacks have flowed back; `None` if it lacks none.
fn missing(cost: &Cost) -> Option<Duration> {
    let lacking = cost.requested_query_cost - cost.throttle_status.currently_available;
    if lacking > 0.0 { flow(lacking, cost) } else { None }
}

fn flow(points: f64, cost: &Cost) -> Option<Duration> {
    Duration::try_from_secs_f64(points / cost.throttle_status.restore_rate).ok()
}

fn join(errors: &[TopError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

impl Errors {
    /// In Shopify's words.
    fn text(&self) -> String {
        match self {
            Self::List(errors) => join(errors),
            Self::Text(text) => text.clone(),
            Self::Other(value) => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{ErrorClass, HttpSettings, client};
    use super::*;
    use reqwest::header::HeaderMap;

    fn failure(body: &str) -> Option<ChannelError> {
        let http = client(&HttpSettings::default()).unwrap();
        let token = HeaderValue::from_static("t");
        let api = Api::new(http, "https://localhost", "2026-07", token, "a.myshopify.com".to_owned());
        let reply = Reply { status: 200, headers: HeaderMap::new(), body: body.as_bytes().to_vec() };
        api.failure(&reply.json().unwrap(), &reply)
    }

    fn coded(code: &str) -> ChannelError {
        failure(&format!(r#"{{"errors":[{{"message":"No.","extensions":{{"code":"{code}"}}}}]}}"#)).unwrap()
    }

    #[test]
    fn codes_have_classes() {
        assert_eq!(coded("ACCESS_DENIED").class(), ErrorClass::Reauth);
        assert_eq!(coded("SHOP_INACTIVE").class(), ErrorClass::Reauth);
        assert_eq!(coded("INTERNAL_SERVER_ERROR").class(), ErrorClass::Retry);
        assert_eq!(coded("MAX_COST_EXCEEDED").class(), ErrorClass::Reject);
        assert_eq!(coded("THROTTLED").class(), ErrorClass::Throttle(None), "no cost, no time");
    }

    #[test]
    fn odd_envelopes_are_read_too() {
        assert!(failure(r#"{"data":{},"errors":[],"extensions":{"cost":{"new":1}}}"#).is_none());
        assert!(failure(r#"{"data":{},"errors":null,"extensions":null}"#).is_none());
        let text = failure(r#"{"errors":{"query":"Required parameter missing"}}"#).unwrap().to_string();
        assert!(text.contains("Required parameter missing"), "{text}");
        let bare = failure(r#"{"data":null,"errors":[{"message":"Odd.","extensions":null}]}"#).unwrap();
        assert!(matches!(bare, ChannelError::Refused { code, .. } if code == "200"));
    }
}
