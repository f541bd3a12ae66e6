//! The project of a log of Gemini CLI, which lies in a folder that only has its short name.

use std::{collections::HashMap, ffi::OsStr, fs, path::Path};

use serde::Deserialize;

/// The list of short names that the tool keeps.
#[derive(Deserialize)]
struct Projects {
    /// From path to short name.
    projects: HashMap<String, String>,
}

/// Returns the folder of the project that the log at `file` belongs to.
pub(super) fn of(file: &Path) -> Option<String> {
    let is_chats = |folder: &&Path| folder.file_name() == Some(OsStr::new("chats"));
    let named = file.ancestors().find(is_chats)?.parent()?;
    if let Ok(root) = fs::read_to_string(named.join(".project_root")) {
        let root = root.trim();
        if !root.is_empty() {
            return Some(root.to_owned());
        }
    }
    let name = named.file_name()?.to_str()?;
    let list = fs::read(named.parent()?.parent()?.join("projects.json")).ok()?;
    let Projects { projects } = serde_json::from_slice(&list).ok()?;
    projects.into_iter().filter(|(_, short)| short == name).map(|(path, _)| path).min()
}
