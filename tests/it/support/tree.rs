//! A repository made for a test.

use std::{
    fmt::Write as _,
    fs::{self, File, FileTimes, Metadata},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// A folder to be filled.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// Fills this folder.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Returns where an entry lies.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file, with the folders around it.
    pub(crate) fn file(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Makes every file look old: what was written just now is looked at again by the racy rule.
    pub(crate) fn age(&self) {
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(480_000);
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let file = File::options().write(true).open(path).unwrap();
                    file.set_modified(long_ago).unwrap();
                }
            }
        }
    }

    /// Writes so many different files over a few folders.
    pub(crate) fn many(&self, files: u32) {
        for number in 0..files {
            let mut text = String::new();
            for line in 0..=number % 40 {
                writeln!(text, "line {line} of file {number}: some words to be counted").unwrap();
            }
            self.file(format!("d{}/f{number}.txt", number % 17), text);
        }
    }
}

/// Gives a file the times that it had before.
pub(crate) fn restore_times(path: &Path, before: &Metadata) {
    let times = FileTimes::new()
        .set_accessed(before.accessed().unwrap())
        .set_modified(before.modified().unwrap());
    File::options().write(true).open(path).unwrap().set_times(times).unwrap();
}
