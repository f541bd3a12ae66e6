//! What an answer of a provider says that it used: the shapes of `OpenAI` (chat completions and
//! responses), Anthropic, Gemini and xAI through one function, whole or as a stream of events.
//!
//! Deliberately not here: when it was, and who asked; an answer does not know.

mod block;
#[cfg(test)]
mod tests;

use memchr::memchr;

use self::block::{Block, XAI};
use super::scan::{Scan, Text, Torn};
use crate::{
    ledger::Service,
    model::{PicoUsd, TokenUse},
};

/// What an answer used.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AnswerUsage {
    /// Who served it; empty when neither the shape nor the model tells.
    pub provider: String,
    /// The model; empty when the answer does not say.
    pub model: String,
    /// The id of the answer.
    pub id: Option<String>,
    /// Its tokens.
    pub tokens: TokenUse,
    /// Searches of the web.
    pub web_searches: u32,
    /// How it was served.
    pub service: Service,
    /// True when only servers in the United States were used.
    pub us_only: bool,
    /// What it cost, when the provider says so.
    pub recorded: Option<PicoUsd>,
}

/// Why an answer does not say what it used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoUsage {
    /// It is not JSON, nor events of JSON.
    #[error("the answer is no JSON")]
    NotJson,
    /// It has no usage block, or one without counts.
    #[error("the answer has no usage block of a known shape")]
    NoUsage,
}

/// Reads what an answer used: from its JSON, from an array or lines of JSON, or from the events of
/// a stream.
///
/// # Errors
/// Fails when it is no JSON or does not say.
pub fn usage_of(answer: &[u8]) -> Result<AnswerUsage, NoUsage> {
    let mut read = Answer::default();
    let is_whole = read.take(answer).is_ok();
    if !is_whole {
        read = Answer::default();
        if !read.take_lines(answer) {
            return Err(NoUsage::NotJson);
        }
    }
    read.finish()
}

/// An answer as far as it was read; what comes later in a stream rules.
#[derive(Debug, Default)]
struct Answer<'a> {
    id: Option<Text<'a>>,
    model: Option<Text<'a>>,
    tier: Option<Text<'a>>,
    block: Block<'a>,
    /// A usage block that stands alone, without the answer around it.
    bare: Block<'a>,
}

/// Deeper than any event holds its answer.
const DEEPEST: usize = 3;

impl<'a> Answer<'a> {
    /// Takes a JSON value, or several in an array.
    fn take(&mut self, json: &'a [u8]) -> Result<(), Torn> {
        let mut scan = Scan::new(json);
        match json.trim_ascii_start().first() {
            Some(b'{') => self.object(&mut scan, 0)?,
            Some(b'[') => {
                scan.array(|scan| self.object(scan, 0))?;
            }
            Some(_) | None => return Err(Torn),
        }
        scan.end()
    }

    /// Takes lines of JSON, or events whose data is JSON; returns whether there was any.
    fn take_lines(&mut self, mut text: &'a [u8]) -> bool {
        let mut is_any = false;
        while !text.is_empty() {
            let end = memchr(b'\n', text).unwrap_or(text.len());
            let line = text[..end].trim_ascii();
            text = &text[(end + 1).min(text.len())..];
            let json = line.strip_prefix(b"data:").unwrap_or(line).trim_ascii_start();
            is_any |= json.starts_with(b"{") && self.take(json).is_ok();
        }
        is_any
    }

    fn object(&mut self, scan: &mut Scan<'a>, depth: usize) -> Result<(), Torn> {
        scan.object(|key, scan| {
            match key {
                b"id" | b"responseId" => self.id = filled(scan)?.or(self.id),
                b"model" | b"modelVersion" => self.model = filled(scan)?.or(self.model),
                b"service_tier" => self.tier = filled(scan)?.or(self.tier),
                b"usage" | b"usageMetadata" | b"usage_metadata" => {
                    scan.object(|key, scan| self.block.field(key, scan))?;
                }
                // Events hold the answer, or what is known of it so far.
                b"message" | b"response" if depth < DEEPEST => self.object(scan, depth + 1)?,
                _ if depth == 0 => self.bare.field(key, scan)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(())
    }

    fn finish(self) -> Result<AnswerUsage, NoUsage> {
        let blocks = [self.block, self.bare];
        let block = blocks.into_iter().find(Block::has_counts).ok_or(NoUsage::NoUsage)?;
        let text = |text: Option<Text<'_>>| text.map(Text::to_text);
        let model = text(self.model).unwrap_or_default();
        let model = model.strip_prefix("models/").unwrap_or(&model).to_owned();
        let provider = block.provider(&model);
        Ok(AnswerUsage {
            tokens: block.tokens(provider == XAI),
            provider: provider.to_owned(),
            model,
            id: text(self.id),
            web_searches: block.web_searches(),
            service: block.service(self.tier),
            us_only: block.us_only,
            recorded: block.cost(),
        })
    }
}

fn filled<'a>(scan: &mut Scan<'a>) -> Result<Option<Text<'a>>, Torn> {
    Ok(scan.text()?.filter(|text| !text.0.is_empty()))
}
