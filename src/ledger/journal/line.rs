//! One line of the journal: eight hexadecimal digits of CRC-32, a space, JSON, a newline.
//!
//! A line is intact or it is not; nothing here knows what it means.

/// Digits of the checksum, and the space after them.
const PREFIX: usize = 9;

/// Appends the line of the JSON that `write` appends, which must not hold a newline.
pub(super) fn push(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[b' '; PREFIX]);
    write(out);
    let (prefix, json) = out[at..].split_at_mut(PREFIX);
    debug_assert!(!json.contains(&b'\n'), "a line is one line");
    let crc = crc32fast::hash(json);
    for (at, digit) in prefix[..PREFIX - 1].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(crc >> (28 - 4 * at)) as usize & 0xf];
    }
    out.push(b'\n');
}

/// Returns the JSON of a line without its newline, when it is intact.
pub(super) fn read(line: &[u8]) -> Option<&[u8]> {
    let (prefix, json) = line.split_at_checked(PREFIX)?;
    let digits = std::str::from_utf8(prefix.strip_suffix(b" ")?).ok()?;
    let is_plain = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let crc = u32::from_str_radix(digits, 16).ok().filter(|_| is_plain)?;
    (crc32fast::hash(json) == crc).then_some(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_single_flipped_bit_is_noticed() {
        let mut line = Vec::new();
        push(&mut line, |out| out.extend_from_slice(br#"{"v":1,"n":7}"#));
        assert_eq!(
            line[..PREFIX],
            *format!("{:08x} ", crc32fast::hash(br#"{"v":1,"n":7}"#)).as_bytes()
        );
        assert_eq!(line.pop(), Some(b'\n'));
        assert_eq!(read(&line), Some(&br#"{"v":1,"n":7}"#[..]));
        for bit in 0..line.len() * 8 {
            let mut damaged = line.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&damaged), None, "bit {bit}");
        }
    }

    #[test]
    fn what_is_too_short_is_no_line() {
        for text in [&b""[..], b"0", b"00000000", b"\0\0\0\0\0\0\0\0\0\0\0\0"] {
            assert_eq!(read(text), None);
        }
        assert_eq!(read(b"00000000 "), Some(&b""[..]), "the checksum of nothing is zero");
    }
}
