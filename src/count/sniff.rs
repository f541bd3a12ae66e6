//! Tells text from what is not, by its first bytes.

/// As far as git looks before it calls a file binary.
const SNIFFED_BYTES: usize = 8_000;

/// Returns whether the bytes are binary: a NUL lies among the first 8,000 of them.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..SNIFFED_BYTES).unwrap_or(bytes);
    memchr::memchr(0, head).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_makes_a_file_binary_only_among_the_first_8000_bytes() {
        let mut bytes = vec![b'a'; 9_000];
        assert!(!is_binary(&bytes));
        bytes[8_000] = 0;
        assert!(!is_binary(&bytes));
        bytes[7_999] = 0;
        assert!(is_binary(&bytes));
        assert!(!is_binary(b""));
        assert!(is_binary(b"\0"));
    }
}
