//! A call to the Post-Order API, which is older than the others: another word before the token, another form of errors.
//! Its sandbox knows no returns.
//!
//! Sources: <https://developer.ebay.com/Devzone/post-order/concepts/makingacall.html>,
//! <https://developer.ebay.com/Devzone/post-order/ErrorResponse.html>,
//! <https://developer.ebay.com/api-docs/static/oauth-trad-apis.html>.

use super::errors::EbayError;
use super::oauth::{self, Credentials};
use crate::channels::ChannelError;
use crate::channels::http::{Http, Reply};
use crate::channels::token::Tokens;
use crate::clock::Clock;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde::Deserialize;

/// The API of one account on one site.
pub(super) struct PostOrder {
    pub http: Http,
    pub base: String,
    pub marketplace: String,
    pub credentials: Credentials,
    pub tokens: Tokens,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    error_message: ErrorMessage,
}

#[derive(Deserialize)]
struct ErrorMessage {
    #[serde(default)]
    error: Vec<EbayError>,
}

impl PostOrder {
    pub(super) fn new(
        http: Http,
        base: String,
        marketplace: String,
        credentials: Credentials,
        clock: Clock,
    ) -> Self {
        Self { http, base, marketplace, credentials, tokens: Tokens::new(clock) }
    }

    /// Reads; a refusal is an error here.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, ChannelError> {
        let url = format!("{}/post-order/v2{path}", self.base);
        let url = &url;
        let reply = self
            .tokens
            .send(
                || oauth::fetch(&self.http, &self.base, oauth::ALL, &self.credentials),
                |token| async move {
                    let request = self
                        .http
                        .request(Method::GET, url)
                        .header("Authorization", format!("IAF {}", token.expose_secret()))
                        .header("X-EBAY-C-MARKETPLACE-ID", &self.marketplace)
                        .header("Accept", "application/json");
                    self.http.send(request.query(query)).await
                },
                |reply| reply.status == 401,
            )
            .await?;
        if reply.status < 400 { Ok(reply) } else { Err(refusal(&reply)) }
    }
}

fn refusal(reply: &Reply) -> ChannelError {
    let error = reply.json::<Errors>().ok().and_then(|body| body.error_message.error.into_iter().next());
    let (code, message) = match &error {
        Some(error) => (error.error_id.to_string(), error.words()),
        None => (reply.status.to_string(), reply.excerpt()),
    };
    match reply.status {
        401 | 403 => ChannelError::Unauthorized {
            message,
            action: "The token does not show returns: let the seller sign in again and grant the scope \
                     https://api.ebay.com/oauth/api_scope too: developer.ebay.com → User Tokens"
                .to_owned(),
        },
        429 => ChannelError::Throttled { after: reply.retry_after(), message },
        500.. => ChannelError::Unavailable { status: reply.status, message, after: reply.retry_after() },
        _ => ChannelError::Refused { code, message },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderMap;

    fn refused(status: u16, body: &str) -> ChannelError {
        refusal(&Reply { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() })
    }

    #[test]
    fn its_own_form_of_errors_is_read() {
        let body = r#"{"errorMessage":{"error":[{"errorId":1604,"message":"No such return","longMessage":"No such return",
            "parameter":[{"name":"returnId","value":"5"}]}]}}"#;
        let ChannelError::Refused { code, message } = refused(404, body) else { panic!("{body}") };
        assert_eq!((code.as_str(), message.as_str()), ("1604", "No such return [returnId: 5]"));
        assert!(matches!(refused(429, body), ChannelError::Throttled { .. }));
        assert!(matches!(refused(500, body), ChannelError::Unavailable { status: 500, .. }));
    }

    #[test]
    fn a_token_that_does_not_show_returns_names_the_scope() {
        let ChannelError::Unauthorized { action, .. } = refused(403, "") else { panic!("not refused") };
        assert!(action.contains("https://api.ebay.com/oauth/api_scope too"), "{action}");
    }
}
