//! How far each log was read, what was skipped in it, and what providers said of their windows.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::logs::{Seen, Window};
use crate::model::{SkippedLines, Tool};

/// One log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogFile {
    pub(super) tool: Tool,
    /// How far it was read.
    pub(super) seen: Seen,
    /// Lines that were skipped, by reason.
    pub(super) skipped: BTreeMap<String, u64>,
}

/// All logs that were ever read; those that are gone stay, for what was skipped in them.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) logs: BTreeMap<PathBuf, LogFile>,
    /// The last word on each window, by its tool and its length in minutes.
    pub(super) windows: BTreeMap<(Tool, u64), Window>,
    /// Requests that were refused at the door without a log, by reason.
    pub(super) refused: BTreeMap<(Tool, String), u64>,
    /// Why a log could not be read, safe to show; only until it can be.
    pub(super) problems: BTreeMap<PathBuf, (Tool, String)>,
}

impl Files {
    /// Returns how far a log was read.
    pub(super) fn seen(&self, path: &Path) -> Seen {
        self.logs.get(path).map(|log| log.seen.clone()).unwrap_or_default()
    }

    /// Remembers how far a log was read now; returns false when that says nothing new.
    pub(super) fn finish(
        &mut self,
        tool: Tool,
        path: &Path,
        seen: Seen,
        skipped: BTreeMap<&'static str, u64>,
    ) -> bool {
        let recovered = self.problems.remove(path).is_some();
        let before = self.logs.get(path);
        if skipped.is_empty() && before.is_some_and(|log| log.seen == seen && log.tool == tool) {
            return recovered;
        }
        // One that took the place of another was read from its start: so are its lines counted.
        let goes_on = before.is_some_and(|log| is_same_file(&log.seen, &seen));
        let mut counts =
            before.filter(|_| goes_on).map(|log| log.skipped.clone()).unwrap_or_default();
        for (reason, lines) in skipped {
            *counts.entry(reason.to_owned()).or_default() += lines;
        }
        self.logs.insert(path.to_owned(), LogFile { tool, seen, skipped: counts });
        true
    }

    /// Keeps what a provider said of a window, unless something later is known.
    pub(super) fn see_window(&mut self, tool: Tool, window: Window) {
        let known = self.windows.entry((tool, window.minutes)).or_insert_with(|| window.clone());
        if window.at >= known.at {
            *known = window;
        }
    }

    /// Returns what was skipped, for each tool and reason.
    pub(super) fn skipped(&self) -> Vec<SkippedLines> {
        let mut sums: BTreeMap<(Tool, &str), u64> = BTreeMap::new();
        for log in self.logs.values() {
            for (reason, lines) in &log.skipped {
                *sums.entry((log.tool, reason)).or_default() += lines;
            }
        }
        for ((tool, reason), lines) in &self.refused {
            *sums.entry((*tool, reason)).or_default() += lines;
        }
        let line = |((tool, reason), lines): ((Tool, &str), u64)| SkippedLines {
            tool,
            reason: reason.to_owned(),
            lines,
        };
        sums.into_iter().map(line).collect()
    }
}

/// Returns true when a log was only read further.
fn is_same_file(before: &Seen, now: &Seen) -> bool {
    let is_same = (before.device, before.inode) == (now.device, now.inode);
    is_same && now.offset >= before.offset && (before.head == now.head || before.offset == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UnixNanos;

    fn seen(inode: u64, offset: u64) -> Seen {
        Seen { inode, offset, size: offset, ..Seen::default() }
    }

    #[test]
    fn skipped_lines_add_up_while_a_log_grows_and_begin_anew_with_another() {
        let mut files = Files::default();
        let path = Path::new("/l");
        let one = || BTreeMap::from([("no tokens", 1)]);
        assert!(files.finish(Tool::Codex, path, seen(1, 10), one()));
        assert!(files.finish(Tool::Codex, path, seen(1, 20), one()));
        assert!(!files.finish(Tool::Codex, path, seen(1, 20), BTreeMap::new()));
        assert_eq!(files.skipped()[0].lines, 2);
        files.finish(Tool::Codex, path, seen(2, 20), one());
        assert_eq!(files.skipped()[0].lines, 1);
        files.finish(Tool::Codex, path, seen(2, 5), one());
        assert_eq!(files.skipped()[0].lines, 1, "it shrank and was read from its start");
    }

    #[test]
    fn the_last_word_on_a_window_holds() {
        let mut files = Files::default();
        let window =
            |at, percent| Window { minutes: 300, percent, resets: UnixNanos(9), at: UnixNanos(at) };
        files.see_window(Tool::Codex, window(5, 50.0));
        files.see_window(Tool::Codex, window(4, 40.0));
        assert_eq!(files.windows[&(Tool::Codex, 300)], window(5, 50.0));
    }
}
