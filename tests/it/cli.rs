//! The `onhand` program itself: its commands, its secrets, and being killed.

use crate::agent_support::config;
use crate::sim_support::{Rig, plain};
use onhand_journal::{Appender, Limits, Record};
use onhand_tests::sim::WantedMap;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};

const TOKEN: &str = "shpat_simulated";

/// Built beside the tests by `scripts/test`.
pub fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("onhand");
    assert!(path.exists(), "{} is missing: run `cargo build -p onhand` first", path.display());
    path
}

struct Cli {
    dir: tempfile::TempDir,
}

impl Cli {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let settings = toml::to_string(&config(dir.path(), "guard.enabled = false\n")).unwrap();
        std::fs::write(dir.path().join("onhand.toml"), settings).unwrap();
        std::fs::create_dir(dir.path().join("journal")).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn agent(&self) -> Child {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.path("agent.log")).unwrap();
        Command::new(program())
            .args(["agent", "run", "--config"])
            .arg(self.path("onhand.toml"))
            .stderr(Stdio::from(log))
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// Started, and answering.
    async fn started(&self) -> Child {
        let child = self.agent();
        self.until_ok(&["status"]).await;
        child
    }

    async fn until_ok(&self, arguments: &[&str]) {
        let end = tokio::time::Instant::now() + Duration::from_secs(20);
        while !self.run(arguments).await.status.success() {
            let log = || std::fs::read_to_string(self.path("agent.log")).unwrap_or_default();
            assert!(tokio::time::Instant::now() < end, "the agent does not answer {arguments:?}: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        Command::new(program())
            .arg("--socket")
            .arg(self.path("agent.sock"))
            .args(arguments)
            .env("SHOPIFY_TOKEN", TOKEN)
            .output()
            .await
            .unwrap()
    }

    async fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    async fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert!(!output.status.success(), "{arguments:?} did not fail");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    async fn connect(&self, rig: &Rig) {
        let endpoint = format!("endpoint={}", rig.sim.url());
        let add =
            ["channel", "add", "shopify", "shopify", "--set", "shop=demo.myshopify.com", "--set", &endpoint];
        self.ok(&[&add[..], &["--secret", "access_token=env:SHOPIFY_TOKEN"]].concat()).await;
    }

    fn append(&self, records: &[Value]) {
        let mut journal = Appender::new(&self.path("journal"), Limits::default());
        let payloads: Vec<Vec<u8>> = records
            .iter()
            .map(|record| {
                let mut record = Record::from_json(record.to_string().as_bytes()).unwrap();
                record.fill_id();
                record.to_json().unwrap()
            })
            .collect();
        journal.append(&payloads).unwrap();
    }
}

#[tokio::test]
async fn a_variation_without_a_sku_of_its_own_has_a_story() {
    let cli = Cli::new();
    let _agent = cli.started().await;
    let variation = |id: i64, sku: Value| {
        let (mut item, mut stock) = (item(now()), stock(now(), id, None));
        (item["item"], item["pool"], item["sku"]) = (json!(id), json!(id), sku);
        stock["pool"] = json!(id);
        [item, stock]
    };
    cli.append(&[variation(7, json!("A")), variation(8, json!(null)), variation(9, json!("A"))].concat());
    cli.until_ok(&["ledger", "--item", "9"]).await;
    assert!(
        cli.fails(&["explain", "--sku", "A"]).await.contains("several variations have the SKU A: #7, #9")
    );
    for id in ["8", "9"] {
        let told = cli.ok(&["explain", "--item", id, "--format", "json"]).await;
        assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["quantity"], json!(id));
        let ledger = cli.ok(&["ledger", "--item", id, "--format", "json"]).await;
        assert_eq!(serde_json::from_str::<Value>(&ledger).unwrap()["balance"], json!(id));
    }
    assert!(cli.fails(&["explain", "--item", "10"]).await.contains("there is no variation #10"));
    assert!(cli.fails(&["ledger"]).await.contains("--item"));
}

fn item(at: i64) -> Value {
    json!({"v": 1, "t": "item", "at": at, "item": 7, "parent": null, "pool": 7, "kind": "simple", "sku": "A",
        "gtin": null, "name": "Mug", "attrs": [], "price": null, "post_status": "publish", "sellable": true,
        "deleted": false, "problems": [], "req": "r", "snap": null})
}

fn stock(at: i64, quantity: i64, moved: Option<i64>) -> Value {
    let actor = json!({"kind": "user", "id": 1, "name": "anna"});
    let moves: Vec<Value> = moved
        .map(|by| json!({"op": "delta", "qty": by.to_string(), "cause": "order_reduced", "ref": "1041", "line": "2", "actor": actor}))
        .into_iter()
        .collect();
    json!({"v": 1, "t": "stock", "at": at, "pool": 7, "qty": quantity.to_string(), "managed": true, "status": "instock",
        "backorders": "no", "held": [], "req": "r", "snap": null, "moves": moves})
}

fn now() -> i64 {
    onhand::clock::Clock::system().now_us()
}

fn holds_secret(dir: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .filter(|path| {
            std::fs::read(path).unwrap().windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes())
        })
        .collect()
}

#[tokio::test]
async fn a_merchants_way_from_a_channel_to_an_explanation() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"products": [{"title": "Mug", "variants": [{"sku": "A", "quantity": 9}]}]}));
    let cli = Cli::new();
    let _agent = cli.started().await;
    let at = now();
    cli.append(&[item(at), stock(at, 5, None)]);
    cli.connect(&rig).await;
    assert!(cli.ok(&["channel", "list"]).await.contains("shopify"));
    assert!(cli.ok(&["listings", "auto-match", "--channel", "shopify"]).await.contains("linked=1"));
    cli.append(&[stock(now(), 3, Some(-2))]);
    let wanted =
        WantedMap { shopify: [("A".to_owned(), 3)].into(), timeout_ms: 10_000, ..WantedMap::default() };
    assert!(rig.sim.world().wait_for(&wanted).await.reached);
    let ledger = cli.ok(&["ledger", "--sku", "A"]).await;
    assert!(ledger.contains("order_reduced 1041  by anna") && ledger.contains("-2"), "{ledger}");
    let before = cli.ok(&["ledger", "--sku", "A", "--at", &(at + 1).to_string(), "--format", "json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&before).unwrap()["balance"], json!("5"));
    assert!(cli.ok(&["explain", "--sku", "A"]).await.contains("3 to be listed"));
    assert!(cli.ok(&["listings", "list", "--sku", "A"]).await.contains("idle"));
    assert!(cli.fails(&["explain", "--sku", "B"]).await.contains("no variation has the SKU B"));
    assert!(cli.fails(&["channel", "check", "amazon"]).await.contains("there is no channel amazon"));
    assert!(
        cli.ok(&["rules", "set", "--channel", "shopify", "--sku", "A", "--percent", "50"])
            .await
            .contains("percent=50")
    );
    assert!(cli.ok(&["explain", "--sku", "A"]).await.contains("50 % of it (this listing's own rule)"));
    cli.ok(&["rules", "set", "--channel", "shopify", "--sku", "A", "--unset", "percent"]).await;
    assert!(cli.ok(&["rules", "show", "--channel", "shopify", "--sku", "A"]).await.contains("percent=-"));
    assert!(
        cli.fails(&["rules", "set", "--channel", "shopify", "--percent", "101"])
            .await
            .contains("use 0 to 100")
    );
    cli.ok(&["orders", "list"]).await;
    cli.ok(&["orders", "retry"]).await;
    assert!(cli.fails(&["orders", "retry", "7", "--accept", "oversold"]).await.contains("no order 7"));
    assert!(cli.fails(&["orders", "mode", "shopify", "gift"]).await.contains("mode"));
    assert!(cli.fails(&["orders", "ask", "shopify"]).await.contains("do not come home"));
    assert!(cli.fails(&["orders", "list", "--state", "lost"]).await.contains("parked"));
    cli.ok(&["dead-letters", "list"]).await;
    cli.ok(&["holds", "list"]).await;
    cli.ok(&["channel", "pause", "shopify"]).await;
    let doctor = cli.run(&["doctor"]).await;
    assert_eq!(doctor.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("Paused: paused by hand"));
    let sheet = cli.run(&["--format", "csv", "doctor"]).await;
    assert_eq!(sheet.status.code(), Some(1));
    let mut sheet = csv::Reader::from_reader(sheet.stdout.as_slice());
    let names = sheet.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|one| one == name).unwrap();
    let (status, message) = (at("status"), at("message"));
    let paused = |row: &csv::StringRecord| row[message].contains("paused by hand") && &row[status] == "error";
    assert!(sheet.records().any(|row| paused(&row.unwrap())));
    cli.ok(&["channel", "resume", "shopify"]).await;
    assert!(cli.ok(&["resync"]).await.contains("shopify=1"));
    assert_eq!(holds_secret(cli.dir.path()), Vec::<PathBuf>::new(), "a file holds the token in the clear");
}

#[tokio::test]
async fn rules_are_tried_before_they_hold() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"products": [{"title": "Mug", "variants": [{"sku": "A", "quantity": 10}]}]}));
    let cli = Cli::new();
    let _agent = cli.started().await;
    cli.connect(&rig).await;
    cli.append(&[item(now()), stock(now(), 10, None)]);
    cli.ok(&["listings", "auto-match", "--channel", "shopify"]).await;
    cli.ok(&["rules", "set", "--channel", "shopify", "--buffer", "2"]).await;
    cli.ok(&["rules", "set", "--channel", "shopify", "--sku", "A", "--stop-at", "1"]).await;
    let file = cli.ok(&["rules", "export"]).await;
    assert!(file.contains("[rules.set]\nbuffer = 2") && file.contains("sku = \"A\""), "{file}");
    let path = cli.path("rules.toml");
    std::fs::write(&path, file.replace("buffer = 2", "buffer = 9")).unwrap();
    let path = path.display().to_string();
    let day = ["simulate", "--black-friday", "--times", "200", "--rules", &path];
    let table = cli.ok(&day).await;
    assert!(table.contains("TODAY") && table.contains("CHANGED") && table.contains("lost: "), "{table}");
    let figures = |table: &str| table.split("FIGURE").nth(1).unwrap().to_owned();
    assert_eq!(figures(&table), figures(&cli.ok(&day).await), "the same seed, the same day");
    let shown: Value =
        serde_json::from_str(&cli.ok(&["--format", "json", "rules", "show", "--channel", "shopify"]).await)
            .unwrap();
    assert_eq!(shown["buffer"], 2, "nothing was changed by it");
    cli.ok(&["rules", "import", &path]).await;
    let shown: Value =
        serde_json::from_str(&cli.ok(&["--format", "json", "rules", "show", "--channel", "shopify"]).await)
            .unwrap();
    assert_eq!(shown["buffer"], 9, "now it was");
    assert_eq!(
        cli.ok(&["rules", "export"]).await,
        file.replace("buffer = 2", "buffer = 9"),
        "as it was written"
    );
    let csv = cli.ok(&["--format", "csv", "listings", "list"]).await;
    assert!(csv.lines().next().unwrap().contains("channel"), "{csv}");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(cli.ok(&["completion", "bash"]).await.contains("auto-match"));
    std::fs::write(cli.path("rules.toml"), "[[rule]]\n").unwrap();
    assert!(cli.fails(&day).await.contains("there are only [[rules]]"));
    std::fs::write(cli.path("rules.toml"), "[[rules]]\nset = { bufer = 1 }\n").unwrap();
    assert!(cli.fails(&day).await.contains("bufer"));
}

#[tokio::test]
async fn secrets_and_mistakes_are_kept_apart() {
    let rig = Rig::start(plain()).await;
    let cli = Cli::new();
    let _agent = cli.started().await;
    let typed =
        cli.fails(&["channel", "add", "s", "shopify", "--secret", &format!("access_token={TOKEN}")]).await;
    assert!(typed.contains("env:NAME") && !typed.contains(TOKEN), "{typed}");
    let endpoint = format!("endpoint={}", rig.sim.url());
    let wrong =
        cli.fails(&["channel", "add", "Shop!", "shopify", "--set", "shopp=x", "--set", &endpoint]).await;
    for word in ["name:", "shopp: unknown", "shop: missing", "access_token: missing"] {
        assert!(wrong.contains(word), "{word} in {wrong}");
    }
    let plain_http = cli
        .fails(&[
            "channel",
            "add",
            "s",
            "shopify",
            "--set",
            "shop=a.b",
            "--set",
            "endpoint=http://example.com",
            "--secret",
            "access_token=env:SHOPIFY_TOKEN",
        ])
        .await;
    assert!(plain_http.contains("endpoint") && plain_http.contains("https"), "{plain_http}");
}

#[tokio::test]
async fn a_configuration_is_checked_whole() {
    let cli = Cli::new();
    let defaults = cli.ok(&["config", "defaults"]).await;
    let path = cli.path("checked.toml");
    std::fs::write(&path, &defaults).unwrap();
    let path = path.display().to_string();
    cli.ok(&["config", "check", &path]).await;
    std::fs::write(&path, "[journal]\ndirr = \"/x\"\n[dispatch]\nmax_attempts = 0\n").unwrap();
    let wrong = cli.fails(&["config", "check", &path]).await;
    assert!(
        wrong.contains("journal.dirr: unknown key") && wrong.contains("dispatch.max_attempts"),
        "{wrong}"
    );
}

#[tokio::test]
async fn a_second_agent_is_refused() {
    let cli = Cli::new();
    let _agent = cli.started().await;
    let mut second = cli.agent();
    assert!(!second.wait().await.unwrap().success());
    let log = std::fs::read_to_string(cli.path("agent.log")).unwrap();
    assert!(log.contains("another agent already answers") || cli.run(&["status"]).await.status.success());
    cli.ok(&["status"]).await;
    assert!(cli.ok(&["autopsy"]).await.contains("Nothing was oversold"));
}

#[tokio::test]
async fn killed_again_and_again_it_ends_where_the_shop_is() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"products": [{"title": "Mug", "variants": [{"sku": "A", "quantity": 10000}]}]}));
    let cli = Cli::new();
    let mut agent = cli.started().await;
    let at = now();
    cli.append(&[item(at), stock(at, 10_000, None)]);
    cli.connect(&rig).await;
    cli.ok(&["listings", "auto-match", "--channel", "shopify"]).await;
    let mut left = 10_000;
    for _ in 0..8 {
        for _ in 0..250 {
            left -= 1;
            cli.append(&[stock(now(), left, Some(-1))]);
        }
        agent.kill().await.unwrap();
        agent = cli.started().await;
    }
    let wanted =
        WantedMap { shopify: [("A".to_owned(), left)].into(), timeout_ms: 20_000, ..WantedMap::default() };
    let waited = rig.sim.world().wait_for(&wanted).await;
    assert!(waited.reached, "{:?}", waited.missing);
    let ledger = cli.ok(&["ledger", "--sku", "A", "--limit", "5000", "--format", "json"]).await;
    let ledger: Value = serde_json::from_str(&ledger).unwrap();
    assert_eq!(
        (&ledger["quantity"], &ledger["balance"]),
        (&json!(left.to_string()), &json!(left.to_string()))
    );
    let rows = ledger["rows"].as_array().unwrap();
    assert_eq!(rows.iter().filter(|row| row["op"] == json!("delta")).count(), 2000, "each sale once");
    drop(agent);
}

#[tokio::test]
async fn a_channel_is_removed_when_it_is_meant() {
    let rig = Rig::start(plain()).await;
    rig.seed_shopify(json!({"products": [{"title": "Mug", "variants": [{"sku": "A", "quantity": 9}]}]}));
    let cli = Cli::new();
    let _agent = cli.started().await;
    cli.connect(&rig).await;
    let said = cli.fails(&["channel", "remove", "shopify"]).await;
    assert!(said.contains("--yes") && said.contains("the ledger stays"), "{said}");
    assert!(cli.ok(&["channel", "remove", "shopify", "--yes"]).await.contains("shopify"));
    assert!(!cli.ok(&["channel", "list"]).await.contains("shopify"));
    assert!(
        cli.fails(&["channel", "remove", "shopify", "--yes"]).await.contains("there is no channel shopify")
    );
}

#[tokio::test]
async fn a_kind_declared_beside_the_configuration_can_be_connected_and_a_bad_file_is_named() {
    let cli = Cli::new();
    std::fs::create_dir(cli.path("channels")).unwrap();
    let good =
        include_str!("../../agent/channels/squarespace.toml").replace("\"squarespace\"", "\"my_shop\"");
    std::fs::write(cli.path("channels/good.toml"), &good).unwrap();
    let bad =
        good.replace("my_shop", "my_other").replace("\"POST\"", "\"PUSH\"").replace("1.0/", "{{ version }}/");
    std::fs::write(cli.path("channels/bad.toml"), bad).unwrap();
    let file = |name: &str| cli.path(&format!("channels/{name}.toml")).display().to_string();
    assert!(cli.ok(&["kinds", "check", &file("good")]).await.contains("my_shop"));
    let said = cli.fails(&["kinds", "check", &file("bad")]).await;
    assert!(said.contains("push.request.method: \"PUSH\""), "{said}");
    assert!(said.contains("pull.request.path: undefined value"), "{said}");
    let _agent = cli.started().await;
    assert!(cli.ok(&["kinds", "list"]).await.contains("my_shop"));
    assert!(cli.ok(&["kinds", "show", "my_shop"]).await.contains("api_key"));
    assert!(cli.fails(&["kinds", "show", "your_shop"]).await.contains("kinds list"));
    let doctor = cli.run(&["doctor"]).await;
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("bad.toml") && doctor.contains("onhand kinds check"), "{doctor}");
    let said = cli.fails(&["channel", "add", "mine", "my_shop"]).await;
    assert!(said.contains("api_key: missing"), "{said}");
}
