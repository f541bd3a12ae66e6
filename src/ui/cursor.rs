//! A cursor in a list of which only a part is seen.

/// The line that is chosen, and the first line that is seen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Cursor {
    /// The chosen line.
    pub(crate) at: u64,
    /// The first line seen.
    pub(crate) top: u64,
}

/// A movement in a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// So many lines down, up when negative.
    Lines(i64),
    /// Half of what is seen, down or up.
    Half(i64),
    /// All of what is seen, down or up.
    Page(i64),
    /// To the first line.
    First,
    /// To the last line.
    Last,
}

impl Cursor {
    /// Moves in a list of `total` lines of which `height` are seen.
    pub(crate) fn step(&mut self, step: Step, total: u64, height: u16) {
        let page = i64::from(height.max(1));
        self.at = match step {
            Step::Lines(by) => self.at.saturating_add_signed(by),
            Step::Half(by) => self.at.saturating_add_signed(by * (page / 2).max(1)),
            Step::Page(by) => self.at.saturating_add_signed(by * (page - 1).max(1)),
            Step::First => 0,
            Step::Last => u64::MAX,
        };
        self.fit(total, height);
    }

    /// Moves what is seen of a text, in which no line is chosen.
    pub(crate) fn scroll(&mut self, step: Step, total: u64, height: u16) {
        self.at = self.top;
        let last_top = total.saturating_sub(u64::from(height.max(1)));
        self.step(step, last_top + 1, height);
        self.top = self.at;
    }

    /// Keeps the chosen line in the list and among the lines that are seen.
    pub(crate) fn fit(&mut self, total: u64, height: u16) {
        let height = u64::from(height.max(1));
        self.at = self.at.min(total.saturating_sub(1));
        self.top = self
            .top
            .clamp(self.at.saturating_sub(height - 1), self.at)
            .min(total.saturating_sub(height));
    }

    /// Puts the chosen line elsewhere: what is seen stays when it holds that line, else the line
    /// stays where it is on the screen.
    pub(crate) fn carry(&mut self, at: u64, total: u64, height: u16) {
        let line = self.at.saturating_sub(self.top);
        self.at = at;
        if at < self.top || at - self.top >= u64::from(height.max(1)) {
            self.top = at.saturating_sub(line);
        }
        self.fit(total, height);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_carried_line_stays_where_it_is_on_the_screen() {
        let mut cursor = Cursor { at: 12, top: 10 };
        cursor.carry(57, 100, 20);
        assert_eq!(cursor, Cursor { at: 57, top: 55 });
        cursor.carry(1, 100, 20);
        assert_eq!(cursor, Cursor { at: 1, top: 0 });
        cursor.carry(9, 100, 20);
        assert_eq!(cursor, Cursor { at: 9, top: 0 });
    }

    proptest! {
        #[test]
        fn the_chosen_line_is_always_seen(
            steps in prop::collection::vec((-40_i64..40, 0_u8..5), 0..40),
            total in 0_u64..200, height in 0_u16..40,
        ) {
            let mut cursor = Cursor::default();
            for (by, kind) in steps {
                let step = match kind {
                    0 => Step::Lines(by),
                    1 => Step::Half(by.signum()),
                    2 => Step::Page(by.signum()),
                    3 => Step::First,
                    _ => Step::Last,
                };
                cursor.step(step, total, height);
                prop_assert!(cursor.at < total.max(1));
                prop_assert!(cursor.top <= cursor.at);
                prop_assert!(cursor.at - cursor.top < u64::from(height.max(1)));
            }
        }
    }
}
