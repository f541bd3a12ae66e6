//! Files to read: lines with their running count, made on a thread of its own.

use std::path::PathBuf;

use tokio::sync::oneshot;

use super::{
    run::{Engine, reply},
    syntax::{Language, Lexer},
};
use crate::{
    count::{Worker, cut_before, is_binary},
    model::{
        Answer, Bytes, Encoding, NodeId, Preview, PreviewBody, PreviewLine, PreviewText, Refusal,
        RepoPath, Shown, Tokens, catch_panic,
    },
    walk::{ReadError, Reader},
};

/// Larger files are not shown: a person who reads them wants an editor.
const LARGEST: Bytes = Bytes(4 << 20);

/// Longer lines are cut: no screen is as wide.
const LONGEST_LINE: usize = 1_000;

/// Lines given at most: more than any screen has.
const MOST_LINES: u32 = 4_096;

/// A text without a place to cut is counted in parts of this size, and the counts are estimates.
const LONGEST_TAIL: usize = 16 << 10;

/// What is to be read.
struct Wanted {
    root: PathBuf,
    path: RepoPath,
    encoding: Encoding,
    from: u64,
    len: u32,
}

impl Engine {
    /// Answers with lines of a file, later.
    pub(super) fn answer_preview(
        &mut self,
        node: NodeId,
        (from, len): (u64, u32),
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let Some(repository) = &self.repository else {
            return reply(back, Err(Refusal::NoRepository));
        };
        if self.tree.file(node).is_none() {
            return reply(back, Err(Refusal::UnknownNode(node)));
        }
        let wanted = Wanted {
            root: repository.root.clone(),
            path: self.tree.path(node),
            encoding: self.tree.encoding(),
            from,
            len: len.min(MOST_LINES),
        };
        let mut worker = self.workshop.counter.worker();
        self.in_background("larder-preview", move || {
            let made = catch_panic(|| preview(&wanted, &mut worker));
            let failed = |message: String| {
                let why = format!("reading it panicked: {}", Shown::text(&message));
                Preview {
                    path: wanted.path.clone(),
                    language: String::new(),
                    body: PreviewBody::Nothing(why),
                }
            };
            let preview = made.unwrap_or_else(failed);
            reply(back, Ok(Answer::Preview(Box::new(preview))));
        });
    }
}

fn preview(wanted: &Wanted, worker: &mut Worker) -> Preview {
    let language = Language::of(wanted.path.name());
    let mut reader = Reader::new();
    let body = match reader.read(&wanted.root, &wanted.path, LARGEST) {
        Ok(file) if is_binary(file.bytes) => PreviewBody::Nothing("it is no text".to_owned()),
        Ok(file) => text(wanted, language, &String::from_utf8_lossy(file.bytes), worker)
            .unwrap_or_else(PreviewBody::Nothing),
        Err(ReadError::TooLarge(print)) => PreviewBody::Nothing(format!(
            "it has {} bytes: only files of at most {} MiB are shown here",
            print.size.0,
            LARGEST.0 >> 20
        )),
        Err(error) => PreviewBody::Nothing(Shown::text(&error.to_string()).to_string()),
    };
    let language = language.map(|language| language.name.to_owned()).unwrap_or_default();
    Preview { path: wanted.path.clone(), language, body }
}

fn text(
    wanted: &Wanted,
    language: Option<&'static Language>,
    text: &str,
    worker: &mut Worker,
) -> Result<PreviewBody, String> {
    let mut count = |part: &str| {
        worker
            .count(wanted.encoding, part)
            .map_err(|error| Shown::text(&error.to_string()).to_string())
    };
    let mut running = Running::default();
    let mut lexer = language.map(Lexer::new);
    let mut lines = Vec::new();
    let (mut end, mut total) = (0, 0);
    let last = wanted.from.saturating_add(u64::from(wanted.len));
    for line in text.split_inclusive('\n') {
        end += line.len();
        let at = total;
        total += 1;
        if at >= last {
            continue;
        }
        let line = line.trim_end_matches(['\n', '\r']);
        let spans = lexer.as_mut().map(|lexer| lexer.line(line)).unwrap_or_default();
        running.move_on(text, end, &mut count)?;
        if at >= wanted.from {
            let tokens = Tokens(running.tokens.0 + count(&text[running.cut..end])?.0);
            let shown = &line[..line.floor_char_boundary(LONGEST_LINE)];
            let cut = shown.len() < line.len();
            lines.push(PreviewLine { text: shown.to_owned(), cut, tokens, spans });
        }
    }
    Ok(PreviewBody::Text(PreviewText {
        encoding: wanted.encoding,
        tokens: count(text)?,
        exact: !running.estimated,
        total,
        from: wanted.from.min(total),
        lines,
    }))
}

/// The count up to the last place at which a cut changes no count.
#[derive(Default)]
struct Running {
    cut: usize,
    tokens: Tokens,
    estimated: bool,
}

impl Running {
    /// Moves on to the last such place before `end`.
    fn move_on(
        &mut self,
        text: &str,
        end: usize,
        count: &mut impl FnMut(&str) -> Result<Tokens, String>,
    ) -> Result<(), String> {
        let cut = match cut_before(text.as_bytes(), self.cut, end) {
            Some(cut) => cut,
            None if end - self.cut > LONGEST_TAIL => {
                self.estimated = true;
                end
            }
            None => return Ok(()),
        };
        self.tokens += count(&text[self.cut..cut])?;
        self.cut = cut;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
