//! Tells which folders may have changed.
//!
//! What the system reports is a hint and no more: a [`Change`] names folders to compare with the
//! disk. What cannot be watched is compared from time to time, and [`Change::State`] says so.
//! Deliberately not here: looking at files, and deciding which folders belong.

mod change;
mod coverage;
mod debounce;
mod filesystem;
mod inbox;
mod options;
mod rounds;
mod translate;

pub use change::Change;
pub use options::Options;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crate::model::{Clock, RepoPath, WatchState};

use inbox::{Inbox, Order};

/// A running watch; dropping it ends its thread.
#[derive(Debug)]
pub struct Watch {
    /// `None` when watching is switched off.
    inbox: Option<Arc<Inbox>>,
}

impl Watch {
    /// Starts to watch `root`, and the `HEAD` in `git_dir`; other folders follow with [`Watch::add`].
    ///
    /// Never fails: what cannot be watched is polled, and the state says why. `sink` is called on
    /// the watch's own thread; while it waits, changes are gathered.
    #[must_use]
    pub fn start(
        root: &Path,
        git_dir: Option<&Path>,
        options: &Options,
        clock: Arc<dyn Clock>,
        sink: impl Fn(Change) + Send + 'static,
    ) -> Self {
        if !options.enabled {
            sink(Change::State(WatchState::Off));
            return Self { inbox: None };
        }
        let inbox = Arc::new(Inbox::default());
        inbox.order(Order::GitDir(git_dir.map(Path::to_path_buf)));
        let setup = rounds::Setup { root: root.into(), options: options.clone(), clock };
        let shared = Arc::clone(&inbox);
        let run = move || rounds::run(&setup, &shared, &sink);
        match thread::Builder::new().name("watch".into()).spawn(run) {
            Ok(_) => Self { inbox: Some(inbox) },
            Err(error) => {
                tracing::error!(%error, "no thread for the watch: changes on disk are not noticed");
                Self { inbox: None }
            }
        }
    }

    /// Watches these folders too.
    ///
    /// When a folder changed after the watch was started, it is reported once its own watch stands,
    /// so that nothing is lost between looking at it and watching it. The system tells of each file
    /// that is opened in a watched folder, which costs about 10 µs a file: before many are read,
    /// it is cheaper to read first and to compare once the watches stand.
    pub fn add(&self, folders: Vec<RepoPath>) {
        self.order(Order::Add(folders));
    }

    /// Stops watching these folders.
    pub fn remove(&self, folders: Vec<RepoPath>) {
        self.order(Order::Remove(folders));
    }

    /// Changes where `HEAD` is expected, such as after `git init`.
    pub fn set_git_dir(&self, git_dir: Option<PathBuf>) {
        self.order(Order::GitDir(git_dir));
    }

    fn order(&self, order: Order) {
        if let Some(inbox) = &self.inbox {
            inbox.order(order);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Not joined: the sink may be waiting for the very thread that drops this.
        self.order(Order::Stop);
    }
}

#[cfg(test)]
mod tests;
