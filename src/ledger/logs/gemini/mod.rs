//! The logs of Gemini CLI: one file per session, of lines in newer versions, of one JSON value that
//! is rewritten in older ones.
//!
//! Messages that were replaced or taken back were paid for and count.

pub(super) mod headless;
mod line;
mod project;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
};

use memchr::memmem;
use serde::{Deserialize, Serialize};

use self::line::{Message, Record};
use super::{
    Found, Listing, Seen, Stop, UsageLog,
    find::below,
    follow::{Opened, Tail, follow, open},
    lines::Line,
    reason::Reason,
    scan::Text,
    sink::Sink,
    touched::Touched,
    whole::whole,
};
use crate::{
    ledger::{Counts, Request, RequestKey, Service},
    model::Tool,
};

/// Reads them.
#[derive(Debug)]
pub(super) struct Gemini {
    roots: Vec<PathBuf>,
    stop: Stop,
}

/// What is remembered between two lines.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct State {
    session: String,
    /// A folder that the log itself names.
    folder: String,
    /// The message that is being read; its lines are repeated as it fills.
    message: String,
    touched: Touched,
}

/// What the path of a log tells.
#[derive(Debug)]
struct Place {
    /// Names the file in keys.
    name: String,
    session: String,
    project: Option<String>,
}

impl Gemini {
    /// Reads the logs below these folders.
    pub(super) fn new(roots: Vec<PathBuf>) -> Self {
        Self { roots, stop: Stop::default() }
    }

    /// Has it end early when this is asked.
    pub(super) fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }
}

impl UsageLog for Gemini {
    fn tool(&self) -> Tool {
        Tool::Gemini
    }

    fn roots(&self) -> Vec<PathBuf> {
        self.roots.clone()
    }

    fn list(&self) -> Listing {
        below(&self.roots, &is_log)
    }

    fn is_new_log(&self, file: &Path) -> bool {
        is_log(file)
    }

    fn read(&self, file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
        if file.extension().is_some_and(|end| end == "json") {
            return read_whole(file, seen, found);
        }
        let place = Place::of(file);
        follow(file, seen, (Tail::Look, &self.stop, found), |state, line, sink| {
            take(line, state, &place, sink);
        })
    }
}

fn is_log(path: &Path) -> bool {
    let is_json = path.extension().is_some_and(|end| end == "jsonl" || end == "json");
    is_json && path.components().any(|part| part.as_os_str() == "chats")
}

/// Reads a log of one value, from its start whenever it changed.
fn read_whole(file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
    let Some(Opened { file: opened, seen }) = open(file, seen)? else { return Ok(seen.clone()) };
    let mut sink = Sink::new(found);
    match whole(opened)? {
        Some(bytes) => {
            let line = Line { offset: 0, bytes: &bytes };
            take(line, &mut State::default(), &Place::of(file), &mut sink);
        }
        None => sink.skip(Reason::TooLong),
    }
    sink.finish();
    Ok(Seen { offset: 0, state: String::new(), ..seen })
}

/// Takes a line.
fn take(line: Line<'_>, state: &mut State, place: &Place, sink: &mut Sink<'_>) {
    let holds = |needle: &[u8]| memmem::find(line.bytes, needle).is_some();
    let has_tokens = holds(b"\"tokens\"");
    if !has_tokens && !holds(b"\"sessionId\"") {
        return;
    }
    let record = match Record::read(line.bytes) {
        Ok(record) => record,
        Err(_) if has_tokens => return sink.skip(Reason::Broken),
        Err(_) => return,
    };
    if let Some(session) = record.session {
        state.session = session.to_text();
    }
    if let Some(folder) = record.folder {
        state.folder = folder.to_text();
    }
    for (index, message) in record.messages.iter().chain([&record.message]).enumerate() {
        state.message(message, (line.offset, index), place, sink);
    }
}

impl State {
    fn message(
        &mut self,
        message: &Message<'_>,
        (offset, index): (u64, usize),
        place: &Place,
        sink: &mut Sink<'_>,
    ) {
        let Some(tokens) = message.tokens.filter(|_| message.is_answer()) else { return };
        let id = match message.id {
            Some(id) => id.to_text(),
            None => format!("{}:{offset}:{index}", place.name),
        };
        if id != self.message {
            self.touched.next();
            self.message.clone_from(&id);
        }
        let Some(at) = message.at else { return sink.skip(Reason::NoTime) };
        if tokens.total().0 == 0 {
            return sink.skip(Reason::AllZero);
        }
        let session = if self.session.is_empty() { &place.session } else { &self.session };
        sink.request(Request {
            tool: Tool::Gemini,
            key: RequestKey { group: format!("gemini:{session}:{id}"), part: None },
            is_copy: false,
            session: session.clone(),
            project: place.project.clone().unwrap_or_else(|| self.folder.clone()),
            at,
            provider: "google".to_owned(),
            model: message.model.map(Text::to_text).unwrap_or_default(),
            tokens,
            web_searches: 0,
            service: Service::Standard,
            us_only: false,
            recorded: None,
            counts: if message.is_odd { Counts::Estimated } else { Counts::Exact },
            implausible: None,
            files: self.touched.before(),
        });
        for file in &message.files {
            self.touched.add(&file.to_text());
        }
    }
}

impl Place {
    fn of(file: &Path) -> Self {
        let hash = blake3::hash(file.as_os_str().as_encoded_bytes()).to_hex();
        Self {
            name: hash.as_str()[..16].to_owned(),
            session: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            project: project::of(file),
        }
    }
}
