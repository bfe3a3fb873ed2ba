//! Journal → mirror and ledger, as a share of a bare insert loop that writes the same rows.

use super::report::{Figure, Report};
use anyhow::Context as _;
use onhand::allocation::VelocitySettings;
use onhand::clock::Clock;
use onhand::db::Db;
use onhand::ingest::Follower;
use onhand::mirror::listings::Context;
use onhand::mirror::sweep::GuardSettings;
use onhand_journal::{
    Actor, Appender, Backorders, Decimal6, Limits, MoveOp, Movement, Record, StockStatement, StockStatus,
    StockTag, VERSION,
};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const BATCH: usize = 2_000;

/// Measures both, in turn, `rounds` times.
///
/// # Errors
/// When a temporary directory, the journal or a database fails.
pub async fn run(records: usize, pools: i64, rounds: usize) -> anyhow::Result<Report> {
    let statements = statements(records, pools);
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let ours = ours(&statements).await?;
        let bare = bare(&statements)?;
        rates.push(count(records) / ours.as_secs_f64());
        ratios.push(bare.as_secs_f64() / ours.as_secs_f64());
    }
    let samples = u64::try_from(rounds)?;
    Ok(BTreeMap::from([
        (
            "ingest_share_of_bare_insert".into(),
            Figure { value: median(&mut ratios), unit: "ratio".into(), goal: ">= 0.5".into(), samples },
        ),
        (
            "ingest_rate".into(),
            Figure { value: median(&mut rates), unit: "records/s".into(), goal: String::new(), samples },
        ),
    ]))
}

#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
fn count(n: usize) -> f64 {
    n as f64
}

/// The middle one.
#[must_use]
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn statements(records: usize, pools: i64) -> Vec<StockStatement> {
    let mut quantity = vec![Decimal6::from_micros(1_000_000_000); usize::try_from(pools).unwrap_or(1)];
    (0i64..)
        .take(records)
        .map(|n| {
            let pool = (n * 7919) % pools;
            let slot = usize::try_from(pool).unwrap_or(0);
            quantity[slot] = quantity[slot].saturating_sub(Decimal6::from_micros(1_000_000));
            StockStatement {
                v: VERSION,
                t: StockTag::Tag,
                id: format!("{:016x}", n.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15)),
                at: 1_700_000_000_000_000 + n * 500,
                pool: pool + 1,
                qty: Some(quantity[slot]),
                managed: true,
                status: StockStatus::InStock,
                backorders: Backorders::No,
                held: Some(Vec::new()),
                places: None,
                low: None,
                req: format!("{n:016x}"),
                snap: None,
                moves: vec![Movement {
                    op: MoveOp::Delta,
                    qty: Some(Decimal6::from_micros(-1_000_000)),
                    cause: "order_reduced".into(),
                    reference: Some((1000 + n).to_string()),
                    line: Some((n * 3).to_string()),
                    actor: Actor { kind: "customer".into(), id: Some(n % 500), name: Some("anna".into()) },
                    place: None,
                }],
            }
        })
        .collect()
}

async fn ours(statements: &[StockStatement]) -> anyhow::Result<Duration> {
    let dir = tempfile::tempdir()?;
    write_journal(dir.path(), statements)?;
    let clock = Clock::system();
    let db = Db::open(&dir.path().join("onhand.db"))?;
    let now = clock.clone();
    let context = Arc::new(move || Context {
        now_ms: now.now_ms(),
        channel_max: BTreeMap::new(),
        channel_rules: BTreeMap::new(),
        rule_sets: Arc::default(),
        channel_prices: BTreeMap::new(),
        channel_lags: BTreeMap::new(),
        homing: Arc::default(),
        low_stock: 0,
        velocity: VelocitySettings::default(),
        guard: GuardSettings::default(),
    });
    let rest = Duration::from_secs(30);
    let (follower, mut progress) =
        Follower::open(db, clock.clone(), dir.path(), rest, context, Arc::new(|_| {})).await?;
    let stop = CancellationToken::new();
    let want = u64::try_from(statements.len())?;
    let start = clock.instant();
    let task = tokio::spawn(follower.run(stop.clone()));
    progress.wait_for(|progress| progress.records >= want).await.context("the follower stopped")?;
    let took = start.elapsed();
    stop.cancel();
    task.await??;
    Ok(took)
}

fn write_journal(dir: &Path, statements: &[StockStatement]) -> anyhow::Result<()> {
    let mut appender = Appender::new(dir, Limits { max_bytes: u64::MAX, ..Limits::default() });
    for batch in statements.chunks(100) {
        let payloads =
            batch.iter().map(|s| Record::Stock(s.clone()).to_json()).collect::<Result<Vec<_>, _>>()?;
        appender.append(&payloads)?;
    }
    Ok(())
}

/// The same rows into the same tables, with nothing around it.
fn bare(statements: &[StockStatement]) -> anyhow::Result<Duration> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("bare.db");
    drop(Db::open(&path)?);
    let mut conn = Connection::open(&path)?;
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "cache_size", -8192)?;
    let start = Clock::system().instant();
    for batch in statements.chunks(BATCH) {
        let tx = conn.transaction()?;
        {
            let mut pool = tx.prepare_cached(
                "INSERT OR REPLACE INTO pool (pool_id, qty_micros, managed, status, backorders, held, epoch, at,
                                              balance_micros)
                 VALUES (?1, ?2, 1, 'instock', 'no', '[]', 0, ?3, ?2)",
            )?;
            let mut ledger = tx.prepare_cached(
                "INSERT INTO ledger (pool_id, at, stmt, seq, op, delta_micros, balance_micros, cause, ref, line,
                                     actor_kind, actor_id, actor_name, req, recorded_ms)
                 VALUES (?1, ?2, ?3, 0, 'delta', ?4, ?5, 'order_reduced', ?6, ?7, 'customer', ?8, 'anna', ?9, ?2)",
            )?;
            for (n, s) in (0i64..).zip(batch) {
                let quantity = s.qty.map(Decimal6::micros);
                pool.execute(params![s.pool, quantity, s.at])?;
                let movement = &s.moves[0];
                ledger.execute(params![
                    s.pool,
                    s.at,
                    s.at ^ n,
                    movement.qty.map(Decimal6::micros),
                    quantity,
                    movement.reference,
                    movement.line,
                    movement.actor.id,
                    s.req
                ])?;
            }
        }
        tx.commit()?;
    }
    Ok(start.elapsed())
}
