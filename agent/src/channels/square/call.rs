//! An authorised call.

use super::errors;
use super::wire::Problem;
use crate::channels::http::{Http, Reply};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Settings};
use secrecy::{ExposeSecret, SecretString};

/// Replies keep their shape for this version.
const VERSION: &str = "2025-08-20";

/// The API of one account.
pub(super) struct Api {
    http: Http,
    base: String,
    token: SecretString,
}

impl Api {
    pub(super) fn new(http: Http, settings: &Settings) -> Self {
        let base = settings.get("endpoint").trim_end_matches('/').to_owned();
        Self { http, base, token: settings.secret("access_token") }
    }

    /// Sends it; a refusal is an error here.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ChannelError> {
        self.try_send(call).await?.map_err(|(_, error)| error)
    }

    /// The same, for callers that look into a refusal: its errors, and what they mean for the call as a whole.
    pub(super) async fn try_send(
        &self,
        call: Call<'_>,
    ) -> Result<Result<Reply, (Vec<Problem>, ChannelError)>, ChannelError> {
        let request = call.request(&self.http, &self.base).bearer_auth(self.token.expose_secret());
        let reply = self.http.send(request.header("Square-Version", VERSION)).await?;
        if reply.status < 400 {
            return Ok(Ok(reply));
        }
        Ok(Err((errors::problems(&reply), errors::of_call(&reply))))
    }
}
