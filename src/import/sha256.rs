//! SHA-256, by which other tools name contents.

use std::{
    fmt::{self, Write as _},
    io,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};

use crate::model::ContentHash;

/// Keeps names made of a SHA-256 apart from every BLAKE3 hash of a content.
const CONTEXT: &str = "larder import: a content that is known by its SHA-256 only";

/// The SHA-256 hash of a content.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Returns the hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hasher::digest(bytes).into())
    }

    /// Parses 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(hash))
    }

    /// Returns the name under which a result is kept that was imported, whatever its file is by now.
    ///
    /// It is no BLAKE3 hash of any content. Whoever looks for a result by a content that it holds
    /// asks for the content's own hash first and then for `Sha256::of(content).as_content()`.
    #[must_use]
    pub fn as_content(&self) -> ContentHash {
        ContentHash(blake3::derive_key(CONTEXT, &self.0))
    }

    /// Returns the hash of all that `from` gives.
    ///
    /// # Errors
    /// Fails when reading does.
    pub fn of_all(from: &mut dyn io::Read) -> io::Result<Self> {
        let mut hasher = Hasher::new();
        io::copy(from, &mut hasher)?;
        Ok(Self(hasher.finalize().into()))
    }

    /// Returns the first `digits` hexadecimal digits, at most 64.
    #[must_use]
    pub fn short(&self, digits: usize) -> String {
        let mut text = self.to_string();
        text.truncate(digits);
        text
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            write!(text, "{byte:02x}")?;
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Sha256::of(b"").to_string(), nothing);
        assert_eq!(Sha256::parse(nothing), Some(Sha256::of(b"")));
        assert_eq!(Sha256::of(b"").short(8), "e3b0c442");
        assert_eq!(Sha256::of_all(&mut &b"abc"[..]).unwrap(), Sha256::of(b"abc"));
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_hash() {
        let (long, sign) = ("0".repeat(65), format!("+{}", "0".repeat(63)));
        for bad in ["", "0:1760000000.5", "größe", long.as_str(), sign.as_str()] {
            assert_eq!(Sha256::parse(bad), None, "{bad}");
        }
        assert!(Sha256::parse(&"aB".repeat(32)).is_some());
    }

    #[test]
    fn a_content_named_by_sha256_is_no_content_hash_by_chance() {
        let sha = Sha256::of(b"x");
        assert_ne!(sha.as_content().0, sha.0);
        assert_ne!(sha.as_content().0, *blake3::hash(b"x").as_bytes());
        assert_eq!(sha.as_content(), Sha256::of(b"x").as_content());
    }
}
