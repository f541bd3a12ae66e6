//! Finds what was meant from a few of its letters.

/// A text that holds all the letters that were typed, in their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Found {
    /// How well it fits: more is better.
    pub(crate) score: i64,
    /// Which characters of the text are the ones that were typed.
    pub(crate) at: Vec<usize>,
}

/// A letter that begins a word.
const WORD: i64 = 8;
/// A letter that follows the one before.
const NEXT: i64 = 6;
/// What each letter between two that were typed costs.
const GAP: i64 = 1;
/// Gaps cost at most so much: a late word is found all the same.
const LONGEST_GAP: i64 = 5;
/// Longer texts are not looked at beyond.
const LONGEST: usize = 256;

/// Returns where and how well `typed` is found in `text`; blanks that were typed may be anything.
///
/// Letters match both cases. Nothing typed is found everywhere.
pub(crate) fn find(typed: &str, text: &str) -> Option<Found> {
    let typed: Vec<char> =
        typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let text: Vec<char> = text.chars().take(LONGEST).collect();
    let folded: Vec<char> = text.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    // The best way to end with each typed letter at each character; the rows of a small table.
    let mut best: Vec<Option<Found>> = vec![Some(Found { score: 0, at: Vec::new() })];
    for (number, wanted) in typed.iter().enumerate() {
        let mut row: Vec<Option<Found>> = vec![None; folded.len()];
        for (at, c) in folded.iter().enumerate() {
            if c != wanted {
                continue;
            }
            let begins = at == 0 || !text[at - 1].is_alphanumeric();
            let here = if begins { WORD } else { 0 };
            let before = if number == 0 {
                best[0].as_ref().map(|start| (start.score - gap(at), start))
            } else {
                best.iter()
                    .take(at)
                    .enumerate()
                    .filter_map(|(last, found)| {
                        let found = found.as_ref()?;
                        let joined = if last + 1 == at { NEXT } else { -gap(at - last - 1) };
                        Some((found.score + joined, found))
                    })
                    .max_by_key(|(score, _)| *score)
            };
            row[at] = before.map(|(score, found)| {
                let mut places = found.at.clone();
                places.push(at);
                Found { score: score + here, at: places }
            });
        }
        best = row;
    }
    best.into_iter().flatten().max_by_key(|found| found.score)
}

fn gap(letters: usize) -> i64 {
    i64::try_from(letters).unwrap_or(LONGEST_GAP).min(LONGEST_GAP) * GAP
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(typed: &str, text: &str) -> i64 {
        find(typed, text).unwrap_or_else(|| panic!("{typed} is not found in {text}")).score
    }

    #[test]
    fn letters_are_found_in_their_order_in_both_cases() {
        assert_eq!(find("cm", "Choose the model").unwrap().at, [0, 11]);
        assert_eq!(find("MODEL", "Choose the model").unwrap().at, [11, 12, 13, 14, 15]);
        assert_eq!(find("mc", "Choose the model"), None);
        assert_eq!(find("", "anything").unwrap().at, Vec::<usize>::new());
        assert_eq!(find("x", ""), None);
    }

    #[test]
    fn words_and_their_beginnings_come_before_letters_here_and_there() {
        assert!(score("ver", "Verify the cache") > score("ver", "Move the cursor"));
        assert!(score("sn", "Sort by name") > score("sn", "Show what is known"));
        assert!(score("evict", "Evict entries") > score("evict", "Everything is cut"));
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_was_typed(typed in "[a-d ]{0,6}", text in "\\PC{0,300}") {
            if let Some(found) = find(&typed, &text) {
                let chars: Vec<char> = text.chars().collect();
                let seen: String = found.at.iter().map(|at| chars[*at].to_lowercase().next().unwrap()).collect();
                prop_assert_eq!(seen, typed.replace(' ', ""));
                prop_assert!(found.at.is_sorted());
            }
        }
    }
}
