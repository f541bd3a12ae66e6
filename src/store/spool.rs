//! What larders leave for the owner of a store beside which they worked: what they read and kept.
//!
//! A file of lines that every process appends to, one at a time, and each line has a checksum. The
//! owner moves the file aside before it reads it: what comes meanwhile goes into a new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::fs::{FlockOperation, OFlags};
use serde::{Deserialize, Serialize};

use crate::model::Kind;

use super::{lock, stats::Reads};

/// The file that is appended to, and the one that the owner takes in.
const NAMES: [&str; 2] = ["spool", "spool.taken"];

/// The owner may be away for long: so many bytes wait for it at most.
const LIMIT: u64 = 8 << 20;

/// Who wants to write or read waits so long for another who does.
const PATIENCE: Duration = Duration::from_secs(1);

/// Digits of a checksum.
const SUM: usize = 16;

/// What a process did since it left a line last.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
pub(super) struct Line {
    /// When, in nanoseconds, and in which process: no two lines are the same.
    pub(super) at: i64,
    pub(super) pid: u32,
    /// What was read, and what that saved.
    pub(super) reads: Reads,
    /// Which entries were read: kind, key, minute of the last read, reads.
    pub(super) touched: Vec<(Kind, String, u32, u32)>,
    /// Results whose files came or went.
    pub(super) files: Vec<String>,
}

/// What the owner has moved aside.
#[derive(Debug, PartialEq)]
pub(super) struct Taken {
    /// Tells it apart from any other.
    pub(super) id: String,
    pub(super) lines: Vec<Line>,
    /// Lines that cannot be read.
    pub(super) damaged: u64,
}

/// Adds a line.
pub(super) fn append(folder: &Path, line: &Line) -> io::Result<()> {
    let json = serde_json::to_vec(line).map_err(io::Error::other)?;
    let mut text = [sum(&json).as_bytes(), b" ", &json, b"\n"].concat();
    let path = folder.join(NAMES[0]);
    let (mut file, length) = locked(&path)?;
    let mut last = [b'\n'];
    if length > 0 {
        file.read_exact_at(&mut last, length - 1)?;
    }
    if last != *b"\n" {
        // Cut short by a kill: it must not take this line with it.
        text.insert(0, b'\n');
    }
    if length + text.len() as u64 > LIMIT {
        return Err(io::Error::new(io::ErrorKind::QuotaExceeded, "too much waits for its owner"));
    }
    file.write_all(&text).inspect_err(|_| drop(file.set_len(length)))
}

/// Opens the file at `path` for this process alone; returns its length too.
fn locked(path: &Path) -> io::Result<(File, u64)> {
    loop {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600).custom_flags(no_link());
        let file = options.open(path)?;
        lock::take_within(&file, FlockOperation::NonBlockingLockExclusive, PATIENCE)?;
        let ours = file.metadata()?;
        // The owner may have moved it aside before it was locked.
        match fs::symlink_metadata(path) {
            Ok(found) if (found.dev(), found.ino()) == (ours.dev(), ours.ino()) => {
                return Ok((file, ours.len()));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
}

fn no_link() -> i32 {
    OFlags::NOFOLLOW.bits().cast_signed()
}

/// Returns true when somebody has left something: two looks at a folder, and nothing else.
pub(super) fn is_there(folder: &Path) -> bool {
    NAMES.iter().any(|name| folder.join(name).symlink_metadata().is_ok())
}

/// Moves the file aside and reads it, or reads again what lies there from before.
pub(super) fn take(folder: &Path) -> io::Result<Option<Taken>> {
    let [from, to] = NAMES.map(|name| folder.join(name));
    if to.symlink_metadata().is_err() {
        match fs::rename(from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let file = OpenOptions::new().read(true).custom_flags(no_link()).open(&to)?;
    // Whoever writes a line holds it until the line is whole.
    lock::take_within(&file, FlockOperation::NonBlockingLockShared, PATIENCE)?;
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes)?;
    let mut taken = Taken { id: sum(&bytes), lines: Vec::new(), damaged: 0 };
    for text in bytes.split(|byte| *byte == b'\n').filter(|text| !text.is_empty()) {
        match parse(text) {
            Some(line) => taken.lines.push(line),
            None => taken.damaged += 1,
        }
    }
    Ok(Some(taken))
}

/// Deletes what was taken in.
pub(super) fn finish(folder: &Path) -> io::Result<()> {
    match fs::remove_file(aside(folder)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Returns where what is taken in lies until it is safe elsewhere.
pub(super) fn aside(folder: &Path) -> PathBuf {
    folder.join(NAMES[1])
}

fn parse(text: &[u8]) -> Option<Line> {
    let (wanted, json) = text.split_at_checked(SUM)?;
    let json = json.strip_prefix(b" ")?;
    (sum(json).as_bytes() == wanted).then(|| serde_json::from_slice(json).ok()).flatten()
}

fn sum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().as_str()[..SUM].to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn line(at: i64) -> Line {
        Line { at, files: vec!["ab".to_owned()], ..Line::default() }
    }

    #[test]
    fn lines_are_taken_in_the_order_they_came_and_new_ones_go_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(take(folder.path()).unwrap(), None);
        (1..=2).for_each(|at| append(folder.path(), &line(at)).unwrap());
        let rights = fs::metadata(folder.path().join("spool")).unwrap().permissions().mode();
        assert_eq!(rights & 0o777, 0o600);
        let taken = take(folder.path()).unwrap().unwrap();
        assert_eq!((taken.lines.as_slice(), taken.damaged), ([line(1), line(2)].as_slice(), 0));
        append(folder.path(), &line(3)).unwrap();
        assert_eq!(take(folder.path()).unwrap(), Some(taken), "it is there until it is finished");
        finish(folder.path()).unwrap();
        assert_eq!(take(folder.path()).unwrap().unwrap().lines, [line(3)]);
        finish(folder.path()).unwrap();
        assert!(!is_there(folder.path()));
    }

    #[test]
    fn a_line_that_was_cut_or_changed_is_left_out_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        append(folder.path(), &line(1)).unwrap();
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole, &whole[..20]].concat()).unwrap();
        append(folder.path(), &line(2)).unwrap();
        let text = fs::read_to_string(&path).unwrap().replace("\"at\":1,", "\"at\":7,");
        fs::write(&path, text).unwrap();
        let taken = take(folder.path()).unwrap().unwrap();
        assert_eq!((taken.lines.as_slice(), taken.damaged), ([line(2)].as_slice(), 2));
    }

    #[test]
    fn what_waits_for_the_owner_has_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let long = || Line { files: vec!["x".repeat(5 << 20)], ..Line::default() };
        append(folder.path(), &long()).unwrap();
        assert!(append(folder.path(), &long()).is_err());
        append(folder.path(), &line(1)).unwrap();
        assert_eq!(take(folder.path()).unwrap().unwrap().lines.len(), 2);
    }
}
