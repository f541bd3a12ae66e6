//! Folding a worktree of git into its repository, so that a project is one however many worktrees
//! its agents work in.

use std::{
    collections::HashMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// A `.git` file that is larger is none, nor is what it leads to.
const LARGEST_LINK: u64 = 16 << 10;

/// The projects that were seen, with where they belong.
#[derive(Debug, Default)]
pub(super) struct Projects {
    known: HashMap<String, String>,
}

impl Projects {
    /// Returns the folder in the repository that a folder in a worktree stands for; any other
    /// folder is returned as it is.
    pub(super) fn fold(&mut self, project: String) -> String {
        if !project.starts_with('/') {
            return project;
        }
        if let Some(folded) = self.known.get(&project) {
            return folded.clone();
        }
        let folded = repository_of(Path::new(&project))
            .and_then(|path| path.into_os_string().into_string().ok())
            .unwrap_or_else(|| project.clone());
        self.known.insert(project, folded.clone());
        folded
    }
}

/// Returns where a folder in a worktree lies in the repository.
fn repository_of(folder: &Path) -> Option<PathBuf> {
    for root in folder.ancestors() {
        let link = root.join(".git");
        if fs::symlink_metadata(&link).is_err() {
            continue;
        }
        let text = small_file(&link)?;
        let git_folder = root.join(text.strip_prefix("gitdir:")?.trim());
        // Only worktrees have this; the `.git` file of a submodule leads to a repository.
        let common = small_file(&git_folder.join("commondir"))?;
        let common = fs::canonicalize(git_folder.join(common.trim())).ok()?;
        let repository = if common.file_name()? == ".git" { common.parent()? } else { &common };
        let rest = folder.strip_prefix(root).ok()?;
        return Some(if rest.as_os_str().is_empty() {
            repository.to_owned()
        } else {
            repository.join(rest)
        });
    }
    None
}

/// Returns the text of a small file; a repository may have put something without an end there.
fn small_file(path: &Path) -> Option<String> {
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LARGEST_LINK + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= LARGEST_LINK).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worktree_is_folded_into_its_repository_and_a_submodule_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("app/.git/worktrees/fix/commondir", "../..\n");
        write("fix/.git", &format!("gitdir: {}/app/.git/worktrees/fix\n", root.display()));
        write("fix/src/x", "");
        write("app/.git/modules/lib/HEAD", "");
        write("app/lib/.git", "gitdir: ../.git/modules/lib\n");
        let mut projects = Projects::default();
        let mut fold = |path: &str| {
            let folded = projects.fold(root.join(path).to_string_lossy().into_owned());
            Path::new(&folded).strip_prefix(&root).unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(fold("fix"), "app");
        assert_eq!(fold("fix/src"), "app/src");
        assert_eq!(fold("fix/gone/long/ago"), "app/gone/long/ago");
        assert_eq!(fold("app"), "app");
        assert_eq!(fold("app/lib"), "app/lib");
        assert_eq!(fold("elsewhere"), "elsewhere");
        assert_eq!(projects.fold(String::new()), "", "an unknown project stays unknown");
    }
}
