//! A forgiving reader of JSON that walks a line once, allocates nothing and skips what it is not asked for.
//!
//! Logs hold prompts: broken UTF-8, lone surrogates and fields of odd types must not cost the
//! record that they stand in, so text is left as bytes until somebody asks for it.
//!
//! Deliberately not here: validation. What is well nested is taken; whether a number is well
//! written matters only to those who ask for it.

use std::str;

use memchr::memchr2;

use crate::model::PicoUsd;

/// The input ends too early, or is no JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Torn;

/// A place in JSON text.
#[derive(Clone, Debug)]
pub(super) struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether a count was below zero since somebody asked.
    below_zero: bool,
}

/// A string as it stands in JSON, with its escapes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl<'a> Scan<'a> {
    /// Begins at the first byte.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, below_zero: false }
    }

    /// Walks an object: `each` gets a key and may read its value, which is skipped otherwise.
    /// Returns false, and skips it, when the value is no object.
    pub(super) fn object(
        &mut self,
        mut each: impl FnMut(&'a [u8], &mut Self) -> Result<(), Torn>,
    ) -> Result<bool, Torn> {
        if self.peek()? != b'{' {
            return self.skip().map(|()| false);
        }
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(true);
        }
        loop {
            let key = self.text()?.ok_or(Torn)?;
            self.expect(b':')?;
            self.value(|scan| each(key.0, scan))?;
            if self.ends(b'}')? {
                return Ok(true);
            }
        }
    }

    /// Walks an array: `each` may read an element, which is skipped otherwise. Returns false, and
    /// skips it, when the value is no array.
    pub(super) fn array(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), Torn>,
    ) -> Result<bool, Torn> {
        if self.peek()? != b'[' {
            return self.skip().map(|()| false);
        }
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(true);
        }
        loop {
            self.value(&mut each)?;
            if self.ends(b']')? {
                return Ok(true);
            }
        }
    }

    /// Reads a string; anything else is skipped.
    pub(super) fn text(&mut self) -> Result<Option<Text<'a>>, Torn> {
        if self.peek()? != b'"' {
            return self.skip().map(|()| None);
        }
        let start = self.at + 1;
        self.skip_text()?;
        Ok(Some(Text(&self.bytes[start..self.at - 1])))
    }

    /// Reads a number as it is written; anything else is skipped.
    pub(super) fn number(&mut self) -> Result<Option<&'a str>, Torn> {
        let first = self.peek()?;
        let start = self.at;
        self.skip()?;
        let is_number = first == b'-' || first.is_ascii_digit();
        Ok(str::from_utf8(&self.bytes[start..self.at]).ok().filter(|_| is_number))
    }

    /// Reads a number that cannot be negative; anything else is none, and one that is negative all
    /// the same is remembered: [`Scan::was_below_zero`].
    pub(super) fn count(&mut self) -> Result<Option<u64>, Torn> {
        let number = self.number()?;
        let count = number.and_then(whole);
        self.below_zero |= count.is_none() && number.is_some_and(|text| text.starts_with('-'));
        Ok(count)
    }

    /// Says whether a count was below zero since this was asked before.
    pub(super) const fn was_below_zero(&mut self) -> bool {
        std::mem::replace(&mut self.below_zero, false)
    }

    /// Reads an amount of dollars; anything else is none.
    pub(super) fn dollars(&mut self) -> Result<Option<PicoUsd>, Torn> {
        Ok(self.number()?.and_then(dollars))
    }

    /// Reads whether the value is `true`.
    pub(super) fn truth(&mut self) -> Result<bool, Torn> {
        let start = self.start()?;
        self.skip()?;
        Ok(&self.bytes[start..self.at] == b"true")
    }

    /// Returns the bytes of the next value, which is skipped.
    pub(super) fn raw(&mut self) -> Result<&'a [u8], Torn> {
        let start = self.start()?;
        self.skip()?;
        Ok(&self.bytes[start..self.at])
    }

    /// Skips one value, however deep.
    pub(super) fn skip(&mut self) -> Result<(), Torn> {
        match self.peek()? {
            b'"' => self.skip_text(),
            b'{' | b'[' => self.skip_nested(),
            b'}' | b']' | b',' | b':' => Err(Torn),
            _ => {
                let rest = &self.bytes[self.at..];
                let len = rest.iter().position(|byte| ends_word(*byte)).unwrap_or(rest.len());
                self.at += len;
                Ok(())
            }
        }
    }

    /// Makes sure that only white space is left.
    pub(super) fn end(&self) -> Result<(), Torn> {
        let rest = &self.bytes[self.at..];
        if rest.iter().all(u8::is_ascii_whitespace) { Ok(()) } else { Err(Torn) }
    }

    fn start(&mut self) -> Result<usize, Torn> {
        self.peek().map(|_| self.at)
    }

    /// Goes to the next byte that is no white space and returns it.
    fn peek(&mut self) -> Result<u8, Torn> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Ok(byte);
            }
            self.at += 1;
        }
        Err(Torn)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Torn> {
        if self.peek()? != wanted {
            return Err(Torn);
        }
        self.at += 1;
        Ok(())
    }

    /// Lets `each` read a value, or skips it when it was left alone.
    fn value(&mut self, mut each: impl FnMut(&mut Self) -> Result<(), Torn>) -> Result<(), Torn> {
        let start = self.start()?;
        each(self)?;
        if self.at == start { self.skip() } else { Ok(()) }
    }

    /// Reads a comma, or `close` and returns true.
    fn ends(&mut self, close: u8) -> Result<bool, Torn> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == close {
            return Ok(true);
        }
        if byte == b',' { Ok(false) } else { Err(Torn) }
    }

    fn skip_text(&mut self) -> Result<(), Torn> {
        let mut at = self.at + 1;
        loop {
            let rest = self.bytes.get(at..).ok_or(Torn)?;
            let next = memchr2(b'"', b'\\', rest).ok_or(Torn)?;
            at += next;
            if self.bytes[at] == b'"' {
                self.at = at + 1;
                return Ok(());
            }
            at += 2;
        }
    }

    fn skip_nested(&mut self) -> Result<(), Torn> {
        let mut depth = 0_usize;
        loop {
            match *self.bytes.get(self.at).ok_or(Torn)? {
                b'"' => {
                    self.skip_text()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

const fn ends_word(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b':' | b'"' | b'{' | b'[' | b' ' | b'\t' | b'\r' | b'\n')
}

/// Returns a whole number however it is written, cut off after the point; none below zero.
fn whole(text: &str) -> Option<u64> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let number = text.parse::<f64>().ok().filter(|number| *number >= 0.0)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    Some(number as u64)
}

/// Returns dollars with 12 decimals, rounded half up, without going through a float; none below
/// zero.
pub(super) fn dollars(text: &str) -> Option<PicoUsd> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all: String = before.chars().chain(after.chars()).collect();
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Pico-dollars are the digits with the point moved right by 12 places.
    let whole_digits = i32::try_from(before.len()).ok()?.checked_add(exponent)?.checked_add(12)?;
    let Ok(kept) = usize::try_from(whole_digits) else { return Some(PicoUsd(0)) };
    if kept > MOST_DIGITS {
        return all.bytes().all(|byte| byte == b'0').then_some(PicoUsd(0));
    }
    let whole = all.get(..kept.min(all.len())).unwrap_or_default();
    let value: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let zeros = u32::try_from(kept.saturating_sub(all.len())).ok()?;
    let rounds_up = all.as_bytes().get(kept).is_some_and(|digit| *digit >= b'5');
    Some(PicoUsd(value.checked_mul(10_u128.checked_pow(zeros)?)? + u128::from(rounds_up)))
}

/// Digits that surely fit a `u128`.
const MOST_DIGITS: usize = 38;

impl Text<'_> {
    /// Says whether it is this text, written without escapes.
    pub(super) fn is(&self, text: &str) -> bool {
        self.0 == text.as_bytes()
    }

    /// Returns the text; what is no text in it is replaced.
    pub(super) fn to_text(self) -> String {
        let Some(first) = memchr::memchr(b'\\', self.0) else {
            return String::from_utf8_lossy(self.0).into_owned();
        };
        let mut plain = Vec::with_capacity(self.0.len());
        plain.extend_from_slice(&self.0[..first]);
        let mut rest = &self.0[first..];
        while let Some((&byte, after)) = rest.split_first() {
            if byte == b'\\' {
                rest = unescape(after, &mut plain);
            } else {
                plain.push(byte);
                rest = after;
            }
        }
        String::from_utf8_lossy(&plain).into_owned()
    }
}

/// Adds what an escape stands for, given what follows its backslash, and returns the rest.
fn unescape<'a>(after: &'a [u8], plain: &mut Vec<u8>) -> &'a [u8] {
    let Some((&kind, rest)) = after.split_first() else { return after };
    match kind {
        b'n' => plain.push(b'\n'),
        b't' => plain.push(b'\t'),
        b'r' => plain.push(b'\r'),
        b'b' => plain.push(8),
        b'f' => plain.push(12),
        b'u' => return unescape_unicode(rest, plain),
        other => plain.push(other),
    }
    rest
}

fn unescape_unicode<'a>(rest: &'a [u8], plain: &mut Vec<u8>) -> &'a [u8] {
    let Some(first) = hex4(rest) else {
        push(char::REPLACEMENT_CHARACTER, plain);
        return rest;
    };
    let after = &rest[4..];
    let second = after.strip_prefix(b"\\u").and_then(hex4);
    if let (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) = (first, second) {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), plain);
        return &after[6..];
    }
    push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), plain);
    after
}

fn hex4(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

fn push(letter: char, plain: &mut Vec<u8>) {
    plain.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests;
