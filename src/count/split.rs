//! Finds places where a text may be cut without changing its count.

use crate::model::Encoding;

/// Returns up to `parts - 1` rising offsets: the parts between them count as much as the whole.
///
/// They lie as evenly as the text allows; a text without such places, one long word, gets none.
#[must_use]
pub fn split_points(_encoding: Encoding, text: &[u8], parts: usize) -> Vec<usize> {
    let mut points = Vec::new();
    let mut floor = 1;
    for part in 1..parts {
        let wanted = floor.max(text.len() / parts * part);
        let Some(point) = (wanted..text.len()).find(|&at| may_cut(text[at - 1], text[at])) else {
            break;
        };
        points.push(point);
        floor = point + 1;
    }
    points
}

/// Every encoding ends a piece where letters or digits end: unless a mark or a contraction follows.
const fn may_cut(before: u8, after: u8) -> bool {
    let word = before.is_ascii_alphanumeric();
    word && after.is_ascii() && !after.is_ascii_alphanumeric() && after != b'\''
}
