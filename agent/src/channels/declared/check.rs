//! Proving the credentials.

use super::call::{Api, broken};
use super::errors::body;
use super::spec::Check;
use crate::channels::ChannelError;
use minijinja::context;

/// The account's name.
pub(super) async fn account(api: &Api, check: &Check) -> Result<String, ChannelError> {
    let reply = api.send(&check.request, context! {}).await?;
    let context = api.context(context! { body => body(&reply)? });
    let name =
        api.filler.word(&check.account, &context).map_err(|problem| broken("check.account", problem))?;
    Ok(name.unwrap_or_else(|| api.base.clone()))
}
