//! An agent as a program of its own.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, Command};

/// An agent of its own, asked by `curl`'s means: HTTP over its socket.
pub(super) struct Desk {
    child: Child,
    socket: PathBuf,
}

impl Desk {
    pub(super) async fn start(agent: &Path, dir: &Path) -> anyhow::Result<Self> {
        let at = dir.display();
        let config = format!(
            "database = \"{at}/onhand.db\"\njournal.dir = \"{at}/journal\"\napi.socket = \"{at}/agent.sock\"\n\
             secrets.key_file = \"{at}/key\"\nledger.rest_ms = 100\nguard.enabled = false\n\
             velocity.risk_ppm = 0\n"
        );
        std::fs::write(dir.join("onhand.toml"), config)?;
        std::fs::create_dir(dir.join("journal"))?;
        let child = Command::new(agent)
            .args(["agent", "run", "--config"])
            .arg(dir.join("onhand.toml"))
            // As the unit does.
            .env("MALLOC_ARENA_MAX", "1")
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", agent.display()))?;
        let desk = Self { child, socket: dir.join("agent.sock") };
        let begun = onhand::clock::Clock::system().instant();
        while !desk.socket.exists() || desk.get_health().await.is_err() {
            ensure!(begun.elapsed().as_secs() < 30, "the agent did not start");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Ok(desk)
    }

    async fn get_health(&self) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().unix_socket(self.socket.clone()).build()?;
        client.get("http://onhand/v1/health").send().await?.error_for_status()?;
        Ok(())
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let client = reqwest::Client::builder().unix_socket(self.socket.clone()).build()?;
        Ok(client.get(format!("http://onhand{path}")).send().await?.error_for_status()?.json().await?)
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let client = reqwest::Client::builder().unix_socket(self.socket.clone()).build()?;
        let reply = client.post(format!("http://onhand{path}")).json(body).send().await?;
        let status = reply.status();
        let value: Value = reply.json().await?;
        ensure!(status.is_success(), "{path}: {value}");
        Ok(value)
    }

    pub(super) async fn settle(&self) -> anyhow::Result<()> {
        let settled = self.post("/v1/settle", &json!({ "timeout_ms": 600_000 })).await?;
        ensure!(settled["settled"] == json!(true), "{settled}");
        Ok(())
    }

    /// Resident now and at most so far, in MiB.
    pub(super) fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let pid = self.child.id().context("the agent has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let of = |key: &str| -> anyhow::Result<f64> {
            let line =
                status.lines().find(|line| line.starts_with(key)).with_context(|| format!("no {key}"))?;
            let kib: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
            Ok(kib / 1024.0)
        };
        Ok((of("VmRSS:")?, of("VmHWM:")?))
    }
}
