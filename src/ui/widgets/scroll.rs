//! Where a list stands: its cursor, and the first line that is shown.

/// The place of a list on the screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Scroll {
    /// The line of the cursor, from 0.
    pub cursor: u64,
    /// The first line that is shown.
    pub top: u64,
}

impl Scroll {
    /// Moves the cursor by so many lines, and stops at both ends of the list.
    pub fn step(&mut self, by: i64, len: u64) {
        self.cursor = self.cursor.saturating_add_signed(by);
        self.clamp(len);
    }

    /// Puts the cursor on a line, or on the last one when there are fewer.
    pub fn go(&mut self, line: u64, len: u64) {
        self.cursor = line;
        self.clamp(len);
    }

    /// Moves the shown part so that the cursor is in it, and no line is wasted at the end.
    pub fn show(&mut self, height: u64, len: u64) {
        self.clamp(len);
        if height == 0 {
            self.top = self.cursor;
            return;
        }
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(len.saturating_sub(height));
    }

    /// Returns the list line at a row of the shown part, if there is one.
    #[must_use]
    pub fn line_at(&self, row: u64, len: u64) -> Option<u64> {
        self.top.checked_add(row).filter(|line| *line < len)
    }

    fn clamp(&mut self, len: u64) {
        self.cursor = self.cursor.min(len.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cursor_stops_at_both_ends() {
        let mut list = Scroll::default();
        list.step(-3, 10);
        assert_eq!(list.cursor, 0);
        list.step(99, 10);
        assert_eq!(list.cursor, 9);
        list.go(4, 0);
        assert_eq!(list.cursor, 0);
    }

    #[test]
    fn the_list_moves_only_as_far_as_needed() {
        let mut list = Scroll::default();
        list.go(12, 100);
        list.show(10, 100);
        assert_eq!(list.top, 3);
        list.go(8, 100);
        list.show(10, 100);
        assert_eq!(list.top, 3);
        list.go(1, 100);
        list.show(10, 100);
        assert_eq!(list.top, 1);
        assert_eq!((list.line_at(0, 100), list.line_at(99, 100)), (Some(1), None));
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_shown(
            cursor in 0_u64..2_000, top in 0_u64..2_000, height in 1_u64..60, len in 1_u64..1_000,
        ) {
            let mut list = Scroll { cursor, top };
            list.show(height, len);
            prop_assert!(list.top <= list.cursor && list.cursor < list.top + height);
            prop_assert!(list.cursor < len);
            prop_assert!(list.top == 0 || list.top + height <= len);
        }
    }
}
