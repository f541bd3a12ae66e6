//! What happened to a store that its user should know.

use super::{hold::hold, store::Store};

/// So many are kept for who asks at the end: more than that are one fault over and over.
const KEPT: usize = 64;

/// What happened: to be told as it comes, or all of it at the end.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    all: Vec<String>,
    untold: Vec<String>,
    left_out: u64,
}

impl Remarks {
    /// Notes what happened.
    pub(super) fn push(&mut self, text: String) {
        if self.all.len() < KEPT {
            self.all.push(text.clone());
            self.untold.push(text);
        } else {
            self.left_out += 1;
        }
    }

    /// Returns what has not been told, once.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.untold)
    }

    /// Returns all there is to tell, whoever was told some of it.
    pub(super) fn all(&self) -> Vec<String> {
        let more = (self.left_out > 0)
            .then(|| format!("{} more remarks on the cache are in the log", self.left_out));
        self.all.iter().cloned().chain(more).collect()
    }
}

impl Store {
    /// Returns what happened to the store that its user should know, once.
    #[must_use]
    pub fn take_remarks(&self) -> Vec<String> {
        hold(&self.core().remarks).take()
    }

    /// Returns all that happened to the store that its user should know, taken before or not.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        hold(&self.core().remarks).all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_taken_once_and_told_in_full_at_the_end() {
        let mut remarks = Remarks::default();
        remarks.push("one".to_owned());
        assert_eq!(remarks.take(), ["one"]);
        remarks.push("two".to_owned());
        assert_eq!(remarks.take(), ["two"]);
        assert!(remarks.take().is_empty());
        assert_eq!(remarks.all(), ["one", "two"]);
        (0..KEPT).for_each(|_| remarks.push("again".to_owned()));
        let all = remarks.all();
        assert_eq!(all.len(), KEPT + 1);
        assert_eq!(all[KEPT], "2 more remarks on the cache are in the log");
    }
}
