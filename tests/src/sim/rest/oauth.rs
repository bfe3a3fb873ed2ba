//! Token endpoints as OAuth 2 has them.

use super::{Call, Desk};
use crate::sim::http::json;
use axum::response::Response;
use serde_json::json as value;

/// Who may have a token, and how long it lives.
pub struct Client {
    /// Fields of the form that must say this.
    pub fields: &'static [(&'static str, &'static str)],
    /// What `Basic` must say, where a marketplace wants the client there.
    pub basic: Option<(&'static str, &'static str)>,
    pub lives_s: i64,
}

/// Grants a token, or says what is wrong.
pub fn grant(client: &Client, call: &Call, desk: &mut Desk<'_>) -> Response {
    if let Some((user, password)) = client.basic
        && call.basic() != Some((user.to_owned(), password.to_owned()))
    {
        return denied(401, "invalid_client", "Client authentication failed");
    }
    for (field, wanted) in client.fields {
        let given = call.field(field);
        if given != *wanted {
            let code = if field.starts_with("client") { "invalid_client" } else { "invalid_grant" };
            return denied(400, code, &format!("The request has an invalid {field}"));
        }
    }
    let token = desk.shelf.grant(desk.now_us, client.lives_s);
    json(200, &value!({"access_token": token, "token_type": "bearer", "expires_in": client.lives_s}))
}

/// A refusal.
pub fn denied(status: u16, code: &str, description: &str) -> Response {
    json(status, &value!({"error": code, "error_description": description}))
}
