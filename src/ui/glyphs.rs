//! Signs: each one column wide, so that columns stay columns on every terminal.

/// The signs that meaning is drawn with, apart from colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Glyphs {
    /// Before an open folder.
    pub open: &'static str,
    /// Before a closed folder.
    pub closed: &'static str,
    /// Wholly in the context.
    pub marked: &'static str,
    /// Partly in the context.
    pub part_marked: &'static str,
    /// Before the line of the cursor, where colour alone must not tell.
    pub cursor: &'static str,
    /// A running task.
    pub running: &'static str,
    /// A queued task.
    pub queued: &'static str,
    /// A task that waits for its next attempt.
    pub retrying: &'static str,
    /// A failed task.
    pub failed: &'static str,
    /// A finished task, or a gauge that is calm.
    pub good: &'static str,
    /// A gauge that warns.
    pub warning: &'static str,
    /// A gauge that alerts.
    pub alert: &'static str,
    /// Before a count that is an estimate.
    pub estimate: &'static str,
    /// Between a number and what it multiplies.
    pub times: &'static str,
    /// In place of a count that is not known yet.
    pub pending: &'static str,
    /// In place of text that does not fit.
    pub ellipsis: &'static str,
    /// Between facts on one line.
    pub separator: &'static str,
    /// Live: the watch is on.
    pub live: &'static str,
    /// Work is paused.
    pub paused: &'static str,
    /// Sorted from small to large.
    pub ascending: &'static str,
    /// Sorted from large to small.
    pub descending: &'static str,
    /// A cell of a bar by eighths, from empty to full.
    pub bar: [&'static str; 9],
    /// The rest of a gauge.
    pub bar_back: &'static str,
    /// A value of a spark line, from low to high.
    pub spark: [&'static str; 8],
    /// Pictures of a spinner, one after the other.
    pub spinner: &'static [&'static str],
    /// The lines of a box.
    pub lines: Lines,
}

/// The lines of a box.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lines {
    /// `─`
    pub horizontal: &'static str,
    /// `│`
    pub vertical: &'static str,
    /// `┌`
    pub top_left: &'static str,
    /// `┐`
    pub top_right: &'static str,
    /// `└`
    pub bottom_left: &'static str,
    /// `┘`
    pub bottom_right: &'static str,
    /// `├`
    pub left_join: &'static str,
    /// `┤`
    pub right_join: &'static str,
}

impl Glyphs {
    /// Returns signs from Unicode: box drawing, block elements, and symbols of one column.
    #[must_use]
    pub const fn unicode() -> Self {
        Self {
            open: "▾",
            closed: "▸",
            marked: "✓",
            part_marked: "◦",
            cursor: "▌",
            running: "▶",
            queued: "·",
            retrying: "↻",
            failed: "✗",
            good: "✓",
            warning: "!",
            alert: "‼",
            estimate: "≈",
            times: "×",
            pending: "·",
            ellipsis: "…",
            separator: "·",
            live: "●",
            paused: "‖",
            ascending: "▴",
            descending: "▾",
            bar: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
            bar_back: "·",
            spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
            lines: Lines {
                horizontal: "─",
                vertical: "│",
                top_left: "┌",
                top_right: "┐",
                bottom_left: "└",
                bottom_right: "┘",
                left_join: "├",
                right_join: "┤",
            },
        }
    }

    /// Returns signs from ASCII alone.
    #[must_use]
    pub const fn ascii() -> Self {
        Self {
            open: "-",
            closed: "+",
            marked: "*",
            part_marked: "o",
            cursor: ">",
            running: ">",
            queued: ".",
            retrying: "@",
            failed: "x",
            good: "=",
            warning: "!",
            alert: "#",
            estimate: "~",
            times: "x",
            pending: ".",
            ellipsis: "~",
            separator: "-",
            live: "*",
            paused: "\"",
            ascending: "^",
            descending: "v",
            bar: [" ", "-", "-", "-", "=", "=", "=", "#", "#"],
            bar_back: ".",
            spark: ["_", "_", ".", "-", "-", "=", "=", "#"],
            spinner: &["|", "/", "-", "\\"],
            lines: Lines {
                horizontal: "-",
                vertical: "|",
                top_left: "+",
                top_right: "+",
                bottom_left: "+",
                bottom_right: "+",
                left_join: "+",
                right_join: "+",
            },
        }
    }

    /// Returns every sign, to check them.
    #[cfg(test)]
    fn all(&self) -> Vec<&'static str> {
        let lines = self.lines;
        let mut all = vec![
            self.open,
            self.closed,
            self.marked,
            self.part_marked,
            self.cursor,
            self.running,
            self.queued,
            self.retrying,
            self.failed,
            self.good,
            self.warning,
            self.alert,
            self.estimate,
            self.times,
            self.pending,
            self.ellipsis,
            self.separator,
            self.live,
            self.paused,
            self.ascending,
            self.descending,
            self.bar_back,
            lines.horizontal,
            lines.vertical,
            lines.top_left,
            lines.top_right,
            lines.bottom_left,
            lines.bottom_right,
            lines.left_join,
            lines.right_join,
        ];
        all.extend(self.bar.iter().chain(&self.spark).chain(self.spinner));
        all
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn every_sign_is_one_column_wide_and_no_emoji() {
        for glyphs in [Glyphs::unicode(), Glyphs::ascii()] {
            for sign in glyphs.all() {
                assert_eq!(sign.width(), 1, "{sign:?}");
                assert!(sign.chars().all(|c| u32::from(c) < 0x1_f000), "{sign:?} is an emoji");
                assert!(!sign.contains('\u{fe0f}'), "{sign:?} is an emoji");
            }
        }
    }

    #[test]
    fn ascii_signs_are_ascii() {
        assert!(Glyphs::ascii().all().iter().all(|sign| sign.is_ascii()));
    }

    #[test]
    fn states_of_a_task_a_gauge_an_entry_and_the_work_differ_without_colour() {
        for g in [Glyphs::unicode(), Glyphs::ascii()] {
            let states = [g.running, g.queued, g.retrying, g.failed];
            // A gauge that is exceeded has the sign of what failed.
            let levels = [g.good, g.warning, g.alert, g.failed];
            let marks = [g.marked, g.part_marked, " "];
            let before_names = [g.open, g.closed, g.cursor, " "];
            let header = [g.good, g.live, g.paused, g.failed, g.pending];
            for set in [&states[..], &levels, &marks, &before_names, &header] {
                let distinct: std::collections::BTreeSet<_> = set.iter().collect();
                assert_eq!(distinct.len(), set.len(), "{set:?}");
            }
        }
    }
}
