//! What may be typed.

use super::data::DataCommand;
use super::rules_args::RulesCommand;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Keeps the stock of a WooCommerce shop in step with its sales channels.
#[derive(Debug, Parser)]
#[command(name = "onhand", version, propagate_version = true)]
pub struct Cli {
    /// The agent's socket.
    #[arg(long, global = true, env = "ONHAND_SOCKET", default_value = "/run/onhand/agent.sock")]
    pub socket: PathBuf,
    /// How to print.
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// As the API gives it.
    Json,
    /// For spreadsheets and scripts: a line of names, then a line each.
    Csv,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The daemon.
    Agent {
        #[command(subcommand)]
        command: AgentCommand,
    },
    /// Puts this program in its place, as a service that starts with the machine. Done again, it is an upgrade.
    Install(super::install::Install),
    /// Takes the service and the program away; what it knows, and its settings, stay.
    Uninstall,
    /// Channels, journal and mirror at a glance.
    Status,
    /// The agent at work, once a second, until you press q.
    Top,
    /// The agent's local API, described (OpenAPI 3.1).
    Openapi,
    /// What a shell needs to complete these commands: `onhand completion bash >/etc/bash_completion.d/onhand`.
    Completion {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Stock files of other systems (Linnworks, NetSuite, SAP Business One, …), out and in.
    StockFile {
        #[command(subcommand)]
        command: super::stock_file::StockFileCommand,
    },
    /// Takes everything along: export, import, a copy.
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Checks everything and says what to do about what is wrong. Exits with 1 if something is.
    Doctor,
    /// Connected accounts.
    Channel {
        #[command(subcommand)]
        command: ChannelCommand,
    },
    /// Which listing belongs to which variation.
    Listings {
        #[command(subcommand)]
        command: ListingsCommand,
    },
    /// Every movement of a variation's stock, with cause, actor and what each channel was told.
    Ledger {
        #[command(flatten)]
        of: super::variation::Of,
        /// As it was at this moment, such as 2026-11-27T09:30.
        #[arg(long)]
        at: Option<String>,
        /// At most so many rows.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Why each channel shows what it shows.
    Explain {
        #[command(flatten)]
        of: super::variation::Of,
    },
    /// What was sold and not there: by whom, how late its listing was, why, and which rule would have kept it.
    Autopsy {
        /// The variation's SKU; without it, everything that was oversold.
        #[arg(long)]
        sku: Option<String>,
        /// How far back.
        #[arg(long, default_value_t = 7)]
        days: u32,
    },
    /// What would take movements back, an import that was wrong or an afternoon of edits: as a file for `wp onhand write`.
    Undo(super::undo::UndoArgs),
    /// How many days the stock lasts at the rate at which it sells, and how much to order; what is gone soonest first.
    Cover(super::cover::CoverArgs),
    /// Who changed which setting, before and after, and who did what by hand.
    Changes(super::changes::ChangesArgs),
    /// Long work that was started on the screens: how far it is, how it ended.
    Jobs {
        #[command(subcommand)]
        command: super::jobs::JobCommand,
    },
    /// Sales of the past, or of a made-up Black Friday, once more: what would be oversold, what lost through buffers.
    Simulate(super::simulate::SimulateArgs),
    /// Listings that were given up on.
    DeadLetters {
        #[command(subcommand)]
        command: DeadLetterCommand,
    },
    /// How much of the stock a channel shows, or one variation on it.
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// What channels sold, on its way to the shop.
    Orders {
        #[command(subcommand)]
        command: OrdersCommand,
    },
    /// Services of yours that are told what happens: webhooks by the Standard Webhooks convention.
    Hooks {
        #[command(subcommand)]
        command: super::hooks::HooksCommand,
    },
    /// Sweeps that wait for a person's yes.
    Holds {
        #[command(subcommand)]
        command: HoldCommand,
    },
    /// Sends every quantity of one channel, or of all, again.
    Resync {
        /// Only this channel.
        #[arg(long)]
        channel: Option<String>,
    },
    /// What would be sent to a channel, and how long that takes under its limits. Sends nothing.
    Plan {
        /// Which channel.
        #[arg(long)]
        channel: String,
    },
    /// Compares what a channel shows, or all channels, with what they should show.
    Reconcile {
        /// Only this channel.
        #[arg(long)]
        channel: Option<String>,
        /// Records differences and repairs none.
        #[arg(long)]
        report: bool,
    },
    /// The kinds of channel that can be connected.
    Kinds {
        #[command(subcommand)]
        command: KindCommand,
    },
    /// Jobs that carry many listings in one call, newest first: what each carries and how it ended.
    Feeds {
        /// Of one channel only.
        #[arg(long)]
        channel: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: i64,
    },
    /// Listings that showed something else than they should, newest first.
    Drift {
        /// Of this channel.
        #[arg(long)]
        channel: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// The configuration.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// `onhand kinds …`
#[derive(Debug, Subcommand)]
pub enum KindCommand {
    /// All of them.
    List,
    /// What a channel of one kind must be told.
    Show {
        /// Its name.
        kind: String,
    },
    /// Looks at a declaration for mistakes. Asks no agent.
    Check {
        /// The TOML file.
        file: PathBuf,
    },
}

/// `onhand agent …`
#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// Follows the journal and keeps every channel in step, until stopped.
    Run {
        /// The configuration file; without one, the defaults.
        #[arg(long, env = "ONHAND_CONFIG")]
        config: Option<PathBuf>,
    },
}

/// `onhand channel …`
#[derive(Debug, Subcommand)]
pub enum ChannelCommand {
    /// Connects an account, or gives one new credentials: what is not given stays as it is. It is proved before it is stored.
    /// Secrets are read from files or the environment, never from the command line.
    Add {
        /// A name of your choice: lower-case letters, digits and dashes.
        name: String,
        /// shopify, ebay, amazon, walmart, etsy, tiktok, bigcommerce, woocommerce, square, magento, bol or mirakl.
        kind: String,
        /// A setting, such as shop=mystore.myshopify.com.
        #[arg(long = "set", value_name = "KEY=VALUE")]
        settings: Vec<String>,
        /// A credential, such as access_token=@/root/token or access_token=env:SHOPIFY_TOKEN.
        #[arg(long = "secret", value_name = "KEY=@FILE|KEY=env:NAME")]
        secrets: Vec<String>,
        /// Send nothing until `channel resume`: `onhand plan` shows what would be sent.
        #[arg(long)]
        paused: bool,
        /// Units kept back from this channel.
        #[arg(long)]
        buffer: Option<i64>,
        /// Never show more than this.
        #[arg(long)]
        max_listed: Option<i64>,
        /// What to show of variations that the shop does not count but has in stock.
        #[arg(long)]
        unmanaged_quantity: Option<i64>,
    },
    /// All connected accounts.
    List,
    /// Proves the credentials.
    Check {
        /// Which channel.
        name: String,
    },
    /// Forgets it: credentials, rules, listings with their links, the book of its orders. The ledger stays, the orders in the shop
    /// too, and what it shows stays as it is.
    Remove {
        /// Which channel.
        name: String,
        /// It is meant.
        #[arg(long)]
        yes: bool,
    },
    /// Stops sending.
    Pause {
        /// Which channel.
        name: String,
    },
    /// Sends again: everything that changed meanwhile, once.
    Resume {
        /// Which channel.
        name: String,
    },
    /// What a difference between the channel and the shop leads to.
    Reconciliation {
        /// Which channel.
        name: String,
        /// repair, report, off or default.
        mode: String,
    },
    /// How the channel's prices follow the shop's. Without a rule they are left alone.
    Prices {
        /// Which channel.
        name: String,
        /// Leaves them alone again.
        #[arg(long, conflicts_with_all = ["currency", "percent", "add", "round", "ending", "minimum"])]
        off: bool,
        /// Of the channel, such as EUR.
        #[arg(long, required_unless_present = "off")]
        currency: Option<String>,
        /// So many percent more (or less, as in --percent=-5).
        #[arg(long, allow_hyphen_values = true)]
        percent: Option<String>,
        /// So much more (or less).
        #[arg(long, allow_hyphen_values = true)]
        add: Option<String>,
        /// To the nearest multiple, such as 0.05.
        #[arg(long)]
        round: Option<String>,
        /// Up to the next price with this ending, such as 0.99.
        #[arg(long)]
        ending: Option<String>,
        /// Never below this.
        #[arg(long)]
        minimum: Option<String>,
    },
}

/// `onhand orders …`
#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// Orders, newest first.
    List {
        /// Of this channel.
        #[arg(long)]
        channel: Option<String>,
        /// home, waiting, on_its_way or parked.
        #[arg(long)]
        state: Option<String>,
        /// With this in its number, in the shop's number of it, or in a SKU or title of what was bought.
        #[arg(long)]
        search: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Whether a channel's orders come home, and as what.
    Mode {
        /// Which channel.
        channel: String,
        /// order (a WooCommerce order), stock (a movement of the stock alone) or off.
        mode: String,
        /// Orders placed before this are none of ours, such as 2026-11-27T09:30. Without it: as before, else now.
        #[arg(long)]
        since: Option<String>,
        /// Cancelled units stay out of the stock.
        #[arg(long)]
        keep_cancelled: bool,
        /// Returned units stay out of the stock.
        #[arg(long)]
        keep_returned: bool,
        /// Whose order it is when the buyer's e-mail address belongs to a customer of the shop: guest, link (that
        /// customer's) or park (a person decides).
        #[arg(long, default_value = "guest")]
        known_buyer: String,
    },
    /// Asks a channel for its orders now.
    Ask {
        /// Which channel.
        channel: String,
    },
    /// Tries parked and waiting orders again: one, or all.
    Retry {
        /// Its number in `orders list`; without it, all.
        id: Option<i64>,
        /// What is agreed to, of one order: oversold (sell below zero), currency (another one than the shop's), buyer
        /// (a customer of the shop).
        #[arg(long, requires = "id")]
        accept: Vec<String>,
    },
    /// Somebody deals with it by hand: it is not brought to the shop, and nothing is taken off for it.
    Close {
        /// Its number in `orders list`.
        id: i64,
    },
}

/// `onhand listings …`
#[derive(Debug, Subcommand)]
pub enum ListingsCommand {
    /// Listings and where they stand.
    List {
        /// Of this channel.
        #[arg(long)]
        channel: Option<String>,
        /// With this SKU.
        #[arg(long)]
        sku: Option<String>,
        /// idle, behind, leased, verifying or dead.
        #[arg(long)]
        state: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Reads a channel's listings and links them by SKU, then by GTIN.
    AutoMatch {
        /// Which channel.
        #[arg(long)]
        channel: String,
    },
    /// Writes a channel's mapping as CSV to the standard output.
    Export {
        /// Which channel.
        #[arg(long)]
        channel: String,
    },
    /// Links as a CSV file says: all of it, or nothing if a line is wrong.
    Import {
        /// Which channel.
        #[arg(long)]
        channel: String,
        /// The file; `listing` and `variation` or `variation_sku` are the columns that count.
        file: PathBuf,
    },
    /// Listings that could not be linked beyond doubt, and the variations that they might be.
    Candidates {
        /// Which channel.
        #[arg(long)]
        channel: String,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// SKUs that are missing, or that several variations share.
    Work {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Links one listing by hand.
    Map {
        /// Which channel.
        #[arg(long)]
        channel: String,
        /// The variation's SKU.
        #[arg(long, required_unless_present = "item")]
        sku: Option<String>,
        /// The variation's id.
        #[arg(long)]
        item: Option<i64>,
        /// The channel's identifiers, such as sku=TEE offer=9876.
        #[arg(value_name = "KEY=VALUE", required = true)]
        external: Vec<String>,
    },
}

/// `onhand dead-letters …`
#[derive(Debug, Subcommand)]
pub enum DeadLetterCommand {
    /// All of them, with the reason.
    List {
        /// Of this channel.
        #[arg(long)]
        channel: Option<String>,
    },
    /// Tries them again.
    Redrive {
        /// Of this channel.
        #[arg(long)]
        channel: Option<String>,
        /// Only these.
        ids: Vec<i64>,
    },
}

/// `onhand holds …`
#[derive(Debug, Subcommand)]
pub enum HoldCommand {
    /// All of them.
    List,
    /// It is meant: send it.
    Confirm {
        /// Which hold.
        id: i64,
    },
    /// It is a mistake: keep what the channel shows.
    Reject {
        /// Which hold.
        id: i64,
    },
}

/// `onhand config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Prints every setting with its default.
    Defaults,
    /// Names every mistake in a file.
    Check {
        /// The file.
        file: PathBuf,
    },
}
