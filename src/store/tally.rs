//! Numbers of results by type, provider and model, kept as results come and go.

use std::{collections::BTreeMap, sync::Mutex};

use serde::{Deserialize, Serialize};

use crate::model::{Bytes, PicoUsd, ResultFactors, ResultStats, Tokens};

use super::{
    entry::{self, Form},
    hold::hold,
    results::Meta,
};

/// Type, provider, model.
type Class = (String, String, String);

/// Numbers of one class.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Numbers {
    entries: u64,
    bytes: u64,
    raw: u64,
    tokens: u64,
    cost: PicoUsd,
    unpriced: u64,
    hits: u64,
    saved: PicoUsd,
}

/// Numbers of one class with its names, as they are saved.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct ClassRecord {
    of: String,
    provider: String,
    model: String,
    numbers: Numbers,
}

impl ClassRecord {
    /// Returns the reads since the numbers were those of `before`, when there were any.
    pub(super) fn since(&self, before: &[Self]) -> Option<Self> {
        let same = |one: &&Self| {
            (&one.of, &one.provider, &one.model) == (&self.of, &self.provider, &self.model)
        };
        let none = Numbers::default();
        let before = before.iter().find(same).map_or(&none, |record| &record.numbers);
        let hits = self.numbers.hits.saturating_sub(before.hits);
        let saved = PicoUsd(self.numbers.saved.0.saturating_sub(before.saved.0));
        let numbers = Numbers { hits, saved, ..none };
        (hits > 0 || saved.0 > 0).then(|| Self { numbers, ..self.clone() })
    }
}

/// All numbers.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<BTreeMap<Class, Numbers>>);

impl Tally {
    /// Notes that the database lists the result of `record`.
    pub(super) fn stored(&self, record: &[u8]) {
        self.change(record, |numbers, bytes, raw, meta| {
            numbers.entries += 1;
            numbers.bytes += bytes;
            numbers.raw += raw;
            numbers.tokens += meta.tokens.unwrap_or_default().0;
            numbers.cost.0 += meta.cost.unwrap_or_default().0;
            numbers.unpriced += u64::from(meta.cost.is_none());
        });
    }

    /// Notes that the database does not list the result of `record` any more.
    pub(super) fn removed(&self, record: &[u8]) {
        self.change(record, |numbers, bytes, raw, meta| {
            numbers.entries = numbers.entries.saturating_sub(1);
            numbers.bytes = numbers.bytes.saturating_sub(bytes);
            numbers.raw = numbers.raw.saturating_sub(raw);
            numbers.tokens = numbers.tokens.saturating_sub(meta.tokens.unwrap_or_default().0);
            numbers.cost.0 = numbers.cost.0.saturating_sub(meta.cost.unwrap_or_default().0);
            numbers.unpriced = numbers.unpriced.saturating_sub(u64::from(meta.cost.is_none()));
        });
    }

    /// Notes a read that was answered.
    pub(super) fn hit(&self, factors: &ResultFactors, cost: Option<PicoUsd>) {
        let ResultFactors { of, provider, model, .. } = factors.clone();
        let mut all = hold(&self.0);
        let numbers = all.entry((of, provider, model)).or_default();
        numbers.hits += 1;
        numbers.saved.0 += cost.unwrap_or_default().0;
    }

    /// Adds what others have read.
    pub(super) fn add(&self, reads: &[ClassRecord]) {
        let mut all = hold(&self.0);
        for ClassRecord { of, provider, model, numbers } in reads {
            let class = (of.clone(), provider.clone(), model.clone());
            let known = all.entry(class).or_default();
            known.hits += numbers.hits;
            known.saved.0 += numbers.saved.0;
        }
    }

    /// Forgets what is there, before it is counted anew; reads are kept.
    pub(super) fn forget_entries(&self) {
        let mut all = hold(&self.0);
        for numbers in all.values_mut() {
            *numbers = Numbers { hits: numbers.hits, saved: numbers.saved, ..Numbers::default() };
        }
        all.retain(|_, numbers| numbers.hits > 0);
    }

    /// Forgets reads too.
    pub(super) fn forget_reads(&self) {
        let mut all = hold(&self.0);
        for numbers in all.values_mut() {
            (numbers.hits, numbers.saved) = (0, PicoUsd::default());
        }
        all.retain(|_, numbers| numbers.entries > 0);
    }

    /// Returns all numbers, in the order of names.
    pub(super) fn stats(&self) -> Vec<ResultStats> {
        let stats = |((of, provider, model), numbers): (&Class, &Numbers)| ResultStats {
            of: of.clone(),
            provider: provider.clone(),
            model: model.clone(),
            entries: numbers.entries,
            bytes: Bytes(numbers.bytes),
            raw: Bytes(numbers.raw),
            tokens: Tokens(numbers.tokens),
            cost: numbers.cost,
            unpriced: numbers.unpriced,
            hits: numbers.hits,
            saved: numbers.saved,
        };
        hold(&self.0).iter().map(stats).collect()
    }

    /// Returns everything that outlives the session.
    pub(super) fn save(&self) -> Vec<ClassRecord> {
        let record = |((of, provider, model), numbers): (&Class, &Numbers)| ClassRecord {
            of: of.clone(),
            provider: provider.clone(),
            model: model.clone(),
            numbers: numbers.clone(),
        };
        hold(&self.0).iter().map(record).collect()
    }

    /// Takes over what an earlier session saved.
    pub(super) fn load(&self, records: &[ClassRecord]) {
        let mut all = hold(&self.0);
        for ClassRecord { of, provider, model, numbers } in records {
            all.insert((of.clone(), provider.clone(), model.clone()), numbers.clone());
        }
    }

    fn change(&self, record: &[u8], change: impl FnOnce(&mut Numbers, u64, u64, &Meta)) {
        let Some(view) = entry::peek(record) else { return };
        let Form::Blob(raw, _) = view.form else { return };
        let Some(meta) = Meta::read(view.value) else { return };
        let (of, provider, model) = meta.class();
        let class = (of.to_owned(), provider.to_owned(), model.to_owned());
        let bytes = entry::stored_bytes(record);
        change(hold(&self.0).entry(class).or_default(), bytes, raw, &meta);
    }
}
