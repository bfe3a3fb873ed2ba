//! Proving the credentials.

use super::call::Api;
use crate::channels::ChannelError;
use crate::channels::rest::Call;
use serde_json::json;

/// Asks for a process that is none: the credentials are good if that is answered.
pub(super) async fn account(api: &Api) -> Result<String, ChannelError> {
    let body = json!({ "processStatusQueries": [{ "processStatusId": "1" }] });
    api.send(Call::post("/shared/process-status", &body)).await?;
    Ok("a bol retailer account".to_owned())
}
