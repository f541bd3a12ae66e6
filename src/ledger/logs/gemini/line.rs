//! What Gemini CLI writes of a message.

use crate::{
    ledger::logs::{
        moment::moment,
        scan::{Scan, Text, Torn},
    },
    model::{TokenUse, Tokens, UnixNanos},
};

/// A line of a log, or the whole of an old one: data on the session, messages, or both.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    pub(super) session: Option<Text<'a>>,
    /// The first folder of the workspace.
    pub(super) folder: Option<Text<'a>>,
    /// The line itself, when it is a message.
    pub(super) message: Message<'a>,
    /// Messages that it holds.
    pub(super) messages: Vec<Message<'a>>,
}

/// A message.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) at: Option<UnixNanos>,
    kind: Option<Text<'a>>,
    pub(super) model: Option<Text<'a>>,
    pub(super) tokens: Option<TokenUse>,
    /// Whether a count was below zero, and is taken as none.
    pub(super) is_odd: bool,
    /// What its tools read or write.
    pub(super) files: Vec<Text<'a>>,
}

/// The tools whose input names a file.
const FILE_TOOLS: [&str; 4] = ["read_file", "write_file", "replace", "edit"];

impl<'a> Record<'a> {
    /// Reads a line or a whole log.
    pub(super) fn read(json: &'a [u8]) -> Result<Self, Torn> {
        let mut scan = Scan::new(json);
        let mut record = Self::default();
        scan.object(|key, scan| match key {
            // What is set may hold anything but another message.
            b"$set" => scan.object(|key, scan| record.field(key, scan)).map(|_| ()),
            b"sessionId" | b"directories" | b"messages" => record.field(key, scan),
            _ => record.message.field(key, scan),
        })?;
        scan.end()?;
        Ok(record)
    }

    fn field(&mut self, key: &[u8], scan: &mut Scan<'a>) -> Result<(), Torn> {
        match key {
            b"sessionId" => self.session = scan.text()?.filter(|id| !id.0.is_empty()),
            b"directories" => {
                scan.array(|scan| {
                    self.folder = self.folder.or(scan.text()?);
                    Ok(())
                })?;
            }
            b"messages" => {
                scan.array(|scan| {
                    let mut message = Message::default();
                    scan.object(|key, scan| message.field(key, scan))?;
                    self.messages.push(message);
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl<'a> Message<'a> {
    fn field(&mut self, key: &[u8], scan: &mut Scan<'a>) -> Result<(), Torn> {
        match key {
            b"id" => self.id = scan.text()?.filter(|id| !id.0.is_empty()),
            b"timestamp" => self.at = moment(scan)?,
            b"type" => self.kind = scan.text()?,
            b"model" => self.model = scan.text()?,
            b"tokens" => {
                self.tokens = tokens(scan)?;
                self.is_odd = scan.was_below_zero();
            }
            b"toolCalls" => {
                scan.array(|scan| {
                    self.files.extend(call(scan)?);
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Says whether it is an answer.
    pub(super) fn is_answer(&self) -> bool {
        self.kind.is_none_or(|kind| kind.is("gemini")) && (self.tokens.is_some())
    }
}

/// Reads a call of a tool and returns the file in it.
fn call<'a>(scan: &mut Scan<'a>) -> Result<Option<Text<'a>>, Torn> {
    let (mut name, mut file) = (None, None);
    scan.object(|key, scan| {
        match key {
            b"name" => name = scan.text()?,
            b"args" => {
                scan.object(|key, scan| {
                    if matches!(key, b"file_path" | b"absolute_path" | b"path") {
                        file = scan.text()?.or(file);
                    }
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    })?;
    let is_file_tool =
        name.is_some_and(|name: Text<'_>| FILE_TOOLS.iter().any(|tool| name.is(tool)));
    Ok(file.filter(|_| is_file_tool))
}

/// Reads counts: what was cached is inside the input; thoughts, and the prompts of tools, are
/// beside output and input. The statistics of a run have other names for two of them, and say
/// beside the whole prompt what of it was not cached.
pub(super) fn tokens(scan: &mut Scan<'_>) -> Result<Option<TokenUse>, Torn> {
    let [mut input, mut output, mut cached, mut thoughts, mut tool] = [0_u64; 5];
    let mut prompt = None;
    let is_there = scan.object(|key, scan| {
        let into = match key {
            b"prompt" => return scan.count().map(|count| prompt = count),
            b"input" => &mut input,
            b"output" | b"candidates" => &mut output,
            b"cached" => &mut cached,
            b"thoughts" => &mut thoughts,
            b"tool" => &mut tool,
            _ => return Ok(()),
        };
        *into = scan.count()?.unwrap_or_default();
        Ok(())
    })?;
    let input = prompt.unwrap_or(input);
    let cached = cached.min(input);
    Ok(is_there.then_some(TokenUse {
        input: Tokens((input - cached).saturating_add(tool)),
        cache_read: Tokens(cached),
        output: Tokens(output.saturating_add(thoughts)),
        reasoning: Tokens(thoughts),
        ..TokenUse::default()
    }))
}
