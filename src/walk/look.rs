//! A single look at one entry.

use std::path::Path;

use super::{Found, Options, fingerprint};
use crate::model::{RepoPath, Shown};

/// Returns what lies at `path`; no rule leaves it out, since it was named itself.
#[must_use]
pub fn look(root: &Path, path: &RepoPath, options: &Options) -> Found {
    let metadata = match root.join(path.as_path()).symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            let message = Shown::text(&error.to_string()).to_string();
            return Found::Unreadable { path: path.clone(), message };
        }
    };
    let kind = metadata.file_type();
    if kind.is_symlink() {
        Found::Link(path.clone())
    } else if kind.is_dir() {
        Found::Folder(path.clone())
    } else if kind.is_file() {
        let fingerprint = fingerprint(&metadata);
        let too_large = fingerprint.size > options.max_file_bytes;
        Found::File { path: path.clone(), fingerprint, too_large }
    } else {
        Found::Special(path.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_tells_files_folders_and_links_apart() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), "abc").unwrap();
        std::fs::create_dir(folder.path().join("d")).unwrap();
        std::os::unix::fs::symlink("f", folder.path().join("l")).unwrap();
        let at = |name: &str| {
            look(folder.path(), &RepoPath::new(name.as_bytes()).unwrap(), &Options::default())
        };
        assert!(matches!(at("f"), Found::File { too_large: false, .. }));
        assert!(matches!(at("d"), Found::Folder(_)));
        assert!(matches!(at("l"), Found::Link(_)));
        assert!(matches!(at("missing"), Found::Unreadable { .. }));
    }
}
