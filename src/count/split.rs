//! Finds places where a text may be cut without changing its count.

use super::class::Class;
use crate::model::Encoding;

/// How far back a cut is looked for.
const LOOKED_AT: usize = 512;

/// Returns up to `parts - 1` rising offsets: the parts between them count as much as the whole.
///
/// Every encoding may be cut at the same places. They lie as evenly as the text allows; a text without such places, one long word, gets none.
#[must_use]
pub fn split_points(_encoding: Encoding, text: &[u8], parts: usize) -> Vec<usize> {
    let mut points = Vec::new();
    let mut floor = 1;
    for part in 1..parts {
        let wanted = floor.max(text.len() / parts * part);
        let Some(point) = (wanted..text.len()).find(|&at| may_cut(text, at)) else {
            break;
        };
        points.push(point);
        floor = point + 1;
    }
    points
}

/// Returns the last offset after `floor` and before `end` where a cut changes no count.
///
/// It looks back over a line or two, not further: then there is none.
#[must_use]
pub fn cut_before(text: &[u8], floor: usize, end: usize) -> Option<usize> {
    let floor = floor.max(end.saturating_sub(LOOKED_AT));
    (floor + 1..end).rev().find(|&at| may_cut(text, at))
}

/// Every encoding ends a piece where letters or numbers end, unless a mark or a contraction follows.
///
/// Both characters are whole: so invalid bytes around them are replaced alike in whole and parts.
fn may_cut(text: &[u8], at: usize) -> bool {
    let before = (1..=4).rev().find_map(|len| one(text.get(at.checked_sub(len)?..at)?));
    let after = (1..=4).find_map(|len| one(text.get(at..at + len)?));
    let (Some(before), Some(after)) = (before, after) else { return false };
    (before.is_letter() || before == Class::Number)
        && matches!(after, Class::Space | Class::Other)
        && text[at] != b'\''
}

/// Returns the class of the only character of some bytes.
fn one(bytes: &[u8]) -> Option<Class> {
    let (class, len) = Class::at(std::str::from_utf8(bytes).ok()?.as_bytes(), 0)?;
    (len == bytes.len()).then_some(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_line_is_cut_beside_words_of_any_script() {
        for text in ["let a=b;".repeat(1_000), "床前明月光，".repeat(1_000), "Привет, ".repeat(900)]
        {
            let points = split_points(Encoding::O200kBase, text.as_bytes(), 4);
            assert_eq!(points.len(), 3);
            assert!(points.is_sorted());
            assert!(points[0] >= text.len() / 4 && points[0] < text.len() / 4 + 32);
        }
    }

    #[test]
    fn one_long_word_and_an_empty_text_are_not_cut() {
        assert!(split_points(Encoding::Cl100kBase, &[b'a'; 5_000], 4).is_empty());
        assert!(split_points(Encoding::Cl100kBase, b"", 4).is_empty());
        assert!(split_points(Encoding::Cl100kBase, b"a b", 0).is_empty());
    }
}
