//! The context as one text: read, written and counted on a thread of its own.

mod write;

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::oneshot;

use self::write::{Part, written};
use super::run::{Engine, reply};
use crate::{
    count::{Worker, is_binary},
    model::{
        Answer, Bytes, ContextFormat, ContextText, Encoding, Mark, MarkLevel, Millis, NodeId,
        Refusal, RepoPath, Shown, TextWanted, catch_panic,
    },
    walk::Reader,
};

/// A context of more bytes is not put together: no model reads as much.
const LARGEST: Bytes = Bytes(128 << 20);

/// What is to be put together.
struct Wanted {
    root: PathBuf,
    name: String,
    max_file: Bytes,
    marked: Vec<(RepoPath, MarkLevel)>,
    format: ContextFormat,
    encoding: Encoding,
    text: TextWanted,
}

impl Engine {
    /// Answers with the totals of the context.
    pub(super) fn answer_context(&mut self, back: oneshot::Sender<Result<Answer, Refusal>>) {
        reply(back, self.of_repository(|engine| Answer::Context(engine.tree.context())));
    }

    /// Answers with the context as a text, later.
    pub(super) fn answer_context_text(
        &mut self,
        (format, text): (ContextFormat, TextWanted),
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let began = self.now();
        let Some(repository) = &self.repository else {
            return reply(back, Err(Refusal::NoRepository));
        };
        let name = repository.root.file_name().unwrap_or_default().to_string_lossy();
        let (name, root) = (Shown::text(&name).to_string(), repository.root.clone());
        // Before any path is put together: of a million files that takes a while.
        if self.marked_bytes() > LARGEST {
            let what = format!("the context: it has more than {} MiB", LARGEST.0 >> 20);
            return reply(back, Err(Refusal::Unreadable(what)));
        }
        let marked = self.marked_levels();
        let encoding = self.tree.encoding();
        let max_file = self.workshop.max_file;
        let wanted = Wanted { root, name, max_file, marked, format, encoding, text };
        let mut worker = self.workshop.counter.worker();
        let (clock, version) = (Arc::clone(&self.clock), self.tree.context().version);
        self.in_background("larder-context", move || {
            let made = catch_panic(|| put_together(&wanted, &mut worker));
            let failed =
                |why: String| Refusal::Unreadable(format!("the context: {}", Shown::text(&why)));
            let answer = made.unwrap_or_else(Err).map_err(failed);
            let took = millis(clock.monotonic().saturating_sub(began));
            let stamped = |text| ContextText { version, took, ..text };
            reply(back, answer.map(|text| Answer::ContextText(Box::new(stamped(text)))));
        });
    }

    /// Returns the bytes of what is sent whole.
    fn marked_bytes(&self) -> Bytes {
        let mut bytes = 0;
        self.tree.each_file(NodeId::ROOT, |id, file| {
            if file.marked && self.tree.mark_of(id) == Mark::All {
                bytes += file.fingerprint.size.0;
            }
        });
        Bytes(bytes)
    }

    /// Returns what is marked, by path.
    fn marked_levels(&self) -> Vec<(RepoPath, MarkLevel)> {
        let mut marked = Vec::new();
        self.tree.each_file(NodeId::ROOT, |id, _| {
            let level = match self.tree.mark_of(id) {
                Mark::All => MarkLevel::Whole,
                Mark::Name => MarkLevel::Name,
                Mark::None | Mark::Some => return,
            };
            marked.push((self.tree.path(id), level));
        });
        marked.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        marked
    }
}

fn millis(time: Duration) -> Millis {
    Millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

fn put_together(wanted: &Wanted, worker: &mut Worker) -> Result<ContextText, String> {
    let mut reader = Reader::new();
    let mut left_out = Vec::new();
    let mut parts = Vec::new();
    for (path, level) in &wanted.marked {
        if *level == MarkLevel::Name {
            parts.push(Part { path, content: None });
            continue;
        }
        match reader.read(&wanted.root, path, wanted.max_file) {
            Ok(file) if is_binary(file.bytes) => {
                left_out.push((path.clone(), "it is no text".to_owned()));
            }
            Ok(file) => {
                let content = String::from_utf8_lossy(file.bytes).into_owned();
                parts.push(Part { path, content: Some(content) });
            }
            Err(error) => {
                left_out.push((path.clone(), Shown::text(&error.to_string()).to_string()));
            }
        }
    }
    let text = written(wanted.format, &wanted.name, &parts);
    let names = parts.iter().filter(|part| part.content.is_none()).count() as u64;
    Ok(ContextText {
        format: wanted.format,
        bytes: text.len() as u64,
        tokens: worker.count(wanted.encoding, &text).map_err(|error| error.to_string())?,
        encoding: wanted.encoding,
        files: parts.len() as u64 - names,
        names,
        left_out,
        text: if wanted.text == TextWanted::Text { text } else { String::new() },
        // Whoever asked knows these.
        version: 0,
        took: Millis::default(),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::count::{Counter, Options};

    #[test]
    fn the_total_is_counted_on_the_text_that_is_sent() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.rs"), "fn main() {}\n").unwrap();
        fs::write(folder.path().join("b.bin"), "a\0b").unwrap();
        let path = |name: &str| RepoPath::new(name.as_bytes()).unwrap();
        let wanted = |text| Wanted {
            root: folder.path().to_owned(),
            name: "demo".to_owned(),
            max_file: Bytes(1 << 20),
            marked: vec![
                (path("a.rs"), MarkLevel::Whole),
                (path("b.bin"), MarkLevel::Whole),
                (path("c.rs"), MarkLevel::Name),
                (path("gone.rs"), MarkLevel::Whole),
            ],
            format: ContextFormat::Markdown,
            encoding: Encoding::O200kBase,
            text,
        };
        let mut worker = Counter::new(&Options::default()).worker();
        let made = put_together(&wanted(TextWanted::Text), &mut worker).unwrap();
        assert_eq!((made.files, made.names, made.left_out.len()), (1, 1, 2));
        assert_eq!(made.tokens, worker.count(Encoding::O200kBase, &made.text).unwrap());
        let counted = put_together(&wanted(TextWanted::Count), &mut worker).unwrap();
        assert_eq!((counted.text.as_str(), counted.tokens), ("", made.tokens));
        assert_eq!(counted.bytes, made.text.len() as u64);
    }
}
