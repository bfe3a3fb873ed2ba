//! Everything the agent knows, table by table, as files that begin before they are whole.

use super::State;
use super::describe::{Items, Path, Query, Told, items};
use super::problem::Problem;
use crate::portable::{self, Form};
use axum::body::{Body, Bytes};
use axum::extract::State as FromState;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use futures_util::stream;
use schemars::JsonSchema;
use serde::Deserialize;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use tokio::sync::mpsc;

/// So much is read before anybody takes it.
const CHUNK: usize = 64 * 1024;
const CHUNKS: usize = 4;

/// `GET /v1/data`.
pub async fn tables(FromState(state): FromState<State>) -> Told<Items<String>> {
    Ok(items(state.app.db.readers.read(portable::names).await?))
}

/// A table.
#[derive(Deserialize, JsonSchema)]
pub struct Named {
    table: String,
}

/// Query of `GET /v1/data/{table}`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataQuery {
    /// csv, for spreadsheets; ndjson, which can be read back.
    #[serde(default, rename = "as")]
    form: Form,
}

/// `GET /v1/data/{table}`: credentials and buyers' addresses are in it as they are at rest, sealed.
pub async fn table(
    FromState(state): FromState<State>,
    Path(Named { table }): Path<Named>,
    Query(DataQuery { form }): Query<DataQuery>,
) -> Result<([(HeaderName, &'static str); 1], Body), Problem> {
    if !state.app.db.readers.read(portable::names).await?.contains(&table) {
        return Err(Problem::not_found(format!("there is no table {table}")));
    }
    let file: String = state
        .app
        .db
        .readers
        .read(|conn| {
            let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
            Ok::<_, crate::db::DbError>(conn.query_row(sql, [], |row| row.get(0))?)
        })
        .await?;
    let (chunks, mut taken) = mpsc::channel(CHUNKS);
    tokio::task::spawn_blocking(move || {
        let to = BufWriter::with_capacity(CHUNK, Chunks(chunks.clone()));
        if let Err(error) = portable::one(&PathBuf::from(file), &table, form, to) {
            tracing::warn!(%table, %error, "An export ended before its end.");
            // Whoever takes it sees that it is not whole. Nobody may be there any more.
            let _ = chunks.blocking_send(Err(io::Error::other(error.to_string())));
        }
    });
    let kind = match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::Ndjson => "application/x-ndjson",
    };
    Ok(([(CONTENT_TYPE, kind)], Body::from_stream(stream::poll_fn(move |context| taken.poll_recv(context)))))
}

/// What is written goes to whoever reads the answer, as fast as it is taken.
struct Chunks(mpsc::Sender<Result<Bytes, io::Error>>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
