//! Paths in JSON: text, and the bytes beside it when they are no text.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::RepoPath;

/// A path as `path`, with `path_bytes` in hexadecimal when it is not UTF-8.
#[derive(Debug, Serialize)]
pub(super) struct JsonPath<'p> {
    path: Cow<'p, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
}

impl<'p> JsonPath<'p> {
    /// Returns the path for JSON.
    pub(super) fn of(path: &'p RepoPath) -> Self {
        let text = path.to_text();
        // Borrowed text is the bytes themselves.
        let path_bytes = matches!(text, Cow::Owned(_)).then(|| hex(path.as_bytes()));
        Self { path: text, path_bytes }
    }

    /// Returns text and hexadecimal bytes.
    pub(super) fn into_parts(self) -> (Cow<'p, str>, Option<String>) {
        (self.path, self.path_bytes)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}
