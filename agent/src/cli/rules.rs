//! `onhand rules …`

use super::args::RulesCommand;
use super::client::Client;
use super::commands::{Shown, print_plain};
use serde_json::json;

pub(super) fn run(client: &Client, command: RulesCommand) -> anyhow::Result<Shown> {
    Ok(match command {
        RulesCommand::Show { channel, sku } => {
            (client.get("/v1/rules", &[("channel", Some(channel)), ("sku", sku)])?, print_plain)
        }
        RulesCommand::Set { channel, sku, enabled, numbers, unset } => {
            let set = json!({
                "enabled": enabled, "buffer": numbers.buffer, "max_listed": numbers.max_listed,
                "percent": numbers.percent, "min_listed": numbers.min_listed, "stop_at": numbers.stop_at,
                "risk_ppm": numbers.risk_ppm, "unmanaged_quantity": numbers.unmanaged_quantity,
            });
            let body = json!({ "channel": channel, "sku": sku, "set": set, "unset": unset });
            (client.post("/v1/rules", &body)?, print_plain)
        }
    })
}
