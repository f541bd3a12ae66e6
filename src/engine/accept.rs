//! Commands: what each sets off.

use super::{
    queue::{Cancelled, Job, Pushed},
    run::{Depth, Engine},
    side::SideJob,
};
use crate::model::{
    Command, FileStatus, MarkChange, NodeId, NoticeLevel, Priority, Refusal, RepoPath, TaskId,
    TaskKind,
};

/// Files of looked-at folders that are moved to the front: more than any screen shows.
const LOOKED_AT_FIRST: usize = 512;

impl Engine {
    /// Takes a command and returns the id of its task.
    pub(super) fn accept(&mut self, command: Command) -> Result<TaskId, Refusal> {
        tracing::debug!("command {command:?}");
        match command {
            Command::Warm(node) => self.warm(node),
            Command::Recount(node) => self.recount(node),
            Command::Rescan(node) => self.rescan(node),
            Command::Invalidate(node) => self.invalidate(node),
            Command::Evict(request) => self.start_side(SideJob::Evict(request)),
            Command::Clear(kind) => self.start_side(SideJob::Clear(kind)),
            Command::ClearResults(of) => self.start_side(SideJob::ClearResults(of)),
            Command::Verify { sample } => self.start_side(SideJob::Verify { sample }),
            Command::Forget(key) => self.start_side(SideJob::Remove(key)),
            Command::Keep(entry) => self.start_side(SideJob::Keep(entry)),
            Command::Import(request) => self.start_side(SideJob::Import(request)),
            Command::Compact => self.start_side(SideJob::Compact),
            Command::Export(file, kind) => self.start_side(SideJob::Export(file, kind)),
            Command::ReadLogs => self.read_logs(),
            Command::Pause => {
                self.work.queue.pause();
                Ok(self.instant())
            }
            Command::Resume => {
                self.work.queue.resume();
                Ok(self.instant())
            }
            Command::Cancel(id) => self.cancel(id),
            Command::CancelAll => Ok(self.cancel_all()),
            Command::Retry(id) => self.retry(id),
            Command::RetryAll => {
                let now = self.now();
                self.work.queue.retry_all(now);
                Ok(self.instant())
            }
            Command::Raise(id) => {
                self.work.queue.raise(id).map(|_| id).ok_or(Refusal::UnknownTask(id))
            }
            Command::Mark(change) => self.mark(&change),
            Command::ChooseModel(name) => self.choose_model(&name),
            Command::Look(folders) => Ok(self.look(folders)),
        }
    }

    /// Returns the id of a task that was done at once.
    fn instant(&mut self) -> TaskId {
        self.work.queue.take_id()
    }

    fn known(&self, node: NodeId) -> Result<NodeId, Refusal> {
        if self.repository.is_none() {
            return Err(Refusal::NoRepository);
        }
        if self.tree.has(node) { Ok(node) } else { Err(Refusal::UnknownNode(node)) }
    }

    /// Queues a file that is pending: one that is in work is not read a second time for it.
    pub(super) fn enqueue_pending(
        &mut self,
        node: NodeId,
        priority: Priority,
    ) -> Result<TaskId, Refusal> {
        match self.work.queue.running_on(Job { kind: TaskKind::Count, node }) {
            Some(id) => Ok(id),
            None => self.enqueue(node, priority),
        }
    }

    /// Queues a file that changed; equal work that waits is merged, and behind equal work that
    /// runs it is done again, since that may have read the file before.
    pub(super) fn enqueue(&mut self, node: NodeId, priority: Priority) -> Result<TaskId, Refusal> {
        let now = self.now();
        let pushed = self.work.queue.push(Job { kind: TaskKind::Count, node }, priority, now);
        self.publisher.tasks();
        match pushed {
            Ok(Pushed::New(id) | Pushed::Merged(id)) => Ok(id),
            Err(full) => Err(Refusal::QueueFull(full.limit as u64)),
        }
    }

    fn warm(&mut self, node: NodeId) -> Result<TaskId, Refusal> {
        let node = self.known(node)?;
        let encoding = self.tree.encoding();
        let mut pending = Vec::new();
        self.tree.each_file(node, |id, file| {
            if file.status(encoding) == FileStatus::Pending {
                pending.push(id);
            }
        });
        if pending.is_empty() {
            return self.start_side(SideJob::Warm(node));
        }
        pending.retain(|&node| !self.is_in_work(node));
        Ok(self.put_first(&pending))
    }

    fn is_in_work(&self, node: NodeId) -> bool {
        self.work.queue.running_on(Job { kind: TaskKind::Count, node }).is_some()
    }

    /// Queues files as high; what the queue has no room for waits at the front of the backlog.
    fn put_first(&mut self, files: &[NodeId]) -> TaskId {
        let room = self.work.queue.room().max(1);
        let (now, later) = files.split_at(files.len().min(room));
        let mut last = self.instant();
        for &file in later.iter().rev() {
            self.work.backlog.push_front(file);
        }
        for &file in now {
            match self.enqueue(file, Priority::High) {
                Ok(id) => last = id,
                Err(_) => self.work.backlog.push_front(file),
            }
        }
        last
    }

    fn recount(&mut self, node: NodeId) -> Result<TaskId, Refusal> {
        let files = self.forget(node)?;
        Ok(self.put_first(&files))
    }

    fn invalidate(&mut self, node: NodeId) -> Result<TaskId, Refusal> {
        let node = self.known(node)?;
        let mut hashes = Vec::new();
        self.tree.each_file(node, |_, file| {
            if let Some(hash) = file.known_hash() {
                hashes.push(hash);
            }
        });
        let files = self.forget(node)?;
        self.start_side(SideJob::Forget { subject: node, hashes, files })
    }

    /// Makes every readable file of an entry pending, and returns them.
    fn forget(&mut self, node: NodeId) -> Result<Vec<NodeId>, Refusal> {
        let node = self.known(node)?;
        let mut files = Vec::new();
        self.tree.each_file(node, |id, file| {
            if file.is_regular() {
                files.push(id);
            }
        });
        for &file in &files {
            self.tree.change(file, super::tree::File::forget);
            self.tree.explain(file, None);
        }
        self.publisher.tree();
        if files.is_empty() {
            Err(Refusal::Unreadable("it: no file to count".into()))
        } else {
            Ok(files)
        }
    }

    fn rescan(&mut self, node: NodeId) -> Result<TaskId, Refusal> {
        let node = self.known(node)?;
        let path = self.tree.path(node);
        let folder = if self.tree.is_folder(node) {
            path
        } else {
            path.parent().unwrap_or_else(RepoPath::root)
        };
        Ok(self.start_scan(folder, Depth::All))
    }

    fn cancel(&mut self, id: TaskId) -> Result<TaskId, Refusal> {
        if self.cancel_side(id) || self.cancel_scan(id) {
            return Ok(id);
        }
        match self.work.queue.cancel(id) {
            Cancelled::Queued | Cancelled::Running => Ok(id),
            Cancelled::Unknown => Err(Refusal::UnknownTask(id)),
        }
    }

    fn cancel_all(&mut self) -> TaskId {
        let cancelled = self.work.queue.cancel_all() + self.work.backlog.len();
        self.work.backlog.clear();
        let plural = if cancelled == 1 { "" } else { "s" };
        self.notice(NoticeLevel::Info, &format!("cancelled {cancelled} queued task{plural}"));
        self.instant()
    }

    fn retry(&mut self, id: TaskId) -> Result<TaskId, Refusal> {
        let now = self.now();
        self.work.queue.retry(id, now).map(|()| id).map_err(|_| Refusal::UnknownTask(id))
    }

    fn mark(&mut self, change: &MarkChange) -> Result<TaskId, Refusal> {
        if self.repository.is_none() {
            return Err(Refusal::NoRepository);
        }
        self.tree.mark(change);
        Ok(self.instant())
    }

    fn choose_model(&mut self, name: &str) -> Result<TaskId, Refusal> {
        let model = self.models.iter().find(|model| model.name == name).cloned();
        let mut model = model.ok_or_else(|| Refusal::UnknownModel(name.to_owned()))?;
        model.encoding = self.encoding.unwrap_or(model.encoding);
        if model.encoding != self.tree.encoding() {
            self.tree.use_encoding(model.encoding);
            self.refill_backlog();
        }
        self.model = model.clone();
        self.feed.publish(crate::model::EventKind::ModelChosen(model));
        Ok(self.instant())
    }

    fn look(&mut self, folders: Vec<NodeId>) -> TaskId {
        let encoding = self.tree.encoding();
        let pending: Vec<NodeId> = std::iter::once(&NodeId::ROOT)
            .chain(&folders)
            .flat_map(|&folder| self.tree.direct_files(folder))
            .filter(|(_, file)| file.status(encoding) == FileStatus::Pending)
            .map(|(id, _)| id)
            .take(LOOKED_AT_FIRST)
            .collect();
        self.work.looked_at = folders;
        for file in pending {
            if self.enqueue_pending(file, Priority::High).is_err() {
                break;
            }
        }
        self.instant()
    }
}
