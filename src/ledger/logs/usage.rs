//! What answers of providers say that they used: the shapes of `OpenAI` (chat completions and
//! responses), Anthropic, Gemini and xAI through one function, whole or as streams of events, one
//! or several; and what Codex and Gemini CLI print of a run without a screen.
//!
//! Deliberately not here: when it was, and who asked; an answer does not know.

mod answer;
mod block;
mod run;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use memchr::memchr;
use thiserror::Error;

use self::{answer::Answer, run::Run};
use super::scan::{Scan, Text, Torn};
use crate::{
    ledger::Service,
    model::{PicoUsd, TokenUse, Tool},
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
    /// When the provider says that it made it, as it writes that; empty when it does not say.
    pub created: String,
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
    /// Set when it is the sum of a run of a tool and no single answer: which tool, and the session.
    pub run: Option<(Tool, String)>,
}

/// An id with fewer letters and digits is no random one: Ollama counts up to a thousand.
const RANDOM_ID: usize = 16;

impl AnswerUsage {
    /// Returns what names the answer among all others; `None` when it has no id.
    ///
    /// An id that other answers may have too is not enough: then all that tells them apart is in the
    /// name, so that the same answer still has the same one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let id = self.id.as_deref()?;
        let is_random = id.chars().filter(|letter| letter.is_alphanumeric()).count() >= RANDOM_ID;
        let provider = &self.provider;
        if self.run.is_some() || (is_random && !provider.is_empty()) {
            return Some(format!("{provider}:{id}"));
        }
        let Self { created, model, tokens, .. } = self;
        let counts = [
            tokens.input,
            tokens.cache_read,
            tokens.cache_write_5m,
            tokens.cache_write_1h,
            tokens.output,
            tokens.reasoning,
        ];
        let counts = counts.map(|count| count.0.to_string()).join("-");
        Some(format!("{provider}:{id}:{created}:{model}:{counts}"))
    }
}

/// Why answers do not say what they used.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum NoUsage {
    /// It is not JSON, nor lines of it.
    #[error("the answer is no JSON")]
    NotJson,
    /// A line among others is no whole JSON; holds its number, from 1.
    #[error("line {0} of the answer is no whole JSON: nothing of it was taken")]
    BrokenLine(usize),
    /// There is a count that cannot be true.
    #[error("the usage block has a count below zero")]
    BelowZero,
    /// It has no usage block, or one without counts.
    #[error("the answer has no usage block of a known shape")]
    NoUsage,
    /// There are several where one is wanted; holds how many.
    #[error("there are {0} answers where one is wanted")]
    Several(usize),
}

/// Reads what one answer used.
///
/// # Errors
/// Fails as [`answers_of`] does, and when there are several.
pub fn usage_of(answer: &[u8]) -> Result<AnswerUsage, NoUsage> {
    let mut answers = answers_of(answer)?;
    match (answers.pop(), answers.len()) {
        (Some(answer), 0) => Ok(answer),
        (_, others) => Err(NoUsage::Several(others + 1)),
    }
}

/// Reads what answers used: from JSON, from an array or lines of JSON, or from the events of
/// streams. An event with another id than what came before it is of another answer; of whole answers
/// with the same name the last one counts.
///
/// # Errors
/// Fails when it is no JSON or does not say.
pub fn answers_of(text: &[u8]) -> Result<Vec<AnswerUsage>, NoUsage> {
    let mut read = Answers::default();
    if read.take(text).is_err() {
        read = Answers::default();
        read.take_lines(text)?;
    }
    read.finish()
}

/// Answers as far as they were read.
#[derive(Debug, Default)]
struct Answers<'a> {
    all: Vec<Answer<'a>>,
    run: Run,
    runs: Vec<AnswerUsage>,
    is_below_zero: bool,
}

impl<'a> Answers<'a> {
    /// Takes a JSON value, or several in an array.
    fn take(&mut self, json: &'a [u8]) -> Result<(), Torn> {
        let mut scan = Scan::new(json);
        match json.trim_ascii_start().first() {
            Some(b'{') => {
                let object = scan.raw()?;
                scan.end()?;
                self.object(object)
            }
            Some(b'[') => {
                scan.array(|scan| {
                    let object = scan.raw()?;
                    self.object(object)
                })?;
                scan.end()
            }
            Some(_) | None => Err(Torn),
        }
    }

    /// Takes lines of JSON, or events whose data is JSON.
    fn take_lines(&mut self, mut text: &'a [u8]) -> Result<(), NoUsage> {
        let (mut number, mut is_any, mut broken) = (0, false, None);
        while !text.is_empty() {
            let end = memchr(b'\n', text).unwrap_or(text.len());
            let line = text[..end].trim_ascii();
            text = &text[(end + 1).min(text.len())..];
            number += 1;
            let json = line.strip_prefix(b"data:").unwrap_or(line).trim_ascii_start();
            if !json.starts_with(b"{") {
                continue;
            }
            match self.take(json) {
                Ok(()) => is_any = true,
                Err(Torn) => broken = broken.or(Some(number)),
            }
        }
        match broken {
            Some(line) if is_any => Err(NoUsage::BrokenLine(line)),
            None if is_any => Ok(()),
            Some(_) | None => Err(NoUsage::NotJson),
        }
    }

    /// Takes an object: an answer, an event, or what a tool prints of a run.
    fn object(&mut self, json: &'a [u8]) -> Result<(), Torn> {
        let glance = answer::Glance::of(json)?;
        if self.run.take(json, &mut self.runs, &mut self.is_below_zero)? {
            return Ok(());
        }
        let at = self.home(&glance).unwrap_or_else(|| {
            self.all.push(Answer::default());
            self.all.len() - 1
        });
        let mut scan = Scan::new(json);
        self.all[at].object(&mut scan, 0)?;
        self.is_below_zero |= scan.was_below_zero();
        Ok(())
    }

    /// Returns the answer that an object belongs to; `None` when it begins another one.
    fn home(&self, glance: &answer::Glance<'a>) -> Option<usize> {
        let last = self.all.len().checked_sub(1)?;
        match glance.id {
            Some(id) => {
                // Events of one answer share its id; whole answers may do so by chance.
                let is_same = |answer: &Answer<'_>| !glance.is_whole && answer.id == Some(id);
                let same = self.all.iter().position(is_same);
                // The first events of a stream may lack the id.
                let unnamed = self.all[last].id.is_none() && !self.all[last].has_counts();
                same.or_else(|| unnamed.then_some(last))
            }
            None => (!glance.is_whole || !self.all[last].has_counts()).then_some(last),
        }
    }

    fn finish(self) -> Result<Vec<AnswerUsage>, NoUsage> {
        if self.is_below_zero {
            return Err(NoUsage::BelowZero);
        }
        let mut all = self.runs;
        let mut places = HashMap::new();
        for answer in self.all.into_iter().filter_map(Answer::finish) {
            let place = answer.name().map(|name| *places.entry(name).or_insert(all.len()));
            match place.and_then(|place| all.get_mut(place)) {
                Some(same) => *same = answer,
                None => all.push(answer),
            }
        }
        if all.is_empty() { Err(NoUsage::NoUsage) } else { Ok(all) }
    }
}

fn filled<'a>(scan: &mut Scan<'a>) -> Result<Option<Text<'a>>, Torn> {
    Ok(scan.text()?.filter(|text| !text.0.is_empty()))
}
