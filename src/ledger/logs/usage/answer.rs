//! One answer, from its JSON or from the events that it came in.

use super::{
    AnswerUsage,
    block::{Block, XAI},
    filled,
};
use crate::ledger::logs::scan::{Scan, Text, Torn};

/// Deeper than any event holds its answer.
const DEEPEST: usize = 3;

/// An answer as far as it was read; what comes later in a stream rules.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    pub(super) id: Option<Text<'a>>,
    created: &'a [u8],
    model: Option<Text<'a>>,
    tier: Option<Text<'a>>,
    block: Block<'a>,
    /// A usage block that stands alone, without the answer around it.
    bare: Block<'a>,
}

/// What tells which answer an object belongs to.
#[derive(Debug, Default)]
pub(super) struct Glance<'a> {
    pub(super) id: Option<Text<'a>>,
    /// True for an answer that is no event of a stream, and for a usage block that stands alone.
    pub(super) is_whole: bool,
}

impl<'a> Glance<'a> {
    /// Looks at an object.
    pub(super) fn of(json: &'a [u8]) -> Result<Self, Torn> {
        let mut glance = Self::default();
        glance.object(&mut Scan::new(json), 0)?;
        Ok(glance)
    }

    fn object(&mut self, scan: &mut Scan<'a>, depth: usize) -> Result<(), Torn> {
        scan.object(|key, scan| {
            match key {
                b"id" | b"responseId" => self.id = filled(scan)?.or(self.id),
                b"object" | b"type" if depth == 0 => {
                    let whole = ["chat.completion", "response", "message"];
                    let kind = scan.text()?;
                    self.is_whole |= kind.is_some_and(|kind| whole.iter().any(|one| kind.is(one)));
                }
                b"prompt_tokens" | b"input_tokens" if depth == 0 => self.is_whole = true,
                b"message" | b"response" if depth < DEEPEST => self.object(scan, depth + 1)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl<'a> Answer<'a> {
    /// Takes an object, or an answer inside it.
    pub(super) fn object(&mut self, scan: &mut Scan<'a>, depth: usize) -> Result<(), Torn> {
        scan.object(|key, scan| {
            match key {
                b"id" | b"responseId" => self.id = filled(scan)?.or(self.id),
                b"created" | b"created_at" => self.created = scan.raw()?,
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

    /// Says whether there is anything to go by.
    pub(super) fn has_counts(&self) -> bool {
        self.block.has_counts() || self.bare.has_counts()
    }

    /// Returns what it used; none when it does not say.
    pub(super) fn finish(self) -> Option<AnswerUsage> {
        let blocks = [self.block, self.bare];
        let block = blocks.into_iter().find(Block::has_counts)?;
        let text = |text: Option<Text<'_>>| text.map(Text::to_text);
        let model = text(self.model).unwrap_or_default();
        let model = model.strip_prefix("models/").unwrap_or(&model).to_owned();
        let provider = block.provider(&model);
        Some(AnswerUsage {
            tokens: block.tokens(provider == XAI),
            provider: provider.to_owned(),
            model,
            id: text(self.id),
            created: String::from_utf8_lossy(self.created).into_owned(),
            web_searches: block.web_searches(),
            service: block.service(self.tier),
            us_only: block.us_only,
            recorded: block.cost(),
            run: None,
        })
    }
}
