//! eBay's error objects, with the ids and texts of the official specification.

use crate::sim::http::json as reply_json;
use axum::response::Response;
use serde_json::{Value, json};

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EbayError {
    pub id: u32,
    /// HTTP status that goes with it, for a row or the whole call.
    pub status: u16,
    domain: &'static str,
    category: &'static str,
    message: String,
    long_message: Option<String>,
    parameters: Vec<(String, String)>,
}

impl EbayError {
    fn inventory(id: u32, status: u16, message: String) -> Self {
        let category = if status >= 500 { "APPLICATION" } else { "REQUEST" };
        Self {
            id,
            status,
            domain: "API_INVENTORY",
            category,
            message,
            long_message: None,
            parameters: Vec::new(),
        }
    }

    fn access(id: u32, status: u16, domain: &'static str, message: &str, long: &str) -> Self {
        let (message, long_message) = (message.to_owned(), Some(long.to_owned()));
        Self { id, status, domain, category: "REQUEST", message, long_message, parameters: Vec::new() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with another id.
    #[must_use]
    pub const fn renumbered(mut self, id: u32) -> Self {
        self.id = id;
        self
    }

    pub fn missing_token() -> Self {
        let long = "Access token is missing in the Authorization HTTP request header.";
        Self::access(1002, 401, "OAuth", "Missing access token", long)
    }

    pub fn invalid_token() -> Self {
        let long = "Invalid access token. Check the value of the Authorization HTTP request header.";
        Self::access(1001, 401, "OAuth", "Invalid access token", long)
    }

    pub fn access_denied() -> Self {
        Self::access(1100, 403, "ACCESS", "Access denied", "Insufficient permissions to fulfill the request.")
    }

    pub fn too_many_requests() -> Self {
        let long = "The request limit has been reached for the resource.";
        Self::access(2001, 429, "ACCESS", "Too many requests.", long)
    }

    pub fn invalid_request(detail: &str) -> Self {
        let long = "The request has errors. For help, see the documentation for this API.";
        Self::access(2004, 400, "ACCESS", "Invalid request", long).with("reason", detail)
    }

    pub fn system() -> Self {
        Self::inventory(25001, 500, "A system error has occurred. Please try again later.".to_owned())
    }

    /// "Any user error".
    pub fn user(additional: &str) -> Self {
        Self::inventory(25002, 400, format!("A user error has occurred. {additional}"))
            .with("additionalInfo", additional)
    }

    pub fn concurrent() -> Self {
        let message = "Concurrent access of the same Inventory or Inventory Item Group object is not allowed. \
                       Please try again later.";
        Self::inventory(25025, 500, message.to_owned())
    }

    pub fn on_hold() -> Self {
        let message = "This listing is on hold due to a policy violation, and revisions are not possible. \
                       Please check your email for more information.";
        Self::inventory(25097, 400, message.to_owned())
    }

    pub fn sku_not_found(sku: &str) -> Self {
        let message = format!("{sku} could not be found or is not available in the system.");
        Self::inventory(25702, 400, message).with("skuValue", sku)
    }

    pub fn pagination(detail: &str) -> Self {
        Self::inventory(25706, 400, format!("You have provided invalid pagination values.  {detail}."))
    }

    pub fn invalid_sku() -> Self {
        let message = "This is an invalid value for a SKU.  Only alphanumeric characters can be used for SKUs, \
                       and their length must not exceed 50 characters.";
        Self::inventory(25707, 400, message.to_owned())
    }

    pub fn invalid_value(field: &str, additional: &str) -> Self {
        let message = format!("Invalid value for {field}. {additional}");
        Self::inventory(25709, 400, message.trim_end().to_owned()).with("fieldName", field)
    }

    pub fn entity_not_found() -> Self {
        let message = "We didn't find the resource/entity you are requesting. Please verify the request";
        Self::inventory(25710, 404, message.to_owned())
    }

    pub fn offer_not_available(offer: &str, status: u16) -> Self {
        Self::inventory(25713, status, format!("This Offer is not available : {offer}."))
            .with("additionalInfo", offer)
    }

    pub fn too_many_items(max: usize) -> Self {
        let message = format!("The number of InventoryItems in the request cannot exceed {max}.");
        Self::inventory(25727, 400, message)
    }

    pub fn too_many_offers(max: usize) -> Self {
        Self::inventory(25730, 400, format!("The number of offers in the request cannot exceed {max}"))
    }

    pub fn duplicate_offer() -> Self {
        Self::inventory(25731, 400, "OfferId should be unique in the request.".to_owned())
    }

    pub fn duplicate_sku() -> Self {
        Self::inventory(25734, 400, "SKU should be unique in the request.".to_owned())
    }

    /// A warning, not an error: the offer asks for more than the item has.
    pub fn capped() -> Self {
        let message = "System warning. The quantity of the offer is above the ship-to-home quantity of the inventory \
                       item; the listing shows the lower one.";
        Self::inventory(25402, 200, message.to_owned())
    }

    /// The error object.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut error = json!({
            "errorId": self.id,
            "domain": self.domain,
            "category": self.category,
            "message": self.message,
        });
        if let Value::Object(error) = &mut error {
            if let Some(long) = &self.long_message {
                error.insert("longMessage".to_owned(), json!(long));
            }
            if self.domain == "API_INVENTORY" {
                error.insert("subdomain".to_owned(), json!("Selling"));
            }
            if !self.parameters.is_empty() {
                let list = self.parameters.iter().map(|(name, value)| json!({"name": name, "value": value}));
                error.insert("parameters".to_owned(), list.collect());
            }
        }
        error
    }

    /// The error as the whole reply.
    #[must_use]
    pub fn reply(&self) -> Response {
        reply_json(self.status, &json!({"errors": [self.json()]}))
    }
}
