//! Where pieces begin among 64 bytes, by arithmetic on bits.
//!
//! The first byte begins a piece. A border is given only when nothing after the known bytes could
//! move it; what remains is left for the next 64 bytes or for [`super::pattern`].

use super::{
    masks::{Masks, WINDOW, below},
    pattern::contracted,
};

/// Returns where pieces begin: `cl100k_base`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn cl100k(masks: &mut Masks, window: &[u8; WINDOW]) -> u64 {
    masks.stop_at_wide_number();
    let letter = masks.letter();
    let sign = !(letter | masks.number | masks.space);
    let blanks = masks.blanks(filled(sign << 1 & masks.newline, masks.newline), 0);
    let alone = sign & !masks.tail & !(sign << 1) & !(masks.plain << 1);
    let joined = blanks.blank << 1 | masks.after(alone);
    let mut starts = blanks.starts
        | letter & !(letter << 1) & !joined
        | sign & !(sign << 1) & !(masks.plain << 1)
        | masks.threes();
    let mut quotes = masks.quote & alone & letter >> 1;
    while quotes != 0 {
        let at = quotes.trailing_zeros() as usize;
        quotes &= quotes - 1;
        if let Some(len) = contraction(window, at, u8::to_ascii_lowercase) {
            starts |= bit(at + 1 + len) & letter;
        }
    }
    starts & masks.sure()
}

/// Returns where pieces begin: `o200k_base`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn o200k(masks: &mut Masks, window: &[u8; WINDOW]) -> u64 {
    masks.stop_at_wide_number();
    masks.stop_at(masks.mark);
    let (mut forced, mut inside) = (0, 0);
    let mut quotes = masks.quote & masks.letter() << 1 & below(masks.len);
    while quotes != 0 {
        let at = quotes.trailing_zeros() as usize;
        quotes &= quotes - 1;
        let found = contraction(window, at, u8::to_ascii_lowercase);
        if let Some(len) = found.filter(|_| forced & bit(at) == 0) {
            let end = at + 1 + len;
            inside |= below(end) & !below(at);
            forced |= bit(end);
            // A letter without case begins to matter anew here.
            masks.stop_at(bit(end) & masks.wide);
        }
    }
    let letter = masks.letter();
    let sign = !(letter | masks.number | masks.space);
    let trail = masks.newline | masks.slash;
    let absorbed = filled(sign << 1 & masks.newline, trail);
    let blanks = masks.blanks(absorbed, absorbed & masks.slash);
    let sign = sign & !absorbed;
    let alone = sign & !masks.tail & !(sign << 1) & !(masks.plain << 1);
    let joined = blanks.blank << 1 | masks.after(alone);
    let starts = blanks.starts
        | letter & !(letter << 1) & !joined
        | sign & !(sign << 1) & !(masks.plain << 1)
        | forced & letter
        | masks.threes()
        | masks.capitals();
    starts & !inside & masks.sure() & masks.sure_capitals()
}

/// Returns where pieces begin: `p50k_base` and `r50k_base`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn p50k(masks: &mut Masks, window: &[u8; WINDOW]) -> u64 {
    let letter = masks.letter();
    let sign = !(letter | masks.number | masks.space);
    let word = |kind: u64| kind & !(kind << 1) & !(masks.plain << 1);
    let mut starts = masks.space & !(masks.space << 1)
        | masks.last_of(masks.space)
        | word(letter)
        | word(masks.number)
        | word(sign);
    let mut quotes = masks.quote & word(sign) & letter >> 1;
    while quotes != 0 {
        let at = quotes.trailing_zeros() as usize;
        quotes &= quotes - 1;
        if let Some(len) = contraction(window, at, |&byte| byte) {
            starts &= !bit(at + 1);
            starts |= bit(at + 1 + len) & letter;
        }
    }
    starts & masks.sure()
}

#[inline]
fn contraction(window: &[u8; WINDOW], at: usize, small: impl Fn(&u8) -> u8) -> Option<usize> {
    contracted(small(&window[at + 1]), small(&window[at + 2]), small(&b'S') == b's')
}

#[inline]
const fn bit(at: usize) -> u64 {
    if at >= 64 { 0 } else { 1 << at }
}

/// Returns the parts of runs of `mask` from bits of `from` on to the end of their run.
#[inline]
const fn filled(from: u64, mask: u64) -> u64 {
    mask & (!mask.wrapping_add(from) | from)
}

/// Where pieces begin in white space, and the white space that is no newline.
struct Blanks {
    starts: u64,
    blank: u64,
}

impl Masks {
    #[inline]
    const fn letter(&self) -> u64 {
        self.upper | self.lower | self.caseless
    }

    /// Returns the place after each of these one-character runs, given by their first bytes.
    #[inline]
    const fn after(&self, firsts: u64) -> u64 {
        (firsts << 1).wrapping_add(self.tail) & !self.tail
    }

    /// Returns the first bytes of the last characters of runs of space.
    #[inline]
    const fn last_of(&self, space: u64) -> u64 {
        let last = space & !(self.space >> 1);
        let before = (last & self.tail) >> 1;
        last & !self.tail | before & !self.tail | (before & self.tail) >> 1
    }

    /// Forgets what comes from the first of these bits on.
    #[inline]
    fn stop_at(&mut self, bits: u64) {
        self.len = self.len.min(bits.trailing_zeros() as usize);
    }

    /// Numbers are counted by the character, which bits of bytes cannot.
    #[inline]
    fn stop_at_wide_number(&mut self) {
        let wide = self.number & self.wide;
        if wide != 0 {
            let before = !self.number & below(wide.trailing_zeros() as usize);
            self.len = self.len.min(64 - before.leading_zeros() as usize);
        }
    }

    /// Returns where numbers begin, three digits at a time.
    #[inline]
    const fn threes(&self) -> u64 {
        let two = self.number & self.number << 1;
        let four = two & two << 2;
        let mut starts = self.number & !(self.number << 1);
        let mut next = starts << 3 & four;
        while next != 0 {
            starts |= next;
            next = next << 3 & four;
        }
        starts
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s`, without what belongs to the signs before it.
    #[inline]
    fn blanks(&self, absorbed: u64, other: u64) -> Blanks {
        let blank = self.space & !self.newline;
        let rest = self.space & !absorbed;
        let lines = (self.newline & !absorbed) << 1 & blank;
        let mut starts = rest & !(rest << 1) | self.last_of(blank) | lines;
        // A newline later in the run takes all before it.
        let mut ends = blank.wrapping_add(lines) & !blank & self.newline & !other;
        while ends != 0 {
            let end = ends.trailing_zeros() as usize;
            ends &= ends - 1;
            let before = !blank & below(end);
            starts &= !bit(64 - before.leading_zeros() as usize);
        }
        Blanks { starts, blank }
    }

    /// Returns the borders inside words: before a capital after a small letter.
    ///
    /// Letters without case count as capitals until a small one came, then as small. When capitals
    /// after one of them are followed by no small letter, the border lies before these capitals.
    #[inline]
    fn capitals(&self) -> u64 {
        let small = filled(self.lower, self.lower | self.caseless);
        let mut starts = self.upper & small << 1;
        for (first, end) in self.capitals_after_caseless(small) {
            if end < 64 && self.letter() & bit(end) == 0 {
                starts |= bit(first);
            }
        }
        starts
    }

    /// Returns the bits before capitals whose end is not known.
    #[inline]
    fn sure_capitals(&self) -> u64 {
        let small = filled(self.lower, self.lower | self.caseless);
        let unsure = self.capitals_after_caseless(small).find(|&(_, end)| end >= self.len);
        unsure.map_or(u64::MAX, |(first, _)| below(first))
    }

    #[inline]
    fn capitals_after_caseless(&self, small: u64) -> impl Iterator<Item = (usize, usize)> {
        let upper = self.upper;
        let mut firsts = upper & !(upper << 1) & (self.caseless & !small) << 1;
        std::iter::from_fn(move || {
            let first = (firsts != 0).then(|| firsts.trailing_zeros() as usize)?;
            firsts &= firsts - 1;
            Some((first, first + (!(upper >> first)).trailing_zeros() as usize))
        })
    }

    /// Returns the bits that no later byte can change: all up to the white space at the end.
    #[inline]
    const fn sure(&self) -> u64 {
        let known = below(self.len);
        let not_space = !self.space & known;
        let first = 64 - not_space.leading_zeros() as usize;
        below(first + 1) & known
    }
}
