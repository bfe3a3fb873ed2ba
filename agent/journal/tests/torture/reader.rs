//! The reader: stores what it read and its position in one write, as the agent does in one transaction.

use crate::{done, journal};
use onhand_journal::frame::{self, Decoded, decode};
use onhand_journal::{Doorbell, Position, Tail, TailEvent};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One incarnation's store.
fn store(dir: &Path, incarnation: u32) -> PathBuf {
    dir.join(format!("reader-{incarnation}"))
}

/// The whole transactions of all incarnations, in order. A kill may have cut the last of each.
pub fn transactions(dir: &Path) -> impl Iterator<Item = Value> {
    (0..).map_while(move |n| incarnation(dir, n)).flatten()
}

fn incarnation(dir: &Path, incarnation: u32) -> Option<Vec<Value>> {
    let bytes = std::fs::read(store(dir, incarnation)).ok()?;
    let (mut rest, mut found) = (&bytes[..], Vec::new());
    while let Decoded::Record { payload, length } = decode(rest, true) {
        found.push(serde_json::from_slice(payload).unwrap());
        rest = &rest[length..];
    }
    Some(found)
}

fn position(dir: &Path, before: u32) -> Position {
    let last = (0..before).rev().find_map(|n| incarnation(dir, n)?.pop());
    last.map_or_else(Position::default, |last| Position {
        segment: last["segment"].as_u64().unwrap(),
        offset: last["offset"].as_u64().unwrap(),
    })
}

pub fn run(dir: &Path, incarnation: u32) {
    let mut tail = Tail::open(&journal(dir), position(dir, incarnation)).unwrap();
    // No incarnation is missing in the sequence, but one may be killed before it gets here.
    for earlier in (0..incarnation).rev().map(|n| store(dir, n)).take_while(|path| !path.exists()) {
        File::create(earlier).unwrap();
    }
    let mut store = File::create(store(dir, incarnation)).unwrap();
    let bell = Doorbell::bind(&journal(dir)).unwrap().into_socket();
    bell.set_nonblocking(false).unwrap();
    bell.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    loop {
        // Before looking: what was written before this mark is found by the look after it.
        let last = done(dir).exists();
        let events = tail.next_batch(2000, 64 * 1024).unwrap();
        if events.is_empty() && last {
            return;
        }
        if events.is_empty() {
            let _ = bell.recv(&mut [0; 8]);
            continue;
        }
        commit(&mut store, &events, tail.position());
        if events.iter().any(|event| matches!(event, TailEvent::Gap { .. })) {
            tail.acknowledge_gap().unwrap();
        }
        tail.release(tail.position()).unwrap();
    }
}

fn commit(store: &mut File, events: &[TailEvent], position: Position) {
    let (mut got, mut torn, mut gaps) = (Vec::new(), 0, 0);
    for event in events {
        match event {
            TailEvent::Record { payload, .. } => got.push(identity(payload)),
            TailEvent::Torn { .. } => torn += 1,
            TailEvent::Gap { .. } => gaps += 1,
        }
    }
    let transaction = json!({
        "segment": position.segment, "offset": position.offset, "got": got, "torn": torn, "gaps": gaps,
    });
    let mut bytes = Vec::new();
    frame::encode(transaction.to_string().as_bytes(), &mut bytes);
    store.write_all(&bytes).unwrap();
}

/// Whose record it is; it must be exactly what that writer wrote.
fn identity(payload: &[u8]) -> [u32; 3] {
    let value: Value = serde_json::from_slice(payload).unwrap();
    let [w, i, s] = ["w", "i", "s"].map(|key| u32::try_from(value[key].as_u64().unwrap()).unwrap());
    assert_eq!(payload, crate::writer::payload(w, i, s), "a damaged record was handed out");
    [w, i, s]
}
