//! The class of a character, as the patterns of the encodings tell them apart.

/// Classes of all characters: 4,352 block numbers, then blocks of 256.
static CLASSES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/classes.bin"));

/// Where the blocks begin.
const BLOCKS: usize = 0x11_0000 / 256;

/// What a character is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Class {
    /// None of the others: punctuation, symbols, controls, unassigned.
    Other,
    /// `\p{M}`: a mark on the character before it.
    Mark,
    /// `\p{N}`: a digit or other number.
    Number,
    /// `\s`: white space.
    Space,
    /// `\p{Lu}` or `\p{Lt}`: a capital.
    Upper,
    /// `\p{Ll}`: a small letter.
    Lower,
    /// `\p{Lm}` or `\p{Lo}`: a letter without case.
    Caseless,
}

impl Class {
    /// Returns the class of the character at an offset of valid UTF-8, and its length in bytes.
    #[inline]
    pub(super) fn at(text: &[u8], at: usize) -> Option<(Self, usize)> {
        let (code, len) = decode(text.get(at..)?)?;
        let block = usize::from(CLASSES[code >> 8]);
        let class = match CLASSES[BLOCKS + (block << 8 | code & 0xFF)] {
            1 => Self::Mark,
            2 => Self::Number,
            3 => Self::Space,
            4 => Self::Upper,
            5 => Self::Lower,
            6 => Self::Caseless,
            _ => Self::Other,
        };
        Some((class, len))
    }

    /// Returns whether it is `\p{L}`.
    #[inline]
    pub(super) const fn is_letter(self) -> bool {
        matches!(self, Self::Upper | Self::Lower | Self::Caseless)
    }

    /// Returns whether it is `[^\s\p{L}\p{N}]`.
    #[inline]
    pub(super) const fn is_sign(self) -> bool {
        matches!(self, Self::Other | Self::Mark)
    }
}

/// Returns the code point that begins the text and its length: `None` when it is cut off.
#[inline]
fn decode(text: &[u8]) -> Option<(usize, usize)> {
    let bits = |at: usize| Some(usize::from(*text.get(at)? & 0x3F));
    let lead = usize::from(*text.first()?);
    Some(match lead {
        0..0x80 => (lead, 1),
        0x80..0xE0 => ((lead & 0x1F) << 6 | bits(1)?, 2),
        0xE0..0xF0 => ((lead & 0xF) << 12 | bits(1)? << 6 | bits(2)?, 3),
        _ => (((lead & 7) << 18 | bits(1)? << 12 | bits(2)? << 6 | bits(3)?).min(0x10_FFFF), 4),
    })
}
