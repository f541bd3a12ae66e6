//! The file of a path index.
//!
//! ```text
//! "LRDRIDX2" · BLAKE3 of what follows · epoch · counter version · records · length of the root
//! root · records
//! ```
//!
//! The second line is summed first: how many records there are is known when they are written. Files
//! that begin with "LRDRIDX1" differ in that their sum was taken in the order of the file.
//!
//! Each record is: bytes shared with the path before, length of the rest, the rest, length of the
//! packed record, the packed record. Every eighth shares nothing, so that a reader can start there.
//! Any order is good; the nearer neighbours are in the tree, the more they share.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, Write},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use super::record::{self, IndexRecord, Known};

/// What a file begins with.
const MAGIC: &[u8; 8] = b"LRDRIDX2";

/// What a file of an earlier larder begins with.
const OLD_MAGIC: &[u8; 8] = b"LRDRIDX1";

/// Records from one start to the next.
pub(super) const BLOCK: usize = 8;

/// Where what is summed begins.
const SUMMED: usize = 8 + 32;

/// Bytes before the root.
const HEAD: usize = SUMMED + 8 + 4 + 8 + 4;

/// What a file says of itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Stamp {
    /// The epoch of the store that wrote it.
    pub(super) epoch: u64,
    /// The version of the counter whose counts it holds.
    pub(super) version: u32,
}

/// The parts of a file that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) stamp: Stamp,
    pub(super) records: u64,
    /// Where the records begin.
    pub(super) start: usize,
}

/// Returns how many records a file says it has, and its bytes, `None` when it is no such file.
pub(super) fn records_in(path: &Path) -> Option<(u64, u64)> {
    let mut file = File::open(path).ok()?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).ok()?;
    let records = head[52..].first_chunk().map(|bytes| u64::from_le_bytes(*bytes))?;
    let is_one = head.starts_with(MAGIC) || head.starts_with(OLD_MAGIC);
    is_one.then_some((records, file.metadata().ok()?.len()))
}

/// How much a file holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Written {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

/// Adds up what goes through it.
struct Summed<W> {
    out: W,
    sum: blake3::Hasher,
    bytes: u64,
}

impl<W: Write> Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// Writes a file, a record at a time; no path may come twice.
pub(super) fn write(
    file: &mut File,
    root: &Path,
    stamp: Stamp,
    records: impl Iterator<Item = IndexRecord>,
) -> io::Result<Written> {
    let mut out = BufWriter::with_capacity(1 << 17, file);
    // Its place is kept until all of it is known.
    out.write_all(&[0; HEAD])?;
    let mut out = Summed { out, sum: blake3::Hasher::new(), bytes: HEAD as u64 };
    let root = root.as_os_str().as_bytes();
    out.write(root)?;
    let (mut line, mut packed, mut before) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0_usize;
    for record in records {
        let path = record.path.as_bytes();
        let shared = if count.is_multiple_of(BLOCK) { 0 } else { common(&before, path) };
        line.clear();
        record::put_number(&mut line, shared as u64);
        record::put_number(&mut line, (path.len() - shared) as u64);
        line.extend_from_slice(&path[shared..]);
        packed.clear();
        let IndexRecord { fingerprint, read_at, state, .. } = record;
        record::pack(&mut packed, &Known { fingerprint, read_at, state });
        record::put_number(&mut line, packed.len() as u64);
        line.extend_from_slice(&packed);
        out.write(&line)?;
        before.truncate(shared);
        before.extend_from_slice(&path[shared..]);
        count += 1;
    }
    let Summed { mut out, mut sum, bytes } = out;
    let head = head(stamp, count as u64, root.len());
    let sum = *sum.update(&head).finalize().as_bytes();
    out.rewind()?;
    out.write_all(&[&MAGIC[..], &sum, &head].concat())?;
    out.flush()?;
    Ok(Written { records: count as u64, bytes })
}

/// Returns what follows the sum, up to the root.
fn head(stamp: Stamp, records: u64, root: usize) -> [u8; HEAD - SUMMED] {
    let mut head = [0; HEAD - SUMMED];
    head[..8].copy_from_slice(&stamp.epoch.to_le_bytes());
    head[8..12].copy_from_slice(&stamp.version.to_le_bytes());
    head[12..20].copy_from_slice(&records.to_le_bytes());
    head[20..].copy_from_slice(&u32::try_from(root).unwrap_or(u32::MAX).to_le_bytes());
    head
}

/// Checks the bytes of a file; the error says what is wrong with it.
pub(super) fn check(root: &Path, bytes: &[u8]) -> Result<Parts, &'static str> {
    let parts = check_any(bytes)?;
    if bytes[HEAD..parts.start] != *root.as_os_str().as_bytes() {
        return Err("it is of another folder");
    }
    Ok(parts)
}

/// Checks the bytes of a file of whatever folder.
pub(super) fn check_any(bytes: &[u8]) -> Result<Parts, &'static str> {
    let head: &[u8; HEAD] = bytes.first_chunk().ok_or("it is too short")?;
    let sum = if head.starts_with(MAGIC) {
        blake3::Hasher::new().update(&bytes[HEAD..]).update(&head[SUMMED..]).finalize()
    } else if head.starts_with(OLD_MAGIC) {
        blake3::hash(&bytes[SUMMED..])
    } else {
        return Err("it is of another version");
    };
    if sum.as_bytes() != &head[8..SUMMED] {
        return Err("its checksum does not fit");
    }
    let word = |at: usize| head[at..].first_chunk().map_or(0, |w| u32::from_le_bytes(*w));
    let long = |at: usize| head[at..].first_chunk().map_or(0, |w| u64::from_le_bytes(*w));
    let start = HEAD + word(60) as usize;
    if start > bytes.len() {
        return Err("it is too short");
    }
    Ok(Parts { stamp: Stamp { epoch: long(40), version: word(48) }, records: long(52), start })
}

/// Reads records one after the other.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at `at`, which must be where a block starts.
    pub(super) const fn at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Returns where the next record begins.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// Makes `path` the path of the next record and returns its packed form; `None` at the end.
    pub(super) fn next(&mut self, path: &mut Vec<u8>) -> Option<&'a [u8]> {
        let mut input = self.bytes.get(self.at..)?;
        let shared = length(&mut input)?;
        let rest = length(&mut input)?;
        if shared > path.len() {
            return None;
        }
        path.truncate(shared);
        path.extend_from_slice(input.get(..rest)?);
        input = &input[rest..];
        let packed_length = length(&mut input)?;
        let packed = input.get(..packed_length)?;
        self.at = self.bytes.len() - input.len() + packed_length;
        Some(packed)
    }
}

fn length(input: &mut &[u8]) -> Option<usize> {
    usize::try_from(record::number(input)?).ok()
}

fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
