//! How far each log was read, what was skipped in it, and what providers said of their windows.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use super::logs::{HEAD, Seen, Window};
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
    /// The logs of a name without its endings: one that moved keeps its name.
    names: HashMap<(Tool, String), Vec<PathBuf>>,
    /// Why a log could not be read, safe to show; only until it can be.
    pub(super) problems: BTreeMap<PathBuf, (Tool, String)>,
    /// Why there may be logs of a tool that nobody sees, safe to show.
    pub(super) unreadable: BTreeMap<Tool, String>,
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
        // One that was read from its start has its lines counted anew: it took the place of
        // another, or is always read whole.
        let goes_on = before.is_some_and(|log| is_read_further(&log.seen, &seen));
        let mut counts =
            before.filter(|_| goes_on).map(|log| log.skipped.clone()).unwrap_or_default();
        for (reason, lines) in skipped {
            *counts.entry(reason.to_owned()).or_default() += lines;
        }
        let is_new = before.is_none();
        let log = LogFile { tool, seen, skipped: counts };
        if is_new {
            self.forget_moved(path, &log);
        }
        self.put(path.to_owned(), log);
        true
    }

    /// Remembers why a log cannot be read; returns false when that is known.
    pub(super) fn fail(&mut self, tool: Tool, path: &Path, why: String) -> bool {
        let problem = (tool, why);
        self.problems.insert(path.to_owned(), problem.clone()) != Some(problem)
    }

    /// Returns true when a log was read up to a size, or cannot be read.
    pub(super) fn is_done(&self, path: &Path, size: u64) -> bool {
        self.seen(path).size >= size || self.problems.contains_key(path)
    }

    /// Takes over what another larder knows.
    pub(super) fn learn(&mut self, others: Self) {
        let windows = std::mem::replace(self, others).windows;
        for ((tool, _), window) in windows {
            self.see_window(tool, window);
        }
    }

    /// Puts a log in.
    pub(super) fn put(&mut self, path: PathBuf, log: LogFile) {
        if !self.logs.contains_key(&path) {
            self.names.entry((log.tool, name_of(&path))).or_default().push(path.clone());
        }
        self.logs.insert(path, log);
    }

    /// Forgets the log that is this one now, at another place or compressed: its lines were counted
    /// again here. Those that are gone for good stay, for what was skipped in them.
    fn forget_moved(&mut self, path: &Path, now: &LogFile) {
        let Some(named) = self.names.get_mut(&(now.tool, name_of(path))) else { return };
        let logs = &mut self.logs;
        named.retain(|other| {
            let is_moved = logs.get(other).is_some_and(|before| {
                (has_ids_for_names(now.tool) || is_moved_file(&before.seen, &now.seen))
                    && !other.exists()
            });
            if is_moved {
                logs.remove(other);
            }
            !is_moved
        });
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
        let line = |((tool, reason), lines): ((Tool, &str), u64)| SkippedLines {
            tool,
            reason: reason.to_owned(),
            lines,
        };
        sums.into_iter().map(line).collect()
    }
}

/// Returns the name of a log without its endings.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    let name = name.strip_suffix(".jsonl").or_else(|| name.strip_suffix(".json")).unwrap_or(name);
    name.to_owned()
}

/// Returns true when the names of a tool's logs hold ids, so that no two logs share one.
const fn has_ids_for_names(tool: Tool) -> bool {
    match tool {
        Tool::ClaudeCode | Tool::Codex | Tool::Gemini | Tool::Opencode => true,
        Tool::Aider | Tool::Script | Tool::Larder => false,
    }
}

/// Returns true when one is the other at another place.
const fn is_moved_file(before: &Seen, now: &Seen) -> bool {
    before.device == now.device && before.inode == now.inode && before.head == now.head
}

/// Returns true when a log was only read further.
fn is_read_further(before: &Seen, now: &Seen) -> bool {
    let is_same = (before.device, before.inode) == (now.device, now.inode);
    // The head of a short log grows with it.
    let has_same_head = before.head == now.head || before.size < HEAD as u64;
    is_same && has_same_head && before.offset > 0 && now.offset >= before.offset
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
    fn skipped_lines_of_a_log_that_is_read_whole_each_time_do_not_add_up() {
        let mut files = Files::default();
        let path = Path::new("/l.json");
        let whole = |size| Seen { size, ..seen(1, 0) };
        for (size, lines) in [(10, 1), (20, 3), (30, 2)] {
            files.finish(Tool::Gemini, path, whole(size), BTreeMap::from([("no time", lines)]));
            assert_eq!(files.skipped()[0].lines, lines);
        }
        files.finish(Tool::Gemini, path, whole(40), BTreeMap::new());
        assert!(files.skipped().is_empty());
    }

    #[test]
    fn skipped_lines_of_a_short_log_stay_when_its_head_grows() {
        let mut files = Files::default();
        let path = Path::new("/l.jsonl");
        let one = || BTreeMap::from([("no time", 1)]);
        files.finish(Tool::Codex, path, Seen { head: 1, ..seen(1, 10) }, one());
        files.finish(Tool::Codex, path, Seen { head: 2, ..seen(1, 20) }, one());
        assert_eq!(files.skipped()[0].lines, 2);
    }

    #[test]
    fn a_log_that_moved_is_not_counted_at_both_places() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let skip = || BTreeMap::from([("no tokens", 2)]);
        let (active, archived) = (place("a/rollout-1.jsonl"), place("b/rollout-1.jsonl.zst"));
        let mut files = Files::default();
        files.finish(Tool::Codex, &active, seen(1, 10), skip());
        files.finish(Tool::Codex, &archived, seen(2, 10), skip());
        assert_eq!(files.skipped()[0].lines, 2);
        assert_eq!(files.logs.keys().collect::<Vec<_>>(), [&archived]);
        // A copy beside it is another log, and so is the history of another project.
        std::fs::create_dir(place("c")).unwrap();
        std::fs::write(place("c/rollout-2.jsonl"), "x").unwrap();
        files.finish(Tool::Codex, &place("c/rollout-2.jsonl"), seen(3, 10), skip());
        files.finish(Tool::Codex, &place("d/rollout-2.jsonl"), seen(4, 10), skip());
        files.finish(Tool::Aider, &place("e/.aider.chat.history.md"), seen(5, 10), skip());
        files.finish(Tool::Aider, &place("f/.aider.chat.history.md"), seen(6, 10), skip());
        files.finish(Tool::Aider, &place("g/.aider.chat.history.md"), seen(6, 10), skip());
        let lines = |tool| files.skipped().iter().find(|one| one.tool == tool).unwrap().lines;
        assert_eq!((lines(Tool::Codex), lines(Tool::Aider)), (6, 4));
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
