//! What git's own files say, read without running git: the branch, and where `HEAD` lives.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use rustix::fs::CWD;

use crate::model::Shown;

use super::{filter::join, folder::read_small};

/// Digits of a commit that are shown, as git does.
const SHORT_COMMIT: usize = 7;

/// Returns the branch of the repository that holds `root`, or the short commit when detached.
///
/// The text is safe to show. `None` outside git, and where `HEAD` cannot be understood.
#[must_use]
pub fn branch(root: &Path) -> Option<String> {
    let head = git_dir(root)?.join("HEAD");
    // Old versions of git made it a link.
    if let Ok(target) = fs::read_link(&head) {
        return name_of(target.as_os_str().as_bytes());
    }
    parse_head(&read(&head)?)
}

/// Returns the folder in which the `HEAD` of the repository around `root` lives.
///
/// In a worktree or a submodule that is not the `.git` beside the files, and it may lie elsewhere.
#[must_use]
pub fn git_dir(root: &Path) -> Option<PathBuf> {
    let root = root.canonicalize().ok()?;
    root.ancestors().find_map(|folder| {
        let inside = resolve(folder).filter(|dir| is_git_dir(dir));
        inside.or_else(|| {
            (is_git_dir(folder) && folder.join("objects").is_dir()).then(|| folder.into())
        })
    })
}

/// Returns true when `folder` holds a `.git` of any sort, valid or not.
pub(super) fn has_git(folder: &[u8]) -> bool {
    let path = join(folder, b".git");
    rustix::fs::lstat(OsStr::from_bytes(&path)).is_ok()
}

/// Returns where the private excludes of the repository at `folder` are, which need not exist.
pub(super) fn exclude_file(folder: &Path) -> Option<PathBuf> {
    let dir = resolve(folder)?;
    // A worktree shares all but its HEAD with the repository that it was made from.
    let common = read(&dir.join("commondir")).map(|text| dir.join(as_path(&text)));
    Some(common.unwrap_or(dir).join("info/exclude"))
}

/// Returns the folder that `.git` in `folder` is or points at.
fn resolve(folder: &Path) -> Option<PathBuf> {
    let dot_git = folder.join(".git");
    if dot_git.is_dir() {
        return Some(dot_git);
    }
    let text = read(&dot_git)?;
    Some(folder.join(as_path(text.strip_prefix(b"gitdir:")?)))
}

fn is_git_dir(dir: &Path) -> bool {
    fs::symlink_metadata(dir.join("HEAD")).is_ok_and(|head| head.is_file() || head.is_symlink())
}

fn read(path: &Path) -> Option<Vec<u8>> {
    read_small(CWD, path.as_os_str().as_bytes()).ok()?
}

fn as_path(text: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(text.trim_ascii()))
}

fn parse_head(text: &[u8]) -> Option<String> {
    let text = text.trim_ascii();
    if let Some(name) = text.strip_prefix(b"ref:") {
        return name_of(name.trim_ascii());
    }
    let is_commit = matches!(text.len(), 40 | 64) && text.iter().all(u8::is_ascii_hexdigit);
    is_commit.then(|| Shown::bytes(&text[..SHORT_COMMIT]).to_string())
}

fn name_of(reference: &[u8]) -> Option<String> {
    let name = reference.strip_prefix(b"refs/heads/").unwrap_or(reference);
    // What repositories with the `reftable` format write there; the true name is in a table.
    (!name.is_empty() && name != b".invalid").then(|| Shown::bytes(name).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_branches_commits_or_nothing() {
        let commit = b"0123456789abcdef0123456789abcdef01234567\n";
        for (text, expected) in [
            (&b"ref: refs/heads/main\n"[..], Some("main")),
            (b"ref: refs/heads/fix/long-name", Some("fix/long-name")),
            (b"ref: refs/remotes/origin/x\n", Some("refs/remotes/origin/x")),
            (commit, Some("0123456")),
            (b"ref: refs/heads/.invalid\n", None),
            (b"ref: refs/heads/a\x1b[31m\n", Some("a\\x1b[31m")),
            (b"", None),
            (b"nonsense", None),
        ] {
            assert_eq!(parse_head(text).as_deref(), expected);
        }
    }

    #[test]
    fn the_branch_is_found_from_a_folder_inside() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(".git")).unwrap();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        assert_eq!(branch(&root.path().join("a/b")).as_deref(), Some("main"));
        assert_eq!(git_dir(root.path()), Some(root.path().canonicalize().unwrap().join(".git")));
    }

    #[test]
    fn a_worktree_has_a_branch_of_its_own() {
        let root = tempfile::tempdir().unwrap();
        let main = root.path().join("main/.git/worktrees/two");
        fs::create_dir_all(&main).unwrap();
        fs::create_dir_all(root.path().join("two")).unwrap();
        fs::write(root.path().join("main/.git/HEAD"), "ref: refs/heads/one").unwrap();
        fs::write(main.join("HEAD"), "ref: refs/heads/two").unwrap();
        fs::write(main.join("commondir"), "../..\n").unwrap();
        let link = format!("gitdir: {}\n", main.display());
        fs::write(root.path().join("two/.git"), link).unwrap();
        assert_eq!(branch(&root.path().join("two")).as_deref(), Some("two"));
        let exclude = exclude_file(&root.path().join("two")).unwrap();
        assert!(exclude.ends_with("main/.git/worktrees/two/../../info/exclude"));
    }

    #[test]
    fn a_submodule_points_at_its_git_folder_by_a_relative_path() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join(".git/modules/sub");
        fs::create_dir_all(&dir).unwrap();
        fs::create_dir(root.path().join("sub")).unwrap();
        fs::write(dir.join("HEAD"), "ref: refs/heads/inner").unwrap();
        fs::write(root.path().join("sub/.git"), "gitdir: ../.git/modules/sub\n").unwrap();
        assert_eq!(branch(&root.path().join("sub")).as_deref(), Some("inner"));
    }

    #[test]
    fn a_bare_repository_is_its_own_git_folder() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("objects")).unwrap();
        fs::write(root.path().join("HEAD"), "ref: refs/heads/bare").unwrap();
        assert_eq!(branch(root.path()).as_deref(), Some("bare"));
    }

    #[test]
    fn a_git_folder_without_a_head_is_none() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".git")).unwrap();
        assert_eq!(branch(root.path()), None);
        assert!(has_git(root.path().as_os_str().as_bytes()));
    }
}
