//! Counts as logs of Codex have them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    ledger::logs::scan::{Scan, Torn},
    model::{TokenUse, Tokens},
};

/// Counts as the provider gives them: cached input inside input, reasoning inside output.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(in crate::ledger::logs) struct Counts {
    pub(super) input: u64,
    pub(super) cached: u64,
    pub(super) written: u64,
    pub(super) output: u64,
    pub(super) reasoning: u64,
}

impl Counts {
    /// Reads counts; none when there are none.
    pub(in crate::ledger::logs) fn read(scan: &mut Scan<'_>) -> Result<Option<Self>, Torn> {
        let mut counts = Self::default();
        let is_there = scan.object(|key, scan| {
            match key {
                b"input_tokens" => counts.input = scan.count()?.unwrap_or_default(),
                b"cached_input_tokens" => counts.cached = scan.count()?.unwrap_or_default(),
                b"cache_write_input_tokens" => counts.written = scan.count()?.unwrap_or_default(),
                b"output_tokens" => counts.output = scan.count()?.unwrap_or_default(),
                b"reasoning_output_tokens" => counts.reasoning = scan.count()?.unwrap_or_default(),
                _ => {}
            }
            Ok(())
        })?;
        Ok(is_there.then_some(counts))
    }

    /// Says whether nothing was used.
    pub(super) const fn is_zero(&self) -> bool {
        self.input == 0 && self.output == 0
    }

    /// Returns what was used since `before`, or none when a count fell.
    pub(in crate::ledger::logs) fn since(&self, before: &Self) -> Option<Self> {
        Some(Self {
            input: self.input.checked_sub(before.input)?,
            cached: self.cached.checked_sub(before.cached)?,
            written: self.written.checked_sub(before.written)?,
            output: self.output.checked_sub(before.output)?,
            reasoning: self.reasoning.checked_sub(before.reasoning)?,
        })
    }

    /// Returns the classes that are priced apart.
    pub(in crate::ledger::logs) fn tokens(&self) -> TokenUse {
        let cached = self.cached.min(self.input);
        let written = self.written.min(self.input - cached);
        TokenUse {
            input: Tokens(self.input - cached - written),
            cache_read: Tokens(cached),
            cache_write_5m: Tokens(written),
            cache_write_1h: Tokens(0),
            output: Tokens(self.output),
            reasoning: Tokens(self.reasoning.min(self.output)),
        }
    }
}

impl fmt::Display for Counts {
    /// Writes them as a part of a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { input, cached, written, output, reasoning } = self;
        write!(f, "{input}.{cached}.{written}.{output}.{reasoning}")
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.input, self.cached, self.written, self.output, self.reasoning].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [input, cached, written, output, reasoning] = Deserialize::deserialize(deserializer)?;
        Ok(Self { input, cached, written, output, reasoning })
    }
}
