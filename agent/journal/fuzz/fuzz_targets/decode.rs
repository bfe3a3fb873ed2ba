//! Any bytes as a segment: no panic, no record whose checksum does not fit, always progress.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onhand_journal::frame::{Decoded, HEADER, START, decode};
use onhand_journal::{Record, crc32};

fuzz_target!(|bytes: &[u8]| {
    // What is decoded while more may follow must not change when nothing does.
    if let Decoded::Record { payload, .. } = decode(bytes, false) {
        assert!(matches!(decode(bytes, true), Decoded::Record { payload: same, .. } if same == payload));
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = match decode(rest, true) {
            Decoded::Incomplete => panic!("nothing will follow"),
            Decoded::Torn { length, .. } => {
                assert!(rest.get(length).is_none_or(|byte| *byte == START));
                length
            }
            Decoded::Record { payload, length } => {
                assert_eq!(length, HEADER + payload.len() + 1);
                let said = std::str::from_utf8(&rest[13..21]).unwrap();
                assert_eq!(crc32(payload), u32::from_str_radix(said, 16).unwrap());
                // A record that can be read is written as one that reads the same.
                if let Ok(record) = Record::from_json(payload) {
                    let again = Record::from_json(&record.to_json().unwrap()).unwrap();
                    assert_eq!(record, again);
                }
                length
            }
        };
        assert!(length > 0);
        rest = &rest[length..];
    }
});
