//! The access token: Login with Amazon, one hour long.
//!
//! Source: <https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api>.

use crate::channels::ChannelError;
use crate::channels::http::Http;
use crate::channels::token::{Granted, oauth};
use secrecy::{ExposeSecret, SecretString};

/// Who asks, and for whom.
pub(super) struct Credentials {
    pub login: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub refresh_token: SecretString,
}

/// A new token.
pub(super) async fn fetch(http: &Http, credentials: &Credentials) -> Result<Granted, ChannelError> {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", credentials.refresh_token.expose_secret()),
        ("client_id", credentials.client_id.as_str()),
        ("client_secret", credentials.client_secret.expose_secret()),
    ];
    let url = format!("{}/auth/o2/token", credentials.login);
    oauth(http, http.request(reqwest::Method::POST, &url).form(&form), advice).await
}

fn advice(code: &str) -> &'static str {
    match code {
        "invalid_client" | "unauthorized_client" => {
            "Check client_id and client_secret (a secret lasts 180 days): Seller Central → Apps and Services → Develop Apps"
        }
        _ => {
            "The authorisation has ended or was withdrawn: Seller Central → Apps and Services → Develop Apps → Authorize"
        }
    }
}
