//! What the simulator answered, it still knows after a `kill -9`.

use onhand_tests::sim::ebay::seed::EbaySeed;
use onhand_tests::sim::shopify::seed::ShopifySeed;
use onhand_tests::sim::{Marketplace, SimClient};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

struct Process {
    child: Child,
    addr: String,
}

impl Process {
    fn start(addr: &str, state: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_onhand-sim"))
            .args(["--no-spec", "--addr", addr, "--state"])
            .arg(state)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Self { child, addr: ready["addr"].as_str().unwrap().to_owned() }
    }

    fn client(&self) -> SimClient {
        SimClient::new(&format!("http://{}", self.addr)).unwrap()
    }

    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.addr.clone()
    }
}

#[tokio::test]
async fn killed_at_any_moment_it_knows_all_that_it_answered() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state.jsonl");
    let mut sim = Process::start("127.0.0.1:0", &state);
    let seed: ShopifySeed = serde_json::from_value(
        json!({"products": [{"variants": [{"sku": "A", "quantity": 1000}, {"sku": "É😀", "quantity": 3}]}]}),
    )
    .unwrap();
    let seeded = sim.client().seed_shopify(&seed).await.unwrap();
    let items: EbaySeed = serde_json::from_value(json!({"items": [{"sku": "A", "quantity": 4}]})).unwrap();
    sim.client().seed_ebay(&items).await.unwrap();
    let mut sold = 0;
    for round in 0..3 {
        let client = sim.client();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let selling = tokio::spawn(async move {
            let mut answered = 0;
            while client.sell(Marketplace::Shopify, "A", 1).await.is_ok() {
                answered += 1;
                tell.send(()).ok();
            }
            answered
        });
        for _ in 0..10 {
            told.recv().await.unwrap();
        }
        let addr = sim.kill();
        sold += selling.await.unwrap();
        // A torn line, as a kill in the middle of a write leaves it.
        use std::io::Write;
        std::fs::OpenOptions::new().append(true).open(&state).unwrap().write_all(b"[{\"level\":{").unwrap();
        sim = Process::start(&addr, &state);
        let shown = sim.client().quantities(Marketplace::Shopify).await.unwrap();
        let left = shown["A"].unwrap();
        // The sale under way when the kill came may have been written without being answered.
        assert!(left == 1000 - sold || left == 999 - sold, "round {round}: {left} left, {sold} sold");
        sold = 1000 - left;
    }
    let shown = sim.client().quantities(Marketplace::Ebay).await.unwrap();
    assert_eq!(shown["A"], Some(4));
    let writes = sim.client().writes(Marketplace::Shopify, 0).await.unwrap();
    assert_eq!(i64::try_from(writes.len()).unwrap(), sold);
    assert_eq!(
        sim.client().seed_shopify(&ShopifySeed::default()).await.unwrap().location.id,
        seeded.location.id
    );
    sim.kill();
}
