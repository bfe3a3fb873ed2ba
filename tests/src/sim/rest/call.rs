//! A request, read whole.

use axum::body::Bytes;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// As sent, without the query.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// The query as sent, for signatures.
    pub raw_query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Call {
    /// The path's parts, decoded.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
        self.path.trim_matches('/').split('/').map(decode).collect()
    }

    /// A header, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What follows `Bearer`.
    #[must_use]
    pub fn bearer(&self) -> &str {
        self.header("authorization").strip_prefix("Bearer ").unwrap_or_default()
    }

    /// User and password of `Basic`.
    #[must_use]
    pub fn basic(&self) -> Option<(String, String)> {
        let coded = self.header("authorization").strip_prefix("Basic ")?;
        let text = String::from_utf8(STANDARD.decode(coded).ok()?).ok()?;
        text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
    }

    /// A query parameter, or nothing.
    #[must_use]
    pub fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The file in a multipart body: between the part's empty line and the closing boundary.
    #[must_use]
    pub fn file(&self) -> Option<String> {
        let boundary = self.header("content-type").split("boundary=").nth(1)?.to_owned();
        let body = String::from_utf8(self.body.to_vec()).ok()?;
        let part = body.split(&format!("--{boundary}")).find(|part| part.contains("name=\"file\""))?;
        let (_, file) = part.split_once("\r\n\r\n")?;
        Some(file.strip_suffix("\r\n").unwrap_or(file).to_owned())
    }

    /// The body as a form.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// A field of the form, or nothing.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        self.form().into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
    }
}
