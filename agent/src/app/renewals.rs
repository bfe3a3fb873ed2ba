//! Secrets that a marketplace replaces by itself: sealed and stored before the old one ends.

use super::App;
use crate::channels::{Renewals, Secrets};
use crate::db::{DbError, Lane};
use crate::issues::{self, Issue};
use crate::mirror::channels as stored;

impl App {
    /// Where a channel's connector hands in renewed secrets.
    pub(super) fn renewals(&self, channel: &str) -> Renewals {
        let (app, channel) = (self.clone(), channel.to_owned());
        Renewals::new(move |renewed| {
            let (app, channel) = (app.clone(), channel.clone());
            // The call that brought it goes on; nothing in it waits for the database.
            tokio::spawn(async move { app.keep_renewed(channel, renewed).await });
        })
    }

    pub(super) async fn keep_renewed(&self, channel: String, renewed: Secrets) {
        let sealer = self.sealer.clone();
        let (name, now_ms) = (channel.clone(), self.clock.now_ms());
        let written = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let Some(channel) = stored::by_name(tx, &name)? else { return Ok::<_, DbError>(Ok(())) };
                let mut secrets = match sealer.unseal(&name, &channel.secrets) {
                    Ok(secrets) => secrets,
                    Err(error) => return Ok(Err(error)),
                };
                secrets.extend(renewed);
                match sealer.seal(&name, &secrets) {
                    Ok(sealed) => stored::renew(tx, channel.id, &sealed).map(Ok),
                    Err(error) => Ok(Err(error)),
                }
            })
            .await;
        let problem = match written {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(%channel, "A renewed secret could not be stored: {problem}");
        let raised = self
            .db
            .writer
            .write(Lane::Urgent, move |tx| {
                let issue = Issue {
                    code: "secret_not_stored",
                    scope: &format!("channel:{channel}"),
                    message: &format!(
                        "{channel} renewed its refresh token and it could not be stored: {problem}"
                    ),
                    action: "Mend the cause, then give it new credentials before the agent is restarted: Onhand → Settings.",
                };
                issues::raise(tx, &issue, now_ms)
            })
            .await;
        if let Err(error) = raised {
            tracing::error!("Nor could that be noted: {error}");
        }
    }
}
