//! Sizes as people write them.

use crate::model::Bytes;

/// Parses bytes such as `4096`, `64 MiB` or `1.5 GB`; units ending in `iB` or alone are powers of
/// 1024, those ending in `B` powers of 1000.
#[must_use]
pub fn parse_size(text: &str) -> Option<Bytes> {
    let text = text.trim();
    let end =
        text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let scale = scale(unit.trim())?;
    let number = number.replace('_', "");
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    if whole.is_empty() || part.len() > 9 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    if part.is_empty() {
        return if number.ends_with('.') { None } else { Some(Bytes(whole)) };
    }
    let divisor = 10_u128.pow(u32::try_from(part.len()).ok()?);
    let part = part.parse::<u128>().ok()? * u128::from(scale) / divisor;
    Some(Bytes(whole.checked_add(u64::try_from(part).ok()?)?))
}

fn scale(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_lowercase();
    let Some(letter) = unit.chars().next().filter(|c| *c != 'b') else {
        return matches!(unit.as_str(), "" | "b").then_some(1);
    };
    let power = match letter {
        'k' => 1,
        'm' => 2,
        'g' => 3,
        't' => 4,
        _ => return None,
    };
    match &unit[1..] {
        "" | "ib" => Some(1024_u64.pow(power)),
        "b" => Some(1000_u64.pow(power)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("4096", Some(4096)),
            ("64 MiB", Some(64 << 20)),
            ("64MiB", Some(64 << 20)),
            ("1 GB", Some(1_000_000_000)),
            ("1.5 GiB", Some(3 << 29)),
            ("2k", Some(2048)),
            ("1_000 B", Some(1000)),
            ("1 TiB", Some(1 << 40)),
            ("", None),
            ("MiB", None),
            ("-1", None),
            ("1 XB", None),
            ("1.", None),
            ("1.2.3 MB", None),
            ("1 mib extra", None),
            ("99999999999 TiB", None),
            ("1 é", None),
        ] {
            assert_eq!(parse_size(text), bytes.map(Bytes), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = parse_size(&text);
        }

        #[test]
        fn every_number_of_bytes_is_itself(bytes: u64) {
            prop_assert_eq!(parse_size(&bytes.to_string()), Some(Bytes(bytes)));
        }
    }
}
