//! Accounts at the simulated marketplaces: what a connector must be told to be let in.

use onhand::channels::{ChannelConnector, HttpSettings, Kinds, Renewals, Secrets, client, connect};
use onhand::clock::Clock;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

type Pairs = &'static [(&'static str, &'static str)];

/// An account.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    pub kind: &'static str,
    /// `URL` stands for the marketplace's address.
    pub config: Pairs,
    pub secrets: Pairs,
}

impl Account {
    /// The settings, at a marketplace's address.
    #[must_use]
    pub fn config(&self, url: &str) -> BTreeMap<String, String> {
        self.config.iter().map(|(key, value)| ((*key).to_owned(), value.replace("URL", url))).collect()
    }

    /// The secrets, some of them replaced.
    #[must_use]
    pub fn secrets(&self, instead: &[(&str, &str)]) -> Secrets {
        let all = self.secrets.iter().chain(instead);
        all.map(|(key, value)| ((*key).to_owned(), (*value).into())).collect()
    }

    /// The connector.
    ///
    /// # Errors
    /// What it finds wrong with the account.
    pub fn connect(
        &self,
        url: &str,
        clock: &Clock,
        instead: &[(&str, &str)],
        renewals: Renewals,
    ) -> anyhow::Result<Arc<dyn ChannelConnector>> {
        let settings = HttpSettings { timeout: Duration::from_secs(2), ..HttpSettings::default() };
        let kinds = Kinds::built_in();
        let kind = kinds.get(self.kind).ok_or_else(|| anyhow::anyhow!("there is no {}", self.kind))?;
        connect(kind, &self.config(url), &self.secrets(instead), &client(&settings)?, clock, renewals)
            .map_err(|problems| anyhow::anyhow!(problems.join("; ")))
    }
}

pub const SHOPIFY: Account = Account {
    kind: "shopify",
    config: &[("shop", "demo.myshopify.com"), ("endpoint", "URL")],
    secrets: &[("access_token", "shpat_simulated"), ("webhook_secret", "sim-app-secret")],
};

pub const EBAY: Account = Account {
    kind: "ebay",
    config: &[("client_id", "sim-client-id"), ("endpoint", "URL")],
    secrets: &[
        ("client_secret", "sim-client-secret"),
        ("refresh_token", "v^1.1#i^1#r^1#simulated-refresh-token"),
    ],
};

pub const AMAZON: Account = Account {
    kind: "amazon",
    config: &[
        ("marketplace", "ATVPDKIKX0DER"),
        ("seller_id", "A1SIMSELLER"),
        ("client_id", "amzn1.application-oa2-client.sim"),
        ("endpoint", "URL"),
        ("login_endpoint", "URL"),
    ],
    secrets: &[("client_secret", "sim-client-secret"), ("refresh_token", "Atzr|sim-refresh")],
};

pub const WALMART: Account = Account {
    kind: "walmart",
    config: &[("client_id", "sim-client-id"), ("endpoint", "URL")],
    secrets: &[("client_secret", "sim-client-secret"), ("webhook_secret", "sim-webhook-secret")],
};

pub const BIGCOMMERCE: Account = Account {
    kind: "bigcommerce",
    config: &[("store_hash", "simhash"), ("endpoint", "URL")],
    secrets: &[("access_token", "sim-access-token"), ("client_secret", "sim-client-secret")],
};

pub const WOOCOMMERCE: Account = Account {
    kind: "woocommerce",
    config: &[("consumer_key", "ck_simulated"), ("endpoint", "URL")],
    secrets: &[("consumer_secret", "cs_simulated"), ("webhook_secret", "sim-webhook-secret")],
};

pub const SQUARE: Account = Account {
    kind: "square",
    config: &[
        ("location", "LSIMULATED"),
        ("endpoint", "URL"),
        ("webhook_url", "https://shop.example/wp-json/onhand/v1/webhooks/square/0123"),
    ],
    secrets: &[("access_token", "EAAA-sim-token"), ("webhook_signature_key", "sim-signature-key")],
};

pub const ETSY: Account = Account {
    kind: "etsy",
    config: &[("shop_id", "4711"), ("keystring", "sim-keystring"), ("endpoint", "URL")],
    secrets: &[
        ("shared_secret", "sim-shared-secret"),
        ("refresh_token", "4711.sim-refresh"),
        ("webhook_secret", "whsec_c2ltLXdlYmhvb2s="),
    ],
};

pub const TIKTOK: Account = Account {
    kind: "tiktok",
    config: &[
        ("app_key", "simkey"),
        ("shop_cipher", "sim-cipher"),
        ("endpoint", "URL"),
        ("login_endpoint", "URL"),
    ],
    secrets: &[("app_secret", "sim-app-secret"), ("refresh_token", "ROW_sim_refresh")],
};

pub const MIRAKL: Account =
    Account { kind: "mirakl", config: &[("endpoint", "URL")], secrets: &[("api_key", "sim-shop-key")] };

pub const BOL: Account = Account {
    kind: "bol",
    config: &[("client_id", "sim-client-id"), ("endpoint", "URL"), ("login_endpoint", "URL")],
    secrets: &[("client_secret", "sim-client-secret")],
};

pub const MAGENTO: Account = Account {
    kind: "magento",
    config: &[("endpoint", "URL")],
    secrets: &[("access_token", "sim-integration-token")],
};

pub const ALLEGRO: Account = Account {
    kind: "allegro",
    config: &[("endpoint", "URL"), ("login_endpoint", "URL"), ("client_id", "sim-client-id")],
    secrets: &[("client_secret", "sim-client-secret"), ("refresh_token", "sim-refresh")],
};

pub const KAUFLAND: Account = Account {
    kind: "kaufland",
    config: &[("endpoint", "URL"), ("client_key", "simclientkey")],
    secrets: &[("secret_key", "sim-secret-key")],
};

pub const OTTO: Account = Account {
    kind: "otto",
    config: &[("endpoint", "URL"), ("client_id", "sim-client-id")],
    secrets: &[("client_secret", "sim-client-secret")],
};

pub const SHOPWARE: Account = Account {
    kind: "shopware",
    config: &[("endpoint", "URL"), ("access_key", "SWIASIMULATED")],
    secrets: &[("secret_key", "sim-secret-key")],
};

pub const SQUARESPACE: Account =
    Account { kind: "squarespace", config: &[("endpoint", "URL")], secrets: &[("api_key", "sim-api-key")] };

pub const SHOPEE: Account = Account {
    kind: "shopee",
    config: &[
        ("partner_id", "2001887"),
        ("shop_id", "14701711"),
        ("endpoint", "URL"),
        ("webhook_url", "https://shop.example/wp-json/push"),
    ],
    secrets: &[("partner_key", "sim-partner-key"), ("refresh_token", "sim-refresh")],
};

pub const LAZADA: Account = Account {
    kind: "lazada",
    config: &[("country", "sg"), ("app_key", "100132"), ("endpoint", "URL"), ("login_endpoint", "URL")],
    secrets: &[("app_secret", "sim-app-secret"), ("refresh_token", "sim-refresh")],
};

pub const MERCADOLIBRE: Account = Account {
    kind: "mercadolibre",
    config: &[("client_id", "sim-client-id"), ("endpoint", "URL")],
    secrets: &[("client_secret", "sim-client-secret"), ("refresh_token", "TG-sim-refresh")],
};
