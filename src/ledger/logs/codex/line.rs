//! What a line of a log of Codex says.

use memchr::memmem;

use super::counts::Counts;
use crate::{
    ledger::logs::{
        moment::moment,
        scan::{Scan, Text, Torn},
    },
    model::UnixNanos,
};

/// A line that matters.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) at: Option<UnixNanos>,
    pub(super) said: Said<'a>,
    /// Whether a count was below zero, and is taken as none.
    pub(super) is_odd: bool,
}

/// What it says.
#[derive(Debug)]
pub(super) enum Said<'a> {
    /// Whose log this is.
    Session(Session<'a>),
    /// What holds from here on.
    Turn(Turn<'a>),
    /// Running counts, and how full the windows are.
    Counts(Counted<'a>),
    /// The usage of one response.
    Response(Response<'a>),
    /// A patch: the line as it is.
    Patch(&'a [u8]),
}

/// Whose log a file is.
#[derive(Debug, Default)]
pub(super) struct Session<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) cwd: Option<Text<'a>>,
    pub(super) provider: Option<Text<'a>>,
    /// The thread that it continues.
    pub(super) forked_from: Option<Text<'a>>,
    /// The thread that started it.
    pub(super) parent: Option<Text<'a>>,
}

/// What holds for the requests that follow.
#[derive(Debug, Default)]
pub(super) struct Turn<'a> {
    pub(super) model: Option<Text<'a>>,
    pub(super) cwd: Option<Text<'a>>,
    pub(super) tier: Option<Text<'a>>,
}

/// Running counts.
#[derive(Debug, Default)]
pub(super) struct Counted<'a> {
    /// False in a notice of windows only.
    pub(super) has_counts: bool,
    pub(super) total: Option<Counts>,
    pub(super) last: Option<Counts>,
    pub(super) model: Option<Text<'a>>,
    pub(super) windows: Vec<Limit>,
}

/// The usage of a response.
#[derive(Debug, Default)]
pub(super) struct Response<'a> {
    pub(super) thread: Option<Text<'a>>,
    pub(super) session: Option<Text<'a>>,
    pub(super) turn: Option<Text<'a>>,
    pub(super) id: Option<Text<'a>>,
    pub(super) usage: Option<Counts>,
}

/// How full a window is.
#[derive(Debug, Default)]
pub(super) struct Limit {
    pub(super) percent: Option<f64>,
    pub(super) minutes: Option<u64>,
    pub(super) resets: Option<UnixNanos>,
    /// Seconds from the moment of the line, as older versions say it.
    pub(super) resets_in: Option<u64>,
}

/// What begins a patch.
pub(super) const PATCH: &[u8] = b"*** Begin Patch";

impl<'a> Record<'a> {
    /// Reads a line; none when it does not matter.
    pub(super) fn read(line: &'a [u8]) -> Result<Option<Self>, Torn> {
        let (mut at, mut kind, mut payload) = (None, None, None);
        let mut scan = Scan::new(line);
        let mut is_boring = false;
        let walked = scan.object(|key, scan| {
            match key {
                b"timestamp" => at = moment(scan)?,
                b"type" => kind = scan.text()?,
                b"payload" => {
                    // The rest of a line that cannot matter is not even skipped.
                    is_boring = kind.is_some_and(|kind: Text<'_>| bores(kind, scan, line));
                    if is_boring {
                        return Err(Torn);
                    }
                    payload = Some(scan.raw()?);
                }
                _ => {}
            }
            Ok(())
        });
        if is_boring {
            return Ok(None);
        }
        walked?;
        scan.end()?;
        let (Some(kind), Some(payload)) = (kind, payload) else { return Ok(None) };
        let mut scan = Scan::new(payload);
        let said = Said::read(kind, payload, &mut scan)?;
        Ok(said.map(|said| Self { at, said, is_odd: scan.was_below_zero() }))
    }
}

/// Says whether a payload of this kind cannot matter.
fn bores(kind: Text<'_>, payload: &Scan<'_>, line: &[u8]) -> bool {
    match kind.0 {
        b"session_meta" | b"turn_context" | b"token_usage_record" => false,
        b"event_msg" => {
            let mut is_boring = false;
            let mut ahead = payload.clone();
            let walked = ahead.object(|key, scan| {
                if key == b"type" {
                    let kind = scan.text()?;
                    is_boring = !kind.is_some_and(|kind| matters(kind));
                    // Enough was seen.
                    return Err(Torn);
                }
                Ok(())
            });
            walked.is_err() && is_boring
        }
        b"response_item" => memmem::find(line, PATCH).is_none(),
        _ => true,
    }
}

fn matters(event: Text<'_>) -> bool {
    event.is("token_count") || event.is("thread_settings_applied")
}

impl<'a> Said<'a> {
    fn read(kind: Text<'a>, payload: &'a [u8], scan: &mut Scan<'a>) -> Result<Option<Self>, Torn> {
        Ok(match kind.0 {
            b"session_meta" => Some(Self::Session(Session::read(scan)?)),
            b"turn_context" => Some(Self::Turn(Turn::read(scan)?)),
            b"token_usage_record" => Some(Self::Response(Response::read(scan)?)),
            b"response_item" => patch(payload)?,
            b"event_msg" => event(scan)?,
            _ => None,
        })
    }
}

/// Reads an event.
fn event<'a>(scan: &mut Scan<'a>) -> Result<Option<Said<'a>>, Torn> {
    let (mut kind, mut counted, mut turn) = (None, Counted::default(), None);
    scan.object(|key, scan| {
        match key {
            b"type" => kind = scan.text()?,
            b"info" => counted.info(scan)?,
            b"rate_limits" => counted.limits(scan)?,
            b"thread_settings" => turn = Some(Turn::read(scan)?),
            _ => {}
        }
        Ok(())
    })?;
    let kind = kind.unwrap_or_default();
    Ok(if kind.is("token_count") {
        Some(Said::Counts(counted))
    } else if kind.is("thread_settings_applied") {
        turn.map(Said::Turn)
    } else {
        None
    })
}

/// Reads a call of a tool that holds a patch: outputs may hold one too, which nobody applied.
fn patch(payload: &[u8]) -> Result<Option<Said<'_>>, Torn> {
    let mut is_call = false;
    Scan::new(payload).object(|key, scan| {
        if key == b"type" {
            let calls = ["custom_tool_call", "function_call", "local_shell_call"];
            is_call = scan.text()?.is_some_and(|kind| calls.iter().any(|call| kind.is(call)));
        }
        Ok(())
    })?;
    Ok(is_call.then_some(Said::Patch(payload)))
}

impl<'a> Session<'a> {
    fn read(scan: &mut Scan<'a>) -> Result<Self, Torn> {
        let (mut session, mut other_id) = (Self::default(), None);
        scan.object(|key, scan| {
            match key {
                b"id" => session.id = filled(scan)?,
                b"session_id" => other_id = filled(scan)?,
                b"cwd" => session.cwd = filled(scan)?,
                b"model_provider" => session.provider = filled(scan)?,
                b"forked_from_id" => session.forked_from = filled(scan)?,
                b"parent_thread_id" => session.parent = filled(scan)?.or(session.parent),
                b"source" => session.parent = spawned(scan)?.or(session.parent),
                _ => {}
            }
            Ok(())
        })?;
        session.id = session.id.or(other_id);
        Ok(session)
    }
}

/// Reads which thread spawned this one.
fn spawned<'a>(scan: &mut Scan<'a>) -> Result<Option<Text<'a>>, Torn> {
    let mut parent = None;
    scan.object(|key, scan| {
        if key == b"subagent" {
            scan.object(|key, scan| {
                if key == b"thread_spawn" {
                    // A spawned thread whose parent is not said is still one.
                    parent = Some(Text::default());
                    scan.object(|key, scan| {
                        if key == b"parent_thread_id" {
                            parent = filled(scan)?.or(parent);
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(parent)
}

fn filled<'a>(scan: &mut Scan<'a>) -> Result<Option<Text<'a>>, Torn> {
    Ok(scan.text()?.filter(|text| !text.0.is_empty()))
}

impl<'a> Turn<'a> {
    fn read(scan: &mut Scan<'a>) -> Result<Self, Torn> {
        let (mut turn, mut older) = (Self::default(), None);
        scan.object(|key, scan| {
            match key {
                b"model" => turn.model = filled(scan)?,
                b"cwd" => turn.cwd = filled(scan)?,
                b"service_tier" => turn.tier = filled(scan)?,
                b"metadata" => {
                    scan.object(|key, scan| {
                        if key == b"model" {
                            older = filled(scan)?;
                        }
                        Ok(())
                    })?;
                }
                _ => {}
            }
            Ok(())
        })?;
        turn.model = turn.model.or(older);
        Ok(turn)
    }
}

impl<'a> Counted<'a> {
    fn info(&mut self, scan: &mut Scan<'a>) -> Result<(), Torn> {
        self.has_counts = scan.object(|key, scan| {
            match key {
                b"total_token_usage" => self.total = Counts::read(scan)?,
                b"last_token_usage" => self.last = Counts::read(scan)?,
                b"model" => self.model = filled(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(())
    }

    fn limits(&mut self, scan: &mut Scan<'a>) -> Result<(), Torn> {
        scan.object(|key, scan| {
            if matches!(key, b"primary" | b"secondary") {
                let mut limit = Limit::default();
                if scan.object(|key, scan| limit.field(key, scan))? {
                    self.windows.push(limit);
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl Limit {
    fn field(&mut self, key: &[u8], scan: &mut Scan<'_>) -> Result<(), Torn> {
        match key {
            b"used_percent" => self.percent = scan.number()?.and_then(|text| text.parse().ok()),
            b"window_minutes" => self.minutes = scan.number()?.and_then(|text| text.parse().ok()),
            b"resets_at" => self.resets = moment(scan)?,
            b"resets_in_seconds" => {
                self.resets_in = scan.number()?.and_then(|text| text.parse().ok());
            }
            _ => {}
        }
        Ok(())
    }
}

impl<'a> Response<'a> {
    fn read(scan: &mut Scan<'a>) -> Result<Self, Torn> {
        let mut response = Self::default();
        scan.object(|key, scan| {
            match key {
                b"thread_id" => response.thread = filled(scan)?,
                b"session_id" => response.session = filled(scan)?,
                b"turn_id" => response.turn = filled(scan)?,
                b"response_id" => response.id = filled(scan)?,
                // Of the three counts that it holds only this one is what the response used.
                b"usage" => response.usage = Counts::read(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(response)
    }
}
