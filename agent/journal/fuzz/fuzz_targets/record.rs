//! Any bytes as what a record says: no panic, framing gives them back, and what can be read is written as what reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onhand_journal::Record;
use onhand_journal::frame::{Decoded, decode, encode};

fuzz_target!(|payload: &[u8]| {
    if let Ok(record) = Record::from_json(payload) {
        assert_eq!(Record::from_json(&record.to_json().unwrap()).unwrap(), record);
    }
    // The checksum is right here, which no fuzzer guesses.
    let mut line = Vec::new();
    encode(payload, &mut line);
    assert!(matches!(decode(&line, true), Decoded::Record { payload: same, length } if same == payload && length == line.len()));
});
