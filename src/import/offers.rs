//! Caches of other tools that lie where those tools put them: what larder offers to take over.
//!
//! Cheap enough for every start: a few places are looked at, nothing is copied and no tree is walked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::model::{Bytes, Offer};

use super::{
    Format, Found, aider,
    database::{self, MAGIC},
    format::{AIDER_FOLDERS, TOKEN_FILES},
    rust_assistant, source, token_sqlite,
};

/// The folder of the token cache in the home.
const TOKEN_HOME: &str = ".overwrite-desktop/cache";

/// Larger databases are not counted for an offer: their pages would have to be read.
const COUNTED: u64 = 64 << 20;

/// Files that are counted at most for an offer.
const FILES: usize = 100_000;

/// Returns the caches that are about the repository at `root`: in it, and in the user's home.
///
/// `caches` is the folder for caches, usually `.cache` in the home. What cannot be read is not
/// offered: it is named when it is imported by its path.
#[must_use]
pub fn find_offers(root: &Path, home: &Path, caches: &Path) -> Vec<Found> {
    // Without a home there is none to look in.
    let home = Some(home).filter(|home| home.is_absolute());
    let mut places = Vec::new();
    let mut place = |format, path: PathBuf| places.push(Found { format, path });
    for name in AIDER_FOLDERS {
        place(Format::AiderTags, root.join(name));
    }
    let tokens = home.map(|home| home.join(TOKEN_HOME));
    for folder in [root.to_owned()].into_iter().chain(tokens) {
        for (name, format) in TOKEN_FILES.iter().zip([Format::TokenSqlite, Format::TokenJson]) {
            place(format, folder.join(name));
        }
    }
    for folder in [root].into_iter().chain(home) {
        let database = folder.join(rust_assistant::FOLDER).join("cache.db");
        place(Format::RustAssistantSqlite, database);
    }
    place(Format::RustAssistantJson, root.join(rust_assistant::FOLDER));
    if let (Ok(root), Some(home)) = (root.canonicalize(), home) {
        let hash = rust_assistant::repository_hash(&root);
        let central = home.join(rust_assistant::FOLDER).join("cache/repos").join(&hash);
        place(Format::RustAssistantJson, central);
        let later = caches.join("rustassistant/repos").join(&hash).join("cache.db");
        place(Format::RustAssistantSqlite, later);
    }
    let mut found: Vec<Found> = Vec::new();
    for one in places {
        if is_there(&one) && !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// Returns true when something lies there that begins as its format does.
fn is_there(found: &Found) -> bool {
    let path = &found.path;
    let begins = |path: &Path, with: &[u8]| {
        path.is_file() && source::head(path, with.len() as u64).is_ok_and(|head| head == with)
    };
    match found.format {
        Format::AiderTags => begins(&path.join(aider::DATABASE), MAGIC),
        Format::TokenSqlite | Format::RustAssistantSqlite => begins(path, MAGIC),
        Format::TokenJson => path.is_file() && source::head(path, 1).is_ok_and(|h| !h.is_empty()),
        Format::RustAssistantJson => path.is_dir() && !rust_assistant::homes(path).is_empty(),
        Format::Larder => false,
    }
}

impl Found {
    /// Returns it as an offer: what it is, where, and how large.
    #[must_use]
    pub fn offer(&self) -> Offer {
        let entries = match self.format {
            Format::AiderTags => {
                count(&self.path.join(aider::DATABASE), aider::TABLE, aider::COUNT)
            }
            Format::TokenSqlite => count(&self.path, token_sqlite::TABLE, token_sqlite::COUNT),
            Format::RustAssistantSqlite => {
                count(&self.path, rust_assistant::TABLE, rust_assistant::COUNT)
            }
            Format::RustAssistantJson => Some(files_of(&self.path)),
            Format::TokenJson | Format::Larder => None,
        };
        let bytes = match self.format {
            Format::AiderTags => size_of(&self.path.join(aider::DATABASE)),
            // Each of its entries is a file, and they were counted.
            Format::RustAssistantJson => Bytes(0),
            Format::TokenSqlite
            | Format::RustAssistantSqlite
            | Format::TokenJson
            | Format::Larder => size_of(&self.path),
        };
        Offer { source: self.path.clone(), tool: self.format.words().to_owned(), entries, bytes }
    }
}

fn size_of(path: &Path) -> Bytes {
    let files = database::files(path);
    Bytes(files.iter().filter_map(|file| file.metadata().ok()).map(|data| data.len()).sum())
}

/// Asks a database for a number, when that is cheap and what it says is all there is.
fn count(path: &Path, table: &str, sql: &str) -> Option<u64> {
    let is_alone = database::files(path).len() == 1;
    if !is_alone || size_of(path).0 > COUNTED {
        return None;
    }
    database::number_in_place(path, table, sql)
}

/// Counts the entries of a cache with a file for each, up to a number nobody reads anyway.
fn files_of(source: &Path) -> u64 {
    let mut files = 0;
    for home in rust_assistant::homes(source) {
        for of in rust_assistant::TYPES {
            let entries = fs::read_dir(home.folder.join(of)).into_iter().flatten().flatten();
            let is_entry = |entry: &fs::DirEntry| {
                entry.path().extension().is_some_and(|ending| ending == "json")
            };
            files += entries.filter(is_entry).take(FILES).count() as u64;
        }
    }
    files
}
