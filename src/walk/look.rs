//! A single look: at one entry, or at the rules of one folder.

use std::path::Path;

use super::{Found, Options, fingerprint};
use crate::model::{Fingerprint, RepoPath, Shown};

/// The files whose lines decide what belongs.
const RULE_FILES: [&str; 3] = [".gitignore", ".ignore", ".larderignore"];

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

/// Returns the fingerprints of a folder's own ignore files: when they change, what belongs may.
#[must_use]
pub fn rules_of(root: &Path, folder: &RepoPath) -> Vec<Fingerprint> {
    let folder = root.join(folder.as_path());
    let found = RULE_FILES.iter().filter_map(|name| folder.join(name).symlink_metadata().ok());
    found.map(|metadata| fingerprint(&metadata)).collect()
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

    #[test]
    fn a_changed_ignore_file_changes_the_rules() {
        let folder = tempfile::tempdir().unwrap();
        assert!(rules_of(folder.path(), &RepoPath::root()).is_empty());
        std::fs::write(folder.path().join(".gitignore"), "a").unwrap();
        let first = rules_of(folder.path(), &RepoPath::root());
        std::fs::write(folder.path().join(".gitignore"), "ab").unwrap();
        assert_ne!(first, rules_of(folder.path(), &RepoPath::root()));
    }
}
