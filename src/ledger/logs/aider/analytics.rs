//! The analytics log of aider: one event per line.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::{
    ledger::{
        Counts, Request, RequestKey, Service,
        logs::{
            lines::Line,
            moment::moment,
            reason::Reason,
            scan::{Scan, Text, Torn},
            sink::Sink,
        },
    },
    model::{PicoUsd, TokenUse, Tokens, Tool, UnixNanos},
};

/// What is remembered between two lines.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct State {
    /// When the session began.
    launched: Option<UnixNanos>,
}

/// An event.
#[derive(Debug, Default)]
pub(super) struct Event<'a> {
    kind: Option<Text<'a>>,
    pub(super) at: Option<UnixNanos>,
    model: Option<Text<'a>>,
    pub(super) sent: u64,
    pub(super) received: u64,
    cost: Option<PicoUsd>,
}

/// What an event means.
#[derive(Debug)]
pub(super) enum Meaning<'a> {
    /// A session began.
    Launched(Event<'a>),
    /// A request was answered.
    Sent(Event<'a>),
}

impl<'a> Event<'a> {
    /// Reads a line; none when it does not matter.
    pub(super) fn read(line: &'a [u8]) -> Result<Option<Meaning<'a>>, Torn> {
        let holds = |needle: &[u8]| memmem::find(line, needle).is_some();
        if !holds(b"\"message_send\"") && !holds(b"\"launched\"") {
            return Ok(None);
        }
        let mut scan = Scan::new(line);
        let mut event = Self::default();
        scan.object(|key, scan| {
            match key {
                b"event" => event.kind = scan.text()?,
                b"time" => event.at = moment(scan)?,
                b"properties" => {
                    scan.object(|key, scan| event.property(key, scan))?;
                }
                _ => {}
            }
            Ok(())
        })?;
        scan.end()?;
        let is = |name| event.kind.is_some_and(|kind| kind.is(name));
        Ok(if is("launched") {
            Some(Meaning::Launched(event))
        } else if is("message_send") {
            Some(Meaning::Sent(event))
        } else {
            None
        })
    }

    fn property(&mut self, key: &[u8], scan: &mut Scan<'a>) -> Result<(), Torn> {
        match key {
            b"main_model" => self.model = scan.text()?,
            b"prompt_tokens" => self.sent = scan.count()?.unwrap_or_default(),
            b"completion_tokens" => self.received = scan.count()?.unwrap_or_default(),
            b"cost" => self.cost = scan.dollars()?,
            _ => {}
        }
        Ok(())
    }

    /// Returns the model as it is named.
    pub(super) fn model(&self) -> String {
        self.model.map(Text::to_text).unwrap_or_default()
    }
}

/// Takes a line.
pub(super) fn take(line: Line<'_>, state: &mut State, file: &str, sink: &mut Sink<'_>) {
    let event = match Event::read(line.bytes) {
        Ok(Some(Meaning::Sent(event))) => event,
        Ok(Some(Meaning::Launched(event))) => return state.launched = event.at,
        Ok(None) => return,
        Err(Torn) => return sink.skip(Reason::Broken),
    };
    let Some(at) = event.at else { return sink.skip(Reason::NoTime) };
    let cost = event.cost.filter(|cost| cost.0 > 0);
    if event.sent == 0 && event.received == 0 && cost.is_none() {
        return sink.skip(Reason::AllZero);
    }
    let model = event.model();
    let session = state.launched.map(|at| format!("aider-{}", at.seconds()));
    sink.request(Request {
        tool: Tool::Aider,
        key: RequestKey { group: format!("aider:{file}:{}", line.offset), part: None },
        is_copy: false,
        session: session.unwrap_or_default(),
        project: String::new(),
        at,
        provider: super::provider(&model),
        model,
        tokens: TokenUse {
            input: Tokens(event.sent),
            output: Tokens(event.received),
            ..TokenUse::default()
        },
        web_searches: 0,
        service: Service::Standard,
        us_only: false,
        recorded: event.cost,
        // What was cached is not said apart, so the tool's own cost is the better one.
        counts: if cost.is_some() { Counts::CostOnly } else { Counts::Estimated },
        implausible: None,
        files: Vec::new(),
    });
}
