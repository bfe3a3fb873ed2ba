//! Damaged golden lines: whatever stands in a segment, the decoder does not panic, hands out nothing whose checksum
//! does not fit, and goes on at the next frame.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use onhand_journal::frame::{Decoded, HEADER, MAX_PAYLOAD, START, decode, encode};
use onhand_journal::{Position, Record, Tail, TailEvent, crc32, segment};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;

static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/journal/golden.json");
    let golden: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    golden.iter().map(|golden| STANDARD.decode(golden["line"].as_str().unwrap()).unwrap()).collect()
});

/// One way to damage some bytes.
#[derive(Clone, Debug)]
enum Damage {
    Flip(Index, u8),
    Insert(Index, u8),
    Remove(Index, usize),
    Repeat(Index, usize),
    Cut(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    // Bytes that mean something are as likely as all others together.
    let byte = prop_oneof![Just(START), Just(b'\n'), Just(b'O'), Just(b' '), Just(b'0'), any::<u8>()];
    prop_oneof![
        (any::<Index>(), 1u8..).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        (any::<Index>(), byte).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        (any::<Index>(), 1usize..40).prop_map(|(at, n)| Damage::Remove(at, n)),
        (any::<Index>(), 1usize..40).prop_map(|(at, n)| Damage::Repeat(at, n)),
        any::<Index>().prop_map(Damage::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let size = bytes.len();
    let range = |at: &Index, n: usize| at.index(size)..(at.index(size) + n).min(size);
    match damage {
        Damage::Flip(at, mask) => bytes[range(at, 1).start] ^= mask,
        Damage::Insert(at, byte) => bytes.insert(range(at, 1).start, *byte),
        Damage::Remove(at, n) => drop(bytes.drain(range(at, *n))),
        Damage::Repeat(at, n) => {
            let again = bytes[range(at, *n)].to_vec();
            let start = range(at, *n).start;
            bytes.splice(start..start, again);
        }
        Damage::Cut(at) => bytes.truncate(range(at, 1).start),
    }
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    any::<Index>().prop_map(|index| LINES[index.index(LINES.len())].clone())
}

/// Decodes to the end; checks what must hold at each step.
fn payloads(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match decode(rest, true) {
            Decoded::Incomplete => panic!("nothing will follow"),
            Decoded::Torn { length, .. } => {
                // It ends where a frame may begin, and not before it could have.
                assert!(rest.get(length).is_none_or(|byte| *byte == START));
                assert!(!rest[1..length].contains(&START), "a possible frame was skipped");
                length
            }
            Decoded::Record { payload, length } => {
                assert_eq!(rest[0], START);
                assert_eq!(length, HEADER + payload.len() + 1);
                assert!(payload.len() <= MAX_PAYLOAD);
                let said = u32::from_str_radix(std::str::from_utf8(&rest[13..21]).unwrap(), 16).unwrap();
                assert_eq!(crc32(payload), said, "the checksum does not fit");
                found.push(payload.to_vec());
                // Whatever has the right checksum is read or refused, never a panic.
                let _ = Record::from_json(payload);
                length
            }
        };
        assert!(length > 0 && length <= rest.len());
        at += length;
    }
    found
}

fn body(line: &[u8]) -> Vec<u8> {
    line[HEADER..line.len() - 1].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_damaged_line_is_lost_alone(
        before in line(), mut hurt in line(), damages in prop::collection::vec(damage(), 1..6), after in line(),
    ) {
        for damage in &damages {
            apply(&mut hurt, damage);
        }
        // The neighbours are whole, so the first and the last must be found, whatever stands between.
        let found = payloads(&[&before[..], &hurt, &after].concat());
        prop_assert_eq!(found.first(), Some(&body(&before)));
        prop_assert_eq!(found.last(), Some(&body(&after)));
    }

    #[test]
    fn what_may_still_grow_is_never_given_up(line in line(), cut in any::<Index>()) {
        let cut = cut.index(line.len());
        prop_assert_eq!(decode(&line[..cut], false), Decoded::Incomplete);
        prop_assert_eq!(decode(&line, false), Decoded::Record { payload: &body(&line), length: line.len() });
    }

    #[test]
    fn a_hostile_header_does_not_swallow_its_neighbour(
        length in any::<u32>(), crc in any::<u32>(), junk in "[ -~]{0,60}", after in line(),
    ) {
        let hostile = format!("\x1eO1 {length:08x} {crc:08x} {junk}");
        let found = payloads(&[hostile.as_bytes(), &after].concat());
        prop_assert_eq!(found.last(), Some(&body(&after)));
    }

    #[test]
    fn any_json_with_the_right_checksum_is_read_or_refused(payload in "[{}\\[\\]\":,a-z0-9 ]{0,80}") {
        let mut frame = Vec::new();
        encode(payload.as_bytes(), &mut frame);
        prop_assert_eq!(payloads(&frame), vec![payload.into_bytes()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_tail_finds_what_the_decoder_finds_whatever_its_batch_size(
        lines in prop::collection::vec((line(), prop::option::of(damage())), 1..12),
        records in 1usize..5,
    ) {
        let mut bytes = Vec::new();
        for (mut line, damage) in lines {
            damage.iter().for_each(|damage| apply(&mut line, damage));
            bytes.extend(line);
        }
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(segment::path(dir.path(), 1), &bytes).unwrap();
        std::fs::write(segment::path(dir.path(), 2), b"").unwrap();
        let mut tail = Tail::open(dir.path(), Position::default()).unwrap();
        let (mut found, mut skipped) = (Vec::new(), 0);
        loop {
            let events = tail.next_batch(records, 100).unwrap();
            if events.is_empty() {
                break;
            }
            for event in events {
                match event {
                    TailEvent::Record { payload, .. } => found.push(payload),
                    TailEvent::Torn { bytes, .. } => skipped += bytes,
                    TailEvent::Gap { .. } => panic!("there is none"),
                }
            }
        }
        let read: usize = found.iter().map(|payload| HEADER + payload.len() + 1).sum();
        prop_assert_eq!(read as u64 + skipped, bytes.len() as u64);
        prop_assert_eq!(found, payloads(&bytes));
    }
}
