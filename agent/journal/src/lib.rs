//! The Onhand journal: how a shop hands its stock statements to the agent.
//!
//! # Constraints
//!
//! - A writer never waits: no acknowledgement, no lock that blocks, no thread. It survives `fork`.
//! - One append is one `write` to a file opened for appending; a batch is whole or not there.
//! - A writer may be killed at any instant. What it leaves is recognised as torn and lost alone, at the end of a
//!   segment or in the middle of it with a neighbour's record behind it.
//! - Writers create segments and append; only the one reader deletes.
//! - A record never spans segments, and never exceeds [`frame::MAX_PAYLOAD`].
//! - The size is capped. At the cap records are dropped, and a mark says so.
//!
//! # On disk
//!
//! Segments are files named `<20-digit number>.v1.ohj`; numbers increase by one. A segment is a sequence of frames:
//!
//! ```text
//! 0x1E "O1 " <payload length, 8 hex digits> " " <CRC-32 of the payload, 8 hex digits> " " <payload> "\n"
//! ```
//!
//! The payload is one JSON object in UTF-8 ([`record`]). JSON escapes control characters, so `0x1E` occurs only at
//! the beginning of a frame, and a reader that finds anything else goes on at the next `0x1E`.
//!
//! `doorbell.sock` is a datagram socket bound by the reader; `gap` exists while dropped records are unreported.
//!
//! # Who may do what, when
//!
//! A writer takes a shared lock (`flock`, never blocking) on the newest segment, checks that the file still has a
//! name, writes, and lets go. The reader leaves a segment for the next only when nobody holds it, and deletes it
//! only under the exclusive lock and after its owner has made the position durable.

pub mod append;
pub mod decimal;
pub mod doorbell;
pub mod frame;
pub mod record;
pub mod segment;
pub mod tail;

pub use append::{AppendError, Appender, Limits};
pub use decimal::{Decimal6, DecimalError};
pub use doorbell::{Doorbell, Ringer};
pub use record::{
    Actor, Backorders, ItemKind, ItemStatement, ItemTag, MoveOp, Movement, Record, RecordError,
    SettingChange, SettingTag, Shipment, ShipmentTag, SnapshotBegin, SnapshotBeginTag, SnapshotEnd,
    SnapshotEndTag, StockStatement, StockStatus, StockTag, VERSION, Webhook, WebhookTag,
};
pub use segment::bytes_after;
pub use tail::{Position, Tail, TailError, TailEvent};

/// The checksum of a payload.
#[must_use]
pub fn crc32(payload: &[u8]) -> u32 {
    crc32fast::hash(payload)
}

/// May this process write to the directory?
#[must_use]
pub fn is_writable(dir: &std::path::Path) -> bool {
    rustix::fs::access(dir, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}
