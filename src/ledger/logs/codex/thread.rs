//! What a log of Codex says, line after line: a thread with running counts.
//!
//! Deliberately not here: files and how lines are written.

use std::{cell::OnceCell, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    counts::Counts,
    line::{Counted, Limit, Record, Response, Said, Session, Turn},
    parents::Parents,
    settings::{Settings, service},
};
use crate::{
    ledger::{
        Counts as Trust, Request, RequestKey,
        logs::{Window, reason::Reason, scan::Text, sink::Sink, touched::Touched},
    },
    model::{Tool, UnixNanos},
};

/// A thread as far as its log was read.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Thread {
    /// Its id; empty before its log says it.
    id: String,
    /// The thread that its whole history began with.
    root: String,
    /// The thread that it was forked from or started by.
    parent: Option<String>,
    /// When its log began.
    began: Option<UnixNanos>,
    /// True while the lines are a copy of the parent's.
    is_replay: bool,
    project: String,
    provider: String,
    model: Option<String>,
    tier: Option<String>,
    at: Option<UnixNanos>,
    /// True for a line without a time of its own, or with counts that cannot be true.
    #[serde(skip)]
    is_odd: bool,
    /// The running total and the last counts that were told.
    total: Option<Counts>,
    last: Option<Counts>,
    /// True once a total fell without saying what was used.
    is_guess: bool,
    /// The thread whose usage was told per response at last.
    responder: Option<String>,
    /// The last running counts, which usage per response may tell again.
    recent: Vec<Recent>,
    /// The response that was told before as running counts, and what named it.
    matched: Option<(String, RequestKey)>,
    touched: Touched,
}

/// Running counts that the next line may tell again as those of a response.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Recent {
    at: UnixNanos,
    total: Option<Counts>,
    used: Counts,
}

/// Counts and their response stand next to each other.
const RECENT: usize = 2;

/// Counts and their response are written at about the same time.
const NEAR_NS: u64 = 10_000_000_000;

/// A log replays its parent's history when it begins, all in one go.
const REPLAY_NS: i64 = 1_000_000_000;

/// What a thread does not know of itself.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The session, when the log does not say it.
    pub(super) session: &'a str,
    /// The folder of Codex; its settings are read when a log is silent.
    pub(super) home: &'a Path,
    pub(super) settings: OnceCell<Settings>,
    pub(super) parents: &'a Parents,
}

impl Around<'_> {
    fn settings(&self) -> &Settings {
        self.settings.get_or_init(|| Settings::read(self.home))
    }
}

impl Thread {
    /// Takes what a line says.
    pub(super) fn take(&mut self, record: Record<'_>, around: &Around<'_>, sink: &mut Sink<'_>) {
        self.is_odd = record.is_odd || record.at.is_none();
        self.at = record.at.or_else(|| sink.guess_time(self.at));
        match record.said {
            Said::Session(session) => self.session(&session, around.parents),
            Said::Turn(turn) => self.turn(&turn),
            Said::Counts(counted) => self.counted(&counted, around, sink),
            Said::Response(response) => self.response(&response, around, sink),
            Said::Patch(line) => super::patch::files(line, &mut |path| self.touched.add(path)),
        }
    }

    /// The first session is this one, the others belong to the threads that it replays.
    fn session(&mut self, session: &Session<'_>, parents: &Parents) {
        let id = session.id.map(Text::to_text).unwrap_or_default();
        let parent = session.forked_from.or(session.parent).map(Text::to_text);
        if !self.id.is_empty() {
            if id == self.root
                && let Some(parent) = parent.filter(|parent| !parent.is_empty())
            {
                self.root = parents.root(&parent);
            }
            return;
        }
        self.root = match &parent {
            Some(parent) if !parent.is_empty() => parents.root(parent),
            Some(_) | None => id.clone(),
        };
        self.id = id;
        self.is_replay = parent.is_some();
        self.parent = parent;
        self.began = self.at;
        self.provider = session.provider.map(Text::to_text).unwrap_or_default();
        if let Some(cwd) = session.cwd {
            self.project = cwd.to_text();
        }
    }

    fn turn(&mut self, turn: &Turn<'_>) {
        if let Some(model) = turn.model {
            self.model = Some(model.to_text());
        }
        if let Some(tier) = turn.tier {
            self.tier = Some(tier.to_text());
        }
        if let Some(cwd) = turn.cwd {
            self.project = cwd.to_text();
        }
    }

    fn counted(&mut self, counted: &Counted<'_>, around: &Around<'_>, sink: &mut Sink<'_>) {
        for limit in &counted.windows {
            self.at.and_then(|at| window(limit, at)).into_iter().for_each(|one| sink.window(one));
        }
        if !counted.has_counts {
            return;
        }
        if let Some(model) = counted.model {
            self.model = Some(model.to_text());
        }
        match self.used(counted, around.parents) {
            Ok(used) => {
                let recent = Recent { at: used.0, total: counted.total, used: used.1 };
                let key = self.key(&self.id, &recent);
                self.remember(recent);
                self.touched.next();
                sink.request(self.request(key, used, around));
            }
            Err(reason) => sink.skip(reason),
        }
    }

    /// Returns when and what the request used that running counts tell of, or why they tell of
    /// none.
    fn used(
        &mut self,
        counted: &Counted<'_>,
        parents: &Parents,
    ) -> Result<(UnixNanos, Counts), Reason> {
        let (total, last, before) = (counted.total, counted.last, self.total);
        let at = self.at.ok_or(Reason::NoTime)?;
        let is_repeated = match total {
            Some(_) => total == before,
            None => last.ok_or(Reason::NoCounts).map(|last| Some(last) == self.last)?,
        };
        if is_repeated {
            return Err(Reason::Repeated);
        }
        self.total = total.or(before);
        self.last = last;
        let used = match (last, total, before) {
            (Some(last), _, _) => Some(last),
            (None, Some(total), Some(before)) => total.since(&before),
            (None, total, _) => total,
        };
        if self.is_replay && self.replays(at, |id| parents.hold(id, total, last)) {
            self.remember(Recent { at, total, used: used.unwrap_or_default() });
            return Err(Reason::Replayed);
        }
        self.replay_ends();
        let Some(used) = used else {
            self.is_guess = true;
            return Err(Reason::TotalFell);
        };
        if used.is_zero() {
            return Err(Reason::AllZero);
        }
        // Copies of a parent's responses say nothing about how this thread tells its own.
        let is_told_better = self.responder.as_ref() == Some(&self.id);
        if is_told_better { Err(Reason::ToldBetter) } else { Ok((at, used)) }
    }

    /// Says whether a line of this time is a copy of the parent's.
    fn replays(&self, at: UnixNanos, holds: impl FnOnce(&str) -> bool) -> bool {
        let is_at_once = self.began.is_some_and(|began| at.0.saturating_sub(began.0) <= REPLAY_NS);
        is_at_once || self.parent.as_deref().is_some_and(holds)
    }

    /// Forgets what only the parent did.
    fn replay_ends(&mut self) {
        if self.is_replay {
            self.is_replay = false;
            self.touched.clear();
        }
    }

    fn remember(&mut self, recent: Recent) {
        if self.recent.len() == RECENT {
            self.recent.remove(0);
        }
        self.recent.push(recent);
    }

    fn response(&mut self, response: &Response<'_>, around: &Around<'_>, sink: &mut Sink<'_>) {
        let recent = std::mem::take(&mut self.recent);
        let Some(used) = response.usage else { return sink.skip(Reason::NoCounts) };
        let Some(at) = self.at else { return sink.skip(Reason::NoTime) };
        if used.is_zero() {
            return sink.skip(Reason::AllZero);
        }
        let thread = response.thread.map_or_else(|| self.id.clone(), Text::to_text);
        let is_copy = self.is_replay && (thread != self.id || self.replays(at, |_| false));
        if !is_copy {
            self.replay_ends();
        }
        // The first response of a thread was told before, when nobody knew that responses follow.
        let is_first = self.responder.replace(thread.clone()).as_ref() != Some(&thread);
        let is_near = |recent: &&Recent| at.0.abs_diff(recent.at.0) <= NEAR_NS;
        let told =
            recent.iter().rev().filter(is_near).find(|recent| is_first && recent.used == used);
        let id = response.id.map(Text::to_text);
        let matched = self.matched.as_ref().filter(|(known, _)| Some(known) == id.as_ref());
        let key = match (matched, told, &id) {
            (Some((_, key)), ..) => key.clone(),
            (None, Some(told), id) => {
                let key = self.key(&thread, told);
                self.matched = id.clone().map(|id| (id, key.clone()));
                key
            }
            (None, None, Some(id)) => {
                RequestKey { group: format!("codex:{id}"), part: Some(thread.clone()) }
            }
            (None, None, None) => {
                let turn = response.turn.map(Text::to_text).unwrap_or_default();
                let group = format!("codex:{thread}:{turn}:@{}:{used}", at.0);
                RequestKey { group, part: None }
            }
        };
        if told.is_none() {
            self.touched.next();
        }
        let mut request = self.request(key, (at, used), around);
        request.is_copy = is_copy;
        if is_copy {
            request.session = response.session.map_or(thread, Text::to_text);
        }
        sink.request(request);
    }

    /// Returns what names running counts: the total, which holds the whole history, with the
    /// thread that this history began with. Where it holds none, the thread's own id.
    fn key(&self, thread: &str, told: &Recent) -> RequestKey {
        let Recent { at, total, used } = told;
        let group = match total {
            // Copies without ids have the same times.
            Some(total) if thread.is_empty() => format!("codex:@{}:{total}:{used}", at.0),
            Some(total) if total == used => format!("codex:{thread}:{total}:{used}"),
            Some(total) => format!("codex:{}:{total}:{used}", self.root),
            None => format!("codex:{thread}:@{}:{used}", at.0),
        };
        RequestKey { group, part: None }
    }

    fn request(
        &self,
        key: RequestKey,
        (at, used): (UnixNanos, Counts),
        around: &Around<'_>,
    ) -> Request {
        let settings = around.settings();
        let known = self.model.clone();
        // What the settings say now, they may not have said then.
        let served = match &self.tier {
            Some(tier) => Some(service(tier)),
            None => settings.service_at(at),
        };
        let is_guess = self.is_guess || self.is_odd || known.is_none() || served.is_none();
        let fallback =
            || settings.model.clone().unwrap_or_else(|| super::FALLBACK_MODEL.to_owned());
        let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
        Request {
            tool: Tool::Codex,
            key,
            is_copy: false,
            session: or(&self.id, around.session),
            project: self.project.clone(),
            at,
            provider: or(&self.provider, "openai"),
            model: known.unwrap_or_else(fallback),
            tokens: used.tokens(),
            web_searches: 0,
            service: served.unwrap_or_default(),
            us_only: false,
            recorded: None,
            counts: if is_guess { Trust::Estimated } else { Trust::Exact },
            implausible: None,
            files: self.touched.before(),
        }
    }
}

/// Returns a window that the provider limits.
fn window(limit: &Limit, at: UnixNanos) -> Option<Window> {
    let resets_in = |seconds: u64| {
        let nanos = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000_000);
        UnixNanos(at.0.saturating_add(nanos))
    };
    Some(Window {
        minutes: limit.minutes?,
        percent: limit.percent.filter(|percent| percent.is_finite())?,
        resets: limit.resets.or_else(|| limit.resets_in.map(resets_in))?,
        at,
    })
}
