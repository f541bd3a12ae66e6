//! What the dashboard remembers of a repository from one sitting to the next, and the contexts
//! that were saved under a name: small JSON files in the folder for state.
//!
//! A file that cannot be read is left alone, and the dashboard begins as if there were none.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{panes::tree::Bars, saved::Saved, screens::Screen};
use crate::model::{MarkLevel, Order, RepoPath, Sort};

/// Marked files.
pub(super) type Marks = Vec<(RepoPath, MarkLevel)>;

/// Larger files are none of ours.
const LARGEST: u64 = 16 << 20;

/// The longest name of a saved context.
const LONGEST_NAME: usize = 64;

/// What is remembered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Remembered {
    /// Open folders, the ones further out first.
    pub(crate) open: Vec<RepoPath>,
    /// The order of the tree.
    pub(crate) sort: Sort,
    /// Its direction.
    pub(crate) order: Order,
    /// What is drawn beside names.
    pub(crate) bars: Bars,
    /// The screen in front.
    pub(crate) screen: Screen,
    /// What was marked.
    pub(crate) marks: Vec<(RepoPath, MarkLevel)>,
}

/// The folder in which a repository's things are kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Keepsakes {
    folder: PathBuf,
}

impl Keepsakes {
    /// Keeps the things of the repository at `root` below the folder for state.
    #[must_use]
    pub fn of(state: &Path, root: &Path) -> Self {
        use std::os::unix::ffi::OsStrExt as _;
        let name = blake3::hash(root.as_os_str().as_bytes()).to_hex();
        Self { folder: state.join("dashboards").join(&name[..16]) }
    }

    /// Returns what is remembered; `None` when this is the first time, or it cannot be read.
    #[must_use]
    pub fn load(&self) -> Option<Remembered> {
        match read(&self.folder.join("last.json")) {
            Ok(remembered) => Some(remembered),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "what is remembered of this repository cannot be read");
                None
            }
        }
    }

    /// Remembers this.
    pub(super) fn save(&self, remembered: &Remembered) -> io::Result<()> {
        write(&self.folder, "last.json", remembered)
    }

    /// Saves marks under a name.
    pub(super) fn save_context(&self, name: &str, marks: &Marks) -> io::Result<()> {
        write(&self.contexts(), &file_of(name)?, marks)
    }

    /// Returns the marks that were saved under a name.
    pub(super) fn load_context(&self, name: &str) -> io::Result<Marks> {
        let missing = || {
            let known = self.names().join(", ");
            let known = if known.is_empty() { "none is saved".to_owned() } else { known };
            io::Error::other(format!("no context has this name; there are: {known}"))
        };
        match read(&self.contexts().join(file_of(name)?)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing()),
            marks => marks,
        }
    }

    /// Deletes the marks that were saved under a name.
    pub(super) fn delete_context(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.contexts().join(file_of(name)?))
    }

    /// Returns what is known of the context that was saved under a name, when there is one.
    pub(super) fn saved(&self, name: &str) -> Option<Saved> {
        let path = self.contexts().join(file_of(name).ok()?);
        fs::symlink_metadata(&path).ok()?;
        let files = read::<Marks>(&path).ok().map(|marks| marks.len() as u64);
        Some(Saved { name: name.to_owned(), files })
    }

    /// Returns all saved contexts, by name.
    pub(super) fn all_saved(&self) -> Vec<Saved> {
        self.names().iter().filter_map(|name| self.saved(name)).collect()
    }

    fn contexts(&self) -> PathBuf {
        self.folder.join("contexts")
    }

    /// Returns the names of all saved contexts.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.contexts()).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| {
            Some(entry.file_name().to_str()?.strip_suffix(".json")?.to_owned())
        });
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }
}

/// Returns the file for a name; a name that could lead elsewhere is refused.
fn file_of(name: &str) -> io::Result<String> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
    if name.len() > LONGEST_NAME || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(io::Error::other("a name has letters, digits, blanks, `-`, `_` and `.`"));
    }
    Ok(format!("{name}.json"))
}

/// Reads a small file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let meta = fs::symlink_metadata(path)?;
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(io::Error::other("it is no small file"));
    }
    serde_json::from_slice(&fs::read(path)?).map_err(io::Error::from)
}

/// Replaces a file in one step, for the user alone to read.
pub(super) fn write(folder: &Path, name: &str, value: &impl Serialize) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let tmp = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let bytes = serde_json::to_vec(value)?;
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&tmp)
        .and_then(|mut file| file.write_all(&bytes))
        .and_then(|()| fs::rename(&tmp, folder.join(name)));
    if written.is_err() {
        // What failed is reported; a leftover is in nobody's way.
        drop(fs::remove_file(&tmp));
    }
    written
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    fn path(text: &[u8]) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    #[test]
    fn what_is_remembered_comes_back_and_is_for_the_user_alone() {
        let folder = TempDir::new().unwrap();
        let keep = Keepsakes::of(folder.path(), Path::new("/home/ada/django"));
        assert_eq!(keep.load(), None);
        let remembered = Remembered {
            open: vec![path(b"src"), path(b"not-utf8-\xff")],
            sort: Sort::Name,
            order: Order::Reverse,
            bars: Bars::Percent,
            screen: Screen::Log,
            marks: vec![(path(b"a.rs"), MarkLevel::Name)],
        };
        keep.save(&remembered).unwrap();
        assert_eq!(keep.load(), Some(remembered));
        let other = Keepsakes::of(folder.path(), Path::new("/home/ada/flask"));
        assert_eq!(other.load(), None);
        let mode = fs::metadata(keep.folder.join("last.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_or_foreign_file_is_as_good_as_none() {
        let folder = TempDir::new().unwrap();
        let keep = Keepsakes::of(folder.path(), Path::new("/r"));
        keep.save(&Remembered::default()).unwrap();
        let file = keep.folder.join("last.json");
        for text in ["", "{", "[1]", "{\"sort\": \"sideways\"}", "\0\0\0"] {
            fs::write(&file, text).unwrap();
            assert_eq!(keep.load(), None, "{text}");
        }
        fs::write(&file, "{\"later\": 1}").unwrap();
        assert_eq!(keep.load(), Some(Remembered::default()));
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        assert_eq!(keep.load(), None);
    }

    #[test]
    fn contexts_have_names_that_lead_nowhere_else() {
        let folder = TempDir::new().unwrap();
        let keep = Keepsakes::of(folder.path(), Path::new("/r"));
        let marks = vec![(path(b"a.rs"), MarkLevel::Whole)];
        keep.save_context("release notes", &marks).unwrap();
        assert_eq!(keep.load_context("release notes").unwrap(), marks);
        let missing = keep.load_context("other").unwrap_err().to_string();
        assert!(missing.contains("release notes"), "{missing}");
        let saved = Saved { name: "release notes".to_owned(), files: Some(1) };
        fs::write(keep.contexts().join("bad.json"), "{").unwrap();
        let bad = Saved { name: "bad".to_owned(), files: None };
        assert_eq!(keep.all_saved(), [bad, saved.clone()]);
        assert_eq!((keep.saved("release notes"), keep.saved("other")), (Some(saved), None));
        keep.delete_context("bad").unwrap();
        assert!(keep.delete_context("bad").is_err() && keep.delete_context("../last").is_err());
        assert_eq!(keep.all_saved().len(), 1);
        for name in ["../evil", ".hidden", "a/b", &"x".repeat(65), "a\u{1b}b"] {
            assert!(keep.save_context(name, &marks).is_err(), "{name}");
        }
    }
}
