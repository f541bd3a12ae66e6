//! Results of language models: what cost money once is kept in a file that says itself what it is.
//!
//! A file is safe on the disk before its result counts as kept, and any process may write one, also
//! while another owns the cache: the database only lists them, and learns of new ones when it opens.

use serde::{Deserialize, Serialize};

use crate::model::{
    ContentHash, EntryKey, Kind, Millis, PicoUsd, ResultDetails, ResultEntry, ResultFactors,
    ResultStats, Shown, Tokens, UnixNanos,
};

use super::{
    entry::Header,
    error::{Fault, StoreError},
    keys::Keyed,
    store::{Hit, Store},
};

/// Characters of a prompt's name that tell one result from another.
const PROMPT_SHOWN: usize = 12;

/// Everything of a result but its value, as files and records hold it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Meta {
    of: String,
    content: String,
    provider: String,
    model: String,
    prompt: String,
    schema: u32,
    pub(super) repository: String,
    pub(super) file: String,
    pub(super) tokens: Option<Tokens>,
    pub(super) cost: Option<PicoUsd>,
    took: Millis,
    created: UnixNanos,
}

impl Meta {
    /// Takes over all but the value.
    pub(super) fn of(entry: &ResultEntry) -> Self {
        let ResultFactors { of, content, provider, model, prompt, schema } = entry.factors.clone();
        Self {
            of,
            content: content.to_string(),
            provider,
            model,
            prompt,
            schema,
            repository: entry.repository.clone(),
            file: entry.file.clone(),
            tokens: entry.tokens,
            cost: entry.cost,
            took: entry.took,
            created: entry.created,
        }
    }

    /// Reads it; `None` when the bytes are no such.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Returns its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("text and numbers can always be written")
    }

    /// Returns what the result depends on.
    pub(super) fn factors(&self) -> Option<ResultFactors> {
        Some(ResultFactors {
            of: self.of.clone(),
            content: ContentHash(EntryKey::parse(&self.content)?.0),
            provider: self.provider.clone(),
            model: self.model.clone(),
            prompt: self.prompt.clone(),
            schema: self.schema,
        })
    }

    /// Returns what people are shown of it beside its entry.
    pub(super) fn details(&self) -> Option<ResultDetails> {
        Some(ResultDetails {
            factors: self.factors()?,
            repository: self.repository.clone(),
            file: self.file.clone(),
            tokens: self.tokens,
        })
    }

    /// Returns what statistics are told apart by: type, provider, model.
    pub(super) fn class(&self) -> (&str, &str, &str) {
        (&self.of, &self.provider, &self.model)
    }

    /// Returns it in words, for people.
    pub(super) fn summary(&self) -> String {
        let file = if self.file.is_empty() { "a text" } else { self.file.as_str() };
        let prompt: String = self.prompt.chars().take(PROMPT_SHOWN).collect();
        let prompt = if prompt.is_empty() { prompt } else { format!(", prompt {prompt}") };
        let text = format!("{} of {file} by {} of {}{prompt}", self.of, self.model, self.provider);
        Shown::text(&text).to_string()
    }

    fn entry(self, value: Vec<u8>) -> Option<ResultEntry> {
        let factors = self.factors()?;
        let Self { repository, file, tokens, cost, took, created, .. } = self;
        Some(ResultEntry { factors, repository, file, tokens, cost, took, created, value })
    }
}

/// Returns meta and value of a result as one.
pub(super) fn join(meta: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(meta.len()).unwrap_or(u32::MAX);
    [&length.to_le_bytes(), meta, value].concat()
}

/// Returns meta and value of a result.
pub(super) fn split(joined: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = joined.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Returns what is known of a result as an entry.
fn header(entry: &ResultEntry) -> Header {
    Header {
        kind: Kind::Result,
        created: entry.created,
        remake_us: u32::try_from(entry.took.0.saturating_mul(1000)).unwrap_or(u32::MAX),
        usd: pico(entry.cost),
        deps: Some(entry.factors.contents().into()),
    }
}

/// Returns money as entries hold it: up to eighteen million dollars.
pub(super) fn pico(usd: Option<PicoUsd>) -> u64 {
    usd.map_or(0, |usd| u64::try_from(usd.0).unwrap_or(u64::MAX))
}

/// Reads a result, if it is the one of these factors.
fn read(factors: &ResultFactors, joined: &[u8]) -> Option<ResultEntry> {
    let (meta, value) = split(joined)?;
    let entry = Meta::read(meta)?.entry(value.to_vec())?;
    (entry.factors == *factors).then_some(entry)
}

impl Store {
    /// Keeps a result; it is safe on the disk when this returns.
    ///
    /// # Errors
    /// Says why it is not safe on the disk; it is found in memory all the same until the store is
    /// closed.
    pub fn put_result(&self, entry: &ResultEntry) -> Result<EntryKey, StoreError> {
        let key = entry.factors.entry_key();
        let meta = Meta::of(entry).bytes();
        self.core().put_result(&key, &header(entry), (&meta, &entry.value))?;
        Ok(key)
    }

    /// Returns the result of these factors; one that cannot be read is missing.
    #[must_use]
    pub fn result(&self, factors: &ResultFactors) -> Option<ResultEntry> {
        self.try_result(factors).unwrap_or_default()
    }

    /// Returns the result of these factors.
    ///
    /// # Errors
    /// Says why it is unknown whether there is one: its file cannot be read.
    pub fn try_result(&self, factors: &ResultFactors) -> Result<Option<ResultEntry>, Fault> {
        let key = factors.entry_key();
        let found = self.core().try_read(Kind::Result, &key, |value| read(factors, value));
        let Ok(Some((entry, _))) = found else {
            self.core().missed(Kind::Result);
            return found.map(|_| None);
        };
        self.core().tally.hit(factors, entry.cost);
        Ok(Some(entry))
    }

    /// Returns numbers of results by type, provider and model.
    #[must_use]
    pub fn result_stats(&self) -> Vec<ResultStats> {
        self.core().tally.stats()
    }

    /// Returns the value of a key without counting a read: for those who check what is kept.
    #[must_use]
    pub fn peek<K: Keyed>(&self, key: &K) -> Option<Vec<u8>> {
        self.core().look(K::KIND, &key.entry_key()).map(|hit| hit.value)
    }

    /// Returns the result with this key, whatever it depends on, without counting a read.
    #[must_use]
    pub fn result_of_key(&self, key: &EntryKey) -> Option<ResultEntry> {
        let Hit { value, .. } = self.core().look(Kind::Result, key)?;
        let (meta, value) = split(&value)?;
        Meta::read(meta)?.entry(value.to_vec())
    }
}
