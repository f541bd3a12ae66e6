//! An empty home for the program, and one run of it from start to end.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::Tree;

/// Longer than any run of these tests takes on a busy machine: a hanging program fails its test.
const LONGEST_RUN: Duration = Duration::from_mins(1);

/// A home of its own, with a repository in it.
pub(crate) struct Home {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to standard output.
    pub(crate) out: String,
    /// What it wrote to standard error.
    pub(crate) err: String,
}

impl Home {
    /// Makes an empty home with an empty repository.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("repo/.git")).unwrap();
        Self { folder }
    }

    /// Makes a home whose repository holds these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let home = Self::new();
        for (path, text) in files {
            home.tree().file(path, text);
        }
        home
    }

    /// Returns the home folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the repository's folder.
    pub(crate) fn repo(&self) -> PathBuf {
        self.path().join("repo")
    }

    /// Returns the repository to be filled.
    pub(crate) fn tree(&self) -> Tree {
        Tree::at(self.repo())
    }

    /// Returns the cache folder.
    pub(crate) fn cache(&self) -> PathBuf {
        self.path().join("cache/larder")
    }

    /// Returns the folder of the state.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state/larder")
    }

    /// Returns what the program hears of its surroundings.
    pub(crate) fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let below = |name| self.path().join(name);
        vec![
            ("HOME", self.path().to_owned()),
            ("XDG_CACHE_HOME", below("cache")),
            ("XDG_STATE_HOME", below("state")),
            ("XDG_DATA_HOME", below("data")),
            ("XDG_CONFIG_HOME", below("config")),
            ("LANG", PathBuf::from("C.UTF-8")),
            ("TERM", PathBuf::from("xterm-256color")),
        ]
    }

    /// Returns the program in the repository, with nothing of this environment.
    pub(crate) fn larder<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
        command.args(args).current_dir(self.repo()).env_clear().envs(self.environment());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Run {
        Run::of(&mut self.larder(args))
    }

    /// Runs the program, which must succeed and print JSON.
    pub(crate) fn json<A: AsRef<OsStr>>(&self, args: &[A]) -> Value {
        self.run(args).json()
    }

    /// Counts the repository, through the cache.
    pub(crate) fn count(&self) -> Value {
        self.json(&["count", "--json"])
    }

    /// Counts the repository without the cache, and returns all tokens.
    pub(crate) fn true_total(&self) -> Value {
        self.json(&["count", "--json", "--no-cache"])["total"].clone()
    }

    /// Returns the numbers of the store.
    pub(crate) fn status(&self) -> Value {
        self.json(&["cache", "status", "--json"])
    }

    /// Returns how many counts are cached.
    pub(crate) fn cached(&self) -> u64 {
        let status = self.status();
        let kinds = status["kinds"].as_array().unwrap();
        kinds.iter().map(|kind| kind["entries"].as_u64().unwrap()).sum()
    }

    /// Draws the dashboard once as text.
    pub(crate) fn once(&self, keys: &str, size: &str) -> Run {
        self.run(&[format!("--once={keys}"), "--size".to_owned(), size.to_owned()])
    }

    /// Writes the user's settings.
    pub(crate) fn settings(&self, text: &str) -> PathBuf {
        let folder = self.path().join("config/larder");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("larder.toml");
        fs::write(&path, text).unwrap();
        path
    }
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::of_child(command.spawn().unwrap())
    }

    /// Waits for the end of a process whose outputs are pipes.
    pub(crate) fn of_child(child: Child) -> Self {
        let output = finish(child);
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns what was printed, which must be JSON of a run that succeeded.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts the exit code.
    pub(crate) fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Asserts that standard error holds these words.
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {self:?}");
        }
        self
    }
}

/// Waits for the end of a process, but not forever.
fn finish(child: Child) -> Output {
    let pid = Pid::from_child(&child);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    receiver.recv_timeout(LONGEST_RUN).unwrap_or_else(|_| {
        kill_process(pid, Signal::KILL).unwrap();
        let output = receiver.recv().unwrap();
        panic!("it did not end: {}", String::from_utf8_lossy(&output.stderr))
    })
}

/// Asserts that nobody but its owner can read or write anything below the folder.
pub(crate) fn is_private(folder: &Path) {
    let mode = fs::symlink_metadata(folder).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", folder.display());
    if folder.is_dir() {
        for entry in fs::read_dir(folder).unwrap() {
            is_private(&entry.unwrap().path());
        }
    }
}
