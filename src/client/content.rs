//! What names the content of a file, for those who keep results of it.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    engine::{Sha256, default_prompt},
    model::ContentHash,
};

/// Returns the hash of a file's bytes, as the cache names contents.
///
/// # Errors
/// Fails when the file cannot be read.
pub fn content_hash(path: &Path) -> io::Result<ContentHash> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
    Ok(ContentHash(*hasher.finalize().as_bytes()))
}

/// Returns the name under which the cache has a result about a file's content when it was imported
/// from a tool that names contents by SHA-256.
///
/// # Errors
/// Fails when the file cannot be read.
pub fn imported_hash(path: &Path) -> io::Result<ContentHash> {
    Ok(Sha256::of_all(&mut std::fs::File::open(path)?)?.as_content())
}

/// Returns what stands for the prompt of a type when nobody names one: what `RustAssistant` says of
/// its types, nothing for others.
#[must_use]
pub fn prompt_of(of: &str) -> String {
    default_prompt(of).to_owned()
}

/// Returns the repository that a file lies in and the file's path below it; the folder of the
/// file when it lies in none.
#[must_use]
pub fn repository_of(path: &Path) -> (String, String) {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().unwrap_or(Path::new("/"));
    let found = folder.ancestors().find(|above| above.join(".git").exists());
    let root: PathBuf = found.unwrap_or(folder).to_path_buf();
    let below = path.strip_prefix(&root).unwrap_or(&path);
    (root.to_string_lossy().into_owned(), below.to_string_lossy().into_owned())
}
