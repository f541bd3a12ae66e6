//! The logs of aider: an analytics log, where its user wants one, and the chat history that lies in
//! each project.
//!
//! Deliberately not here: the history of all that models were sent. It has no counts.

mod analytics;
mod chat;
mod double;
#[cfg(test)]
mod tests;

use std::{
    cell::OnceCell,
    io,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

use super::{
    Found, Listing, Seen, Stop, UsageLog,
    follow::{Tail, follow},
};
use crate::model::Tool;

/// Reads them.
#[derive(Debug)]
pub(super) struct Aider {
    /// Analytics logs.
    analytics: Vec<PathBuf>,
    /// Folders of projects.
    projects: Vec<PathBuf>,
    /// The zone that chat histories are dated in.
    zone: TimeZone,
}

/// The name of the chat history in a project.
const CHAT: &str = ".aider.chat.history.md";

impl Aider {
    /// Reads these analytics logs, and the chat histories of these projects.
    pub(super) fn new(analytics: Vec<PathBuf>, projects: Vec<PathBuf>, zone: TimeZone) -> Self {
        Self { analytics, projects, zone }
    }
}

impl UsageLog for Aider {
    fn tool(&self) -> Tool {
        Tool::Aider
    }

    fn roots(&self) -> Vec<PathBuf> {
        let parents = self.analytics.iter().filter_map(|file| file.parent()).map(Path::to_owned);
        let mut roots: Vec<PathBuf> = parents.chain(self.projects.iter().cloned()).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    fn deep_roots(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    fn is_new_log(&self, file: &Path) -> bool {
        self.list().files.iter().any(|known| known == file)
    }

    fn is_of_repository(&self, file: &Path) -> bool {
        file.file_name().is_some_and(|name| name == CHAT)
    }

    fn list(&self) -> Listing {
        let chats = self.projects.iter().map(|project| project.join(CHAT));
        let all = self.analytics.iter().cloned().chain(chats);
        let there = all.filter_map(|file| file.canonicalize().ok().filter(|file| file.is_file()));
        let mut files: Vec<PathBuf> = there.collect();
        files.sort_unstable();
        files.dedup();
        Listing { files, ..Listing::default() }
    }

    fn read(&self, file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
        let name = name(file);
        if file.file_name().is_none_or(|name| name != CHAT) {
            return follow(
                file,
                seen,
                (Tail::Look, &Stop::default(), found),
                |state, line, sink| {
                    analytics::take(line, state, &name, sink);
                },
            );
        }
        let project = file.parent().unwrap_or(file).to_string_lossy();
        let around = chat::Around {
            name: &name,
            project: &project,
            zone: &self.zone,
            told: OnceCell::new(),
            analytics: &self.analytics,
        };
        follow(file, seen, (Tail::Wait, &Stop::default(), found), |state, line, sink| {
            chat::take(line, state, &around, sink);
        })
    }
}

/// Returns a short name for a file, to build keys from.
fn name(file: &Path) -> String {
    let hash = blake3::hash(file.as_os_str().as_encoded_bytes()).to_hex();
    hash.as_str()[..16].to_owned()
}

/// Returns who serves a model that is named with its provider.
fn provider(model: &str) -> String {
    model.split_once('/').map(|(provider, _)| provider).unwrap_or_default().to_owned()
}
