//! Reading: every whole record once, in order; torn ones reported; consumed segments deleted on demand.

use crate::append::GAP;
use crate::frame::{Decoded, HEADER, MAX_PAYLOAD, decode};
use crate::segment;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A place in the journal: everything before it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Segment number; 0 is before the first.
    pub segment: u64,
    /// Byte offset in it.
    pub offset: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "segment {} offset {}", self.segment, self.offset)
    }
}

/// What the journal holds next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TailEvent {
    /// A whole record.
    Record {
        /// Where reading goes on.
        position_after: Position,
        /// Its JSON.
        payload: Vec<u8>,
    },
    /// Bytes that are no whole record and never will be.
    Torn {
        /// Where reading goes on.
        position_after: Position,
        /// How many.
        bytes: u64,
        /// How they begin, printable.
        excerpt: String,
        /// What is wrong with them.
        reason: String,
    },
    /// Records were dropped because the journal was full.
    Gap {
        /// Since when, in microseconds since the Unix epoch.
        since: i64,
    },
}

/// Why the journal cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{what} {path}: {reason}")]
pub struct TailError {
    what: &'static str,
    path: String,
    reason: io::Error,
}

/// The one reader of a journal.
#[derive(Debug)]
pub struct Tail {
    dir: PathBuf,
    position: Position,
    file: Option<File>,
    buffer: Vec<u8>,
    gap: bool,
}

impl Tail {
    /// Goes on at `position`. A journal that was wiped or replaced meanwhile is read from its beginning.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn open(dir: &Path, position: Position) -> Result<Self, TailError> {
        let mut tail = Self { dir: dir.to_owned(), position, file: None, buffer: Vec::new(), gap: false };
        let numbers = tail.numbers()?;
        let size =
            numbers.binary_search(&position.segment).ok().map(|_| tail.size(position.segment)).transpose()?;
        let known = size.is_some_and(|size| size >= position.offset);
        let ahead = numbers.last().is_none_or(|newest| *newest < position.segment);
        if !known && (ahead || size.is_some()) {
            tail.position = Position::default();
        }
        Ok(tail)
    }

    /// Where it reads.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Everything before this was handed out.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next events, up to about this many; none at the end.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn next_batch(&mut self, max_records: usize, max_bytes: usize) -> Result<Vec<TailEvent>, TailError> {
        let mut events = Vec::new();
        while events.len() < max_records {
            let newer = self.newer_segment()?;
            // Looked up before reading: once a newer segment exists, only writers that already hold this one add to it.
            let sealed = newer.is_some() && self.unheld()?;
            self.fill(max_bytes)?;
            let before = events.len();
            self.take_frames(sealed, max_records, &mut events);
            if events.len() > before {
                break;
            }
            match newer {
                Some(number) if sealed || self.file.is_none() => self.enter(number),
                _ => break,
            }
        }
        if events.is_empty()
            && !self.gap
            && let Some(since) = self.read_gap()?
        {
            self.gap = true;
            events.push(TailEvent::Gap { since });
        }
        Ok(events)
    }

    /// Removes the gap mark, once its consequence is stored.
    ///
    /// # Errors
    /// When the directory refuses.
    pub fn acknowledge_gap(&mut self) -> Result<(), TailError> {
        match std::fs::remove_file(self.dir.join(GAP)) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                Err(self.error("cannot remove the gap mark in", reason))
            }
            _ => {
                self.gap = false;
                Ok(())
            }
        }
    }

    /// Are there segments behind the position?
    #[must_use]
    pub fn has_consumed_segments(&self) -> bool {
        segment::list(&self.dir).is_ok_and(|numbers| numbers.iter().any(|n| *n < self.position.segment))
    }

    /// Deletes the segments before `durable` which no writer holds. The rest is deleted another time.
    ///
    /// # Errors
    /// When the directory refuses.
    pub fn release(&mut self, durable: Position) -> Result<(), TailError> {
        for number in
            self.numbers()?.into_iter().filter(|n| *n < durable.segment && *n < self.position.segment)
        {
            let path = segment::path(&self.dir, number);
            let file = match File::open(&path) {
                Ok(file) => file,
                // A writer took back a segment that it had created too late.
                Err(reason) if reason.kind() == io::ErrorKind::NotFound => continue,
                Err(reason) => return Err(self.error("cannot open", reason)),
            };
            // In order: as long as a segment exists, the next one does, and tells its writers to go on.
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
                break;
            }
            segment::remove(&path).map_err(|reason| self.error("cannot delete", reason))?;
        }
        Ok(())
    }

    fn take_frames(&mut self, sealed: bool, max_records: usize, events: &mut Vec<TailEvent>) {
        let mut used = 0;
        let whole = self.buffer.len();
        while events.len() < max_records {
            let rest = &self.buffer[used..];
            // A frame cut off by the buffer's end is torn only if the file ends there too; the buffer holds more than a frame.
            let last = sealed && whole < HEADER + MAX_PAYLOAD + 1;
            let length = match decode(rest, last) {
                Decoded::Incomplete => break,
                Decoded::Record { payload, length } => {
                    let position_after = self.after(used + length);
                    events.push(TailEvent::Record { position_after, payload: payload.to_vec() });
                    length
                }
                Decoded::Torn { length, reason } => {
                    events.push(TailEvent::Torn {
                        position_after: self.after(used + length),
                        bytes: length as u64,
                        excerpt: rest[..length.min(60)].escape_ascii().to_string(),
                        reason: reason.to_owned(),
                    });
                    length
                }
            };
            used += length;
        }
        self.buffer.drain(..used);
        self.position.offset += used as u64;
    }

    fn after(&self, used: usize) -> Position {
        Position { segment: self.position.segment, offset: self.position.offset + used as u64 }
    }

    /// Reads on, so that the buffer holds what follows the position.
    fn fill(&mut self, max_bytes: usize) -> Result<(), TailError> {
        if self.file.is_none() && self.position.segment > 0 {
            self.file = match File::open(segment::path(&self.dir, self.position.segment)) {
                Ok(file) => Some(file),
                Err(reason) if reason.kind() == io::ErrorKind::NotFound => None,
                Err(reason) => return Err(self.error("cannot open a segment in", reason)),
            };
        }
        let Some(file) = &self.file else { return Ok(()) };
        let want = max_bytes.max(HEADER + MAX_PAYLOAD + 1);
        while self.buffer.len() < want {
            let had = self.buffer.len();
            self.buffer.resize(want, 0);
            let read = file.read_at(&mut self.buffer[had..], self.position.offset + had as u64);
            self.buffer.truncate(had + read.as_ref().map_or(0, |n| *n));
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
                Err(reason) => return Err(self.error("cannot read a segment in", reason)),
            }
        }
        Ok(())
    }

    fn enter(&mut self, number: u64) {
        self.position = Position { segment: number, offset: 0 };
        self.file = None;
        self.buffer.clear();
    }

    /// The next segment; also one with a lower number, when the whole journal was replaced.
    fn newer_segment(&self) -> Result<Option<u64>, TailError> {
        let numbers = self.numbers()?;
        let next = numbers.iter().copied().find(|number| *number > self.position.segment);
        let replaced = !numbers.is_empty() && numbers.last() < Some(&self.position.segment);
        Ok(if replaced { numbers.first().copied() } else { next })
    }

    /// True when no writer is in the middle of an append to the current segment.
    fn unheld(&self) -> Result<bool, TailError> {
        let Some(file) = &self.file else { return Ok(true) };
        let free = flock(file, FlockOperation::NonBlockingLockExclusive).is_ok();
        if free {
            flock(file, FlockOperation::Unlock).map_err(|errno| self.error("cannot unlock", errno.into()))?;
        }
        Ok(free)
    }

    fn read_gap(&self) -> Result<Option<i64>, TailError> {
        match std::fs::read(self.dir.join(GAP)) {
            Ok(content) => {
                let since = serde_json::from_slice::<serde_json::Value>(&content).ok();
                Ok(Some(since.and_then(|value| value.get("since")?.as_i64()).unwrap_or(0)))
            }
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(self.error("cannot read the gap mark in", reason)),
        }
    }

    fn size(&self, number: u64) -> Result<u64, TailError> {
        let meta = std::fs::metadata(segment::path(&self.dir, number));
        meta.map(|meta| meta.len()).map_err(|reason| self.error("cannot look at a segment in", reason))
    }

    fn numbers(&self) -> Result<Vec<u64>, TailError> {
        segment::list(&self.dir).map_err(|reason| self.error("cannot list the journal directory", reason))
    }

    fn error(&self, what: &'static str, reason: io::Error) -> TailError {
        TailError { what, path: self.dir.display().to_string(), reason }
    }
}
