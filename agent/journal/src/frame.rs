//! Frames: how one record is written so that a torn one is recognised and lost alone.

/// Begins every frame. JSON escapes it, so it never occurs inside a payload.
pub const START: u8 = 0x1E;
/// Largest payload in bytes.
pub const MAX_PAYLOAD: usize = 1024 * 1024;
/// `0x1E "O1 " length " " crc " "`.
pub const HEADER: usize = 1 + 3 + 8 + 1 + 8 + 1;

/// Appends the frame of a payload.
pub fn encode(payload: &[u8], out: &mut Vec<u8>) {
    out.reserve(HEADER + payload.len() + 1);
    out.push(START);
    out.extend_from_slice(format!("O1 {:08x} {:08x} ", payload.len(), crc32fast::hash(payload)).as_bytes());
    out.extend_from_slice(payload);
    out.push(b'\n');
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A whole frame of `length` bytes in all.
    Record {
        /// Its payload.
        payload: &'a [u8],
        /// Bytes it takes.
        length: usize,
    },
    /// No whole frame and never will be: skip `length` bytes.
    Torn {
        /// Up to the next place where a frame may begin.
        length: usize,
        /// Why it is none.
        reason: &'static str,
    },
    /// Could still become a frame when more is written.
    Incomplete,
}

/// Looks at the beginning of `bytes`. `last`: nothing will ever be added.
#[must_use]
pub fn decode(bytes: &[u8], last: bool) -> Decoded<'_> {
    if bytes.is_empty() {
        return Decoded::Incomplete;
    }
    if bytes[0] != START {
        return torn(bytes, 0, "it does not begin like a record");
    }
    let Some(header) = bytes.get(..HEADER) else { return partial(bytes, last) };
    let Some((length, crc)) = parse_header(header) else {
        return torn(bytes, 1, "its header is damaged");
    };
    if length > MAX_PAYLOAD {
        return torn(bytes, 1, "it claims to be longer than a record may be");
    }
    let Some(frame) = bytes.get(..HEADER + length + 1) else { return partial(bytes, last) };
    let payload = &frame[HEADER..HEADER + length];
    if frame[HEADER + length] != b'\n' || crc32fast::hash(payload) != crc {
        return torn(bytes, 1, "its checksum does not fit");
    }
    Decoded::Record { payload, length: frame.len() }
}

fn parse_header(header: &[u8]) -> Option<(usize, u32)> {
    let text = std::str::from_utf8(&header[1..]).ok()?;
    let (length, rest) = text.strip_prefix("O1 ")?.split_at_checked(8)?;
    let crc = rest.strip_prefix(' ')?.strip_suffix(' ')?;
    Some((usize::try_from(u32::from_str_radix(length, 16).ok()?).ok()?, u32::from_str_radix(crc, 16).ok()?))
}

/// Not enough bytes for a whole frame: torn if another one begins meanwhile, or if nothing will follow.
fn partial(bytes: &[u8], last: bool) -> Decoded<'_> {
    let another = bytes[1..].contains(&START);
    if another || last { torn(bytes, 1, "it was not written to its end") } else { Decoded::Incomplete }
}

fn torn<'a>(bytes: &'a [u8], from: usize, reason: &'static str) -> Decoded<'a> {
    let next = bytes[from..].iter().position(|byte| *byte == START);
    Decoded::Torn { length: next.map_or(bytes.len(), |at| at + from), reason }
}
