//! Numbers and text as few bytes.

use std::collections::BTreeMap;

use super::super::journal::Position;

/// Bytes that are written.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Out(pub(in crate::ledger) Vec<u8>);

impl Out {
    /// Writes a number, small ones in fewer bytes.
    pub(in crate::ledger) fn number(&mut self, number: u64) {
        self.wide(u128::from(number));
    }

    /// Writes a number of up to 128 bits.
    pub(in crate::ledger) fn wide(&mut self, mut number: u128) {
        loop {
            let byte = number.to_le_bytes()[0] & 0x7f;
            number >>= 7;
            if number == 0 {
                return self.0.push(byte);
            }
            self.0.push(byte | 0x80);
        }
    }

    /// Writes a number that may be negative.
    pub(in crate::ledger) fn signed(&mut self, number: i128) {
        self.wide(((number << 1) ^ (number >> 127)).cast_unsigned());
    }

    /// Writes eight bytes as they are: hashes would only grow.
    pub(in crate::ledger) fn fixed(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// Writes a length or another number of things.
    pub(in crate::ledger) fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    /// Writes bytes with their length.
    pub(in crate::ledger) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// Writes text.
    pub(in crate::ledger) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes how far the journal was read.
    pub(in crate::ledger) fn position(&mut self, position: &Position) {
        self.length(position.0.len());
        for (name, len) in &position.0 {
            self.text(name);
            self.number(*len);
        }
    }
}

/// Bytes that are read; every method returns `None` where they are not what was written.
#[derive(Debug)]
pub(in crate::ledger) struct In<'b>(pub(in crate::ledger) &'b [u8]);

impl<'b> In<'b> {
    pub(in crate::ledger) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(in crate::ledger) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(in crate::ledger) fn wide(&mut self) -> Option<u128> {
        let mut number = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(in crate::ledger) fn signed(&mut self) -> Option<i128> {
        let number = self.wide()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    pub(in crate::ledger) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    pub(in crate::ledger) fn signed_64(&mut self) -> Option<i64> {
        i64::try_from(self.signed()?).ok()
    }

    pub(in crate::ledger) fn fixed(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    /// Reads a number of things, each of which takes at least one byte.
    pub(in crate::ledger) fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|length| *length <= self.0.len())
    }

    pub(in crate::ledger) fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.length()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(in crate::ledger) fn text(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(in crate::ledger) fn position(&mut self) -> Option<Position> {
        let mut all = BTreeMap::new();
        for _ in 0..self.length()? {
            all.insert(self.text()?.to_owned(), self.number()?);
        }
        Some(Position(all))
    }
}
