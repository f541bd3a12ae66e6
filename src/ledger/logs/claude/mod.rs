//! The logs of Claude Code: one file per session, one line per block of an answer.
//!
//! An answer is several lines with the same ids and counts that grow; the key tells that they are one
//! request.

mod limit;
mod line;

#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};

use self::line::{Advisor, Answer, Record};
use super::{
    Found, Listing, Seen, Stop, UsageLog,
    find::below,
    follow::{Tail, follow},
    lines::Line,
    reason::Reason,
    scan::Text,
    sink::Sink,
    touched::Touched,
};
use crate::{
    ledger::{Counts, Request, RequestKey},
    model::{Tool, UnixNanos},
};

/// Reads them.
#[derive(Debug)]
pub(super) struct Claude {
    roots: Vec<PathBuf>,
    /// What a line must hold to be read: `"usage"`, the counts of the oldest versions, or that a
    /// limit is reached.
    needles: [Finder<'static>; 3],
    stop: Stop,
}

/// What is remembered between two lines.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct State {
    /// The message whose lines are being read.
    message: String,
    /// How much text and other content its lines held.
    content: u64,
    /// What tools touched before it, and since.
    touched: Touched,
    /// The last folder, session and time.
    project: String,
    at: Option<UnixNanos>,
}

/// Answers longer than this cannot have fewer output tokens than [`FEWEST_TOKENS`].
const LONG_ANSWER: u64 = 300;

const FEWEST_TOKENS: u64 = 10;

impl Claude {
    /// Reads the logs below these folders.
    pub(super) fn new(roots: Vec<PathBuf>) -> Self {
        let needles = [&b"\"usage\""[..], b"putTokens\"", limit::NOTICE.as_bytes()];
        Self { roots, needles: needles.map(Finder::new), stop: Stop::default() }
    }

    /// Has it end early when this is asked.
    pub(super) fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    fn line(&self, from: &Place<'_>, state: &mut State, line: Line<'_>, sink: &mut Sink<'_>) {
        if !self.needles.iter().any(|needle| needle.find(line.bytes).is_some()) {
            return;
        }
        let Ok(record) = Record::read(line.bytes) else { return sink.skip(Reason::Broken) };
        let Some(answer) = &record.answer else { return };
        if let Some(cwd) = record.cwd {
            state.project = cwd.to_text();
        }
        if record.at.is_some() {
            state.at = record.at;
        }
        let resets = answer.resets.filter(|_| record.is_error);
        if let Some(window) = resets.and_then(|resets| limit::window(resets, state.at)) {
            sink.window(window);
        }
        if let Some(reason) = record.useless(answer) {
            return sink.skip(reason);
        }
        let at = record.at.or_else(|| sink.guess_time(state.at));
        let Some(at) = at else { return sink.skip(Reason::NoTime) };
        let id = answer.id.map(Text::to_text).filter(|id| !id.is_empty());
        state.enter(id.as_deref(), answer);
        let group = id.unwrap_or_else(|| format!("{}:{}", from.name, line.offset));
        let request = from.request(state, &record, (answer, at, &group));
        for (index, advisor) in answer.usage.advisors.iter().enumerate() {
            advised(&request, advisor, &format!("{group}:advisor:{index}"), sink);
        }
        if answer.usage.tokens.total().0 == 0 && request.web_searches == 0 {
            sink.skip(Reason::AllZero);
        } else {
            sink.request(request);
        }
        for path in &answer.files {
            state.touched.add(&path.to_text());
        }
    }
}

/// Adds the request of an adviser, which the counts of the answer do not hold.
fn advised(answer: &Request, advisor: &Advisor<'_>, group: &str, sink: &mut Sink<'_>) {
    if advisor.tokens.total().0 == 0 {
        return;
    }
    sink.request(Request {
        key: RequestKey { group: format!("{NAME}:{group}"), part: None },
        model: advisor.model.map(Text::to_text).unwrap_or_default(),
        tokens: advisor.tokens,
        web_searches: 0,
        recorded: None,
        implausible: None,
        files: Vec::new(),
        ..answer.clone()
    });
}

/// The prefix of all keys.
const NAME: &str = "claude-code";

impl State {
    /// Notes that a line of this message begins.
    fn enter(&mut self, id: Option<&str>, answer: &Answer<'_>) {
        if id.is_none_or(|id| id != self.message) {
            id.unwrap_or_default().clone_into(&mut self.message);
            self.content = 0;
            self.touched.next();
        }
        self.content += answer.content;
    }
}

impl UsageLog for Claude {
    fn tool(&self) -> Tool {
        Tool::ClaudeCode
    }

    fn roots(&self) -> Vec<PathBuf> {
        self.roots.clone()
    }

    fn list(&self) -> Listing {
        below(&self.roots, &|path| self.is_new_log(path))
    }

    fn is_new_log(&self, file: &Path) -> bool {
        file.extension().is_some_and(|end| end == "jsonl")
    }

    fn read(&self, file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
        let place = Place::of(file);
        follow(file, seen, (Tail::Look, &self.stop, found), |state, line, sink| {
            self.line(&place, state, line, sink);
        })
    }
}

/// What the path of a log tells.
#[derive(Debug)]
struct Place<'a> {
    /// A short name for the file, to build keys from.
    name: String,
    /// The folder that is named after the project, and what is named after the session.
    project: &'a str,
    session: &'a str,
}

impl<'a> Place<'a> {
    fn of(file: &'a Path) -> Self {
        let hash = blake3::hash(file.as_os_str().as_encoded_bytes()).to_hex();
        let parts: Vec<&str> = file
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => name.to_str(),
                Component::Prefix(_)
                | Component::RootDir
                | Component::CurDir
                | Component::ParentDir => None,
            })
            .collect();
        let projects = parts.iter().rposition(|part| *part == "projects");
        let below = projects.map_or(&[][..], |at| &parts[at + 1..]);
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        // `<project>/<session>.jsonl`, and what subagents did lies in a folder of the session.
        let session = if below.len() > 2 { below[1] } else { stem };
        Self {
            name: hash.as_str()[..16].to_owned(),
            project: if below.len() > 1 { below[0] } else { "" },
            session,
        }
    }

    fn request(
        &self,
        state: &State,
        record: &Record<'_>,
        (answer, at, group): (&Answer<'_>, UnixNanos, &str),
    ) -> Request {
        let text = |text: Option<Text<'_>>| text.map(Text::to_text);
        let usage = &answer.usage;
        let is_long = state.content > LONG_ANSWER;
        let is_guess = record.is_odd || record.at.is_none();
        let project = if state.project.is_empty() { self.project } else { &state.project };
        Request {
            tool: Tool::ClaudeCode,
            key: RequestKey {
                group: format!("{NAME}:{group}"),
                part: text(record.request).filter(|id| !id.is_empty()),
            },
            is_copy: record.is_copy,
            session: text(record.session).unwrap_or_else(|| self.session.to_owned()),
            project: project.to_owned(),
            at,
            provider: "anthropic".to_owned(),
            model: text(answer.model).unwrap_or_default(),
            tokens: usage.tokens,
            web_searches: usage.web_searches,
            service: usage.service,
            us_only: usage.us_only,
            recorded: record.cost,
            counts: if is_guess { Counts::Estimated } else { Counts::Exact },
            implausible: is_long.then_some(usage.tokens.output.0 < FEWEST_TOKENS),
            files: state.touched.before(),
        }
    }
}
