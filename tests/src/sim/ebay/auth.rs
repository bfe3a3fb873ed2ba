//! OAuth as eBay does it: a refresh token (or the application's own credentials) for a short-lived access token.

use super::error::EbayError;
use super::state::{Token, TokenKind};
use crate::sim::behaviour::Kind;
use crate::sim::http::{Verdict, json as reply_json, with_retry_after};
use crate::sim::marketplace::Marketplace;
use crate::sim::op::Op;
use crate::sim::world::World;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const EBAY: Marketplace = Marketplace::Ebay;
const SCOPE: &str = "https://api.ebay.com/oauth/api_scope";

/// `POST /identity/v1/oauth2/token`.
pub async fn token(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let request = world.received(EBAY, "POST", "/identity/v1/oauth2/token");
    let verdict = Verdict::of(world.judge(EBAY, Kind::Token));
    world.note(request, |r| {
        r.operation = "token".to_owned();
        r.behaviours.clone_from(&verdict.names);
    });
    let response = answer(&world, verdict, &headers, &body).await;
    world.note(request, |r| r.status = response.status().as_u16());
    response
}

async fn answer(world: &World, verdict: Verdict, headers: &HeaderMap, body: &[u8]) -> Response {
    tokio::time::sleep(verdict.delay).await;
    if let Some(front) = verdict.front {
        return front.reply();
    }
    if let Some(hang) = verdict.hang_before.or(verdict.hang_after) {
        return hang.wait().await;
    }
    if let Some(fail) = &verdict.fail {
        let body = json!({"error": "server_error", "error_description": "The server encountered an error"});
        return with_retry_after(reply_json(fail.status.unwrap_or(500), &body), fail.retry_after_s);
    }
    if let Some(throttle) = &verdict.throttle {
        return with_retry_after(EbayError::too_many_requests().reply(), throttle.retry_after_s);
    }
    let refuse = |status: u16, error: &str, description: &str| {
        reply_json(status, &json!({"error": error, "error_description": description}))
    };
    let violation = |detail: &str| {
        world.violated(EBAY, "token", detail);
        refuse(400, "invalid_request", detail)
    };
    if !headers
        .get(CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
    {
        return violation("Content-Type must be application/x-www-form-urlencoded");
    }
    let account = &world.config.ebay;
    if basic(headers) != Some((account.client_id.clone(), account.client_secret.clone())) {
        return refuse(401, "invalid_client", "client authentication failed");
    }
    let form: BTreeMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str);
    if let Some(unknown) =
        form.keys().find(|k| !matches!(k.as_str(), "grant_type" | "refresh_token" | "scope"))
    {
        return violation(&format!("unknown form field {unknown}"));
    }
    if field("scope").is_some_and(|s| s.split_whitespace().any(|scope| !scope.starts_with(SCOPE))) {
        let text =
            "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client";
        return refuse(400, "invalid_scope", text);
    }
    let kind = match field("grant_type") {
        Some("refresh_token")
            if verdict.revoked || field("refresh_token") != Some(&account.refresh_token) =>
        {
            let text = "the provided authorization refresh token is invalid or was issued to another client";
            return refuse(400, "invalid_grant", text);
        }
        Some("refresh_token") => TokenKind::User,
        Some("client_credentials") => TokenKind::Application,
        _ => {
            let text = "grant type in request is not supported by the authorization server";
            return refuse(400, "unsupported_grant_type", text);
        }
    };
    issue(world, kind)
}

fn issue(world: &World, kind: TokenKind) -> Response {
    let ttl = world.ebay_limits().token_ttl_s;
    let life_us = i64::try_from(ttl).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    let expires_us = world.clock.now_us().saturating_add(life_us);
    let token =
        Token { token: format!("v^1.1#i^1#p^3#sim#{:032x}", rand::random::<u128>()), kind, expires_us };
    let reply = json!({
        "access_token": token.token,
        "expires_in": ttl,
        "token_type": match kind { TokenKind::User => "User Access Token", TokenKind::Application => "Application Access Token" },
    });
    match world.commit(|_| (vec![Op::Token(token)], ())) {
        Ok(()) => reply_json(200, &reply),
        Err(error) => reply_json(500, &Value::String(error.to_string())),
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// Checks the access token of an API call.
///
/// # Errors
/// It is missing, unknown, expired, or of the wrong kind.
pub fn bearer(world: &World, headers: &HeaderMap, revoked: bool, user_only: bool) -> Result<(), EbayError> {
    let header =
        headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or_else(EbayError::missing_token)?;
    let token = header.strip_prefix("Bearer ").ok_or_else(EbayError::invalid_token)?;
    let now = world.clock.now_us();
    world.read(|state| match state.account.token(token) {
        Some(token) if revoked || token.expires_us <= now => Err(EbayError::invalid_token()),
        Some(token) if user_only && token.kind != TokenKind::User => Err(EbayError::access_denied()),
        Some(_) => Ok(()),
        None => Err(EbayError::invalid_token()),
    })
}
