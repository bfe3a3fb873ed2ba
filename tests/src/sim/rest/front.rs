//! The way of every request: recorded, misbehaved at, let in, paced, held against the specification, answered.

use super::market::{Bucket, Market, Request};
use super::{Call, Desk, Operation};
use crate::sim::behaviour::Kind;
use crate::sim::http::{Hang, Verdict, json};
use axum::body::to_bytes;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::sync::Arc;
use std::time::Duration;

const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// What is to be done once the lock is released.
struct Answer {
    response: Response,
    hang: Option<Hang>,
}

pub(super) async fn receive(State(market): State<Arc<Market>>, request: HttpRequest) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return json(413, &value!({})) };
    let call = Call {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
        raw_query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    let Some(operation) = market.rules.operation(&call) else {
        let detail = format!("{} {} does not exist", call.method, call.path);
        market.inner().violations.push(detail.clone());
        return json(404, &value!({ "message": detail }));
    };
    let verdict = Verdict::of(market.inner().behaviours.judge(operation.kind, &market.clock));
    if verdict.delay > Duration::ZERO {
        tokio::time::sleep(verdict.delay).await;
    }
    if let Some(hang) = verdict.hang_before {
        note(&market, operation, 0);
        return hang.wait().await;
    }
    let answer = answered(&market, operation, &call, &verdict);
    note(&market, operation, answer.response.status().as_u16());
    let garbled = market.inner().garbled;
    if let Some(order) = garbled {
        return garble(answer.response, &order.to_string()).await;
    }
    match answer.hang {
        Some(hang) => hang.wait().await,
        None if operation.name.starts_with("order") && market.inner().checks_replies => {
            held_against_the_document(&market, operation, answer.response).await
        }
        None => answer.response,
    }
}

async fn held_against_the_document(market: &Market, operation: Operation, response: Response) -> Response {
    let (head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return json(500, &value!({})) };
    if head.status.is_success() && !body.is_empty() {
        let problems = market.official.reply_problems(&operation, head.status.as_u16(), &body);
        let named = problems.into_iter().map(|problem| format!("reply of {}: {problem}", operation.name));
        market.inner().violations.extend(named);
    }
    Response::from_parts(head, body.into())
}

/// Whatever names this order holds a number where a thing or a list of things should be.
async fn garble(response: Response, order: &str) -> Response {
    let (head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return json(500, &value!({})) };
    let Ok(mut reply) = serde_json::from_slice(&body) else { return Response::from_parts(head, body.into()) };
    spoil(&mut reply, order);
    json(head.status.as_u16(), &reply)
}

fn spoil(value: &mut Value, order: &str) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| spoil(one, order)),
        Value::Object(fields) => {
            let names =
                |value: &Value| (value.is_number() || value.is_string()) && value.to_string().contains(order);
            if fields.values().any(names) {
                let parts = fields.values_mut().filter(|value| value.is_array() || value.is_object());
                parts.for_each(|value| *value = value!(5));
            }
            fields.values_mut().for_each(|one| spoil(one, order));
        }
        _ => {}
    }
}

fn note(market: &Market, operation: Operation, status: u16) {
    market.inner().requests.push(Request { operation: operation.name.to_owned(), status });
}

fn answered(market: &Market, operation: Operation, call: &Call, verdict: &Verdict) -> Answer {
    let now = |response| Answer { response, hang: None };
    let rules = &market.rules;
    if let Some(page) = verdict.front {
        return now(page.reply());
    }
    if verdict.revoked {
        return now(rules.revoked(operation.kind));
    }
    if let Some(throttle) = &verdict.throttle {
        return now(rules.throttled(Duration::from_secs(1), throttle.retry_after_s));
    }
    if let Some(fail) = &verdict.fail {
        return now(rules.failed(fail.status.unwrap_or(500)));
    }
    let now_us = market.clock.now_us();
    let mut guard = market.inner();
    let inner = &mut *guard;
    inner.shelf.mature(now_us);
    if let (true, Some(limit)) = (inner.limited, operation.limit) {
        let bucket = inner.buckets.entry(operation.name).or_insert_with(|| Bucket::full(limit, now_us));
        if let Err(wait) = bucket.take(limit, now_us) {
            return now(rules.throttled(wait, None));
        }
    }
    // A lie is told over a copy that nobody looks at again.
    let mut copy = verdict.lie.then(|| inner.shelf.clone());
    let mut broken = Vec::new();
    let mut desk = Desk {
        shelf: copy.as_mut().unwrap_or(&mut inner.shelf),
        now_us,
        job_us: inner.job_us,
        feed_us: inner.feed_us,
        verdict,
        violations: &mut broken,
    };
    if operation.kind != Kind::Token
        && let Err(refusal) = rules.authorise(call, &desk)
    {
        return now(refusal);
    }
    let problems = market.official.problems(&operation, call);
    let response = if problems.is_empty() {
        rules.answer(operation, call, &mut desk)
    } else {
        let response = rules.malformed(&problems.join("; "));
        problems.into_iter().for_each(|problem| desk.violation(problem));
        response
    };
    inner.violations.extend(broken.into_iter().map(|problem| format!("{}: {problem}", operation.name)));
    Answer { response, hang: verdict.hang_after }
}
