//! What must hold after a run.

use crate::{WRITERS, reader, writer};
use std::collections::HashMap;
use std::fmt;
use std::path::Path;

/// What a run was like.
#[derive(Default)]
pub struct Found {
    pub records: u64,
    unconfirmed: u64,
    tears: u32,
    torn: u64,
    gaps: u64,
    busy: u64,
    full: u64,
    segments: u64,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} records read once ({} of them not confirmed before a kill) in {} segments; {} torn places ({} writes \
             cut on purpose); refused: {} busy, {} full with {} gaps reported",
            self.records,
            self.unconfirmed,
            self.segments,
            self.torn,
            self.tears,
            self.busy,
            self.full,
            self.gaps
        )
    }
}

/// Ends the test at the first thing that does not hold.
pub fn everything(dir: &Path) -> Found {
    let mut found = Found::default();
    let mut seen: HashMap<(u32, u32), Vec<u32>> = HashMap::new();
    for transaction in reader::transactions(dir) {
        for record in transaction["got"].as_array().unwrap() {
            let [w, i, s] = serde_json::from_value::<[u32; 3]>(record.clone()).unwrap();
            let sequences = seen.entry((w, i)).or_default();
            assert!(sequences.last().is_none_or(|last| *last < s), "twice or out of order: {w} {i} {s}");
            sequences.push(s);
        }
        found.torn += transaction["torn"].as_u64().unwrap();
        found.gaps += transaction["gaps"].as_u64().unwrap();
        found.segments = transaction["segment"].as_u64().unwrap();
    }
    let incarnations = seen.keys().map(|(_, incarnation)| *incarnation).max().unwrap();
    for w in 0..WRITERS {
        // One past the last that was read: its appends may have returned and still have been lost.
        for i in 0..=incarnations + 1 {
            let figures = writer::figures(dir, w, i);
            let read = seen.remove(&(w, i)).unwrap_or_default();
            compare(w, i, figures.appended, &read);
            found.records += read.len() as u64;
            found.unconfirmed += read.len() as u64 - u64::from(figures.appended);
            found.tears += figures.tears;
            found.busy += u64::from(figures.busy);
            found.full += u64::from(figures.full);
        }
    }
    assert!(seen.is_empty(), "records of nobody were read");
    found
}

/// Every append that returned was read; beyond those only the batch during which the writer was killed.
fn compare(writer: u32, incarnation: u32, appended: u32, read: &[u32]) {
    let confirmed: Vec<u32> = read.iter().copied().filter(|sequence| *sequence < appended).collect();
    let missing =
        (0..appended).filter(|sequence| confirmed.binary_search(sequence).is_err()).collect::<Vec<_>>();
    assert!(
        missing.is_empty(),
        "writer {writer}.{incarnation}: {} of {appended} lost, first {:?}",
        missing.len(),
        missing.first()
    );
    let beyond = read.last().is_none_or(|last| *last < appended + writer::LARGEST_BATCH);
    assert!(beyond, "writer {writer}.{incarnation}: read {:?} after {appended}", read.last());
}
