//! A run: a file of sorted keys, found by halving blocks of about a kilobyte.
//!
//! ```text
//! blocks of (hash, segment and offset), 16 bytes each, a block for each beginning of a hash
//! what follows from the number of keys, the stretches of the journal, and for each block the
//!   number of its keys and its checksum
//! the length of that, its checksum, format, name
//! ```

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::{
    super::saved::{In, Out},
    Place, Ranges, Segments,
};

/// What ends a file: length and checksum of what is before, format, name.
const TRAILER: usize = 24;

const MAGIC: [u8; 8] = *b"larder-K";

/// The format; another one is as good as no file.
const FORMAT: u32 = 1;

/// Bytes of a key and its place.
const ENTRY: usize = 16;

/// A block has about so many keys.
const PER_BLOCK: u64 = 64;

/// The bits of an offset; those above are the number of the segment.
const OFFSET_BITS: u32 = 40;

/// A file with sorted keys.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) path: PathBuf,
    file: File,
    /// The stretches of the journal that its keys are from.
    pub(super) ranges: Ranges,
    /// Numbers of segments here by those in the file.
    numbers: Vec<u32>,
    blocks: Blocks,
}

/// Where the blocks are.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// So many bits of a hash tell its block.
    bits: u32,
    /// After which key each block ends, and its checksum.
    ends: Vec<(u64, u32)>,
}

impl Blocks {
    /// Returns empty blocks for about so many keys.
    pub(super) fn for_keys(len: usize) -> Self {
        let blocks = (len as u64 / PER_BLOCK).max(1).next_power_of_two();
        Self { bits: blocks.trailing_zeros(), ends: Vec::new() }
    }

    /// Returns the block of a hash.
    pub(super) fn of(&self, hash: u64) -> usize {
        let block = hash.checked_shr(u64::BITS - self.bits).unwrap_or(0);
        usize::try_from(block).expect("blocks fit into memory")
    }

    /// Ends a block, and empty ones before it.
    pub(super) fn end(&mut self, block: usize, bytes: &[u8]) {
        let last = self.len();
        while self.ends.len() < block {
            self.ends.push((last, crc32fast::hash(&[])));
        }
        self.ends.push((last + (bytes.len() / ENTRY) as u64, crc32fast::hash(bytes)));
    }

    /// Returns how many keys there are.
    fn len(&self) -> u64 {
        self.ends.last().map_or(0, |(end, _)| *end)
    }

    fn push(&self, out: &mut Out) {
        out.number(u64::from(self.bits));
        out.length(self.ends.len());
        let mut before = 0;
        for (end, checksum) in &self.ends {
            out.number(end - before);
            out.number(u64::from(*checksum));
            before = *end;
        }
    }

    fn read(input: &mut In<'_>) -> Option<Self> {
        let bits = input.small().filter(|bits| *bits < u64::BITS)?;
        let count = input.length()?;
        let mut blocks = Self { bits, ends: Vec::with_capacity(count) };
        for _ in 0..count {
            let end = blocks.len().checked_add(input.number()?)?;
            blocks.ends.push((end, input.small()?));
        }
        Some(blocks)
    }
}

/// Returns what follows the blocks of a file.
pub(super) fn ending(blocks: &Blocks, ranges: &Ranges, segments: &Segments) -> Vec<u8> {
    let mut out = Out::default();
    out.length(segments.names.len());
    for name in &segments.names {
        out.text(name);
    }
    out.length(ranges.0.values().map(Vec::len).sum());
    for (segment, all) in &ranges.0 {
        for (from, to) in all {
            out.text(segment);
            out.number(*from);
            out.number(*to);
        }
    }
    blocks.push(&mut out);
    let length = out.0.len() as u64;
    let checksum = crc32fast::hash(&out.0);
    out.0.extend(length.to_le_bytes());
    out.0.extend(checksum.to_le_bytes());
    out.0.extend(FORMAT.to_le_bytes());
    out.0.extend(MAGIC);
    out.0
}

/// Returns the bytes of a key.
pub(super) fn to_bytes((hash, (segment, offset)): (u64, Place)) -> io::Result<[u8; ENTRY]> {
    if offset >> OFFSET_BITS != 0 || u64::from(segment) >> (u64::BITS - OFFSET_BITS) != 0 {
        return Err(io::Error::other("a journal of more than a terabyte in a file"));
    }
    let place = u64::from(segment) << OFFSET_BITS | offset;
    let mut bytes = [0; ENTRY];
    bytes[..8].copy_from_slice(&hash.to_le_bytes());
    bytes[8..].copy_from_slice(&place.to_le_bytes());
    Ok(bytes)
}

impl Run {
    /// Opens a file when its ending is whole.
    pub(super) fn open(path: &Path, segments: &mut Segments) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        let damaged = || damaged(path);
        let at = len.checked_sub(TRAILER as u64).ok_or_else(damaged)?;
        let mut trailer = [0; TRAILER];
        file.read_exact_at(&mut trailer, at)?;
        let mut input = In(&trailer);
        let length = input.fixed().filter(|length| *length <= at).ok_or_else(damaged)?;
        let mut body = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        file.read_exact_at(&mut body, at - length)?;
        let wanted =
            [&crc32fast::hash(&body).to_le_bytes()[..], &FORMAT.to_le_bytes(), &MAGIC].concat();
        if input.0 != wanted {
            return Err(damaged());
        }
        let read = read_ending(&mut In(&body), segments);
        let (numbers, ranges, blocks) = read.ok_or_else(damaged)?;
        if blocks.len() * ENTRY as u64 != at - length {
            return Err(damaged());
        }
        Ok(Self { path: path.to_owned(), file, ranges, numbers, blocks })
    }

    /// Gives segments other numbers.
    pub(super) fn renumber(&mut self, number: impl Fn(u32) -> Option<u32>) -> io::Result<()> {
        for one in &mut self.numbers {
            *one = number(*one).ok_or_else(|| damaged(&self.path))?;
        }
        Ok(())
    }

    /// Returns how many keys there are.
    pub(super) fn len(&self) -> u64 {
        self.blocks.len()
    }

    /// Adds the places of a hash.
    pub(super) fn find(&self, hash: u64, places: &mut BTreeSet<Place>) -> io::Result<()> {
        let all = self.block(self.blocks.of(hash))?;
        let from = all.partition_point(|(other, _)| *other < hash);
        places.extend(all[from..].iter().take_while(|(own, _)| *own == hash).map(|(_, at)| *at));
        Ok(())
    }

    /// Returns all keys in their order.
    pub(super) fn entries(&self) -> impl Iterator<Item = io::Result<(u64, Place)>> {
        (0..self.blocks.ends.len()).flat_map(|block| {
            let (all, failed) = match self.block(block) {
                Ok(all) => (all, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            all.into_iter().map(Ok).chain(failed)
        })
    }

    /// Reads a block, when it is whole.
    fn block(&self, block: usize) -> io::Result<Vec<(u64, Place)>> {
        let Some((end, checksum)) = self.blocks.ends.get(block) else { return Ok(Vec::new()) };
        let before = block.checked_sub(1).map_or(0, |before| self.blocks.ends[before].0);
        let len = usize::try_from(end - before).map_err(io::Error::other)?;
        let mut bytes = vec![0; len * ENTRY];
        self.file.read_exact_at(&mut bytes, before * ENTRY as u64)?;
        if crc32fast::hash(&bytes) != *checksum {
            return Err(damaged(&self.path));
        }
        let (entries, _) = bytes.as_chunks::<ENTRY>();
        entries.iter().map(|entry| self.entry(entry).ok_or_else(|| damaged(&self.path))).collect()
    }

    fn entry(&self, bytes: &[u8; ENTRY]) -> Option<(u64, Place)> {
        let mut input = In(bytes);
        let (hash, place) = (input.fixed()?, input.fixed()?);
        let number = usize::try_from(place >> OFFSET_BITS).ok()?;
        let offset = place & ((1 << OFFSET_BITS) - 1);
        Some((hash, (*self.numbers.get(number)?, offset)))
    }
}

fn read_ending(input: &mut In<'_>, segments: &mut Segments) -> Option<(Vec<u32>, Ranges, Blocks)> {
    let mut numbers = Vec::new();
    for _ in 0..input.length()? {
        numbers.push(segments.put(input.text()?));
    }
    let mut ranges = Ranges::default();
    for _ in 0..input.length()? {
        let segment = input.text()?;
        ranges.add(segment, input.number()?, input.number()?);
    }
    Some((numbers, ranges, Blocks::read(input)?))
}

/// Returns the keys of two runs in one order, each once.
pub(super) fn merged(
    a: impl Iterator<Item = io::Result<(u64, Place)>>,
    b: impl Iterator<Item = io::Result<(u64, Place)>>,
) -> impl Iterator<Item = io::Result<(u64, Place)>> {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    std::iter::from_fn(move || match (a.peek(), b.peek()) {
        (Some(Ok(first)), Some(Ok(second))) if first == second => {
            b.next();
            a.next()
        }
        (Some(Ok(first)), Some(Ok(second))) if second < first => b.next(),
        (None, _) | (Some(Ok(_)), Some(Err(_))) => b.next(),
        (Some(_), _) => a.next(),
    })
}

fn damaged(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged", path.display()))
}
