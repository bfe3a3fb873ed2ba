//! The state file: one line per batch of operations, written before the batch is answered.
//!
//! A line torn by a kill was never answered; it is cut off at the next start.

use super::op::{Op, State};
use anyhow::{Context, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// An open state file.
#[derive(Debug)]
pub struct Store {
    file: File,
}

impl Store {
    /// Opens or creates `path` and folds what it holds into `state`.
    ///
    /// # Errors
    /// The file cannot be read or written, or a line in its middle is not a batch of operations.
    pub fn open(path: &Path, state: &mut State) -> Result<Self> {
        let named = || format!("state file {}", path.display());
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).with_context(named)?;
        let whole = Self::replay(&file, state).with_context(named)?;
        file.set_len(whole).with_context(named)?;
        Ok(Self { file })
    }

    fn replay(file: &File, state: &mut State) -> Result<u64> {
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        let mut whole = 0_u64;
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if line.last() != Some(&b'\n') {
                return Ok(whole);
            }
            let ops: Vec<Op> = serde_json::from_slice(&line).with_context(|| format!("at byte {whole}"))?;
            ops.into_iter().for_each(|op| state.apply(op));
            whole = whole.saturating_add(u64::try_from(read)?);
        }
    }

    /// Writes one batch. When this returns, a kill of the process cannot lose it.
    ///
    /// # Errors
    /// The write failed.
    pub fn append(&mut self, ops: &[Op]) -> Result<()> {
        let mut line = serde_json::to_vec(ops)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        Ok(())
    }
}
