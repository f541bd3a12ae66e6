//! What 64 bytes are, one bit a byte and one word a question.
//!
//! All bytes of a character have its bits. Characters of several bytes are looked up one by one,
//! except those whose first byte already says that they are letters.

use super::{
    class::Class,
    merge::{self, Ids, Short, TOGETHER},
    tables::Table,
};

/// Bytes looked at together.
pub(super) const WIDTH: usize = 64;

/// Bytes that are there to be looked at: some questions reach past the 64.
pub(super) const WINDOW: usize = 80;

/// The answers for 64 bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Masks {
    /// Capitals and letters of title case.
    pub(super) upper: u64,
    /// Small letters.
    pub(super) lower: u64,
    /// Letters without case.
    pub(super) caseless: u64,
    /// Marks.
    pub(super) mark: u64,
    /// Numbers.
    pub(super) number: u64,
    /// White space.
    pub(super) space: u64,
    /// Line feeds and carriage returns.
    pub(super) newline: u64,
    /// U+0020 alone.
    pub(super) plain: u64,
    /// Apostrophes.
    pub(super) quote: u64,
    /// Slashes.
    pub(super) slash: u64,
    /// Bytes of characters that are not ASCII.
    pub(super) wide: u64,
    /// The second and later bytes of a character.
    pub(super) tail: u64,
    /// Bytes E5 to E8 and EB: they begin letters without case only.
    pub(super) lead: u64,
    /// How many bytes are known: the rest are unknown or half a character.
    pub(super) len: usize,
}

/// A processor's way to fill masks: two of them, which tests compare.
pub(super) trait Look {
    /// Answers for ASCII; of other characters only `wide`, `tail` and `lead` are filled.
    fn look(bytes: &[u8; WIDTH]) -> Masks;

    /// Returns how many tokens up to 63 bytes merge to.
    fn merged(table: &Table, piece: &[u8]) -> u64;

    /// Merges 1 to 63 bytes; returns a bit for each place where a part begins.
    fn merge(table: &Table, piece: &[u8], ids: &mut Ids) -> u64;

    /// Returns how many tokens each piece of up to 15 bytes merges to.
    fn merged_short(table: &Table, pieces: Short) -> [u64; TOGETHER];

    /// Returns the least of some numbers.
    fn least<const N: usize>(all: &[u32; N]) -> u32;

    /// Writes three of some numbers, the later ones over the earlier, by going over all: single
    /// writes would be waited for when all are read. Places that there are not are passed over.
    fn write<const N: usize>(all: &mut [u32; N], places: [(usize, u32); 3]);
}

/// The way of every processor.
#[derive(Debug)]
pub(super) struct Plain;

impl Look for Plain {
    fn look(bytes: &[u8; WIDTH]) -> Masks {
        let mut masks = Masks { len: WIDTH, ..Masks::default() };
        for (at, &byte) in bytes.iter().enumerate() {
            let bit = |yes: bool| u64::from(yes) << at;
            masks.upper |= bit(byte.is_ascii_uppercase());
            masks.lower |= bit(byte.is_ascii_lowercase());
            masks.number |= bit(byte.is_ascii_digit());
            masks.space |= bit(matches!(byte, b'\t'..=b'\r' | b' '));
            masks.newline |= bit(matches!(byte, b'\r' | b'\n'));
            masks.plain |= bit(byte == b' ');
            masks.quote |= bit(byte == b'\'');
            masks.slash |= bit(byte == b'/');
            masks.wide |= bit(byte >= 0x80);
            masks.tail |= bit(byte & 0xC0 == 0x80);
            masks.lead |= bit(matches!(byte, 0xE5..=0xE8 | 0xEB));
        }
        masks
    }

    fn merged(table: &Table, piece: &[u8]) -> u64 {
        merge::count::<Self>(table, piece)
    }

    fn merge(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
        merge::merge::<Self>(table, piece, ids)
    }

    fn merged_short(table: &Table, pieces: Short) -> [u64; TOGETHER] {
        merge::count_short::<Self>(table, pieces)
    }

    fn least<const N: usize>(all: &[u32; N]) -> u32 {
        all.iter().fold(u32::MAX, |least, &one| least.min(one))
    }

    fn write<const N: usize>(all: &mut [u32; N], places: [(usize, u32); 3]) {
        for (lane, one) in all.iter_mut().enumerate() {
            for (at, value) in places {
                *one = if lane == at { value } else { *one };
            }
        }
    }
}

impl Masks {
    /// Returns the masks of the first `len` bytes of a window that begins with a whole character.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
    pub(super) fn of<L: Look>(window: &[u8; WINDOW], len: usize) -> Self {
        let bytes = window.first_chunk().expect("a window is wider than what is looked at");
        let mut masks = L::look(bytes);
        masks.len = len;
        if masks.wide & below(len) != 0 {
            masks.look_up(bytes);
        }
        masks
    }

    #[inline]
    fn look_up(&mut self, bytes: &[u8; WIDTH]) {
        let easy = self.lead & below(self.len.min(WIDTH - 2));
        self.caseless |= easy | easy << 1 | easy << 2;
        let mut leads = self.wide & !self.tail & !easy & below(self.len);
        while leads != 0 {
            let at = leads.trailing_zeros() as usize;
            leads &= leads - 1;
            let found = Class::at(bytes, at).filter(|(_, len)| at + len <= self.len);
            let Some((class, len)) = found else {
                self.len = at;
                break;
            };
            let bits = ((1 << len) - 1) << at;
            match class {
                Class::Other => {}
                Class::Mark => self.mark |= bits,
                Class::Number => self.number |= bits,
                Class::Space => self.space |= bits,
                Class::Upper => self.upper |= bits,
                Class::Lower => self.lower |= bits,
                Class::Caseless => self.caseless |= bits,
            }
        }
    }
}

/// Returns the lowest bits.
#[inline]
pub(super) const fn below(bits: usize) -> u64 {
    if bits >= 64 { u64::MAX } else { (1 << bits) - 1 }
}
