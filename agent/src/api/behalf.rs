//! On whose behalf a request is made, and a note of what it did. The socket's permissions decide who may ask at all; the
//! header says for whom: the shop names its user, the command line the one who typed.

use super::State;
use crate::db::{Lane, on_behalf};
use crate::mirror::setting_changes;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as FromState};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// The header: JSON with kind, id, name and via.
pub const ACTOR: &str = "onhand-actor";
const LONGEST_ACTOR: usize = 1000;
/// What was asked is noted up to here; files are not.
const LONGEST_NOTED: usize = 16 * 1024;

/// What changes no setting and is worth a note all the same. Settings are noted where they are written.
const DEEDS: &[&str] = &["dead-letters/", "listings/", "holds/", "orders/", "deliveries/", "jobs", "shop"];
const DEEDS_ON_CHANNELS: &[&str] = &["resync", "reconcile", "ask"];

pub(super) async fn note(FromState(state): FromState<State>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let actor = actor(request.headers().get(ACTOR).and_then(|value| value.to_str().ok()));
    let path = request.uri().path().trim_start_matches("/v1/").to_owned();
    if !is_deed(&path) {
        return on_behalf(actor, next.run(request)).await;
    }
    let small = request
        .headers()
        .get("content-length")
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .is_some_and(|length| length <= LONGEST_NOTED);
    let (request, asked) = if small && path != "shop" {
        let (head, body) = request.into_parts();
        match to_bytes(body, LONGEST_NOTED).await {
            Ok(bytes) => {
                let asked = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
                (Request::from_parts(head, Body::from(bytes)), asked)
            }
            Err(error) => return super::problem::Problem::invalid(error.to_string()).into_response(),
        }
    } else {
        (request, Value::Null)
    };
    let response = on_behalf(Arc::clone(&actor), next.run(request)).await;
    if response.status().is_success() {
        let at_ms = state.app.clock.now_ms();
        let noted = state
            .app
            .db
            .writer
            .write(Lane::Normal, move |tx| setting_changes::done(tx, at_ms, &actor, &path, &asked))
            .await;
        if let Err(error) = noted {
            let error: crate::db::DbError = error;
            tracing::error!(%error, "What somebody did could not be noted.");
        }
    }
    response
}

fn is_deed(path: &str) -> bool {
    match path.strip_prefix("channels/") {
        Some(rest) => DEEDS_ON_CHANNELS.iter().any(|deed| rest.ends_with(&format!("/{deed}"))),
        None => DEEDS.iter().any(|deed| path.starts_with(deed)),
    }
}

/// As told; somebody on this machine where nothing is told.
fn actor(header: Option<&str>) -> Arc<str> {
    let told: Option<Value> =
        header.filter(|text| text.len() <= LONGEST_ACTOR).and_then(|text| serde_json::from_str(text).ok());
    let actor = match told {
        Some(told @ Value::Object(_)) => told,
        _ => json!({ "kind": "local", "id": null, "name": null }),
    };
    actor.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_are_told_from_settings_and_looks() {
        for deed in
            ["holds/3/confirm", "channels/ebay/resync", "channels/ebay/orders/ask", "listings/map", "shop"]
        {
            assert!(is_deed(deed), "{deed}");
        }
        for other in [
            "channels",
            "channels/ebay/pause",
            "channels/ebay/check",
            "rules",
            "hooks/1/off",
            "simulate",
            "settle",
        ] {
            assert!(!is_deed(other), "{other}");
        }
    }

    #[test]
    fn nobody_is_somebody_on_this_machine() {
        assert_eq!(
            &*actor(Some(r#"{"kind":"user","id":1,"name":"anna"}"#)),
            r#"{"id":1,"kind":"user","name":"anna"}"#
        );
        for broken in [None, Some(""), Some("[]"), Some("anna")] {
            assert!(actor(broken).contains("local"), "{broken:?}");
        }
    }
}
