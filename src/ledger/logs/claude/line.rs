//! What a line of a log of Claude Code says.

use super::limit;
use crate::{
    ledger::{
        Service,
        logs::{
            moment::moment,
            reason::Reason,
            scan::{Scan, Text, Torn},
        },
    },
    model::{PicoUsd, TokenUse, Tokens, UnixNanos},
};

/// A line.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    kind: Option<Text<'a>>,
    pub(super) is_error: bool,
    pub(super) at: Option<UnixNanos>,
    pub(super) session: Option<Text<'a>>,
    pub(super) cwd: Option<Text<'a>>,
    pub(super) request: Option<Text<'a>>,
    pub(super) cost: Option<PicoUsd>,
    /// Of a side chain, or told by the session that waited for it.
    pub(super) is_copy: bool,
    /// Whether a count was below zero, and is taken as none.
    pub(super) is_odd: bool,
    /// The answer; none in a line of another kind.
    pub(super) answer: Option<Answer<'a>>,
    /// The counts of the oldest versions, which stand in the line itself.
    flat: Option<Usage<'a>>,
}

/// An answer, or a block of one.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) model: Option<Text<'a>>,
    /// Whether there is usage at all.
    has_usage: bool,
    pub(super) usage: Usage<'a>,
    /// Bytes of its content.
    pub(super) content: u64,
    /// When the limit ends that it says is reached.
    pub(super) resets: Option<UnixNanos>,
    /// What its tools read or write.
    pub(super) files: Vec<Text<'a>>,
}

/// What an answer used.
#[derive(Debug, Default)]
pub(super) struct Usage<'a> {
    pub(super) tokens: TokenUse,
    /// All that was written into caches, and what of it is not said apart.
    written: u64,
    pub(super) web_searches: u32,
    pub(super) service: Service,
    pub(super) us_only: bool,
    pub(super) advisors: Vec<Advisor<'a>>,
}

/// What another model used that was asked for advice.
#[derive(Debug)]
pub(super) struct Advisor<'a> {
    pub(super) model: Option<Text<'a>>,
    pub(super) tokens: TokenUse,
}

/// The tools whose input names a file.
const FILE_TOOLS: [&str; 6] =
    ["Read", "Edit", "Write", "MultiEdit", "NotebookEdit", "NotebookRead"];

impl<'a> Record<'a> {
    /// Reads a line; one of another kind has no answer.
    pub(super) fn read(line: &'a [u8]) -> Result<Self, Torn> {
        let mut scan = Scan::new(line);
        let mut record = Self::default();
        let mut told = None;
        scan.object(|key, scan| {
            match key {
                b"type" => record.kind = scan.text()?,
                b"data" => told = progress(scan)?,
                _ => record.field(key, scan)?,
            }
            Ok(())
        })?;
        scan.end()?;
        let is_odd = scan.was_below_zero();
        if record.kind.is_some_and(|kind| kind.is("progress")) {
            let Some(mut told) = told else { return Ok(Self::default()) };
            told.is_copy = true;
            told.session = told.session.or(record.session);
            told.cwd = told.cwd.or(record.cwd);
            told.at = told.at.or(record.at);
            record = told;
        }
        record.is_odd = is_odd;
        Ok(record.settled())
    }

    /// Reads a field that a line and a line within a line have in common.
    fn field(&mut self, key: &[u8], scan: &mut Scan<'a>) -> Result<(), Torn> {
        match key {
            b"timestamp" => self.at = moment(scan)?,
            b"sessionId" => self.session = scan.text()?,
            b"cwd" => self.cwd = scan.text()?.filter(|cwd| !cwd.0.is_empty()),
            b"requestId" => self.request = scan.text()?,
            b"isSidechain" => self.is_copy = scan.truth()?,
            b"isApiErrorMessage" => self.is_error = scan.truth()?,
            b"costUSD" => self.cost = scan.dollars()?,
            b"message" => self.answer = Some(Answer::read(scan)?),
            b"inputTokens" => self.flat().tokens.input = tokens(scan)?,
            b"outputTokens" => self.flat().tokens.output = tokens(scan)?,
            b"cacheReadInputTokens" => self.flat().tokens.cache_read = tokens(scan)?,
            b"cacheCreationInputTokens" => self.flat().written = scan.count()?.unwrap_or_default(),
            _ => {}
        }
        Ok(())
    }

    fn flat(&mut self) -> &mut Usage<'a> {
        self.flat.get_or_insert_default()
    }

    /// Settles what depends on several fields.
    fn settled(mut self) -> Self {
        let is_answer = self.kind.is_none_or(|kind| kind.is("assistant"));
        if !is_answer {
            self.answer = None;
        }
        if let (Some(answer), Some(mut flat)) = (&mut self.answer, self.flat.take())
            && !answer.has_usage
        {
            flat.settle();
            answer.has_usage = true;
            answer.usage = flat;
        }
        // Without a type it is an answer only if it has usage.
        if self.kind.is_none() && self.answer.as_ref().is_some_and(|answer| !answer.has_usage) {
            self.answer = None;
        }
        self
    }

    /// Returns why an answer is no request.
    pub(super) fn useless(&self, answer: &Answer<'_>) -> Option<Reason> {
        if self.is_error {
            return Some(Reason::ApiError);
        }
        if answer.model.is_some_and(|model| model.is("<synthetic>")) {
            return Some(Reason::Synthetic);
        }
        (!answer.has_usage).then_some(Reason::NoCounts)
    }
}

/// Reads the line that a progress report holds.
fn progress<'a>(scan: &mut Scan<'a>) -> Result<Option<Record<'a>>, Torn> {
    let mut told = None;
    scan.object(|key, scan| {
        if key == b"message" {
            let mut record = Record::default();
            scan.object(|key, scan| {
                if key == b"type" {
                    record.kind = scan.text()?;
                }
                record.field(key, scan)
            })?;
            told = Some(record);
        }
        Ok(())
    })?;
    Ok(told)
}

impl<'a> Answer<'a> {
    fn read(scan: &mut Scan<'a>) -> Result<Self, Torn> {
        let mut answer = Self::default();
        scan.object(|key, scan| {
            match key {
                b"id" => answer.id = scan.text()?,
                b"model" => answer.model = scan.text()?,
                b"content" => answer.content(scan)?,
                b"usage" => {
                    answer.has_usage = answer.usage.read(scan)?;
                    answer.usage.settle();
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(answer)
    }

    fn content(&mut self, scan: &mut Scan<'a>) -> Result<(), Torn> {
        scan.array(|scan| {
            let (mut name, mut file) = (None, None);
            scan.object(|key, scan| {
                match key {
                    b"name" => name = scan.text()?,
                    b"text" | b"thinking" => {
                        let text = scan.text()?.unwrap_or_default();
                        self.content += text.0.len() as u64;
                        self.resets = limit::resets(text).or(self.resets);
                    }
                    b"input" => file = self.input(scan)?,
                    _ => {}
                }
                Ok(())
            })?;
            if name.is_some_and(|name| FILE_TOOLS.iter().any(|tool| name.is(tool))) {
                self.files.extend(file);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Reads the input of a tool and returns the file in it.
    fn input(&mut self, scan: &mut Scan<'a>) -> Result<Option<Text<'a>>, Torn> {
        let raw = scan.raw()?;
        self.content += raw.len() as u64;
        let mut file = None;
        Scan::new(raw).object(|key, scan| {
            if matches!(key, b"file_path" | b"notebook_path") {
                file = scan.text()?;
            }
            Ok(())
        })?;
        Ok(file)
    }
}

impl<'a> Usage<'a> {
    /// Reads usage; returns whether there is any.
    fn read(&mut self, scan: &mut Scan<'a>) -> Result<bool, Torn> {
        scan.object(|key, scan| {
            match key {
                b"cache_creation" => self.lifetimes(scan)?,
                b"output_tokens_details" => self.details(scan)?,
                b"server_tool_use" => self.servers(scan)?,
                b"service_tier" => self.tier(scan.text()?),
                b"speed" => {
                    if scan.text()?.is_some_and(|speed| speed.is("fast")) {
                        self.service = Service::Fast;
                    }
                }
                b"inference_geo" => self.us_only = scan.text()?.is_some_and(|geo| geo.is("us")),
                b"iterations" => self.iterations(scan)?,
                _ => self.count(key, scan)?,
            }
            Ok(())
        })
    }

    /// Reads one of the four counts that everything has.
    fn count(&mut self, key: &[u8], scan: &mut Scan<'_>) -> Result<(), Torn> {
        match key {
            b"input_tokens" => self.tokens.input = tokens(scan)?,
            b"output_tokens" => self.tokens.output = tokens(scan)?,
            b"cache_read_input_tokens" => self.tokens.cache_read = tokens(scan)?,
            b"cache_creation_input_tokens" => self.written = scan.count()?.unwrap_or_default(),
            _ => {}
        }
        Ok(())
    }

    fn lifetimes(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| {
            match key {
                b"ephemeral_5m_input_tokens" => self.tokens.cache_write_5m = tokens(scan)?,
                b"ephemeral_1h_input_tokens" => self.tokens.cache_write_1h = tokens(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(())
    }

    fn details(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| {
            if key == b"thinking_tokens" {
                self.tokens.reasoning = tokens(scan)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn servers(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| {
            if key == b"web_search_requests" {
                let searches = scan.count()?.unwrap_or_default();
                self.web_searches = u32::try_from(searches).unwrap_or(u32::MAX);
            }
            Ok(())
        })?;
        Ok(())
    }

    fn tier(&mut self, tier: Option<Text<'_>>) {
        let Some(tier) = tier else { return };
        let named =
            [("priority", Service::Priority), ("flex", Service::Flex), ("batch", Service::Batch)];
        if let Some((_, service)) = named.into_iter().find(|(name, _)| tier.is(name)) {
            self.service = service;
        }
    }

    fn iterations(&mut self, scan: &mut Scan<'a>) -> Result<(), Torn> {
        scan.array(|scan| {
            let (mut kind, mut model, mut usage) = (None, None, Usage::default());
            scan.object(|key, scan| {
                match key {
                    b"type" => kind = scan.text()?,
                    b"model" => model = scan.text()?,
                    b"cache_creation" => usage.lifetimes(scan)?,
                    _ => usage.count(key, scan)?,
                }
                Ok(())
            })?;
            // All other kinds are in the counts of the answer.
            if kind.is_some_and(|kind: Text<'_>| kind.is("advisor_message")) {
                usage.settle();
                self.advisors.push(Advisor { model, tokens: usage.tokens });
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Puts what was written into a cache of no known lifetime at five minutes.
    fn settle(&mut self) {
        let rest = self.written.saturating_sub(self.tokens.cache_write().0);
        self.tokens.cache_write_5m += Tokens(rest);
    }
}

fn tokens(scan: &mut Scan<'_>) -> Result<Tokens, Torn> {
    Ok(Tokens(scan.count()?.unwrap_or_default()))
}
