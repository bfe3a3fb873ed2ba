//! Simulated marketplaces as a program of their own.

use anyhow::Result;
use clap::Parser;
use onhand_tests::sim::outlet::Outlet;
use onhand_tests::sim::{Sim, SimConfig, spec};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Runs a simulated Shopify and eBay on one address, and a WooCommerce store that sells beside them; prints the
/// addresses as a line of JSON.
#[derive(Parser)]
#[command(name = "onhand-sim", version)]
struct Options {
    /// Where to listen; port 0 means any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    addr: SocketAddr,
    /// Folder of the official specifications [default: $ONHAND_SPEC_DIR, else ../shared/specs beside the repository].
    #[arg(long)]
    spec_dir: Option<PathBuf>,
    /// Use only the built-in model of the specifications.
    #[arg(long, conflicts_with = "spec_dir")]
    no_spec: bool,
    /// File that makes the state outlive the process.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Seed of every random decision.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What X-Shopify-Access-Token must say.
    #[arg(long)]
    shopify_token: Option<String>,
    /// eBay's client id.
    #[arg(long)]
    ebay_client_id: Option<String>,
    /// eBay's client secret.
    #[arg(long)]
    ebay_client_secret: Option<String>,
    /// eBay's refresh token.
    #[arg(long)]
    ebay_refresh_token: Option<String>,
    /// Other WooCommerce stores that sell.
    #[arg(long, default_value_t = 1)]
    outlets: usize,
}

impl Options {
    fn config(self) -> SimConfig {
        let mut config = SimConfig { addr: self.addr, seed: self.seed, ..SimConfig::default() };
        config.state_file = self.state;
        config.spec_dir = if self.no_spec { None } else { self.spec_dir.or_else(spec::find) };
        let accounts = [
            (&mut config.shopify.access_token, self.shopify_token),
            (&mut config.ebay.client_id, self.ebay_client_id),
            (&mut config.ebay.client_secret, self.ebay_client_secret),
            (&mut config.ebay.refresh_token, self.ebay_refresh_token),
        ];
        for (target, given) in accounts {
            if let Some(given) = given {
                *target = given;
            }
        }
        config
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = Options::parse();
    let count = options.outlets;
    let sim = Sim::start(options.config()).await?;
    let mut out = std::io::stdout();
    let mut outlets = Vec::new();
    for _ in 0..count {
        outlets.push(Outlet::open().await?);
    }
    let stores: Vec<_> = outlets
        .iter()
        .map(|outlet| serde_json::json!({"url": outlet.url(), "door": outlet.door()}))
        .collect();
    let said = serde_json::json!({"addr": sim.addr.to_string(), "url": sim.url(), "outlets": stores});
    writeln!(out, "{said}")?;
    out.flush()?;
    sim.join().await;
    Ok(())
}
