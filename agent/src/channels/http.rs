//! The one HTTP client: time-outs, a cap on bodies, and no credential in any error.

use super::ChannelError;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Bounds of one call.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Until the connection stands.
    pub connect_timeout: Duration,
    /// Until the reply has been read whole.
    pub timeout: Duration,
    /// Largest reply that is read.
    pub max_body: usize,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            max_body: 32 * 1024 * 1024,
        }
    }
}

/// A client that every connector of this process may share.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    max_body: usize,
}

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: percent_encoding::AsciiSet =
    percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A text as one segment of a path.
#[must_use]
pub fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, &SEGMENT).to_string()
}

/// A reply, read whole.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// Makes the client.
///
/// # Errors
/// If TLS cannot be set up.
pub fn client(settings: &HttpSettings) -> Result<Http, ChannelError> {
    reqwest::Client::builder()
        .user_agent(concat!("Onhand/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map(|client| Http { client, max_body: settings.max_body })
        .map_err(|error| ChannelError::Transport { url: "(client)".to_owned(), reason: chain(&error) })
}

impl Http {
    /// A request to be filled in.
    pub fn request(&self, method: reqwest::Method, url: &str) -> reqwest::RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads the reply whole.
    ///
    /// # Errors
    /// `Transport` if there was no reply: what was asked may or may not have happened.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, ChannelError> {
        let mut reply = request.send().await.map_err(transport)?;
        let status = reply.status().as_u16();
        let headers = reply.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > self.max_body {
                return Err(ChannelError::Unavailable {
                    status,
                    message: format!("the reply is larger than {} bytes", self.max_body),
                    after: None,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }
}

impl Reply {
    /// The body as JSON. What is not JSON is an outage (a proxy's or a maintenance page), never a success.
    ///
    /// # Errors
    /// `Unavailable`, saying what came instead.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ChannelError> {
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| ChannelError::Unavailable {
            status: self.status,
            message: if self.is_markup() {
                format!("an HTML page came instead of JSON: {}", self.excerpt())
            } else {
                format!("the reply is not what the API documents ({error}): {}", self.excerpt())
            },
            after: self.retry_after(),
        })
    }

    /// How long the channel asks to wait: `Retry-After` in seconds (also fractions, as Shopify sends) or as a date.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse::<f64>() {
            return Duration::try_from_secs_f64(seconds).ok();
        }
        let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        // The date is the channel's clock; the reply's own Date header is that clock's now.
        let date = self.headers.get(reqwest::header::DATE)?.to_str().ok()?;
        let now = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
        Duration::try_from(until.duration_since(now)).ok()
    }

    /// Fails for statuses that mean the same on every channel: 429 and 5xx.
    ///
    /// # Errors
    /// `Throttled` or `Unavailable`.
    pub fn available(&self) -> Result<(), ChannelError> {
        match self.status {
            429 => Err(ChannelError::Throttled { after: self.retry_after(), message: self.excerpt() }),
            500.. => Err(ChannelError::Unavailable {
                status: self.status,
                message: self.excerpt(),
                after: self.retry_after(),
            }),
            _ => Ok(()),
        }
    }

    /// The beginning of the body in one line, for messages: the title of an HTML page, else the text itself.
    #[must_use]
    pub fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(self.body.get(..self.body.len().min(4096)).unwrap_or_default());
        let lower = text.to_ascii_lowercase();
        let title = lower.find("<title>").and_then(|from| {
            let to = lower.get(from..)?.find("</title>")? + from;
            text.get(from + "<title>".len()..to)
        });
        let words = title.unwrap_or(&text).split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(200).collect()
    }

    fn is_markup(&self) -> bool {
        self.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
    }
}

fn transport(error: reqwest::Error) -> ChannelError {
    let url = error.url().map_or_else(
        || "the channel".to_owned(),
        |url| format!("{}://{}{}", url.scheme(), url.authority(), url.path()),
    );
    ChannelError::Transport { url, reason: chain(&error.without_url()) }
}

/// An error with its causes, outermost first.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(headers: &[(&'static str, &str)], body: &str) -> Reply {
        let headers = headers
            .iter()
            .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), value.parse().unwrap()));
        Reply { status: 503, headers: headers.collect(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn retry_after_in_every_form() {
        assert_eq!(reply(&[("retry-after", "2.0")], "").retry_after(), Some(Duration::from_secs(2)));
        let date =
            [("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"), ("date", "Wed, 21 Oct 2015 07:28:00 GMT")];
        assert_eq!(reply(&date, "").retry_after(), Some(Duration::from_secs(30)));
        assert_eq!(reply(&[("retry-after", "soon")], "").retry_after(), None);
        assert_eq!(reply(&[("retry-after", "-1")], "").retry_after(), None);
    }

    #[test]
    fn a_page_instead_of_json_is_named_by_its_title() {
        let page = reply(&[], "<html><head><TITLE>We are\n down</TITLE></head></html>");
        let error = page.json::<serde_json::Value>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the channel is not available (HTTP 503): an HTML page came instead of JSON: We are down"
        );
    }
}
