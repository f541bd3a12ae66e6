//! The known name that a mistyped one was probably meant to be.

/// Returns the candidate that is at most a third of its letters away from `name`.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(steps, candidate)| *steps <= candidate.chars().count().max(3) / 3)
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, candidate)| candidate)
}

/// Returns how many letters must be put in, left out, changed or swapped to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    /// No name is longer, and the work grows with the square of the length.
    const LONGEST: usize = 64;
    let a: Vec<char> = a.chars().take(LONGEST).collect();
    let b: Vec<char> = b.chars().take(LONGEST).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let mut steps = (rows[i][j] + usize::from(from != to)).min(rows[i][j + 1] + 1);
            steps = steps.min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                steps = steps.min(rows[i - 1][j - 1] + 1);
            }
            row.push(steps);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        let known = ["store.disk-bytes", "store.memory-bytes", "model", "ui.theme"];
        for (typed, meant) in [
            ("store.disk_bytes", Some("store.disk-bytes")),
            ("modle", Some("model")),
            ("ui.them", Some("ui.theme")),
            ("entirely.else", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }
}
