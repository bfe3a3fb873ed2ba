//! HTTP odds and ends that both marketplaces need: replies, HTML pages, and what behaviours mean for a request.

use super::behaviour::{Behaviour, Mode};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;
use std::time::Duration;

/// A JSON reply.
pub fn json(status: u16, body: &Value) -> Response {
    reply(status, "application/json; charset=utf-8", body.to_string())
}

/// A reply with any body.
pub fn reply(status: u16, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// An HTML page, as proxies and maintenance windows send them.
pub fn html(status: u16, title: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>{title}</title></head>\n<body><h1>{title}</h1>\
         <p>Something went wrong on our end. Reference: 0a1b2c3d.</p></body></html>\n"
    );
    reply(status, "text/html; charset=utf-8", page)
}

/// Adds a Retry-After header, if there is one to add.
pub fn with_retry_after(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whether the request says it carries JSON.
pub fn says_json(headers: &axum::http::HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json"))
}

/// An HTML page instead of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    status: u16,
    title: &'static str,
    retry_after_s: Option<u64>,
}

impl Page {
    fn new(behaviour: &Behaviour, status: u16, title: &'static str) -> Self {
        Self { status: behaviour.status.unwrap_or(status), title, retry_after_s: behaviour.retry_after_s }
    }

    /// The page as a reply.
    pub fn reply(self) -> Response {
        with_retry_after(html(self.status, self.title), self.retry_after_s)
    }
}

/// Rows that are to be refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub skus: Vec<String>,
    pub code: Option<String>,
}

/// What the behaviours in force mean for one request.
#[derive(Default)]
pub struct Verdict {
    pub names: Vec<String>,
    /// Answered before the API proper sees the request.
    pub front: Option<Page>,
    pub delay: Duration,
    pub fail: Option<Behaviour>,
    pub throttle: Option<Behaviour>,
    pub revoked: bool,
    pub concurrent: bool,
    pub lie: bool,
    pub refusal: Option<Refusal>,
    pub hang_before: Option<Hang>,
    pub hang_after: Option<Hang>,
}

/// Silence instead of an answer; with a time, a 504 after it.
#[derive(Clone, Copy, Debug)]
pub struct Hang(Option<u64>);

impl Hang {
    /// Waits until the client gives up, or the time is over.
    pub async fn wait(self) -> Response {
        match self.0 {
            None => std::future::pending().await,
            Some(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                html(504, "Gateway Timeout")
            }
        }
    }
}

impl Verdict {
    /// Puts the behaviours together.
    pub fn of(behaviours: Vec<Behaviour>) -> Self {
        let mut verdict = Self::default();
        for behaviour in behaviours {
            verdict.names.push(behaviour.name());
            verdict.add(behaviour);
        }
        verdict
    }

    fn add(&mut self, b: Behaviour) {
        match b.mode {
            Mode::Normal => {}
            Mode::Slow => self.delay += Duration::from_millis(b.ms.unwrap_or(1000)),
            Mode::Html => self.front = Some(Page::new(&b, 200, "Oops, something went wrong")),
            Mode::Maintenance => self.front = Some(Page::new(&b, 503, "We are down for maintenance")),
            Mode::Fail => self.fail = Some(b),
            Mode::Throttle => self.throttle = Some(b),
            Mode::Revoked => self.revoked = true,
            Mode::Concurrent => self.concurrent = true,
            Mode::Lie => self.lie = true,
            Mode::Partial => self.refusal = Some(Refusal { skus: b.skus, code: b.code }),
            Mode::TimeoutBeforeApply => self.hang_before = Some(Hang(b.ms)),
            Mode::TimeoutAfterApply => self.hang_after = Some(Hang(b.ms)),
        }
    }

    /// Whether the row of this SKU is to be refused.
    pub fn refuses(&self, sku: Option<&str>) -> Option<&Refusal> {
        let sku = sku?;
        self.refusal.as_ref().filter(|r| r.skus.iter().any(|s| s == sku))
    }
}
