//! What connectors of JSON APIs share: putting a call together, and what an HTTP status means everywhere.

use super::ChannelError;
use super::http::{Http, Reply};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// A call to an API, before it is authorised.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// GET, POST, PUT, PATCH.
    pub method: &'a Method,
    /// Below the API's address; its segments are encoded already.
    pub path: &'a str,
    /// Its query.
    pub query: &'a [(&'a str, &'a str)],
    /// Its JSON body.
    pub body: Option<&'a Value>,
    /// The body's media type.
    pub media: &'a str,
}

/// Plain JSON.
pub const JSON: &str = "application/json";

impl<'a> Call<'a> {
    /// Reads.
    #[must_use]
    pub fn get(path: &'a str, query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: &Method::GET, path, query, body: None, media: JSON }
    }

    /// Posts.
    #[must_use]
    pub fn post(path: &'a str, body: &'a Value) -> Self {
        Self { method: &Method::POST, path, query: &[], body: Some(body), media: JSON }
    }

    /// Puts.
    #[must_use]
    pub fn put(path: &'a str, query: &'a [(&'a str, &'a str)], body: &'a Value) -> Self {
        Self { method: &Method::PUT, path, query, body: Some(body), media: JSON }
    }

    /// The request, to be authorised.
    pub fn request(&self, http: &Http, base: &str) -> RequestBuilder {
        let request = http.request(self.method.clone(), &format!("{base}{}", self.path)).query(self.query);
        match self.body {
            Some(body) => request.header(CONTENT_TYPE, self.media).body(body.to_string()),
            None => request,
        }
    }
}

/// A refusal by its status. `words`: the channel's code and message, where its body gave them. `renew`: what to do
/// about refused credentials.
#[must_use]
pub fn refusal(reply: &Reply, words: Option<(String, String)>, renew: &str) -> ChannelError {
    let (code, message) = words.unwrap_or_else(|| (reply.status.to_string(), reply.excerpt()));
    match reply.status {
        401 | 403 => ChannelError::Unauthorized { message, action: renew.to_owned() },
        429 => ChannelError::Throttled { after: reply.retry_after(), message },
        status @ 500.. => ChannelError::Unavailable { status, message, after: reply.retry_after() },
        _ => ChannelError::Refused { code, message },
    }
}
