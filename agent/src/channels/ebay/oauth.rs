//! The access token, fetched with the seller's refresh token.
//!
//! Sources: <https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html>,
//! <https://developer.ebay.com/api-docs/static/oauth-client-credentials-grant.html>.

use crate::channels::ChannelError;
use crate::channels::http::Http;
use crate::channels::token::{Granted, oauth};
use secrecy::{ExposeSecret, SecretString};

/// The permission to write stock.
pub(super) const STOCK: &str = "https://api.ebay.com/oauth/api_scope/sell.inventory";
/// The permission to see orders and to tell of shipments.
pub(super) const SALES: &str = "https://api.ebay.com/oauth/api_scope/sell.fulfillment";

/// Whatever the seller has granted.
pub(super) const ALL: &str = "";

/// What any application may see, without a seller.
pub(super) const APPLICATION: &str = "https://api.ebay.com/oauth/api_scope";

/// Who asks, and for whom.
#[derive(Clone)]
pub(super) struct Credentials {
    pub client_id: String,
    pub client_secret: SecretString,
    pub refresh_token: SecretString,
}

/// A new token.
pub(super) async fn fetch(
    http: &Http,
    base: &str,
    scope: &str,
    credentials: &Credentials,
) -> Result<Granted, ChannelError> {
    let form = if scope == APPLICATION {
        vec![("grant_type", "client_credentials"), ("scope", scope)]
    } else {
        let refresh_token = credentials.refresh_token.expose_secret();
        let all = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("scope", scope)];
        // "Mints an access token that contains the same authorization properties as the original", unless narrowed.
        all.into_iter().filter(|(_, value)| *value != ALL).collect()
    };
    let request = http
        .request(reqwest::Method::POST, &format!("{base}/identity/v1/oauth2/token"))
        .basic_auth(&credentials.client_id, Some(credentials.client_secret.expose_secret()))
        .form(&form);
    oauth(http, request, advice).await
}

fn advice(code: &str) -> &'static str {
    match code {
        "invalid_client" => {
            "Check client_id and client_secret: developer.ebay.com → Your Account → Application Keys"
        }
        "invalid_scope" => {
            "Let the seller sign in again and grant the scopes sell.inventory and, for orders, sell.fulfillment: developer.ebay.com → User Tokens"
        }
        _ => {
            "The refresh token has expired or was revoked: let the seller sign in again at developer.ebay.com → User Tokens"
        }
    }
}
