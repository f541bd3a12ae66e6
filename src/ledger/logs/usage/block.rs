//! A usage block of any provider: all of its counts, whatever they are called.

use super::super::scan::{Scan, Text, Torn};
use crate::{
    ledger::Service,
    model::{PicoUsd, TokenUse, Tokens},
};

/// A usage block.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    /// Input, and what of it came from a cache.
    input: Option<u64>,
    cached_inside: u64,
    /// What came from caches and went into them beside the input, as Anthropic counts.
    cached_beside: Option<u64>,
    written: Option<u64>,
    written_5m: u64,
    written_1h: u64,
    /// The prompts of tools, beside the input, as Gemini counts.
    tools: u64,
    /// Output, and what of it is reasoning.
    output: Option<u64>,
    reasoning: u64,
    /// Reasoning beside the output, as Gemini counts.
    thoughts: u64,
    total: Option<u64>,
    searches: u64,
    tier: Option<Text<'a>>,
    is_fast: bool,
    pub(super) us_only: bool,
    dollars: Option<PicoUsd>,
    ticks: Option<u64>,
    /// Whose field was seen that nobody else has.
    maker: Option<&'static str>,
}

/// A dollar is 10¹⁰ ticks.
const PICO_PER_TICK: u128 = 100;

/// What makes reasoning stand beside the output.
pub(super) const XAI: &str = "xai";

impl<'a> Block<'a> {
    /// Takes a field.
    pub(super) fn field(&mut self, key: &[u8], scan: &mut Scan<'a>) -> Result<(), Torn> {
        match key {
            b"prompt_tokens" | b"input_tokens" => fill(&mut self.input, scan)?,
            b"completion_tokens" | b"output_tokens" => fill(&mut self.output, scan)?,
            b"total_tokens" => fill(&mut self.total, scan)?,
            b"prompt_tokens_details" | b"input_tokens_details" => self.input_details(scan)?,
            b"completion_tokens_details" | b"output_tokens_details" => self.output_details(scan)?,
            b"cache_read_input_tokens" => fill(&mut self.cached_beside, scan)?,
            b"cache_creation_input_tokens" => fill(&mut self.written, scan)?,
            b"cache_creation" => self.lifetimes(scan)?,
            b"server_tool_use" | b"server_side_tool_usage_details" => self.servers(scan)?,
            b"service_tier" => self.tier = scan.text()?,
            b"speed" => self.is_fast = scan.text()?.is_some_and(|speed| speed.is("fast")),
            b"inference_geo" => self.us_only = scan.text()?.is_some_and(|geo| geo.is("us")),
            b"cost" => self.dollars = scan.dollars()?,
            b"cost_in_usd_ticks" => {
                self.maker = Some(XAI);
                fill(&mut self.ticks, scan)?;
            }
            b"num_sources_used" => self.maker = Some(XAI),
            _ => self.gemini(key, scan)?,
        }
        Ok(())
    }

    fn gemini(&mut self, key: &[u8], scan: &mut Scan<'_>) -> Result<(), Torn> {
        let into = match key {
            b"promptTokenCount" => &mut self.input,
            b"candidatesTokenCount" => &mut self.output,
            b"totalTokenCount" => &mut self.total,
            b"cachedContentTokenCount" => return over(&mut self.cached_inside, scan),
            b"thoughtsTokenCount" => return over(&mut self.thoughts, scan),
            b"toolUsePromptTokenCount" => return over(&mut self.tools, scan),
            _ => return Ok(()),
        };
        fill(into, scan)?;
        self.maker = Some("google");
        Ok(())
    }

    fn input_details(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| match key {
            b"cached_tokens" => over(&mut self.cached_inside, scan),
            _ => Ok(()),
        })?;
        Ok(())
    }

    fn output_details(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| match key {
            b"reasoning_tokens" | b"thinking_tokens" => over(&mut self.reasoning, scan),
            _ => Ok(()),
        })?;
        Ok(())
    }

    fn lifetimes(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| match key {
            b"ephemeral_5m_input_tokens" => over(&mut self.written_5m, scan),
            b"ephemeral_1h_input_tokens" => over(&mut self.written_1h, scan),
            _ => Ok(()),
        })?;
        Ok(())
    }

    fn servers(&mut self, scan: &mut Scan<'_>) -> Result<(), Torn> {
        scan.object(|key, scan| match key {
            b"web_search_requests" | b"web_search_calls" => over(&mut self.searches, scan),
            _ => Ok(()),
        })?;
        Ok(())
    }

    /// Says whether there is anything to go by.
    pub(super) fn has_counts(&self) -> bool {
        self.input.is_some() || self.output.is_some()
    }

    /// Returns the classes that are priced apart; `is_xai` when its provider counts reasoning
    /// beside the output unless the total says otherwise.
    pub(super) fn tokens(&self, is_xai: bool) -> TokenUse {
        let (input, output) = (self.input.unwrap_or_default(), self.output.unwrap_or_default());
        let cached = self.cached_inside.min(input);
        let split = self.written_5m.saturating_add(self.written_1h);
        let rest = self.written.unwrap_or_default().saturating_sub(split);
        let with_reasoning = input.saturating_add(output).saturating_add(self.reasoning);
        let is_beside = match self.total {
            Some(total) => self.reasoning > 0 && total == with_reasoning,
            None => is_xai,
        };
        let beside = if is_beside { self.reasoning } else { 0 };
        TokenUse {
            input: Tokens((input - cached).saturating_add(self.tools)),
            cache_read: Tokens(cached.saturating_add(self.cached_beside.unwrap_or_default())),
            cache_write_5m: Tokens(self.written_5m.saturating_add(rest)),
            cache_write_1h: Tokens(self.written_1h),
            output: Tokens(output.saturating_add(beside).saturating_add(self.thoughts)),
            reasoning: Tokens(self.reasoning.saturating_add(self.thoughts)),
        }
    }

    /// Returns who served this model, as far as one can tell.
    pub(super) fn provider(&self, model: &str) -> &'static str {
        let is_anthropic = self.cached_beside.is_some() || self.written.is_some();
        let starts = [
            ("claude", "anthropic"),
            ("grok", XAI),
            ("gemini", "google"),
            ("gpt", "openai"),
            ("chatgpt", "openai"),
            ("codex", "openai"),
            ("o1", "openai"),
            ("o3", "openai"),
            ("o4", "openai"),
        ];
        let named = starts.into_iter().find(|(start, _)| model.starts_with(start));
        match named.map(|(_, provider)| provider).or(self.maker) {
            Some(provider) => provider,
            None if is_anthropic => "anthropic",
            // Many serve this shape; without a name it is the one that made it.
            None if model.is_empty() => "openai",
            None => "",
        }
    }

    /// Returns how it was served, given what stands beside the block.
    pub(super) fn service(&self, beside: Option<Text<'_>>) -> Service {
        if self.is_fast {
            return Service::Fast;
        }
        let named =
            [("priority", Service::Priority), ("flex", Service::Flex), ("batch", Service::Batch)];
        let is = |name: &str| [self.tier, beside].into_iter().flatten().any(|tier| tier.is(name));
        named.into_iter().find(|(name, _)| is(name)).map_or(Service::Standard, |(_, one)| one)
    }

    /// Returns how often the web was searched.
    pub(super) fn web_searches(&self) -> u32 {
        u32::try_from(self.searches).unwrap_or(u32::MAX)
    }

    /// Returns what it cost, when the provider says so.
    pub(super) fn cost(&self) -> Option<PicoUsd> {
        let ticks = self.ticks.map(|ticks| PicoUsd(u128::from(ticks) * PICO_PER_TICK));
        ticks.or(self.dollars)
    }
}

/// Takes a count, or keeps what is there: the last event of a stream may hold some of them only.
fn fill(into: &mut Option<u64>, scan: &mut Scan<'_>) -> Result<(), Torn> {
    *into = scan.count()?.or(*into);
    Ok(())
}

/// Takes a count, or keeps what is there.
fn over(into: &mut u64, scan: &mut Scan<'_>) -> Result<(), Torn> {
    *into = scan.count()?.unwrap_or(*into);
    Ok(())
}
