//! What the lines of the journal say. Nothing of it is ever changed: a later line wins.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::line;
use crate::{
    ledger::{Counts, Service, book::hash_of, budget::Reached, logs::Window},
    model::{PicoUsd, Quality, SignedPicoUsd, Tool},
};

/// The version of the lines that this larder writes; newer ones are left alone and not read.
const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::ledger) struct Entry<'a> {
    /// The version.
    v: u32,
    /// The number of the line, growing through all segments.
    pub(in crate::ledger) n: u64,
    /// When it was written, in milliseconds since 1970; nothing depends on it.
    w: i64,
    /// What it says.
    #[serde(borrow, rename = "is")]
    pub(in crate::ledger) body: Body<'a>,
}

/// What a line says.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::ledger) enum Body<'a> {
    /// The first line of a segment.
    Segment(Opening),
    /// All that is known of one record of a request.
    #[serde(borrow)]
    Request(Box<RequestLine<'a>>),
    /// The charge of a request that is known, by the hashes of its key.
    #[serde(borrow)]
    Charge(ChargeOf<'a>),
    /// That a budget reached a mark, so that it is said once.
    Notice(Reached),
    /// What a provider said of a window; only in a spool.
    Window(WindowOf),
}

/// What was said of a window, and whose it is.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::ledger) struct WindowOf {
    pub(in crate::ledger) tool: Tool,
    pub(in crate::ledger) window: Window,
}

/// The first line of a segment.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::ledger) struct Opening {
    /// Which larder wrote it.
    pub(in crate::ledger) larder: String,
}

/// One record of a request, as far as it is known, and what the request costs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::ledger) struct RequestLine<'a> {
    pub(in crate::ledger) tool: Tool,
    #[serde(borrow)]
    pub(in crate::ledger) group: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) part: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(in crate::ledger) copy: bool,
    pub(in crate::ledger) at: i64,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(in crate::ledger) session: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(in crate::ledger) project: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(in crate::ledger) provider: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(in crate::ledger) model: Cow<'a, str>,
    /// Input, cache read, cache write of 5 minutes, of 1 hour, output, reasoning.
    pub(in crate::ledger) tokens: [u64; 6],
    #[serde(default, skip_serializing_if = "is_default")]
    pub(in crate::ledger) searches: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(in crate::ledger) service: Service,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(in crate::ledger) us_only: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) recorded: Option<PicoUsd>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(in crate::ledger) counts: Counts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) implausible: Option<bool>,
    /// Tokens of the files that were read or written, by the ending of their names.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::ledger) types: Vec<(Cow<'a, str>, u32)>,
    /// Missing in a spool, whose reader knows the prices.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) charge: Option<ChargeLine<'a>>,
}

/// What a request costs, for good.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::ledger) struct ChargeLine<'a> {
    /// `None` is unpriced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) usd: Option<PicoUsd>,
    pub(in crate::ledger) quality: Quality,
    /// What the prompt alone costs, where files are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) prompt_usd: Option<PicoUsd>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(in crate::ledger) saved: SignedPicoUsd,
    /// Who served it, where the log does not say so.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(in crate::ledger) provider: Cow<'a, str>,
    /// How it was priced, in words.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(in crate::ledger) price: Cow<'a, str>,
}

/// A charge, and of which request.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::ledger) struct ChargeOf<'a> {
    /// The hash of the group of its key.
    pub(in crate::ledger) group: u64,
    /// The hash of the part; 0 when it has none.
    pub(in crate::ledger) part: u64,
    #[serde(borrow)]
    pub(in crate::ledger) charge: ChargeLine<'a>,
}

/// What a line turned out to be.
#[derive(Debug)]
pub(in crate::ledger) enum LineRead<'a> {
    /// It can be used.
    Entry(Entry<'a>),
    /// It is whole, and written by a newer larder; holds its number.
    Newer(u64),
    /// It is damaged, or nothing that a larder writes.
    Bad,
}

/// Only the key of a line: reading all of it takes several times as long.
#[derive(Deserialize)]
struct KeyLine<'a> {
    v: u32,
    #[serde(borrow, rename = "is")]
    body: KeyBody<'a>,
}

/// What a line is about.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeyBody<'a> {
    #[serde(borrow)]
    Request(RequestKeyLine<'a>),
    Charge(ChargeKeyLine),
    Segment(IgnoredAny),
    Notice(IgnoredAny),
    Window(IgnoredAny),
}

#[derive(Deserialize)]
struct RequestKeyLine<'a> {
    #[serde(borrow)]
    group: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ChargeKeyLine {
    group: u64,
}

/// Only what tells the version of a line.
#[derive(Deserialize)]
struct Version {
    v: u32,
    #[serde(default)]
    n: u64,
}

impl Body<'_> {
    /// Returns the hash of the group that it is about.
    pub(in crate::ledger) fn group(&self) -> Option<u64> {
        match self {
            Self::Request(line) => Some(hash_of(&line.group)),
            Self::Charge(line) => Some(line.group),
            Self::Segment(_) | Self::Notice(_) | Self::Window(_) => None,
        }
    }
}

impl<'a> Entry<'a> {
    /// Returns a line to be written.
    pub(super) const fn new(n: u64, written_ms: i64, body: Body<'a>) -> Self {
        Self { v: VERSION, n, w: written_ms, body }
    }

    /// Appends the line to `out`.
    pub(super) fn push(&self, out: &mut Vec<u8>) {
        line::push(out, |out| {
            serde_json::to_writer(out, self).expect("text, numbers and lists are always JSON");
        });
    }

    /// Reads a line without its newline.
    pub(in crate::ledger) fn read(bytes: &'a [u8]) -> LineRead<'a> {
        let Some(json) = line::read(bytes) else { return LineRead::Bad };
        match serde_json::from_slice::<Self>(json) {
            Ok(entry) if entry.v <= VERSION => LineRead::Entry(entry),
            Ok(entry) => LineRead::Newer(entry.n),
            Err(_) => match serde_json::from_slice::<Version>(json) {
                Ok(version) if version.v > VERSION => LineRead::Newer(version.n),
                Ok(_) | Err(_) => LineRead::Bad,
            },
        }
    }

    /// Returns the hash of the group that an intact line is about.
    pub(in crate::ledger) fn key_of(bytes: &[u8]) -> Option<u64> {
        let line: KeyLine<'_> = serde_json::from_slice(line::read(bytes)?).ok()?;
        match line.body {
            _ if line.v > VERSION => None,
            KeyBody::Request(request) => Some(hash_of(&request.group)),
            KeyBody::Charge(charge) => Some(charge.group),
            KeyBody::Segment(_) | KeyBody::Notice(_) | KeyBody::Window(_) => None,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
