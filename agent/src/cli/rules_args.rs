//! What `onhand rules …` takes.

use clap::Subcommand;

/// `onhand rules …`
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// All rules but those of single listings.
    List,
    /// All rules as a file, which `onhand simulate --rules` takes after you have changed it, and `onhand rules import`.
    Export,
    /// From now on the rules of this file and no others.
    Import {
        /// As `onhand rules export` writes it.
        file: std::path::PathBuf,
    },
    /// These rules alone, without those that stand behind them.
    Show {
        #[command(flatten)]
        of: RulesFor,
    },
    /// Sets rules and applies them at once. The fewer variations a rule is for, the sooner it is heard.
    Set {
        #[command(flatten)]
        of: RulesFor,
        /// false: Onhand leaves the listing, or the whole channel, alone.
        #[arg(long)]
        enabled: Option<bool>,
        /// true: what this channel shows is its alone. Neither the shop nor another strict channel sells it.
        #[arg(long)]
        strict: Option<bool>,
        /// Only what is at these locations is the channel's to sell, such as --locations main,shop.
        #[arg(long, value_delimiter = ',')]
        locations: Option<Vec<String>>,
        #[command(flatten)]
        numbers: RuleNumbers,
        /// Drops a rule, such as --unset buffer.
        #[arg(long)]
        unset: Vec<String>,
        /// Says what every channel would show, and changes nothing.
        #[arg(long)]
        dry_run: bool,
        /// So many listings first, those that would be emptied before others; the rest only if their channels take it.
        #[arg(long, conflicts_with = "dry_run")]
        first: Option<usize>,
        /// Seconds in which the first must have been told, and for which the rest is watched.
        #[arg(long, default_value_t = 60, requires = "first")]
        wait: u64,
        /// Refusals and differences that are borne with; at more, all of it is taken back.
        #[arg(long, default_value_t = 0, requires = "first")]
        most_wrong: i64,
    },
}

/// What rules are for: a channel, or all of them without one; and all variations, or some.
#[derive(Debug, clap::Args)]
pub struct RulesFor {
    /// Which channel; without it, all of them.
    #[arg(long)]
    pub channel: Option<String>,
    /// Variations with this SKU.
    #[arg(long)]
    pub sku: Option<String>,
    /// Those of this product: WooCommerce's id.
    #[arg(long)]
    pub product: Option<i64>,
    /// Those of products with this tag: its slug.
    #[arg(long)]
    pub tag: Option<String>,
    /// Those of products in this category, or in one that lies in it: its slug.
    #[arg(long)]
    pub category: Option<String>,
}

/// Rules that are numbers, in the order in which they decide.
#[derive(Debug, clap::Args)]
pub struct RuleNumbers {
    /// With so many or fewer left in the shop, the channel stops selling.
    #[arg(long)]
    pub stop_at: Option<i64>,
    /// Units kept back.
    #[arg(long)]
    pub buffer: Option<i64>,
    /// So many percent of what is left then.
    #[arg(long)]
    pub percent: Option<i64>,
    /// Never more than this.
    #[arg(long)]
    pub max_listed: Option<i64>,
    /// Fewer than this are not listed at all.
    #[arg(long)]
    pub min_listed: Option<i64>,
    /// Accepted risk, in millionths, of selling a unit twice while it sells out; 0: no velocity buffer.
    #[arg(long)]
    pub risk_ppm: Option<i64>,
    /// What to show of variations that the shop does not count but has in stock.
    #[arg(long)]
    pub unmanaged_quantity: Option<i64>,
}
