//! The lines of a log of any size, through one buffer that grows only to a limit.
//!
//! Deliberately not here: what the lines say.

use std::io::{self, Read};

use memchr::memchr;

/// Longer lines are skipped to their end: they hold pictures or whole files, never only usage.
pub(super) const LONGEST_LINE: usize = 64 << 20;

/// Enough for most lines and for fast reads, little enough to stay in the processor's cache.
const FIRST_BUFFER: usize = 256 << 10;

/// A line of a log, without its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Line<'a> {
    /// Where it begins.
    pub(super) offset: u64,
    /// What it holds.
    pub(super) bytes: &'a [u8],
}

/// What comes next in a log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Next<'a> {
    /// A whole line.
    Line(Line<'a>),
    /// A line that was longer than the limit.
    TooLong,
    /// Bytes without an end of a line, as far as there are any.
    Tail(Line<'a>),
}

/// Reads lines.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// What is in the buffer and not yet given.
    start: usize,
    end: usize,
    /// Where `start` lies in the log.
    offset: u64,
    longest: usize,
}

/// Where the next line ends, or that it has no end.
enum Reach {
    Newline(usize),
    TooLong,
    Tail,
}

impl<R: Read> Lines<R> {
    /// Reads `source`, whose first byte lies at `offset`.
    pub(super) fn new(source: R, offset: u64) -> Self {
        Self::with_limit(source, offset, LONGEST_LINE)
    }

    fn with_limit(source: R, offset: u64, longest: usize) -> Self {
        let buffer = vec![0; FIRST_BUFFER.min(longest + 1)];
        Self { source, buffer, start: 0, end: 0, offset, longest }
    }

    /// Returns where the next line begins.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns what comes next.
    ///
    /// # Errors
    /// Fails when the log cannot be read.
    pub(super) fn next(&mut self) -> io::Result<Next<'_>> {
        match self.reach()? {
            Reach::Newline(len) => {
                let line = Line { offset: self.offset, bytes: &self.buffer[self.start..][..len] };
                self.start += len + 1;
                self.offset += len as u64 + 1;
                Ok(Next::Line(line))
            }
            Reach::TooLong => {
                if self.skip_line()? {
                    return Ok(Next::TooLong);
                }
                // Its end is still to be written: nothing of it is used.
                self.start = self.end;
                Ok(Next::Tail(Line { offset: self.offset, bytes: &[] }))
            }
            Reach::Tail => {
                let bytes = &self.buffer[self.start..self.end];
                Ok(Next::Tail(Line { offset: self.offset, bytes }))
            }
        }
    }

    /// Finds the end of the next line and has all of it in the buffer.
    fn reach(&mut self) -> io::Result<Reach> {
        let mut looked = 0;
        loop {
            let found = memchr(b'\n', &self.buffer[self.start + looked..self.end]);
            if let Some(more) = found {
                return Ok(Reach::Newline(looked + more));
            }
            looked = self.end - self.start;
            if looked > self.longest {
                return Ok(Reach::TooLong);
            }
            if !self.fill()? {
                return Ok(Reach::Tail);
            }
        }
    }

    /// Reads more; returns false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            let larger = (self.buffer.len() * 2).min(self.longest + 1);
            self.buffer.resize(larger.max(self.end + 1), 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Goes behind the next newline, keeping nothing; returns false, and stays, when there is none.
    fn skip_line(&mut self) -> io::Result<bool> {
        let mut gone = 0;
        loop {
            if let Some(len) = memchr(b'\n', &self.buffer[self.start..self.end]) {
                self.start += len + 1;
                self.offset += gone + len as u64 + 1;
                return Ok(true);
            }
            gone += (self.end - self.start) as u64;
            self.start = self.end;
            if !self.fill()? {
                return Ok(false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives a few bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let len = self.1.min(into.len()).min(self.0.len());
            into[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    /// Whole lines, where the rest begins, the rest, and how many lines were too long.
    type All = (Vec<(u64, Vec<u8>)>, u64, Vec<u8>, usize);

    fn all(text: &[u8], step: usize, longest: usize) -> All {
        let mut lines = Lines::with_limit(Drops(text, step), 0, longest);
        let (mut whole, mut too_long) = (Vec::new(), 0);
        loop {
            match lines.next().unwrap() {
                Next::Line(line) => whole.push((line.offset, line.bytes.to_vec())),
                Next::TooLong => too_long += 1,
                Next::Tail(tail) => {
                    let bytes = tail.bytes.to_vec();
                    return (whole, tail.offset, bytes, too_long);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn lines_are_those_of_the_text_however_it_comes(
            text in prop::collection::vec(prop::sample::select(b"ab\n".to_vec()), 0..80),
            step in 1_usize..9,
            longest in 1_usize..12,
        ) {
            let (whole, tail_offset, tail, too_long) = all(&text, step, longest);
            let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let mut expected = Vec::new();
            let mut skipped = 0;
            let mut offset = 0;
            for line in text[..end].split_inclusive(|byte| *byte == b'\n') {
                let bytes = &line[..line.len() - 1];
                if bytes.len() <= longest {
                    expected.push((offset, bytes.to_vec()));
                } else {
                    skipped += 1;
                }
                offset += line.len() as u64;
            }
            // A line of just over the limit whose end is in the buffer already is no burden.
            prop_assert!(whole.len() >= expected.len() && too_long <= skipped);
            prop_assert_eq!(whole.len() + too_long, expected.len() + skipped);
            prop_assert!(expected.iter().all(|line| whole.contains(line)));
            prop_assert_eq!(tail_offset, end as u64);
            prop_assert!(tail == text[end..] || (tail.is_empty() && text.len() - end > longest));
        }
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_to_its_end() {
        let text = [vec![b'x'; 100], b"\nshort\n".to_vec()].concat();
        let (whole, _, _, too_long) = all(&text, 7, 50);
        assert_eq!((whole, too_long), (vec![(101, b"short".to_vec())], 1));
    }
}
