//! A message of opencode, as it stands in its file or its row.

use crate::{
    ledger::logs::{
        moment::moment,
        scan::{Scan, Text, Torn},
    },
    model::{PicoUsd, TokenUse, Tokens, UnixNanos},
};

/// A message.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) session: Option<Text<'a>>,
    role: Option<Text<'a>>,
    pub(super) provider: Option<Text<'a>>,
    pub(super) model: Option<Text<'a>>,
    pub(super) created: Option<UnixNanos>,
    /// Whether the answer ended.
    pub(super) is_complete: bool,
    root: Option<Text<'a>>,
    cwd: Option<Text<'a>>,
    pub(super) used: Used,
}

/// What a message, or a step of it, used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    pub(super) tokens: Option<TokenUse>,
    pub(super) cost: Option<PicoUsd>,
    /// Whether a count was below zero, and is taken as none.
    pub(super) is_odd: bool,
}

impl<'a> Message<'a> {
    /// Reads a message.
    pub(super) fn read(json: &'a [u8]) -> Result<Self, Torn> {
        let mut scan = Scan::new(json);
        let mut message = Self::default();
        scan.object(|key, scan| message.field(key, scan))?;
        scan.end()?;
        Ok(message)
    }

    fn field(&mut self, key: &[u8], scan: &mut Scan<'a>) -> Result<(), Torn> {
        match key {
            b"id" => self.id = scan.text()?,
            b"sessionID" => self.session = scan.text()?,
            b"role" => self.role = scan.text()?,
            b"providerID" => self.provider = scan.text()?,
            b"modelID" => self.model = scan.text()?,
            b"time" => {
                scan.object(|key, scan| {
                    match key {
                        b"created" => self.created = moment(scan)?,
                        b"completed" => self.is_complete = moment(scan)?.is_some(),
                        _ => {}
                    }
                    Ok(())
                })?;
            }
            b"path" => {
                scan.object(|key, scan| {
                    match key {
                        b"root" => self.root = scan.text()?,
                        b"cwd" => self.cwd = scan.text()?,
                        _ => {}
                    }
                    Ok(())
                })?;
            }
            _ => self.used.field(key, scan)?,
        }
        Ok(())
    }

    /// Says whether it is an answer.
    pub(super) fn is_answer(&self) -> bool {
        match self.role {
            Some(role) => role.is("assistant"),
            None => self.used.tokens.is_some(),
        }
    }

    /// Returns the folder of the project: the repository, or where there is none the folder that
    /// the tool was started in.
    pub(super) fn project(&self) -> Option<String> {
        let root = self.root.filter(|root| !root.0.is_empty() && !root.is("/"));
        root.or(self.cwd).map(Text::to_text).filter(|path| !path.is_empty())
    }
}

impl Used {
    /// Reads the part of a message that ends a step; none when it is another part.
    pub(super) fn of_step(json: &[u8]) -> Result<Option<Self>, Torn> {
        let (mut used, mut kind) = (Self::default(), None);
        let mut scan = Scan::new(json);
        scan.object(|key, scan| {
            if key == b"type" {
                kind = scan.text()?;
                return Ok(());
            }
            used.field(key, scan)
        })?;
        let is_end = kind.is_some_and(|kind| kind.is("step-finish"));
        Ok(Some(used).filter(|used| is_end && used.tokens.is_some()))
    }

    fn field(&mut self, key: &[u8], scan: &mut Scan<'_>) -> Result<(), Torn> {
        match key {
            b"cost" => self.cost = scan.dollars()?,
            b"tokens" => {
                self.tokens = tokens(scan)?;
                self.is_odd = scan.was_below_zero();
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads counts: what was cached is beside the input, reasoning is beside the output.
fn tokens(scan: &mut Scan<'_>) -> Result<Option<TokenUse>, Torn> {
    let mut tokens = TokenUse::default();
    let is_there = scan.object(|key, scan| {
        match key {
            b"input" => tokens.input = count(scan)?,
            b"output" => tokens.output = count(scan)?,
            b"reasoning" => tokens.reasoning = count(scan)?,
            b"cache" => {
                scan.object(|key, scan| {
                    match key {
                        b"read" => tokens.cache_read = count(scan)?,
                        b"write" => tokens.cache_write_5m = count(scan)?,
                        _ => {}
                    }
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    })?;
    tokens.output += tokens.reasoning;
    Ok(is_there.then_some(tokens))
}

fn count(scan: &mut Scan<'_>) -> Result<Tokens, Torn> {
    Ok(Tokens(scan.count()?.unwrap_or_default()))
}
