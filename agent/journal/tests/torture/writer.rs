//! A writer: appends batches, and notes after each how many appends have returned.

use crate::{LIMITS, journal};
use onhand_journal::{AppendError, Appender, frame, segment};
use rand::Rng;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const LARGEST_BATCH: u32 = 4;

/// What a writer notes. Written in place: a kill loses nothing that was written.
#[derive(Clone, Copy, Default)]
pub struct Figures {
    pub appended: u32,
    pub busy: u32,
    pub full: u32,
    pub tears: u32,
}

fn notes(dir: &Path, writer: u32, incarnation: u32) -> PathBuf {
    dir.join(format!("writer-{writer}-{incarnation}"))
}

pub fn figures(dir: &Path, writer: u32, incarnation: u32) -> Figures {
    let bytes = std::fs::read(notes(dir, writer, incarnation)).unwrap_or_default();
    let number =
        |at: usize| bytes.get(at..at + 4).map_or(0, |four| u32::from_le_bytes(four.try_into().unwrap()));
    Figures { appended: number(0), busy: number(4), full: number(8), tears: number(12) }
}

/// Each record says whose it is, and a reader can tell whether it is whole.
pub fn payload(writer: u32, incarnation: u32, sequence: u32) -> Vec<u8> {
    // Now and then one of many pages, which a kill can cut.
    let length = if sequence % 400 == 399 { 70_000 } else { sequence.wrapping_mul(7919) % 150 };
    let pad = "x".repeat(length as usize);
    format!(r#"{{"w":{writer},"i":{incarnation},"s":{sequence},"pad":"{pad}"}}"#).into_bytes()
}

pub fn run(dir: &Path, writer: u32, incarnation: u32, records: u32) {
    let mut random = rand::rng();
    let mut appender = Appender::new(&journal(dir), LIMITS);
    let notes = File::create(notes(dir, writer, incarnation)).unwrap();
    let mut figures = Figures::default();
    while figures.appended < records {
        let first = figures.appended;
        let next = records.min(first + random.random_range(1..=LARGEST_BATCH));
        let batch: Vec<_> = (first..next).map(|sequence| payload(writer, incarnation, sequence)).collect();
        match appender.append(&batch) {
            Ok(_) => figures.appended = next,
            Err(AppendError::Busy { .. }) => figures.busy += 1,
            Err(AppendError::Full { .. }) => {
                figures.full += 1;
                // Nothing tells a writer that the reader has made room.
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(error) => panic!("{error}"),
        }
        let torn = random.random_ratio(1, 4000);
        figures.tears += u32::from(torn);
        let numbers = [figures.appended, figures.busy, figures.full, figures.tears];
        notes.write_all_at(&numbers.map(u32::to_le_bytes).concat(), 0).unwrap();
        if torn {
            tear(dir);
        }
    }
}

/// Dies in the middle of a write, as surely as chance would do it once in a great while.
fn tear(dir: &Path) {
    let dir = journal(dir);
    if let Some(newest) = segment::list(&dir).unwrap().last()
        && let Ok(mut file) = File::options().append(true).open(segment::path(&dir, *newest))
        && file.try_lock_shared().is_ok()
        && file.metadata().unwrap().len() < LIMITS.segment_bytes
    {
        let mut bytes = Vec::new();
        frame::encode(&payload(u32::MAX, 0, 1), &mut bytes);
        let cut = rand::rng().random_range(1..bytes.len() - 1);
        file.write_all(&bytes[..cut]).unwrap();
    }
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
}
