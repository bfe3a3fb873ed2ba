//! Asking a running agent.

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tokio::net::UnixStream;

/// A client of one socket.
pub(super) struct Client {
    socket: PathBuf,
    runtime: tokio::runtime::Runtime,
}

impl Client {
    pub(super) fn new(socket: &Path) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { socket: socket.to_owned(), runtime })
    }

    /// Reads. The query's values are encoded here.
    pub(super) fn get(&self, path: &str, query: &[(&str, Option<String>)]) -> anyhow::Result<Value> {
        json(&self.runtime.block_on(self.send(Method::GET, &target(path, query)?, Bytes::new()))?)
    }

    /// Reads what is no JSON.
    pub(super) fn text(&self, path: &str, query: &[(&str, Option<String>)]) -> anyhow::Result<String> {
        let bytes = self.runtime.block_on(self.send(Method::GET, &target(path, query)?, Bytes::new()))?;
        String::from_utf8(bytes.into()).context("the agent's answer is no text")
    }

    /// Hands in a file.
    pub(super) fn upload(
        &self,
        path: &str,
        query: &[(&str, Option<String>)],
        file: Vec<u8>,
    ) -> anyhow::Result<Value> {
        json(&self.runtime.block_on(self.send(Method::POST, &target(path, query)?, Bytes::from(file)))?)
    }

    /// Acts.
    pub(super) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        json(&self.runtime.block_on(self.send(Method::POST, path, Bytes::from(body.to_string())))?)
    }

    async fn send(&self, method: Method, target: &str, body: Bytes) -> anyhow::Result<Bytes> {
        let stream = UnixStream::connect(&self.socket).await.with_context(|| {
            format!("no agent answers at {}; start it with `systemctl start onhand`, or name its socket with --socket", self.socket.display())
        })?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", "onhand")
            .header("content-type", "application/json")
            .header(crate::api::ACTOR, actor())
            .body(Full::new(body))?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        connection.abort();
        if status.is_success() {
            return Ok(bytes);
        }
        let value = json(&bytes)?;
        let detail = value["detail"].as_str().map_or_else(|| status.to_string(), str::to_owned);
        anyhow::bail!(detail)
    }
}

/// Who typed, as far as the shell says: behind `sudo`, whoever asked for it.
fn actor() -> String {
    let name = ["SUDO_USER", "LOGNAME", "USER"].iter().find_map(|key| std::env::var(key).ok());
    let name = name.map(|name| name.chars().filter(|c| c.is_ascii_graphic()).take(100).collect::<String>());
    serde_json::json!({ "kind": "cli", "id": null, "name": name }).to_string()
}

fn json(bytes: &Bytes) -> anyhow::Result<Value> {
    serde_json::from_slice(bytes).context("the agent's answer is no JSON")
}

/// A path with its query, whose values are encoded here.
fn target(path: &str, query: &[(&str, Option<String>)]) -> anyhow::Result<String> {
    let mut url = reqwest::Url::parse("http://onhand")?;
    url.set_path(path);
    for (key, value) in query {
        if let Some(value) = value {
            url.query_pairs_mut().append_pair(key, value);
        }
    }
    Ok(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
}
