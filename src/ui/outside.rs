//! What goes to the outside besides frames: the clipboard and the editor.

use std::{
    fs::File,
    io::{self, Write as _},
    os::unix::ffi::OsStrExt as _,
    path::PathBuf,
};

use super::{
    answers::Answers,
    clipboard::{self, Multiplexer},
    context::without,
    editor, format,
    input::Turn,
    message::{Export, Message},
    remembered::{Keepsakes, Marks, Remembered},
    reread::{Place, SettingsNow},
    saved::{Existing, SavedWish},
    settings::Settings,
    terminal::{self, Prepared},
};
use crate::{
    client::Client,
    config::Sources,
    model::{Answer, Command, Mark, MarkChange, MarkLevel, NoticeLevel, Question, RepoPath, Shown},
};

/// The way to the outside.
#[derive(Debug)]
pub(super) struct Outside {
    root: PathBuf,
    editor: String,
    multiplexer: Multiplexer,
    turn: Turn,
    keepsakes: Option<Keepsakes>,
    answers: Option<Answers>,
    /// Where settings come from.
    sources: Sources,
    /// Signals to stop that are on their way, and were obeyed with the editor already.
    stops: u32,
    /// What goes to the clipboard with the next frame.
    copied: Vec<u8>,
}

impl Outside {
    /// Returns the way that the settings describe.
    pub(super) fn new(settings: &Settings, turn: Turn) -> Self {
        let Settings { root, editor, multiplexer, keepsakes, answers, sources, .. } =
            settings.clone();
        let (stops, copied) = (0, Vec::new());
        Self { root, editor, multiplexer, turn, keepsakes, answers, sources, stops, copied }
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
        self.edit_at(prepared, (file, None)).await
    }

    /// Gives the terminal to the editor on a file of settings, whose folder may not be there yet,
    /// and reads all settings again.
    pub(super) async fn edit_settings(
        &mut self,
        prepared: &Prepared,
        place: Place,
    ) -> io::Result<SettingsNow> {
        if let Some(folder) = place.0.parent() {
            std::fs::create_dir_all(folder)?;
        }
        self.edit_at(prepared, place).await?;
        let sources = self.sources.clone();
        let read = tokio::task::spawn_blocking(move || SettingsNow::read(&sources)).await;
        read.map_err(io::Error::other)
    }

    async fn edit_at(&mut self, prepared: &Prepared, place: Place) -> io::Result<()> {
        let (command, turn) = (self.editor.clone(), self.turn.clone());
        terminal::restore();
        let edited = tokio::task::spawn_blocking(move || {
            let _theirs = turn.take();
            editor::edit(&command, &place)
        });
        let edited = edited.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        prepared.resume()?;
        self.stops += edited?;
        Ok(())
    }

    /// Writes a text into a file, relative to where larder was started; returns how that went.
    pub(super) async fn write(&self, export: Export) -> Message {
        let name = Shown::text(&export.path.to_string_lossy()).to_string();
        let bytes = format::bytes(crate::model::Bytes(export.text.len() as u64));
        let written = tokio::task::spawn_blocking(move || {
            let written = write(&export);
            (export, written)
        });
        let (level, text) = match written.await {
            Ok((export, Ok(()))) => {
                let without = without(export.left_out);
                (NoticeLevel::Info, format!("wrote {bytes} into {name}{without}"))
            }
            Ok((export, Err(error)))
                if error.kind() == io::ErrorKind::AlreadyExists && export.path.is_file() =>
            {
                return Message::Exists(export);
            }
            Ok((_, Err(error))) => (NoticeLevel::Error, format!("cannot write {name}: {error}")),
            Err(error) => (NoticeLevel::Error, format!("cannot write {name}: {error}")),
        };
        Message::Said(level, text)
    }

    /// Does what is wished with saved contexts, and returns what there is to tell.
    pub(super) async fn saved(&self, client: &Client, wish: SavedWish) -> Vec<Message> {
        let said = match &wish {
            SavedWish::List => return vec![listed(self.keepsakes.clone()).await],
            SavedWish::Save(name, Existing::Ask) => {
                let known = self.keepsakes.as_ref().and_then(|keep| keep.saved(name));
                match known {
                    Some(known) => return vec![Message::NameTaken(known)],
                    None => self.save_context(client, name).await,
                }
            }
            SavedWish::Save(name, Existing::Replace) => self.save_context(client, name).await,
            SavedWish::Load(name) => self.load_context(client, name).await,
            SavedWish::Delete(name) => {
                let deleted = self.keepsakes().and_then(|keep| keep.delete_context(name));
                said(name, deleted.map(|()| "deleted".to_owned()))
            }
        };
        let said = Message::Said(said.0, said.1);
        match wish {
            SavedWish::Delete(_) => vec![said, listed(self.keepsakes.clone()).await],
            SavedWish::List | SavedWish::Save(..) | SavedWish::Load(_) => vec![said],
        }
    }

    /// Saves what is marked under a name.
    async fn save_context(&self, client: &Client, name: &str) -> Said {
        let marks = marks(client).await;
        let count = marks.len() as u64;
        if count == 0 {
            return (NoticeLevel::Warning, "nothing is marked".to_owned());
        }
        let saved = self.keepsakes().and_then(|keep| keep.save_context(name, &marks));
        said(name, saved.map(|()| format!("saved {}", format::many(count, "file", "files"))))
    }

    /// Marks what was saved under a name, and nothing else.
    async fn load_context(&self, client: &Client, name: &str) -> Said {
        let loaded = match self.keepsakes().and_then(|keep| keep.load_context(name)) {
            Ok(marks) => {
                let count = marks.len() as u64;
                let cleared = client.send(Command::Mark(MarkChange::Clear)).await;
                let marked = client.send(Command::Mark(MarkChange::Paths(marks))).await;
                let marked = cleared.and(marked).map_err(io::Error::other);
                marked.map(|_| format!("marked {}", format::many(count, "file", "files")))
            }
            Err(error) => Err(error),
        };
        said(name, loaded)
    }

    /// Remembers that the caches at these places were imported or declined.
    pub(super) fn answer(&mut self, sources: &[PathBuf]) {
        let Some(answers) = &mut self.answers else { return };
        if let Err(error) = answers.add(sources) {
            tracing::warn!(%error, "the answer cannot be remembered: it will be asked again");
        }
    }

    fn keepsakes(&self) -> io::Result<&Keepsakes> {
        self.keepsakes.as_ref().ok_or_else(|| io::Error::other("nothing is kept here"))
    }

    /// Marks what was marked the last time.
    pub(super) async fn mark_again(client: &Client, marks: Marks) {
        if !marks.is_empty()
            && let Err(error) = client.send(Command::Mark(MarkChange::Paths(marks))).await
        {
            tracing::warn!(%error, "what was marked the last time cannot be marked");
        }
    }

    /// Remembers how the dashboard was left.
    pub(super) async fn remember(&self, client: &Client, mut last: Remembered) {
        let Some(keepsakes) = &self.keepsakes else { return };
        last.marks = marks(client).await;
        if let Err(error) = keepsakes.save(&last) {
            tracing::warn!(%error, "nothing can be remembered of this repository");
        }
    }
}

/// Looks up which contexts are saved.
pub(super) async fn listed(keepsakes: Option<Keepsakes>) -> Message {
    let all = tokio::task::spawn_blocking(move || {
        keepsakes.map(|keep| keep.all_saved()).unwrap_or_default()
    });
    Message::Contexts(all.await.unwrap_or_default())
}

/// What is to be said of what was done.
type Said = (NoticeLevel, String);

fn said(name: &str, done: io::Result<String>) -> Said {
    let name = Shown::text(name);
    match done {
        Ok(done) => (NoticeLevel::Info, format!("{name}: {done}")),
        Err(error) => (NoticeLevel::Error, format!("{name}: {error}")),
    }
}

/// Writes a file; one that is there is replaced only when that was agreed to.
fn write(export: &Export) -> io::Result<()> {
    let mut file = match export.existing {
        Existing::Ask => File::create_new(&export.path)?,
        Existing::Replace => File::create(&export.path)?,
    };
    file.write_all(export.text.as_bytes())
}

/// Returns what is marked now.
async fn marks(client: &Client) -> Marks {
    let everything = Question::Marked { from: 0, len: u32::MAX, filter: None };
    let Ok(Answer::Marked(_, rows)) = client.ask(everything).await else { return Marks::new() };
    let level = |mark| if mark == Mark::Name { MarkLevel::Name } else { MarkLevel::Whole };
    rows.into_iter().map(|row| (row.path, level(row.mark))).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn an_export_says_how_many_marked_files_are_not_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::new(&Settings::default(), Turn::default());
        for (left_out, end) in [(0, "/0.md"), (2, "/2.md, without 2 files that cannot be sent")] {
            let path = folder.path().join(format!("{left_out}.md"));
            let said = outside.write(export(&path, left_out, Existing::Ask)).await;
            let Message::Said(NoticeLevel::Info, said) = said else { panic!("{said:?}") };
            assert!(said.starts_with("wrote 3 B into ") && said.ends_with(end), "{said}");
            assert_eq!(std::fs::read_to_string(path).unwrap(), "abc");
        }
    }

    fn export(path: &Path, left_out: u64, existing: Existing) -> Export {
        Export { path: path.to_owned(), text: "abc".to_owned(), left_out, existing }
    }

    #[tokio::test]
    async fn a_file_that_is_there_is_replaced_only_when_that_was_agreed_to() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::new(&Settings::default(), Turn::default());
        let path = folder.path().join("ask.md");
        std::fs::write(&path, "mine, and longer").unwrap();
        let kept = export(&path, 0, Existing::Ask);
        assert_eq!(outside.write(kept.clone()).await, Message::Exists(kept));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine, and longer");
        let said = outside.write(export(&path, 0, Existing::Replace)).await;
        assert!(matches!(said, Message::Said(NoticeLevel::Info, _)), "{said:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "abc");
        let said = outside.write(export(folder.path(), 0, Existing::Ask)).await;
        assert!(matches!(said, Message::Said(NoticeLevel::Error, _)), "{said:?}");
    }
}
