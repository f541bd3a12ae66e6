//! The repository that a path belongs to.

use std::path::{Path, PathBuf};

use crate::cli::Failure;

/// Returns the nearest folder at or above `path` that holds `.git`, else the folder itself.
pub(super) fn repository_of(path: &Path) -> Result<PathBuf, Failure> {
    let fail =
        |error: std::io::Error| Failure::Path { path: path.to_owned(), reason: error.to_string() };
    let whole = path.canonicalize().map_err(fail)?;
    let folder = if whole.is_dir() { whole } else { whole.parent().unwrap_or(&whole).to_owned() };
    let root = folder.ancestors().find(|folder| folder.join(".git").exists());
    Ok(root.map_or_else(|| folder.clone(), Path::to_owned))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn the_nearest_folder_with_git_is_the_repository() {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("r/.git")).unwrap();
        fs::create_dir_all(root.join("r/a/b")).unwrap();
        fs::write(root.join("r/a/f"), "").unwrap();
        assert_eq!(repository_of(&root.join("r/a/b")).unwrap(), root.join("r"));
        assert_eq!(repository_of(&root.join("r/a/f")).unwrap(), root.join("r"));
        assert_eq!(repository_of(&root).unwrap(), root);
        assert!(repository_of(&root.join("none")).is_err());
    }
}
