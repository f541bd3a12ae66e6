//! One kind of question: at most one is under way, and newer wishes wait for its answer.

/// Where a question stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Inquiry {
    /// Nothing is asked.
    #[default]
    Idle,
    /// An answer will come.
    Asked,
    /// An answer will come, and is already out of date.
    Outdated,
}

impl Inquiry {
    /// Wishes for an answer; true when the question is to be asked now.
    pub(crate) fn wish(&mut self) -> bool {
        let now = *self == Self::Idle;
        *self = if now { Self::Asked } else { Self::Outdated };
        now
    }

    /// Notes an answer; true when the question is to be asked again.
    pub(crate) fn settle(&mut self) -> bool {
        let again = *self == Self::Outdated;
        *self = if again { Self::Asked } else { Self::Idle };
        again
    }

    /// Returns true when no answer is awaited.
    pub(crate) fn is_idle(self) -> bool {
        self == Self::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_wishes_lead_to_one_question_and_one_more() {
        let mut inquiry = Inquiry::default();
        assert!(inquiry.wish());
        assert!(!inquiry.wish());
        assert!(!inquiry.wish());
        assert!(inquiry.settle());
        assert!(!inquiry.settle());
        assert!(inquiry.is_idle());
    }
}
