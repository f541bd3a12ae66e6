//! What comes in: from logs and from spools.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    Charge, Ledger, LedgerError, Request, RequestKey,
    book::{Change, Record, hash_of},
    journal::{Body, ChargeOf, RequestLine},
    ledger::{Role, Save},
    logs::{Found, Seen},
    pack,
};
use crate::model::{PicoUsd, Quality, Shown, TokenUse, Tokens, Tool, UnixNanos};

/// So much is written at once while logs are read; about two thousand requests.
const GROUP_BYTES: usize = 1 << 20;

/// The longest ending of a file name that is a type of its own.
const LONGEST_ENDING: usize = 16;

/// Tells how many tokens a file of a project has; `None` when nobody counted it.
pub type Weigh<'w> = dyn Fn(&str, &str) -> Option<Tokens> + 'w;

/// What was skipped in a log, by reason, while what it holds goes into the ledger.
#[derive(Debug, Default)]
pub struct Batch {
    skipped: BTreeMap<&'static str, u64>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Recorded {
    /// It is a new request.
    New,
    /// It changed what is known of a request.
    Changed,
    /// It was known.
    Known,
    /// It lies in a spool, from where the larder that writes the ledger takes it.
    Spooled,
}

impl Ledger {
    /// Forgets that logs could not be read which are none any more; to be called with all there are.
    pub fn forget_problems_but<'f>(&mut self, listed: impl IntoIterator<Item = &'f Path>) {
        let problems = &mut self.known.files.problems;
        let before = problems.len();
        let listed: BTreeSet<&Path> = listed.into_iter().collect();
        problems.retain(|path, _| listed.contains(&**path));
        self.is_dirty |= problems.len() < before;
    }

    /// Remembers why there may be logs of a tool that nobody sees, or that all are seen.
    pub fn see_unreadable(&mut self, tool: Tool, problem: Option<&str>) {
        let unreadable = &mut self.known.files.unreadable;
        match problem {
            Some(problem) => {
                unreadable.insert(tool, Shown::text(problem).to_string());
            }
            None => {
                unreadable.remove(&tool);
            }
        }
    }

    /// Returns how far a log was read.
    #[must_use]
    pub fn seen(&self, file: &Path) -> Seen {
        self.known.files.seen(file)
    }

    /// Returns true when a log was read up to a size, or cannot be read.
    #[must_use]
    pub fn is_done(&self, file: &Path, size: u64) -> bool {
        self.known.files.is_done(file, size)
    }

    /// Takes what a log holds, for readers that run elsewhere; [`Ledger::finish`] ends it.
    ///
    /// # Errors
    /// Fails when another larder writes the ledger.
    pub fn absorb(
        &mut self,
        tool: Tool,
        found: Found,
        weigh: &Weigh<'_>,
        batch: &mut Batch,
    ) -> Result<(), LedgerError> {
        if !self.is_writer() {
            return Err(LedgerError::Reader { path: self.places.journal.clone() });
        }
        match found {
            Found::Request(request) => {
                let files = types_of(&request, weigh);
                match self.take_request(*request, &files) {
                    Err(LedgerError::Refused(reason)) => batch.skip(reason, 1),
                    taken => drop(taken?),
                }
                self.commit_when_large();
            }
            Found::Skipped { reason, lines } => batch.skip(reason, lines),
            Found::Window(window) => {
                self.known.files.see_window(tool, window);
                self.is_dirty = true;
            }
        }
        Ok(())
    }

    /// Remembers how far a log was read; that is saved once everything found in it is durable,
    /// which is done for many logs at once: [`Ledger::commit`] ends them.
    ///
    /// # Errors
    /// Fails when the journal cannot be written; what was found is kept in memory.
    pub fn finish(
        &mut self,
        tool: Tool,
        file: &Path,
        seen: Seen,
        batch: Batch,
    ) -> Result<(), LedgerError> {
        self.is_dirty |= self.known.files.finish(tool, file, seen, batch.skipped);
        if self.is_dirty && self.is_time_to_save() {
            self.commit()?;
            self.save(Save::Now);
        } else {
            self.commit_when_large();
        }
        Ok(())
    }

    /// Makes everything durable that was taken; tries again what could not be written before.
    ///
    /// # Errors
    /// Fails when the journal cannot be written.
    pub fn commit(&mut self) -> Result<(), LedgerError> {
        let Role::Writer(writer, _) = &mut self.role else { return Ok(()) };
        writer.commit()?;
        if let Some((segment, len)) = writer.place() {
            self.known.position.0.insert(segment, len);
        }
        Ok(())
    }

    /// Saves what makes the next opening fast; to be called when a round of logs is read.
    pub fn checkpoint(&mut self) {
        self.save(Save::Now);
    }

    /// Saves what makes the next opening fast, unless that was done a moment ago: then
    /// [`Ledger::until_save`] tells when.
    pub fn checkpoint_soon(&mut self) {
        self.save(Save::Soon);
    }

    /// A failure here is met again at the end of the batch.
    fn commit_when_large(&mut self) {
        if let Role::Writer(writer, _) = &self.role
            && writer.pending() > GROUP_BYTES
            && let Err(error) = self.commit()
        {
            tracing::debug!(%error, "the ledger waits to be written");
        }
    }

    /// Takes a request: into the book, the sums and the lines that wait to be written.
    pub(super) fn take_request(
        &mut self,
        mut request: Request,
        files: &BTreeMap<String, u32>,
    ) -> Result<Recorded, LedgerError> {
        request.project = self.projects.fold(std::mem::take(&mut request.project));
        if !self.has_all {
            self.require_group(hash_of(&request.key.group))?;
        }
        let record = pack::pack(&request, files, &mut self.book).map_err(LedgerError::Refused)?;
        let heard = self.book.hear(record);
        let Some(said) = heard.record else { return Ok(Recorded::Known) };
        let mut changes = heard.changes;
        let is_new = changes.iter().any(|change| change.old.is_none());
        for at in 0..changes.len() {
            let Change { id, old } = changes[at];
            match old.filter(|old| old.is_priced_as(self.book.record(id))) {
                Some(old) => self.keep_charge(id, &old, &mut changes),
                None => self.price(id, &request, &mut changes),
            }
        }
        self.write_down(&request.key, &said, heard.request, &changes);
        self.sum(&changes);
        if self.known.priced_by.is_empty() {
            self.known.priced_by = self.prices.version();
        }
        Ok(if is_new { Recorded::New } else { Recorded::Changed })
    }

    /// Prices a request as it is known now; `like` saves work when it is just that.
    pub(super) fn price(&mut self, id: u32, like: &Request, changes: &mut Vec<Change>) {
        let record = *self.book.record(id);
        let names = &self.book.names;
        let is_like = record.at == like.at.0
            && record.usage() == like.tokens
            && names.text(record.model) == like.model
            && names.text(record.provider) == like.provider
            && pack::money(record.recorded) == like.recorded
            && (record.searches, record.service) == (like.web_searches, like.service)
            && (record.us_only, record.counts) == (like.us_only, like.counts);
        let unpacked;
        let request = if is_like {
            like
        } else {
            unpacked = pack::unpack(&record, names);
            &unpacked
        };
        let charge = self.prices.charge(request);
        let prompt_cost = if record.types.0 == 0 {
            PicoUsd(0)
        } else {
            prompt_cost(request, &charge, |prompt| self.prices.charge(prompt))
        };
        let served = match self.providers.get(&(record.provider, record.model)) {
            Some(served) => served.clone(),
            None => self.prices.provider_of(request),
        };
        self.providers.insert((record.provider, record.model), served.clone());
        self.book.recharge(id, changes, |record, names| {
            pack::take_charge(record, (&charge, prompt_cost, &served), names);
        });
    }

    /// Leaves a request what it costs, also where other prices hold now; only the share of its
    /// prompt is worked out when files in it are heard of for the first time.
    fn keep_charge(&mut self, id: u32, old: &Record, changes: &mut Vec<Change>) {
        let record = *self.book.record(id);
        if old.types.0 != 0 || record.types.0 == 0 {
            return;
        }
        let request = pack::unpack(&record, &self.book.names);
        let cost = pack::money(record.cost).unwrap_or_default();
        let share = if record.quality == Quality::Recorded {
            share_of_tokens(&request, cost)
        } else {
            let now = self.prices.charge(&request);
            let prompt = prompt_cost(&request, &now, |prompt| self.prices.charge(prompt));
            match now.cost.unwrap_or_default() {
                PicoUsd(0) => share_of_tokens(&request, cost),
                PicoUsd(all) => PicoUsd(cost.0.saturating_mul(prompt.0) / all),
            }
        };
        self.book.recharge(id, changes, |record, _| pack::take_prompt_cost(record, share));
    }

    fn write_down(&mut self, key: &RequestKey, said: &Record, request: u32, changes: &[Change]) {
        let Role::Writer(writer, _) = &mut self.role else { return };
        let (names, types) = (&self.book.names, &self.book.types);
        let charge = pack::charge_line(self.book.record(request), names);
        let line = pack::to_line(said, key, (names, types), Some(charge));
        let slot = (said.group, said.part, said.is_copy);
        writer.push_record(slot, Body::Request(Box::new(line)));
        for change in changes.iter().filter(|change| change.id != request) {
            let record = self.book.record(change.id);
            let charge = pack::charge_line(record, names);
            writer.push(Body::Charge(ChargeOf { group: record.group, part: record.part, charge }));
        }
    }
}

impl Batch {
    fn skip(&mut self, reason: &'static str, lines: u64) {
        *self.skipped.entry(reason).or_default() += lines;
    }
}

/// Returns what the prompt alone costs: by its price, or its share of a recorded cost.
fn prompt_cost(request: &Request, charge: &Charge, price: impl Fn(&Request) -> Charge) -> PicoUsd {
    let Some(cost) = charge.cost else { return PicoUsd(0) };
    if charge.quality == Quality::Recorded {
        return share_of_tokens(request, cost);
    }
    let tokens = TokenUse { output: Tokens(0), reasoning: Tokens(0), ..request.tokens };
    let prompt = Request { tokens, files: Vec::new(), ..request.clone() };
    price(&prompt).cost.unwrap_or_default()
}

/// Returns the part of a cost that the prompt has of all tokens.
fn share_of_tokens(request: &Request, cost: PicoUsd) -> PicoUsd {
    let (prompt, total) = (request.tokens.prompt().0, request.tokens.total().0);
    PicoUsd(cost.0.saturating_mul(prompt.into()) / u128::from(total.max(1)))
}

/// Returns the tokens of the files of a request by the ending of their names.
pub(super) fn types_of(request: &Request, weigh: &Weigh<'_>) -> BTreeMap<String, u32> {
    let mut types: BTreeMap<String, u32> = BTreeMap::new();
    for file in &request.files {
        let Some(tokens) = weigh(&request.project, file).filter(|tokens| tokens.0 > 0) else {
            continue;
        };
        let sum = types.entry(ending(file)).or_default();
        *sum = sum.saturating_add(u32::try_from(tokens.0).unwrap_or(u32::MAX));
    }
    types
}

/// Returns the type of a file: the ending of its name in small letters, or the name.
fn ending(file: &str) -> String {
    let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    let ending = Path::new(&*name).extension().map(|ending| ending.to_string_lossy());
    let ending = ending.unwrap_or_else(|| name.clone()).to_lowercase();
    let is_plain = ending.chars().count() <= LONGEST_ENDING && !ending.is_empty();
    if is_plain { ending } else { "other".to_owned() }
}

/// Returns the request that another process left in its spool, and the types of its files.
pub(super) fn owned(line: &RequestLine<'_>) -> (Request, BTreeMap<String, u32>) {
    let [input, cache_read, short, long, output, reasoning] = line.tokens.map(Tokens);
    let tokens = TokenUse {
        input,
        cache_read,
        cache_write_5m: short,
        cache_write_1h: long,
        output,
        reasoning,
    };
    let key = RequestKey {
        group: line.group.clone().into_owned(),
        part: line.part.clone().map(std::borrow::Cow::into_owned),
    };
    let request = Request {
        tool: line.tool,
        key,
        is_copy: line.copy,
        session: line.session.clone().into_owned(),
        project: line.project.clone().into_owned(),
        at: UnixNanos(line.at),
        provider: line.provider.clone().into_owned(),
        model: line.model.clone().into_owned(),
        tokens,
        web_searches: line.searches,
        service: line.service,
        us_only: line.us_only,
        recorded: line.recorded,
        counts: line.counts,
        implausible: line.implausible,
        files: Vec::new(),
    };
    let types = line.types.iter().map(|(ending, tokens)| (ending.clone().into_owned(), *tokens));
    (request, types.collect())
}
