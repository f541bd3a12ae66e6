//! `larder cache invalidate`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        commands::{path::JsonPath, root::repository_of},
        connect::{Session, mismatch},
    },
    client::Keep,
    model::{Answer, Command, NodeId, Question, RepoPath, Shown},
};

/// Forgets what is known of files and folders, and counts them again.
pub(super) fn run(program: &mut Program, paths: &[PathBuf], json: bool) -> Result<Exit, Failure> {
    let root = repository_of(paths.first().map_or(Path::new("."), PathBuf::as_path))?;
    let inside = inside(&root, paths)?;
    let config = program.config(Some(root.clone()), Vec::new())?;
    program.block_on(async |program| {
        let clock = Arc::clone(&program.clock);
        let session = Session::open(&config, Some(&root), Keep::Cache, clock)?;
        let done = invalidate(program, &session, &inside).await;
        session.close(&mut program.output).await;
        done
    })?;
    if json {
        let invalidated = inside.iter().map(JsonPath::of).collect();
        let root = root.to_string_lossy().into_owned();
        program.output.json(&Report { root, invalidated })?;
    } else {
        for path in &inside {
            let shown = Shown::bytes(path.as_bytes());
            program.output.line(format_args!(
                "counted again: {}",
                if path.is_root() { Shown::text(".") } else { shown }
            ))?;
        }
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report<'p> {
    root: String,
    invalidated: Vec<JsonPath<'p>>,
}

async fn invalidate(
    program: &mut Program,
    session: &Session,
    paths: &[RepoPath],
) -> Result<(), Failure> {
    session.usable_cache().await?;
    // The tree must hold the entries before they can be named.
    session.settle(&mut program.output).await?;
    for path in paths {
        let node = if path.is_root() { NodeId::ROOT } else { find(session, path).await? };
        session.run(Command::Invalidate(node), &mut program.output).await?;
    }
    session.settle(&mut program.output).await
}

async fn find(session: &Session, path: &RepoPath) -> Result<NodeId, Failure> {
    let Answer::Found(node) = session.ask(Question::Find(path.clone())).await? else {
        return Err(mismatch());
    };
    node.ok_or_else(|| Failure::Path {
        path: path.as_path().to_owned(),
        reason: "is not among the files that larder counts".to_owned(),
    })
}

/// Returns the paths below the root.
fn inside(root: &Path, paths: &[PathBuf]) -> Result<Vec<RepoPath>, Failure> {
    paths
        .iter()
        .map(|path| {
            let fail = |reason: String| Failure::Path { path: path.clone(), reason };
            let full = whole(path).map_err(|error| fail(error.to_string()))?;
            RepoPath::below(root, &full)
                .ok_or_else(|| fail(format!("is not below {}", root.display())))
        })
        .collect()
}

/// Returns the absolute path of an entry; a link stands for itself, not for what it leads to.
fn whole(path: &Path) -> std::io::Result<PathBuf> {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if path.is_symlink() => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Ok(parent.canonicalize()?.join(name))
        }
        (Some(_) | None, _) => path.canonicalize(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn paths_of_another_folder_are_refused() {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap().join("r");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/f"), "x").unwrap();
        let found = inside(&root, &[root.join("a/f"), root.join("a/../a"), root.clone()]).unwrap();
        let texts: Vec<_> = found.iter().map(|path| path.to_text().into_owned()).collect();
        assert_eq!(texts, ["a/f", "a", ""]);
        assert!(inside(&root, &[folder.path().to_owned()]).is_err());
        assert!(inside(&root, &[root.join("missing")]).is_err());
    }
}
