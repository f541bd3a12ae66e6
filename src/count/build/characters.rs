//! What characters of three bytes become alone, and what could meddle with them.

use super::vocabulary::Vocabulary;

/// Stands for "no word".
const NONE: u32 = u32::MAX;

/// Returns what each character below U+10000 becomes when its three bytes are merged alone: a rank,
/// and over it 1 when that is all of it, 2 when a byte is left after it, 3 when one is left before it.
pub(crate) fn alone(words: &Vocabulary) -> Vec<u8> {
    let entry = |code: u32| {
        let mut bytes = [0; 4];
        let text = char::from_u32(code)?.encode_utf8(&mut bytes).as_bytes();
        let rank = |part: &[u8]| words.rank(part);
        let [left, right] = [rank(text.get(..2)?), rank(text.get(1..3)?)];
        let whole = rank(text).filter(|_| left.or(right).is_some() && text.len() == 3);
        whole
            .map(|rank| rank | 1 << 18)
            .or_else(|| {
                left.filter(|&it| right.is_none_or(|other| it <= other)).map(|it| it | 2 << 18)
            })
            .or_else(|| right.map(|it| it | 3 << 18))
            .filter(|_| text.len() == 3)
    };
    (0..1 << 16).flat_map(|code| entry(code).unwrap_or(NONE).to_le_bytes()).collect()
}

/// Returns the least rank of the words that hold a part of a character of three bytes and reach over
/// its border: by the byte before the border and the lower half of the one after it when that begins
/// such a character, then by the lower six bits of the byte before it for all others.
pub(crate) fn borders(words: &Vocabulary) -> Vec<u8> {
    let mut least = vec![NONE; (1 << 12) + (1 << 6)];
    let mut lower = |left: u8, right: u8, rank: u32| {
        let at = if is_first(right) {
            usize::from(left) << 4 | usize::from(right & 0xF)
        } else {
            1 << 12 | usize::from(left & 0x3F)
        };
        least[at] = least[at].min(rank);
    };
    for (word, rank) in words.words() {
        for cut in 1..word.len() {
            let (before, after) = word.split_at(cut);
            let starts_a_part = is_first(after[0]) && after.len() < 3;
            let ends_a_part = before.len() < 3 && before.iter().all(|&it| is_later(it));
            if starts_a_part || ends_a_part && !is_later(after[0]) {
                lower(before[cut - 1], after[0], *rank);
            }
        }
    }
    least.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn is_first(byte: u8) -> bool {
    byte & 0xF0 == 0xE0
}

fn is_later(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}
