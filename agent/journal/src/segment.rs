//! Segment files: their names, and which exist.

use std::io;
use std::path::{Path, PathBuf};

const SUFFIX: &str = ".v1.ohj";

/// The file of a segment.
#[must_use]
pub fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:020}{SUFFIX}"))
}

/// The numbers of all segments, ascending.
///
/// # Errors
/// When the directory cannot be read.
pub fn list(dir: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name();
        if let Some(number) = name.to_str().and_then(|name| name.strip_suffix(SUFFIX))
            && number.len() == 20
            && let Ok(number) = number.parse()
        {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Deletes a segment, which somebody else may have done already.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// How many bytes lie after a position.
///
/// # Errors
/// When the directory cannot be read.
pub fn bytes_after(dir: &Path, position: crate::Position) -> io::Result<u64> {
    let mut bytes = 0u64;
    for number in list(dir)?.into_iter().filter(|number| *number >= position.segment) {
        let size = match std::fs::metadata(path(dir, number)) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        bytes += if number == position.segment { size.saturating_sub(position.offset) } else { size };
    }
    Ok(bytes)
}
