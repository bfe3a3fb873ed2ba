//! The one place that knows which connectors exist: compiled ones, declared ones that come with Onhand, and those that
//! an integrator has put beside the configuration.

use super::declared::{self, Declaration};
use super::fields::{Field, Secrets, Settings};
use super::http::Http;
use super::{ChannelConnector, Renewals};
use super::{
    amazon, bigcommerce, bol, ebay, etsy, lazada, magento, mercadolibre, mirakl, shopee, shopify, square,
    tiktok, walmart, woocommerce,
};
use crate::clock::Clock;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

type Compiled = fn(Settings, Http, Clock) -> Result<Arc<dyn ChannelConnector>, Vec<String>>;

#[derive(Clone, Debug)]
enum Connect {
    Compiled(Compiled),
    Declared(Arc<Declaration>),
}

/// A marketplace or storefront that can be connected.
#[derive(Clone, Debug)]
pub struct ChannelKind {
    /// As stored and typed.
    pub name: String,
    /// As shown.
    pub title: String,
    /// What it must be told.
    pub fields: &'static [Field],
    connect: Connect,
}

/// Every kind there is.
#[derive(Clone, Debug)]
pub struct Kinds(BTreeMap<String, ChannelKind>);

/// Declarations that come with Onhand.
const DECLARED: &[&str] = &[
    include_str!("../../channels/allegro.toml"),
    include_str!("../../channels/kaufland.toml"),
    include_str!("../../channels/otto.toml"),
    include_str!("../../channels/shopware.toml"),
    include_str!("../../channels/squarespace.toml"),
];

impl Kinds {
    /// Those that come with Onhand.
    #[must_use]
    pub fn built_in() -> Self {
        let compiled: [(&str, &str, &'static [Field], Compiled); 15] = [
            ("shopify", "Shopify", shopify::FIELDS, shopify::connect),
            ("ebay", "eBay", ebay::FIELDS, ebay::connect),
            ("amazon", "Amazon", amazon::FIELDS, amazon::connect),
            ("walmart", "Walmart", walmart::FIELDS, walmart::connect),
            ("bigcommerce", "BigCommerce", bigcommerce::FIELDS, bigcommerce::connect),
            ("woocommerce", "WooCommerce (another store)", woocommerce::FIELDS, woocommerce::connect),
            ("etsy", "Etsy", etsy::FIELDS, etsy::connect),
            ("tiktok", "TikTok Shop", tiktok::FIELDS, tiktok::connect),
            ("shopee", "Shopee", shopee::FIELDS, shopee::connect),
            ("lazada", "Lazada", lazada::FIELDS, lazada::connect),
            ("mercadolibre", "Mercado Libre", mercadolibre::FIELDS, mercadolibre::connect),
            ("mirakl", "Mirakl (several hundred marketplaces)", mirakl::FIELDS, mirakl::connect),
            ("bol", "bol", bol::FIELDS, bol::connect),
            ("magento", "Magento, Adobe Commerce", magento::FIELDS, magento::connect),
            ("square", "Square", square::FIELDS, square::connect),
        ];
        let mut kinds = Self(BTreeMap::new());
        for (name, title, fields, connect) in compiled {
            kinds.put(ChannelKind {
                name: name.to_owned(),
                title: title.to_owned(),
                fields,
                connect: Connect::Compiled(connect),
            });
        }
        // A test reads each of them.
        for spec in DECLARED.iter().filter_map(|text| declared::read(text).ok()) {
            kinds.put(of_declaration(spec));
        }
        kinds
    }

    /// Those that come with Onhand, and those in a directory. What is wrong with a file keeps out that kind alone.
    #[must_use]
    pub fn with_dir(dir: &Path) -> (Self, Vec<String>) {
        let mut kinds = Self::built_in();
        let mut problems = Vec::new();
        let files = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (kinds, problems),
            Err(error) => {
                problems.push(format!("{}: {error}", dir.display()));
                return (kinds, problems);
            }
        };
        let mut files: Vec<_> = files.flatten().map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        files.sort();
        for path in files {
            match kinds.declared(&path) {
                Ok(kind) => kinds.put(kind),
                Err(wrong) => problems.push(format!("{}: {}", path.display(), wrong.join("; "))),
            }
        }
        (kinds, problems)
    }

    fn declared(&self, path: &Path) -> Result<ChannelKind, Vec<String>> {
        let text = std::fs::read_to_string(path).map_err(|error| vec![format!("cannot be read: {error}")])?;
        let spec = declared::read(&text)?;
        if self.get(&spec.kind).is_some() {
            return Err(vec![format!("kind: there is a {} already; give it another name", spec.kind)]);
        }
        Ok(of_declaration(spec))
    }

    fn put(&mut self, kind: ChannelKind) {
        self.0.insert(kind.name.clone(), kind);
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ChannelKind> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &ChannelKind> {
        self.0.values()
    }
}

fn of_declaration(spec: Declaration) -> ChannelKind {
    ChannelKind {
        name: spec.kind.clone(),
        title: spec.title.clone(),
        fields: declared::fields(&spec),
        connect: Connect::Declared(Arc::new(spec)),
    }
}

impl ChannelKind {
    /// True where it is declared and not compiled.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        matches!(self.connect, Connect::Declared(_))
    }
}

/// Checks what was given and makes a connector of it. Nothing is called yet.
///
/// # Errors
/// Every mistake, each with its key.
pub fn connect(
    kind: &ChannelKind,
    config: &BTreeMap<String, String>,
    secrets: &Secrets,
    http: &Http,
    clock: &Clock,
    renewals: Renewals,
) -> Result<Arc<dyn ChannelConnector>, Vec<String>> {
    let settings = Settings::check(kind.fields, config, secrets, renewals)?;
    match &kind.connect {
        Connect::Compiled(connect) => connect(settings, http.clone(), clock.clone()),
        Connect::Declared(spec) => declared::connect(spec, settings, http.clone(), clock.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_that_comes_with_onhand_is_valid() {
        for text in DECLARED {
            let read = declared::read(text);
            assert!(read.is_ok(), "{}: {:?}", text.lines().next().unwrap_or_default(), read.err());
        }
        assert_eq!(Kinds::built_in().iter().count(), 15 + DECLARED.len());
    }

    #[test]
    fn a_declaration_beside_the_configuration_is_a_kind_and_a_bad_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let good = DECLARED[4].replace("\"squarespace\"", "\"my_shop\"");
        std::fs::write(dir.path().join("a.toml"), good).unwrap();
        std::fs::write(dir.path().join("b.toml"), DECLARED[4]).unwrap();
        std::fs::write(dir.path().join("c.toml"), "kind = 7").unwrap();
        std::fs::write(dir.path().join("notes.txt"), "no declaration").unwrap();
        let (kinds, problems) = Kinds::with_dir(dir.path());
        assert!(kinds.get("my_shop").is_some_and(ChannelKind::is_declared));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("b.toml") && problems[0].contains("there is a squarespace already"));
        assert!(problems[1].contains("c.toml"));
        assert!(Kinds::with_dir(&dir.path().join("none")).1.is_empty());
    }
}
