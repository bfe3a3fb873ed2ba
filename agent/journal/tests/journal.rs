//! Framing, torn tails, rotation, deletion, gap.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use onhand_journal::frame::{Decoded, decode, encode};
use onhand_journal::{Appender, Limits, Position, Tail, TailEvent};
use proptest::prelude::*;

fn payloads(events: &[TailEvent]) -> Vec<Vec<u8>> {
    events
        .iter()
        .filter_map(|event| match event {
            TailEvent::Record { payload, .. } => Some(payload.clone()),
            _ => None,
        })
        .collect()
}

fn read_all(tail: &mut Tail) -> Vec<TailEvent> {
    let mut all = Vec::new();
    loop {
        let events = tail.next_batch(7, 1000).unwrap();
        if events.is_empty() {
            return all;
        }
        all.extend(events);
    }
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded(payload in "[^\\x00-\\x1f]{0,300}") {
        let mut bytes = Vec::new();
        encode(payload.as_bytes(), &mut bytes);
        let whole = Decoded::Record { payload: payload.as_bytes(), length: bytes.len() };
        prop_assert_eq!(decode(&bytes, false), whole);
        for cut in 1..bytes.len() {
            prop_assert_eq!(decode(&bytes[..cut], false), Decoded::Incomplete);
            let torn = matches!(decode(&bytes[..cut], true), Decoded::Torn { length, .. } if length == cut);
            prop_assert!(torn);
        }
    }

    #[test]
    fn random_bytes_never_panic_and_always_make_progress(bytes in proptest::collection::vec(any::<u8>(), 1..400)) {
        match decode(&bytes, true) {
            Decoded::Torn { length, .. } | Decoded::Record { length, .. } => {
                prop_assert!(length > 0 && length <= bytes.len());
            }
            Decoded::Incomplete => prop_assert!(false, "nothing will follow"),
        }
    }

    #[test]
    fn a_torn_record_is_lost_alone(
        parts in proptest::collection::vec(("[a-z]{1,80}", proptest::option::of(1usize..60)), 1..30),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut file = Vec::new();
        let mut whole = Vec::new();
        for (payload, cut) in &parts {
            let mut bytes = Vec::new();
            encode(payload.as_bytes(), &mut bytes);
            match cut {
                Some(cut) if *cut < bytes.len() => file.extend_from_slice(&bytes[..*cut]),
                _ => {
                    whole.push(payload.clone().into_bytes());
                    file.extend_from_slice(&bytes);
                }
            }
        }
        std::fs::write(onhand_journal::segment::path(dir.path(), 1), &file).unwrap();
        std::fs::write(onhand_journal::segment::path(dir.path(), 2), b"").unwrap();
        let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
        prop_assert_eq!(payloads(&read_all(&mut tail)), whole);
    }

    #[test]
    fn every_record_is_read_once_across_rotation_deletion_and_reopening(
        batches in proptest::collection::vec(proptest::collection::vec("[a-z]{1,60}", 1..5), 1..40),
        reopen in 1usize..6,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let limits = Limits { segment_bytes: 300, max_bytes: 1_000_000 };
        let mut appender = Appender::new(dir.path(), limits);
        let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
        let (mut wrote, mut read) = (Vec::new(), Vec::new());
        for (n, batch) in batches.iter().enumerate() {
            prop_assert_eq!(appender.append(batch).unwrap(), batch.len());
            wrote.extend(batch.iter().map(|payload| payload.clone().into_bytes()));
            if n % reopen == 0 {
                read.extend(payloads(&tail.next_batch(3, 1000).unwrap()));
                tail.release(tail.position()).unwrap();
                tail = Tail::open(dir.path(), tail.position()).unwrap();
            }
        }
        read.extend(payloads(&read_all(&mut tail)));
        prop_assert_eq!(read, wrote);
        tail.release(tail.position()).unwrap();
        prop_assert_eq!(onhand_journal::segment::list(dir.path()).unwrap().len(), 1);
    }
}

#[test]
fn at_the_cap_records_are_dropped_and_a_gap_is_reported_once() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { segment_bytes: 100, max_bytes: 200 };
    let mut appender = Appender::new(dir.path(), limits);
    let mut written = 0;
    let error = loop {
        match appender.append(&["x".repeat(60)]) {
            Ok(n) => written += n,
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("is full"), "{error}");
    let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
    let events = read_all(&mut tail);
    assert_eq!(payloads(&events).len(), written);
    assert!(matches!(events.last(), Some(TailEvent::Gap { since }) if *since > 0));
    tail.acknowledge_gap().unwrap();
    tail.release(tail.position()).unwrap();
    assert_eq!(appender.append(&["after"]).unwrap(), 1);
    assert_eq!(payloads(&read_all(&mut tail)), [b"after".to_vec()]);
}

#[test]
fn a_journal_that_was_wiped_is_read_from_its_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let mut tail = Tail::open(dir.path(), Position { segment: 40, offset: 17 }).unwrap();
    Appender::new(dir.path(), Limits::default()).append(&["new"]).unwrap();
    assert_eq!(payloads(&read_all(&mut tail)), [b"new".to_vec()]);
}

#[test]
fn an_unfinished_record_is_awaited_and_a_hostile_length_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = b"\x1eO1 ffffffff 00000000 x\n".to_vec();
    encode(b"good", &mut bytes);
    let half = bytes.len() - 3;
    let path = onhand_journal::segment::path(dir.path(), 1);
    std::fs::write(&path, &bytes[..half]).unwrap();
    let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
    assert!(matches!(read_all(&mut tail)[..], [TailEvent::Torn { .. }]));
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(payloads(&read_all(&mut tail)), [b"good".to_vec()]);
}

#[test]
fn a_writer_with_a_larger_limit_follows_to_the_segment_that_others_have_begun() {
    let dir = tempfile::tempdir().unwrap();
    let mut large = Appender::new(dir.path(), Limits::default());
    let mut small = Appender::new(dir.path(), Limits { segment_bytes: 10, ..Limits::default() });
    let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
    large.append(&["first"]).unwrap();
    small.append(&["second"]).unwrap();
    let mut read = payloads(&read_all(&mut tail));
    // The reader has left the segment that the first writer holds.
    large.append(&["third"]).unwrap();
    read.extend(payloads(&read_all(&mut tail)));
    assert_eq!(read, [&b"first"[..], b"second", b"third"]);
}

#[test]
fn a_segment_that_somebody_else_deletes_meanwhile_does_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let mut appender = Appender::new(dir.path(), Limits { segment_bytes: 10, ..Limits::default() });
    let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
    for payload in ["first", "second", "third"] {
        appender.append(&[payload]).unwrap();
    }
    assert_eq!(payloads(&read_all(&mut tail)).len(), 3);
    std::fs::remove_file(onhand_journal::segment::path(dir.path(), 1)).unwrap();
    tail.release(tail.position()).unwrap();
    assert_eq!(onhand_journal::segment::list(dir.path()).unwrap(), [3]);
    appender.append(&["fourth"]).unwrap();
    assert_eq!(payloads(&read_all(&mut tail)), [b"fourth".to_vec()]);
}
