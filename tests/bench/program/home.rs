//! An empty home for the program, with a cache of its own.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A home without settings.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    /// Makes an empty home.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// Returns what the program hears of its surroundings.
    pub(crate) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let below = |name| self.folder.path().join(name).into_os_string();
        vec![
            ("HOME", self.folder.path().into()),
            ("XDG_CACHE_HOME", below("cache")),
            ("XDG_STATE_HOME", below("state")),
            ("XDG_DATA_HOME", below("data")),
            ("XDG_CONFIG_HOME", below("config")),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("LARDER_LOG", "info".into()),
        ]
    }

    /// Removes everything that is cached.
    pub(crate) fn forget(&self) {
        for name in ["cache", "state"] {
            fs::remove_dir_all(self.folder.path().join(name)).ok();
        }
    }

    /// Counts a folder in a process of its own.
    pub(crate) fn count(&self, folder: &Path, args: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
        command.arg("count").args(args).arg(folder).env_clear().envs(self.environment());
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "larder count {args:?} {}: {status}", folder.display());
    }

    /// Returns a number that the dashboard logged when it was left, as in `slowest=1.5ms`.
    pub(crate) fn logged(&self, name: &str) -> Option<String> {
        let log = fs::read_to_string(self.log()).ok()?;
        let line = log.lines().rfind(|line| line.contains("the dashboard was left"))?;
        let mut words = line.split_whitespace();
        words.find_map(|word| Some(word.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("state/larder/log/larder.log")
    }
}
