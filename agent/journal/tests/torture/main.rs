//! Eight writers and one reader are killed at random instants and started again, while small segments make rotation
//! and deletion happen all the time. Afterwards every record whose append returned was read, once, in its writer's
//! order, and whole.
//!
//! `ONHAND_TORTURE_RECORDS` says how many records (100,000), `ONHAND_TORTURE_SEED` repeats a run's random choices.
//! The processes are this binary again, at the test `child`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "processes that are really killed have no clock to set")]
#![allow(clippy::cast_possible_truncation, reason = "record counts are small")]

mod check;
mod reader;
mod writer;

use onhand_journal::Limits;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WRITERS: u32 = 8;
/// Small, so that a run has thousands of segments. The cap is low enough that a slow reader is felt.
const LIMITS: Limits = Limits { segment_bytes: 24 * 1024, max_bytes: 3 * 1024 * 1024 };

fn journal(dir: &Path) -> PathBuf {
    dir.join("journal")
}

/// The writers are finished: the reader may stop at the end.
fn done(dir: &Path) -> PathBuf {
    dir.join("done")
}

/// Not a test of its own: what a process of the torture does.
#[test]
fn child() {
    let Ok(role) = std::env::var("ONHAND_TORTURE_CHILD") else { return };
    let dir = PathBuf::from(std::env::var_os("ONHAND_TORTURE_DIR").unwrap());
    let words: Vec<u32> = role.split(' ').map(|word| word.parse().unwrap()).collect();
    match words[..] {
        [incarnation] => reader::run(&dir, incarnation),
        [writer, incarnation, records] => writer::run(&dir, writer, incarnation, records),
        _ => panic!("not a role: {role}"),
    }
}

struct Process {
    /// `None` is the reader.
    writer: Option<u32>,
    incarnation: u32,
    /// What a writer has still to append.
    records: u32,
    child: Child,
}

impl Process {
    fn start(dir: &Path, writer: Option<u32>, incarnation: u32, records: u32) -> Self {
        let role = writer
            .map_or_else(|| incarnation.to_string(), |writer| format!("{writer} {incarnation} {records}"));
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env("ONHAND_TORTURE_CHILD", role)
            .env("ONHAND_TORTURE_DIR", dir)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { writer, incarnation, records, child }
    }

    /// After its death: the next incarnation goes on where this one was.
    fn again(&mut self, dir: &Path) {
        let appended =
            self.writer.map_or(0, |writer| writer::figures(dir, writer, self.incarnation).appended);
        *self = Self::start(dir, self.writer, self.incarnation + 1, self.records - appended);
    }
}

/// A failing assertion must not leave processes behind.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn torture() {
    let records: u32 = std::env::var("ONHAND_TORTURE_RECORDS").map_or(100_000, |text| text.parse().unwrap());
    let seed: u64 =
        std::env::var("ONHAND_TORTURE_SEED").map_or_else(|_| rand::random(), |text| text.parse().unwrap());
    eprintln!("ONHAND_TORTURE_SEED={seed} ONHAND_TORTURE_RECORDS={records}");
    let mut random = StdRng::seed_from_u64(seed);
    let began = Instant::now();
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(journal(dir.path())).unwrap();

    let mut kills = [0, 0];
    let mut processes = vec![Process::start(dir.path(), None, 0, 0)];
    processes.extend((0..WRITERS).map(|n| Process::start(dir.path(), Some(n), 0, records / WRITERS)));
    while processes.len() > 1 {
        // Not waiting for anything: this is the randomness of the kill.
        std::thread::sleep(Duration::from_micros(random.random_range(200..10_000)));
        let victim = random.random_range(0..processes.len());
        processes[victim].child.kill().unwrap();
        kills[usize::from(processes[victim].writer.is_some())] += 1;
        processes.retain_mut(|process| match process.child.try_wait().unwrap() {
            None => true,
            Some(status) if status.success() => {
                assert!(process.writer.is_some(), "the reader has no reason to stop");
                false
            }
            Some(status) => {
                assert_eq!(status.code(), None, "it was not killed, it failed");
                process.again(dir.path());
                true
            }
        });
    }
    std::fs::write(done(dir.path()), "").unwrap();
    loop {
        let status = processes[0].child.wait().unwrap();
        if status.success() {
            break;
        }
        assert_eq!(status.code(), None, "the reader was not killed, it failed");
        processes[0].again(dir.path());
    }
    let seconds = began.elapsed().as_secs_f64();
    let found = check::everything(dir.path());
    assert!(found.records >= u64::from(records / WRITERS * WRITERS));
    eprintln!(
        "{found}; {} writers and {} readers killed; {seconds:.1} s, {:.0} records a second",
        kills[1],
        kills[0],
        found.records as f64 / seconds
    );
}
