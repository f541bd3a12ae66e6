//! Logs that are one JSON value each, and rewritten as they grow.

use std::{
    fs::File,
    io::{self, Read},
};

use super::lines::LONGEST_LINE;

/// Returns what a file holds, or none when that is more than a line of any log may hold.
///
/// # Errors
/// Fails when it cannot be read.
pub(super) fn whole(file: File) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.take(LONGEST_LINE as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= LONGEST_LINE).then_some(bytes))
}
