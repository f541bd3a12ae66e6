//! The messages of opencode: a file each in older versions, rows of a database in newer ones.
//!
//! Deliberately not here: `total`, which versions count in different ways.

mod database;
mod message;
mod snapshot;
#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use self::{database::Marks, message::Message};
use super::{
    Found, Listing, Seen, UsageLog,
    find::below,
    follow::{Opened, open},
    reason::Reason,
    scan::Text,
    sink::Sink,
    whole::whole,
};
use crate::{
    ledger::{Counts, Request, RequestKey, Service},
    model::{Tool, UnixNanos},
};

/// Reads them.
#[derive(Debug)]
pub(super) struct Opencode {
    folder: PathBuf,
    in_rows: RefCell<InRows>,
}

/// The messages that databases hold.
#[derive(Debug, Default)]
struct InRows {
    /// As the databases were when they were asked.
    marks: Vec<(PathBuf, Marks)>,
    ids: HashSet<[u8; 16]>,
}

/// Where a message was found, for what it does not say itself.
#[derive(Debug)]
struct From {
    id: String,
    session: String,
    project: String,
    at: Option<UnixNanos>,
}

impl Opencode {
    /// Reads the messages below this folder of data.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, in_rows: RefCell::default() }
    }

    fn messages(&self) -> PathBuf {
        self.folder.join("storage/message")
    }

    /// Returns the databases, one for each channel of releases.
    fn databases(&self) -> Vec<PathBuf> {
        let Ok(folder) = self.folder.canonicalize() else { return Vec::new() };
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path());
        let mut found: Vec<PathBuf> =
            paths.filter(|path| is_database(path) && path.is_file()).collect();
        found.sort_unstable();
        found
    }

    /// Says whether a database holds this message.
    fn is_in_rows(&self, id: &str) -> bool {
        let now: Vec<(PathBuf, Marks)> = self
            .databases()
            .into_iter()
            .filter_map(|path| Marks::of(&path).ok().map(|marks| (path, marks)))
            .collect();
        let mut known = self.in_rows.borrow_mut();
        if known.marks != now {
            // A database that cannot be read holds nothing for the moment: the key still tells that
            // a row and a file are one message.
            let ids = now.iter().filter_map(|(path, _)| database::ids(path).ok()).flatten();
            known.ids = ids.collect();
            known.marks = now;
        }
        known.ids.contains(&database::short(id.as_bytes()))
    }

    fn read_message(
        &self,
        file: &Path,
        seen: &Seen,
        found: &mut dyn FnMut(Found),
    ) -> io::Result<Seen> {
        let Some(Opened { file: opened, seen }) = open(file, seen)? else {
            return Ok(seen.clone());
        };
        let mut sink = Sink::new(found);
        match whole(opened)? {
            Some(bytes) => match Message::read(&bytes) {
                Ok(message) => self.take_file(file, &message, &mut sink),
                Err(_) => sink.skip(Reason::Broken),
            },
            None => sink.skip(Reason::TooLong),
        }
        sink.finish();
        Ok(Seen { offset: 0, state: String::new(), ..seen })
    }

    fn take_file(&self, file: &Path, message: &Message<'_>, sink: &mut Sink<'_>) {
        if !message.is_answer() {
            return;
        }
        let name = |path: Option<&Path>| {
            path.and_then(Path::file_stem).unwrap_or_default().to_string_lossy().into_owned()
        };
        let from = From {
            id: message.id.map_or_else(|| name(Some(file)), Text::to_text),
            session: name(file.parent()),
            project: String::new(),
            at: None,
        };
        if self.is_in_rows(&from.id) {
            return sink.skip(Reason::InDatabase);
        }
        take(message, &[], from, sink);
    }
}

impl UsageLog for Opencode {
    fn tool(&self) -> Tool {
        Tool::Opencode
    }

    fn roots(&self) -> Vec<PathBuf> {
        vec![self.folder.clone(), self.messages()]
    }

    fn deep_roots(&self) -> Vec<PathBuf> {
        vec![self.messages()]
    }

    fn list(&self) -> Listing {
        let mut found = below(&[self.messages()], &is_message);
        found.files.extend(self.databases());
        found.files.sort_unstable();
        if let Err(error) = fs::read_dir(&self.folder)
            && !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        {
            found.unreadable.push((self.folder.clone(), error.to_string()));
        }
        found
    }

    fn is_new_log(&self, file: &Path) -> bool {
        let is_in = |folder: &Path| folder.canonicalize().is_ok_and(|root| file.starts_with(root));
        is_database(file) || (is_message(file) && is_in(&self.messages()))
    }

    fn read(&self, file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
        if is_database(file) {
            database::read(file, seen, found)
        } else {
            self.read_message(file, seen, found)
        }
    }
}

fn is_message(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "json")
}

fn is_database(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name == b"opencode.db" || (name.starts_with(b"opencode-") && name.ends_with(b".db"))
}

const fn trust(used: &message::Used) -> Counts {
    if used.is_odd { Counts::Estimated } else { Counts::Exact }
}

/// Takes an answer: each of its steps is a request, or it is one itself.
fn take(message: &Message<'_>, steps: &[message::Used], from: From, sink: &mut Sink<'_>) {
    let Some(at) = message.created.or(from.at) else { return sink.skip(Reason::NoTime) };
    let text = |text: Option<Text<'_>>| text.map(Text::to_text);
    let whole = Request {
        tool: Tool::Opencode,
        key: RequestKey { group: format!("opencode:{}", from.id), part: None },
        is_copy: false,
        session: text(message.session).unwrap_or(from.session),
        project: message.project().unwrap_or(from.project),
        at,
        provider: text(message.provider).unwrap_or_default(),
        model: text(message.model).unwrap_or_default(),
        tokens: message.used.tokens.unwrap_or_default(),
        web_searches: 0,
        service: Service::Standard,
        us_only: false,
        recorded: message.used.cost,
        counts: trust(&message.used),
        implausible: None,
        files: Vec::new(),
    };
    let parts = steps.iter().enumerate().map(|(index, step)| Request {
        key: RequestKey { part: Some(index.to_string()), ..whole.key.clone() },
        tokens: step.tokens.unwrap_or_default(),
        recorded: step.cost,
        counts: trust(step),
        ..whole.clone()
    });
    let mut requests: Vec<Request> = parts.collect();
    if requests.is_empty() {
        requests.push(whole);
    }
    for mut request in requests {
        if request.tokens.total().0 > 0 {
            sink.request(request);
        } else if request.recorded.is_some_and(|cost| cost.0 > 0) {
            request.counts = Counts::CostOnly;
            sink.request(request);
        } else if message.is_complete {
            // One that still runs will be told again.
            sink.skip(if message.used.tokens.is_some() {
                Reason::AllZero
            } else {
                Reason::NoCounts
            });
        }
    }
}
