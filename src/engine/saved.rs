//! The tasks that survive a restart: one small JSON file, replaced as a whole.
//!
//! Deliberately not here: which tasks are worth keeping, which the queue says.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::model::{Priority, RepoPath, TaskId, TaskKind};

/// The form of the file; another form is not read.
const VERSION: u32 = 1;

/// The most tasks that are kept, some two megabytes; the rest is found again by the walk.
pub const SAVED_LIMIT: usize = 16_384;

/// No file of ours is longer, even if every path is as long as paths get.
const FILE_LIMIT: u64 = 128 << 20;

/// A task that was not done when the engine ended.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SavedTask {
    /// What it does.
    pub kind: TaskKind,
    /// What it is about; its node has another number after a restart.
    pub path: RepoPath,
    /// How soon it is wanted.
    pub priority: Priority,
    /// Attempts begun.
    pub attempts: u32,
    /// What went wrong last, safe to show.
    pub error: Option<String>,
}

/// What is kept of a queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SavedQueue {
    /// The first id that was never given to a task.
    pub next_id: TaskId,
    /// The tasks, in the order they would run.
    pub tasks: Vec<SavedTask>,
}

impl Default for SavedQueue {
    fn default() -> Self {
        Self { next_id: TaskId(1), tasks: Vec::new() }
    }
}

/// Why tasks were not read or written.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The file is there but cannot be read.
    #[error("the saved tasks at {path} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("the tasks cannot be saved at {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no JSON of ours.
    #[error("the saved tasks are damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// The file is of another larder.
    #[error("the saved tasks have version {found}, this larder reads version {VERSION}")]
    Version {
        /// The version that the file names.
        found: u64,
    },
    /// The file is longer than any that was written by a larder.
    #[error("the saved tasks take more than {limit} bytes")]
    TooLong {
        /// The most that is read.
        limit: u64,
    },
    /// Some tasks of a file that is otherwise well make no sense, or are too many.
    #[error("{0} of the saved tasks were left out")]
    LeftOut(usize),
}

/// What was read, and why it is not all there was. A warning is never a reason not to start.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The queue as far as it could be read.
    pub queue: SavedQueue,
    /// What was wrong with the rest.
    pub warning: Option<SavedError>,
}

impl From<SavedError> for Loaded {
    fn from(warning: SavedError) -> Self {
        Self { queue: SavedQueue::default(), warning: Some(warning) }
    }
}

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    next_id: TaskId,
    tasks: &'a [SavedTask],
}

/// The part of the file that every version has.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

/// The file as it is read: each task apart, so that a bad one costs only itself.
#[derive(Deserialize)]
struct Found {
    next_id: TaskId,
    tasks: Vec<serde_json::Value>,
}

impl SavedQueue {
    /// Returns the content of the file.
    ///
    /// # Errors
    /// Fails never in practice: every value here has a form in JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, SavedError> {
        let written = Written { version: VERSION, next_id: self.next_id, tasks: &self.tasks };
        Ok(serde_json::to_vec(&written)?)
    }

    /// Returns what `bytes` hold: nothing with a warning when they are damaged or of another version.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Loaded {
        let head: Head = match serde_json::from_slice(bytes) {
            Ok(head) => head,
            Err(error) => return SavedError::Damaged(error).into(),
        };
        if head.version != u64::from(VERSION) {
            return SavedError::Version { found: head.version }.into();
        }
        let found: Found = match serde_json::from_slice(bytes) {
            Ok(found) => found,
            Err(error) => return SavedError::Damaged(error).into(),
        };
        let all = found.tasks.len();
        let tasks: Vec<SavedTask> = found
            .tasks
            .into_iter()
            .take(SAVED_LIMIT)
            .filter_map(|task| serde_json::from_value(task).ok())
            .collect();
        let left_out = all - tasks.len();
        let warning = (left_out > 0).then_some(SavedError::LeftOut(left_out));
        Loaded { queue: Self { next_id: found.next_id, tasks }, warning }
    }

    /// Reads the file at `path`; a missing one is an empty queue.
    #[must_use]
    pub fn load(path: &Path) -> Loaded {
        match read(path) {
            Ok(Some(bytes)) if bytes.len() as u64 > FILE_LIMIT => {
                SavedError::TooLong { limit: FILE_LIMIT }.into()
            }
            Ok(Some(bytes)) => Self::from_json(&bytes),
            Ok(None) => Loaded::default(),
            Err(source) => SavedError::Read { path: path.to_owned(), source }.into(),
        }
    }

    /// Replaces the file at `path` as a whole, for the user alone to read.
    ///
    /// # Errors
    /// Fails when the folder cannot be written; the file is then as it was.
    pub fn save(&self, path: &Path) -> Result<(), SavedError> {
        let bytes = self.to_json()?;
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".tmp");
        let temporary = PathBuf::from(temporary);
        replace(path, &temporary, &bytes).map_err(|source| {
            // What is left of it is removed by the next save at the latest.
            let _ = fs::remove_file(&temporary);
            SavedError::Write { path: path.to_owned(), source }
        })
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)?;
    // The rename itself reaches the disk with the folder.
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests;
