//! The patterns that cut text into pieces, read character by character.
//!
//! Each is the regular expression of its encoding, by hand. [`super::starts`] finds most borders 64
//! bytes at a time; these are for what it leaves: long pieces, rare characters, the end of the text.

use super::class::Class;

/// Returns where the piece ends that begins at an offset: `cl100k_base`.
pub(super) fn cl100k(text: &[u8], at: usize) -> usize {
    let Some((class, len)) = Class::at(text, at) else { return text.len() };
    if let Some(end) = contraction(text, at, u8::to_ascii_lowercase) {
        return end;
    }
    if class.is_letter() {
        return run(text, at, Class::is_letter);
    }
    if class == Class::Number {
        return three(text, at);
    }
    if !is_newline(text[at]) && Class::at(text, at + len).is_some_and(|(it, _)| it.is_letter()) {
        return run(text, at + len, Class::is_letter);
    }
    if let Some(end) = signs(text, at) {
        return end + text[end..].iter().take_while(|&&byte| is_newline(byte)).count();
    }
    let blanks = Blanks::at(text, at);
    if blanks.end == text.len() { blanks.end } else { blanks.lines_or_all_but_last() }
}

/// Returns where the piece ends that begins at an offset: `o200k_base`.
pub(super) fn o200k(text: &[u8], at: usize) -> usize {
    let Some((class, len)) = Class::at(text, at) else { return text.len() };
    if let Some(end) = word(text, at, class, len) {
        return contraction(text, end, u8::to_ascii_lowercase).unwrap_or(end);
    }
    if class == Class::Number {
        return three(text, at);
    }
    if let Some(end) = signs(text, at) {
        let trails = |&&byte: &&u8| is_newline(byte) || byte == b'/';
        return end + text[end..].iter().take_while(trails).count();
    }
    Blanks::at(text, at).lines_or_all_but_last()
}

/// Returns where the piece ends that begins at an offset: `p50k_base` and `r50k_base`.
pub(super) fn p50k(text: &[u8], at: usize) -> usize {
    if let Some(end) = contraction(text, at, |&byte| byte) {
        return end;
    }
    let word = at + usize::from(text.get(at) == Some(&b' '));
    match Class::at(text, word) {
        Some((class, _)) if class.is_letter() => run(text, word, Class::is_letter),
        Some((Class::Number, _)) => run(text, word, |class| class == Class::Number),
        Some((class, _)) if class.is_sign() => run(text, word, Class::is_sign),
        _ => Blanks::at(text, at).all_but_last(),
    }
}

/// The first two alternatives of `o200k_base`, without what may be contracted after them.
fn word(text: &[u8], at: usize, class: Class, len: usize) -> Option<usize> {
    let prefix = !class.is_letter() && class != Class::Number && !is_newline(text[at]);
    let after = prefix.then_some(at + len);
    let ends_small = |from| small_word(text, from);
    let all_capitals = |from| Some(run(text, from, is_capital)).filter(|&end| end > from);
    after
        .and_then(ends_small)
        .or_else(|| ends_small(at))
        .or_else(|| after.and_then(all_capitals))
        .or_else(|| all_capitals(at))
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`
fn small_word(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut caseless_end) = (from, None);
    while let Some((class, len)) = Class::at(text, at).filter(|(class, _)| is_capital(*class)) {
        at += len;
        if class != Class::Upper {
            caseless_end = Some(at);
        }
    }
    let end =
        run(text, at, |class| class == Class::Lower || is_capital(class) && class != Class::Upper);
    if end > at { Some(end) } else { caseless_end }
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
const fn is_capital(class: Class) -> bool {
    matches!(class, Class::Upper | Class::Caseless | Class::Mark)
}

/// ` ?[^\s\p{L}\p{N}]+`
fn signs(text: &[u8], at: usize) -> Option<usize> {
    let from = at + usize::from(text.get(at) == Some(&b' '));
    Some(run(text, from, Class::is_sign)).filter(|&end| end > from)
}

/// `\p{N}{1,3}`
fn three(text: &[u8], at: usize) -> usize {
    (0..3).fold(at, |end, _| match Class::at(text, end) {
        Some((Class::Number, len)) => end + len,
        _ => end,
    })
}

/// `'(?i:[sdmt]|ll|ve|re)`, with the letters made small by `small`.
fn contraction(text: &[u8], at: usize, small: impl Fn(&u8) -> u8) -> Option<usize> {
    let after = text.get(at..)?.strip_prefix(b"'")?;
    let insensitive = small(&b'S') == b's';
    contracted(after.first().map(&small)?, after.get(1).map_or(0, &small), insensitive)
        .map(|len| at + 1 + len)
}

/// Returns how many bytes after an apostrophe it contracts, given the first two of them.
#[inline]
pub(super) const fn contracted(first: u8, second: u8, insensitive: bool) -> Option<usize> {
    match (first, second) {
        (b's' | b'd' | b'm' | b't', _) => Some(1),
        (b'l', b'l') | (b'v' | b'r', b'e') => Some(2),
        // The long s, U+017F, is an s to those who ignore case.
        (0xC5, 0xBF) if insensitive => Some(2),
        _ => None,
    }
}

/// Returns where characters of a kind end.
fn run(text: &[u8], from: usize, kind: impl Fn(Class) -> bool) -> usize {
    let mut at = from;
    while let Some((_, len)) = Class::at(text, at).filter(|(class, _)| kind(*class)) {
        at += len;
    }
    at
}

const fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A run of white space.
struct Blanks {
    text_len: usize,
    start: usize,
    end: usize,
    last: usize,
    after_newline: Option<usize>,
}

impl Blanks {
    fn at(text: &[u8], start: usize) -> Self {
        let (mut end, mut last, mut after_newline) = (start, start, None);
        while let Some((Class::Space, len)) = Class::at(text, end) {
            last = end;
            end += len;
            if is_newline(text[last]) {
                after_newline = Some(end);
            }
        }
        Self { text_len: text.len(), start, end, last, after_newline }
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s`
    fn lines_or_all_but_last(&self) -> usize {
        self.after_newline.unwrap_or_else(|| self.all_but_last())
    }

    /// `\s+$|\s+(?!\S)|\s`
    fn all_but_last(&self) -> usize {
        if self.end == self.text_len || self.last == self.start { self.end } else { self.last }
    }
}
