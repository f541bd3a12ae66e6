//! The files that tools touched between one request and the next.

use serde::{Deserialize, Serialize};

/// A request that touches more files than this is attributed to the first ones: the others would
/// change its shares little, and a key-heavy record costs the ledger for good.
const MOST_FILES: usize = 64;

/// Longer paths than any system takes are no paths.
const LONGEST_PATH: usize = 4096;

/// Files, in the order they were touched.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Touched {
    /// Before the request that is being read.
    #[serde(default, rename = "b", skip_serializing_if = "Vec::is_empty")]
    before: Vec<String>,
    /// Since it began.
    #[serde(default, rename = "s", skip_serializing_if = "Vec::is_empty")]
    since: Vec<String>,
}

impl Touched {
    /// Notes a file.
    pub(super) fn add(&mut self, path: &str) {
        let is_path = !path.is_empty() && path.len() <= LONGEST_PATH;
        if is_path && self.since.len() < MOST_FILES && !self.since.iter().any(|one| one == path) {
            self.since.push(path.to_owned());
        }
    }

    /// Notes that the next request begins.
    pub(super) fn next(&mut self) {
        self.before = std::mem::take(&mut self.since);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.before.clear();
        self.since.clear();
    }

    /// Returns the files touched before the request that is being read.
    pub(super) fn before(&self) -> Vec<String> {
        self.before.clone()
    }
}
