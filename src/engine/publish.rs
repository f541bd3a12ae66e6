//! When facts are told: at once after a command, a few times a second while work goes on, and
//! never while nothing changes.

use std::time::Duration;

use super::run::Engine;
use crate::model::{
    EventKind, Notice, NoticeLevel, Shown, Snapshot, TasksView, TreeSummary, WatchState, WorkView,
};

/// Between two rounds of facts: fresh enough to watch, rare enough for a slow line.
const EVERY: Duration = Duration::from_millis(250);
/// Between two lists of tasks while nobody has asked for anything: each is another one, which costs
/// a slow line as much as all the rest, and nobody reads a list that changes more often.
const TASKS_EVERY: Duration = Duration::from_secs(1);
/// After a command: soon, but after what it set off at once.
const SOON: Duration = Duration::from_millis(15);
/// How many queued and failed tasks an event carries: more than a screen shows.
pub(super) const TASKS_SHOWN: usize = 64;

/// What changed since it was last told.
#[derive(Debug, Default)]
pub(super) struct Publisher {
    dirty: Dirty,
    due: Option<Duration>,
    last: Duration,
    /// When tasks were last told.
    tasks_last: Option<Duration>,
    /// True when a person waits.
    hurried: bool,
    now: Duration,
    /// Whether the last round said that work goes on.
    told_busy: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "six independent marks, not a state")]
struct Dirty {
    tree: bool,
    tasks: bool,
    cache: bool,
    context: bool,
    watch: bool,
    spend: bool,
}

impl Publisher {
    /// Notes that the tree changed, and with it the progress and the context.
    pub(super) fn tree(&mut self) {
        self.dirty.tree = true;
        self.dirty.context = true;
        self.schedule();
    }

    /// Notes that the queue changed.
    pub(super) fn tasks(&mut self) {
        self.dirty.tasks = true;
        self.schedule();
    }

    /// Notes that the store's numbers changed.
    pub(super) fn cache(&mut self) {
        self.dirty.cache = true;
        self.schedule();
    }

    /// Notes that the watch changed.
    pub(super) fn watch(&mut self) {
        self.dirty.watch = true;
        self.schedule();
    }

    /// Notes that more was spent.
    pub(super) fn spend(&mut self) {
        self.dirty.spend = true;
        self.schedule();
    }

    /// Tells everything soon: a person waits.
    pub(super) fn hurry(&mut self) {
        self.dirty = Dirty { watch: self.dirty.watch, spend: self.dirty.spend, ..Dirty::ALL };
        self.hurried = true;
        let soon = self.now + SOON;
        self.due = Some(self.due.map_or(soon, |due| due.min(soon)));
    }

    /// Returns when the next round is due.
    pub(super) const fn due(&self) -> Option<Duration> {
        self.due
    }

    /// Returns true when tasks are to be told in this round.
    fn tells_tasks(&mut self, hurried: bool) -> bool {
        let is_due = self.tasks_last.is_none_or(|last| self.now >= last + TASKS_EVERY);
        if hurried || is_due {
            self.tasks_last = Some(self.now);
        }
        hurried || is_due
    }

    fn schedule(&mut self) {
        self.due.get_or_insert((self.last + EVERY).max(self.now + SOON));
    }
}

impl Dirty {
    const ALL: Self =
        Self { tree: true, tasks: true, cache: true, context: true, watch: true, spend: true };
}

impl Engine {
    /// Tells what changed, when it is time.
    pub(super) fn publish_when_due(&mut self) {
        let now = self.now();
        self.publisher.now = now;
        // Whoever waits for the work to settle must not take its beginning for its end, nor wait
        // longer than it takes.
        if self.is_busy() != self.publisher.told_busy {
            self.publisher.hurry();
        }
        if self.publisher.due.is_some_and(|due| due <= now) {
            self.publish_now();
        }
    }

    /// Tells what changed.
    pub(super) fn publish_now(&mut self) {
        let now = self.now();
        let dirty = std::mem::take(&mut self.publisher.dirty);
        let hurried = std::mem::take(&mut self.publisher.hurried);
        self.publisher.due = None;
        self.publisher.last = now;
        self.publisher.now = now;
        // Kept until somebody listens.
        let remarks = if self.feed.is_heard() { self.store.take_remarks() } else { Vec::new() };
        for remark in remarks {
            self.notice(NoticeLevel::Warning, &remark);
        }
        if dirty == Dirty::default() {
            return;
        }
        if dirty.tree {
            let summary = self.tree_summary();
            self.feed.publish(EventKind::TreeChanged(summary));
        }
        if dirty.context {
            self.feed.publish(EventKind::ContextChanged(self.tree.context()));
        }
        if dirty.tasks && !self.publisher.tells_tasks(hurried) {
            self.publisher.tasks();
        } else if dirty.tasks {
            let tasks = self.tasks_view(TASKS_SHOWN);
            self.feed.publish(EventKind::TasksChanged(tasks));
        }
        if dirty.cache {
            self.feed.publish(EventKind::CacheChanged(self.store.status()));
        }
        if dirty.spend {
            let summary = Box::new(self.money.summary.clone());
            self.feed.publish(EventKind::SpendChanged(summary));
        }
        if dirty.watch {
            self.feed.publish(EventKind::WatchChanged(self.watch_state()));
        }
        let work = self.work_view();
        self.publisher.told_busy = work.busy;
        self.feed.publish(EventKind::WorkMoved(work));
        if self.is_busy() {
            // Elapsed times, waits and rates move although no report comes in.
            self.publisher.tasks();
        }
    }

    /// Raises a notice, which is also logged.
    pub(super) fn notice(&mut self, level: NoticeLevel, text: &str) {
        let text = Shown::text(text).to_string();
        match level {
            NoticeLevel::Info => tracing::info!("{text}"),
            NoticeLevel::Warning => tracing::warn!("{text}"),
            NoticeLevel::Error => tracing::error!("{text}"),
        }
        let at = self.clock.wall();
        self.feed.publish(EventKind::NoticeRaised(Notice { level, text, at }));
    }

    /// Returns the whole state for a new subscriber.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            sequence: self.feed.last(),
            tree: self.tree_summary(),
            work: self.work_view(),
            tasks: self.tasks_view(TASKS_SHOWN),
            cache: self.store.status(),
            context: self.tree.context(),
            spend: self.money.summary.clone(),
            model: self.model.clone(),
            watch: self.watch_state(),
        }
    }

    /// Returns the totals of the tree.
    pub(super) fn tree_summary(&self) -> TreeSummary {
        let totals = self.tree.totals();
        let root = self.repository.as_ref().map(|repository| repository.root.as_path());
        let name = root.and_then(|root| root.file_name()).unwrap_or_default();
        TreeSummary {
            root: root
                .map(|root| Shown::text(&root.to_string_lossy()).to_string())
                .unwrap_or_default(),
            name: Shown::text(&name.to_string_lossy()).to_string(),
            branch: self.repository.as_ref().and_then(|repository| {
                repository.branch.as_ref().map(|name| Shown::text(name).to_string())
            }),
            encoding: self.tree.encoding(),
            tokens: crate::model::Tokens(totals.tokens),
            bytes: crate::model::Bytes(totals.bytes),
            files: totals.files,
            folders: self.tree.folder_count(),
            counted: totals.files - totals.pending - totals.skipped,
            pending: totals.pending,
            skipped: self.tree.skips(),
            walking: self.repository.as_ref().is_some_and(|repository| !repository.scans.complete),
            partial: self
                .repository
                .as_ref()
                .is_some_and(|repository| repository.scans.complete && !repository.scans.whole),
            from_cache: totals.from_cache,
        }
    }

    /// Returns how far the work is.
    pub(super) fn work_view(&self) -> WorkView {
        let totals = self.tree.totals();
        let (done, total) = (totals.files - totals.pending, totals.files);
        let now = self.now();
        let busy = self.is_busy();
        WorkView {
            busy,
            done,
            total,
            bytes_per_second: self.work.rate.bytes_per_second(now),
            left: busy.then(|| self.work.rate.left(done, total, now)).flatten(),
            paused: self.work.queue.is_paused(),
        }
    }

    /// Returns the queue with the workers' tasks of this moment.
    pub(super) fn tasks_view(&self, limit: usize) -> TasksView {
        let now = self.now();
        let workers = u32::try_from(self.work.pool.size()).unwrap_or(u32::MAX);
        let mut view = self.work.queue.view(limit, now, workers, |node| self.tree.path(node));
        // A worker holds a batch; what it is at is running, the rest still waits its turn.
        let current = self.work.pool.current();
        let held = view.running.len();
        view.running.retain(|task| current.contains(&task.id));
        let waiting = (held - view.running.len()) as u64;
        // The backlog may hold files that were counted meanwhile.
        let waits = self.tree.totals().pending.min(self.work.backlog.len() as u64);
        view.queued_total += waiting + waits;
        view.running.splice(0..0, self.work.sides.iter().map(|side| side.view(now)));
        let scans = self.repository.iter().flat_map(|repository| repository.scan_views(now));
        view.running.splice(0..0, scans);
        let ended = self.work.ended.iter().rev().map(|ended| &ended.view);
        let failed: Vec<_> = ended.filter(|task| task.error.is_some()).cloned().collect();
        view.failed_total += failed.len() as u64;
        view.failed.splice(0..0, failed);
        view
    }

    /// Returns what the watch does.
    pub(super) fn watch_state(&self) -> WatchState {
        let repository = self.repository.as_ref();
        repository.map(|repository| repository.watch_state.clone()).unwrap_or_default()
    }

    /// Returns true while anything runs or could run.
    pub(super) fn is_busy(&self) -> bool {
        let scanning = self.repository.as_ref().is_some_and(|repository| {
            !repository.scans.running.is_empty() || !repository.scans.waiting.is_empty()
        });
        let queued = !self.work.queue.is_empty() || !self.work.backlog.is_empty();
        scanning
            || self.work.queue.running() > 0
            || !self.work.sides.is_empty()
            || self.is_reading_logs()
            || (queued && !self.work.queue.is_paused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_told_once_a_second_and_at_once_to_a_person() {
        let told = |at: u64, hurried| (Duration::from_millis(at), hurried);
        let rounds = [
            (told(0, false), true),
            (told(250, false), false),
            (told(500, true), true),
            (told(1_250, false), false),
            (told(1_500, false), true),
        ];
        let mut publisher = Publisher::default();
        for ((now, hurried), is_told) in rounds {
            publisher.now = now;
            assert_eq!(publisher.tells_tasks(hurried), is_told, "{now:?}");
        }
    }
}
