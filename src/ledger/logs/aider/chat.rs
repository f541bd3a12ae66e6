//! The chat history of aider: text for people, with a line of counts after each answer.

use std::{cell::OnceCell, path::PathBuf};

use jiff::{civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::double::{Sent, Sessions};
use crate::{
    ledger::{
        Counts, Request, RequestKey, Service,
        logs::{lines::Line, moment::from_timestamp, reason::Reason, scan::dollars, sink::Sink},
    },
    model::{PicoUsd, TokenUse, Tokens, Tool, UnixNanos},
};

/// What is remembered between two lines.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct State {
    /// When the session began, as it is written and as it is meant.
    began: String,
    at: Option<UnixNanos>,
    model: String,
    /// What the session had cost after the last answer.
    session_cost: u128,
    /// Counts whose cost may stand in the next line.
    waiting: Option<(u64, Usage)>,
}

/// A line of counts.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Usage {
    sent: u64,
    written: Option<u64>,
    cached: Option<u64>,
    received: u64,
}

/// What answers cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Cost {
    message: PicoUsd,
    session: PicoUsd,
}

/// What a chat history does not say.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// Names the file in keys.
    pub(super) name: &'a str,
    pub(super) project: &'a str,
    pub(super) zone: &'a TimeZone,
    /// What analytics logs tell, read when it is asked for.
    pub(super) told: OnceCell<Sessions>,
    pub(super) analytics: &'a [PathBuf],
}

impl Around<'_> {
    fn told(&self) -> &Sessions {
        self.told.get_or_init(|| Sessions::read(self.analytics))
    }
}

/// Costs are printed in cents: a session that grew by no more than this above its message did not
/// ask anything else.
const ROUNDING: u128 = PicoUsd::DOLLAR.0 / 50;

/// Takes a line; an empty one stands for the end of what there is.
pub(super) fn take(line: Line<'_>, state: &mut State, around: &Around<'_>, sink: &mut Sink<'_>) {
    let waiting = state.waiting.take();
    let text = String::from_utf8_lossy(line.bytes);
    let text = text.trim();
    if let Some((offset, usage)) = waiting {
        let cost = text.strip_prefix("> Cost:").and_then(Cost::read);
        state.answered((offset, usage), cost, around, sink);
    }
    if let Some(began) = text.strip_prefix("# aider chat started at ") {
        *state = State { began: began.trim().to_owned(), ..State::default() };
        state.at = moment(&state.began, around.zone);
    } else if let Some(model) = text.strip_prefix('>').and_then(|text| model(text.trim())) {
        model.clone_into(&mut state.model);
    } else if let Some(rest) = text.strip_prefix("> Tokens:") {
        let Some((usage, rest)) = Usage::read(rest) else { return sink.skip(Reason::Broken) };
        let cost = rest.trim().strip_prefix("Cost:").and_then(Cost::read);
        // It stands on a line of its own where this one was too long.
        if cost.is_none() {
            state.waiting = Some((line.offset, usage));
        } else {
            state.answered((line.offset, usage), cost, around, sink);
        }
    }
}

impl State {
    fn answered(
        &mut self,
        (offset, usage): (u64, Usage),
        cost: Option<Cost>,
        around: &Around<'_>,
        sink: &mut Sink<'_>,
    ) {
        let recorded = cost.map(|cost| self.charge(cost));
        let Some(at) = self.at else { return sink.skip(Reason::NoTime) };
        let Usage { sent, written, cached, received } = usage;
        let printed = Sent { model: self.model.clone(), prompt: sent, answer: received };
        if around.told().hold(at, &printed) {
            return sink.skip(Reason::InOtherLog);
        }
        let tokens = TokenUse {
            input: Tokens(sent.saturating_sub(cached.unwrap_or_default())),
            cache_read: Tokens(cached.unwrap_or_default().min(sent)),
            cache_write_5m: Tokens(written.unwrap_or_default()),
            output: Tokens(received),
            ..TokenUse::default()
        };
        if tokens.total().0 == 0 {
            return sink.skip(Reason::AllZero);
        }
        let is_priced = recorded.is_some_and(|cost| cost.0 > 0);
        sink.request(Request {
            tool: Tool::Aider,
            key: RequestKey { group: format!("aider:{}:{offset}", around.name), part: None },
            is_copy: false,
            session: format!("aider-{}", self.began),
            project: around.project.to_owned(),
            at,
            provider: super::provider(&self.model),
            model: self.model.clone(),
            tokens,
            web_searches: 0,
            service: Service::Standard,
            us_only: false,
            recorded,
            // Whether what was cached is in what was sent differs between versions.
            counts: if is_priced { Counts::CostOnly } else { Counts::Estimated },
            implausible: None,
            files: Vec::new(),
        });
    }

    /// Returns what was paid since the answer before: the message, or more when other requests
    /// were made for it, which only the cost of the session tells.
    fn charge(&mut self, cost: Cost) -> PicoUsd {
        let since = cost.session.0.saturating_sub(self.session_cost);
        self.session_cost = cost.session.0.max(self.session_cost);
        if since > cost.message.0.saturating_add(ROUNDING) { PicoUsd(since) } else { cost.message }
    }
}

/// Returns the moment of a local time; of two in an hour that comes twice, the first.
fn moment(text: &str, zone: &TimeZone) -> Option<UnixNanos> {
    let civil: DateTime = text.parse().ok()?;
    zone.to_timestamp(civil).ok().map(from_timestamp)
}

/// Returns the model that a line names.
fn model(line: &str) -> Option<&str> {
    let names = ["Model:", "Main model:", "Models:"];
    let rest = names.iter().find_map(|name| line.strip_prefix(name))?.trim();
    let end = rest.find(" with ").or_else(|| rest.find(',')).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|model| !model.is_empty())
}

impl Usage {
    /// Reads a line after its beginning, and returns what stands behind the counts.
    fn read(text: &str) -> Option<(Self, &str)> {
        // The point that ends the counts follows a word; those in numbers do not.
        let (counts, rest) = text.split_once("received.")?;
        let mut usage = Self::default();
        let mut has_sent = false;
        for part in split_counts(counts) {
            let (number, what) = part.split_once(' ').unwrap_or((part, "received"));
            let number = count(number)?;
            match what.trim() {
                "sent" => {
                    usage.sent = number;
                    has_sent = true;
                }
                "cache write" => usage.written = Some(number),
                "cache hit" | "cached" => usage.cached = Some(number),
                "received" => usage.received = number,
                _ => {}
            }
        }
        has_sent.then_some((usage, rest))
    }
}

/// Splits counts at their commas, which unlike those in numbers are followed by a space.
fn split_counts(counts: &str) -> impl Iterator<Item = &str> {
    counts.split(", ").map(str::trim).filter(|part| !part.is_empty())
}

/// Reads a number such as `5,244`, `850`, `4.1k`.
fn count(text: &str) -> Option<u64> {
    let plain: String = text.chars().filter(|letter| *letter != ',').collect();
    let (digits, unit) = match plain.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => plain.strip_suffix('M').map_or((plain.as_str(), 1.0), |digits| (digits, 1e6)),
    };
    let number = digits.parse::<f64>().ok().filter(|number| *number >= 0.0)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    Some((number * unit).round() as u64)
}

impl Cost {
    /// Reads `$0.02 message, $0.05 session.`, whatever follows it.
    fn read(text: &str) -> Option<Self> {
        let (message, rest) = text.trim().strip_prefix('$')?.split_once(' ')?;
        let (_, rest) = rest.split_once('$')?;
        let session = rest.split_whitespace().next()?;
        let amount = |text: &str| dollars(&text.replace(',', ""));
        Some(Self { message: amount(message)?, session: amount(session)? })
    }
}
