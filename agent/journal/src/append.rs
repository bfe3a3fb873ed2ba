//! Writing: one `write` per batch, no waiting, no thread.

use crate::doorbell::Ringer;
use crate::frame::{self, MAX_PAYLOAD};
use crate::segment;
use rustix::fs::{Access, FlockOperation, Mode, OFlags, access, flock, fstat, open};
use rustix::io::Errno;
use std::ffi::CString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// Default size at which a new segment begins.
pub const SEGMENT_BYTES: u64 = 8 * 1024 * 1024;
/// Default size of all segments together.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// The file that says "records were dropped".
pub const GAP: &str = "gap";

const ATTEMPTS: usize = 8;

/// Sizes of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A new segment begins when one has reached this many bytes.
    pub segment_bytes: u64,
    /// Nothing more is taken when all segments together have this many.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { segment_bytes: SEGMENT_BYTES, max_bytes: MAX_BYTES }
    }
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The journal has reached its cap.
    #[error(
        "the journal in {dir} is full ({bytes} bytes): records are dropped until the agent has read it. Start the agent, then run `wp onhand resync`"
    )]
    Full {
        /// The journal directory.
        dir: String,
        /// Its cap.
        bytes: u64,
    },
    /// A record is longer than any record may be.
    #[error("a record of {bytes} bytes is longer than the {MAX_PAYLOAD} a record may have")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The directory or disk refused.
    #[error(
        "cannot append to the journal in {dir}: {reason}. Check that the directory exists and that the web server's user may write there"
    )]
    Io {
        /// The journal directory.
        dir: String,
        /// What the system said.
        reason: io::Error,
    },
    /// Another process created and deleted segments faster than this one could follow.
    #[error("the journal in {dir} changed too fast to be opened; the records stay with the caller")]
    Busy {
        /// The journal directory.
        dir: String,
    },
}

struct Open {
    number: u64,
    file: OwnedFd,
    /// The next segment's path, kept ready: it is looked for at each append.
    next: CString,
}

/// One writer of a journal. Cheap to keep; opens files when first needed and again after a fork.
pub struct Appender {
    dir: PathBuf,
    limits: Limits,
    open: Option<Open>,
    ringer: Ringer,
    pid: u32,
    frames: Vec<u8>,
}

impl Appender {
    /// For the journal in `dir`. Touches nothing yet.
    #[must_use]
    pub fn new(dir: &Path, limits: Limits) -> Self {
        Self {
            dir: dir.to_owned(),
            limits,
            open: None,
            ringer: Ringer::new(dir),
            pid: std::process::id(),
            frames: Vec::new(),
        }
    }

    /// Appends the payloads in one write and rings the doorbell. All of them or none.
    ///
    /// # Errors
    /// When nothing was appended.
    pub fn append<P: AsRef<[u8]>>(&mut self, payloads: &[P]) -> Result<usize, AppendError> {
        self.frames.clear();
        for payload in payloads {
            let payload = payload.as_ref();
            if payload.len() > MAX_PAYLOAD {
                return Err(AppendError::TooLong { bytes: payload.len() });
            }
            frame::encode(payload, &mut self.frames);
        }
        if payloads.is_empty() {
            return Ok(0);
        }
        let pid = std::process::id();
        if self.pid != pid {
            self.pid = pid;
            self.open = None;
            self.ringer.reopen();
        }
        self.write()?;
        self.ringer.ring();
        Ok(payloads.len())
    }

    /// Is somebody listening at the doorbell?
    pub fn ring(&mut self) -> bool {
        self.ringer.reopen();
        self.ringer.ring()
    }

    fn write(&mut self) -> Result<(), AppendError> {
        for _ in 0..ATTEMPTS {
            let Some(current) = self.open.take().map_or_else(|| self.newest(), |open| Ok(Some(open)))? else {
                continue;
            };
            if let Some(size) = self.lock(&current)? {
                if size < self.limits.segment_bytes && !is_left(&current) {
                    let result = write_all(&current.file, &self.frames);
                    let unlocked = flock(&current.file, FlockOperation::Unlock);
                    self.open = Some(current);
                    return result.and(unlocked).map_err(|errno| self.io(errno));
                }
                flock(&current.file, FlockOperation::Unlock).map_err(|errno| self.io(errno))?;
                self.open = self.rotate(current.number)?;
            }
        }
        Err(AppendError::Busy { dir: self.dir.display().to_string() })
    }

    /// The segment's size under a shared lock, or `None` when the reader is deleting it.
    fn lock(&self, segment: &Open) -> Result<Option<u64>, AppendError> {
        match flock(&segment.file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(errno) => return Err(self.io(errno)),
        }
        let stat = fstat(&segment.file).map_err(|errno| self.io(errno))?;
        if stat.st_nlink == 0 {
            return Ok(None);
        }
        Ok(Some(u64::try_from(stat.st_size).unwrap_or(0)))
    }

    fn opened(&self, number: u64, file: OwnedFd) -> Result<Open, AppendError> {
        let next = segment::path(&self.dir, number + 1).into_os_string().into_vec();
        let next = CString::new(next).map_err(|error| self.failed(error.into()))?;
        Ok(Open { number, file, next })
    }

    fn newest(&self) -> Result<Option<Open>, AppendError> {
        match self.numbers()?.last() {
            Some(number) => self.open_existing(*number),
            None => self.create(1),
        }
    }

    fn rotate(&self, full: u64) -> Result<Option<Open>, AppendError> {
        let numbers = self.numbers()?;
        if let Some(newer) = numbers.last().copied().filter(|number| *number > full) {
            return self.open_existing(newer);
        }
        let segments = u64::try_from(numbers.len()).unwrap_or(u64::MAX);
        if segments.saturating_mul(self.limits.segment_bytes) >= self.limits.max_bytes {
            self.mark_gap();
            return Err(AppendError::Full {
                dir: self.dir.display().to_string(),
                bytes: self.limits.max_bytes,
            });
        }
        self.create(full + 1)
    }

    fn numbers(&self) -> Result<Vec<u64>, AppendError> {
        segment::list(&self.dir).map_err(|reason| self.failed(reason))
    }

    /// `None` when it was deleted meanwhile: look again.
    fn open_existing(&self, number: u64) -> Result<Option<Open>, AppendError> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC;
        match open(segment::path(&self.dir, number), flags, Mode::empty()) {
            Ok(file) => self.opened(number, file).map(Some),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.io(errno)),
        }
    }

    /// `None` when another writer was faster: look again.
    fn create(&self, number: u64) -> Result<Option<Open>, AppendError> {
        let path = segment::path(&self.dir, number);
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC | OFlags::CREATE | OFlags::EXCL;
        let file = match open(&path, flags, Mode::from_raw_mode(0o660)) {
            Ok(file) => file,
            Err(Errno::EXIST) => return Ok(None),
            Err(errno) => return Err(self.io(errno)),
        };
        if self.numbers()?.last().is_some_and(|newest| *newest > number) {
            // Empty: its number was used, read and deleted while we looked away, and the reader will not come back
            // to it. Not empty: others were so fast that they have filled it since, and it must stay.
            // The lock keeps a writer that has just found it from losing what it writes.
            let locked = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
            if locked && fstat(&file).map_err(|errno| self.io(errno))?.st_size == 0 {
                segment::remove(&path).map_err(|reason| self.failed(reason))?;
            }
            return Ok(None);
        }
        self.opened(number, file).map(Some)
    }

    /// Best effort: the error that the caller gets says the same.
    fn mark_gap(&self) {
        #[allow(
            clippy::disallowed_methods,
            reason = "loaded into PHP, where the agent's clock does not exist"
        )]
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_micros());
        let content = format!("{{\"since\":{since}}}\n");
        let _ = std::fs::File::create_new(self.dir.join(GAP))
            .and_then(|mut file| io::Write::write_all(&mut file, content.as_bytes()));
    }

    fn io(&self, errno: Errno) -> AppendError {
        self.failed(errno.into())
    }

    fn failed(&self, reason: io::Error) -> AppendError {
        AppendError::Io { dir: self.dir.display().to_string(), reason }
    }
}

/// A writer with a smaller limit may have gone on to the next segment, and the reader after it.
fn is_left(segment: &Open) -> bool {
    access(&segment.next, Access::EXISTS).is_ok()
}

/// One `write` in all but the rarest case (a full disk, a file size limit).
fn write_all(file: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match rustix::io::write(file, bytes) {
            Ok(0) => return Err(Errno::NOSPC),
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}
