//! What goes to the outside besides frames: the clipboard and the editor.

use std::{io, os::unix::ffi::OsStrExt as _, path::PathBuf};

use super::{
    clipboard::{self, Multiplexer},
    editor,
    input::Turn,
    settings::Settings,
    terminal::Prepared,
};
use crate::model::RepoPath;

/// The way to the outside.
#[derive(Debug)]
pub(super) struct Outside {
    root: PathBuf,
    editor: String,
    multiplexer: Multiplexer,
    turn: Turn,
    /// Signals to stop that are on their way, and were obeyed with the editor already.
    stops: u32,
    /// What goes to the clipboard with the next frame.
    copied: Vec<u8>,
}

impl Outside {
    /// Returns the way that the settings describe.
    pub(super) fn new(settings: &Settings, turn: Turn) -> Self {
        let Settings { root, editor, multiplexer, .. } = settings.clone();
        Self { root, editor, multiplexer, turn, stops: 0, copied: Vec::new() }
    }

    /// Puts a text into the clipboard with the next frame.
    pub(super) fn copy(&mut self, text: &[u8]) {
        self.copied = clipboard::sequence(text, self.multiplexer);
    }

    /// Returns a frame with what is to be copied before it.
    pub(super) fn with_copied(&mut self, frame: Option<Vec<u8>>) -> Option<Vec<u8>> {
        if self.copied.is_empty() {
            return frame;
        }
        let mut bytes = std::mem::take(&mut self.copied);
        bytes.extend(frame.unwrap_or_default());
        Some(bytes)
    }

    /// Returns true when a signal to stop was obeyed already.
    pub(super) fn has_stopped(&mut self) -> bool {
        let has = self.stops > 0;
        self.stops = self.stops.saturating_sub(1);
        has
    }

    /// Gives the terminal to the editor until it ends.
    pub(super) async fn edit(&mut self, prepared: &Prepared, path: &RepoPath) -> io::Result<()> {
        let file = self.root.join(std::ffi::OsStr::from_bytes(path.as_bytes()));
        let (command, turn) = (self.editor.clone(), self.turn.clone());
        prepared.lend();
        let edited = tokio::task::spawn_blocking(move || {
            let _theirs = turn.take();
            editor::edit(&command, &file)
        });
        let edited = edited.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        prepared.resume()?;
        self.stops += edited?;
        Ok(())
    }
}
