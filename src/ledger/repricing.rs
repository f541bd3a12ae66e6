//! New prices: what they would change, and changing only what is open.

use super::{
    Kept, Ledger, LedgerError, Repricing,
    book::Book,
    days,
    journal::{Body, ChargeOf},
    ledger::Role,
    pack,
    walk::{Through, Walker},
};
use crate::model::{Day, UnixNanos};

/// Whether new prices are only looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Preview {
    /// Nothing is changed.
    Only,
    /// The requests of the open period are priced anew.
    Apply,
}

impl Ledger {
    /// Returns true when requests were priced by other prices than those of now.
    #[must_use]
    pub fn has_new_prices(&self) -> bool {
        let before = &self.known.priced_by;
        // Sums that were made anew do not know.
        self.known.requests > 0 && !before.is_empty() && *before != self.prices.version()
    }

    /// Returns what the prices of now change for what was priced by others: requests of this month
    /// cost what they say now, those of closed months keep what they cost.
    ///
    /// # Errors
    /// Fails when the journal cannot be read or written, or another larder writes it.
    pub fn reprice(&mut self, preview: Preview) -> Result<Repricing, LedgerError> {
        if preview == Preview::Apply && !self.is_writer() {
            return Err(LedgerError::Reader { path: self.places.journal.clone() });
        }
        let until = self.known.position.clone();
        let (Compared { requests, changes, priced_anew, .. }, _) =
            self.walk((Through::Ledger, &until), Compared::begin)?;
        self.check_sums(requests)?;
        if preview == Preview::Only {
            return Ok(changes);
        }
        // All at once, unless they do not fit into memory.
        for some in priced_anew.chunks(self.limits.in_memory) {
            for &(group, part) in some {
                self.price_anew(group, part)?;
            }
            self.commit()?;
            self.checkpoint();
        }
        self.known.priced_by = self.prices.version();
        self.is_dirty = true;
        self.commit()?;
        self.checkpoint();
        Ok(changes)
    }

    /// Prices a request that is known by the prices of now.
    fn price_anew(&mut self, group: u64, part: u64) -> Result<(), LedgerError> {
        self.require_group(group)?;
        let Some(id) = self.book.request(group, part) else { return Ok(()) };
        let request = pack::unpack(self.book.record(id), &self.book.names);
        let mut touched = Vec::new();
        self.price(id, &request, &mut touched);
        let charge = pack::charge_line(self.book.record(id), &self.book.names);
        if let Role::Writer(writer, _) = &mut self.role {
            writer.push(Body::Charge(ChargeOf { group, part, charge }));
        }
        self.sum(&touched);
        Ok(())
    }

    /// Returns the first moment of the month, which is open.
    fn open_since(&self) -> UnixNanos {
        let Day(today) = days::day(self.zone.number_of(self.now().0));
        self.zone.start_of(Day(today.first_of_month()))
    }
}

/// What the prices of now change.
struct Compared {
    open: UnixNanos,
    /// How many requests there are.
    requests: u64,
    changes: Repricing,
    /// The hashes of the keys of requests that are priced anew.
    priced_anew: Vec<(u64, u64)>,
}

impl Compared {
    fn begin(ledger: &Ledger) -> Self {
        let open = ledger.open_since();
        Self { open, requests: 0, changes: Repricing::default(), priced_anew: Vec::new() }
    }
}

impl Walker for Compared {
    fn requests(&mut self, ledger: &Ledger, book: &Book, _repeats: u64) {
        self.requests += book.len() as u64;
        // One request at a time: a million of them would not fit.
        for record in book.records() {
            let request = pack::unpack(record, &book.names);
            let cost = pack::money(record.cost);
            let kept = Kept { request: &request, cost, quality: record.quality };
            let one = ledger.prices.compare([kept], self.open);
            if one.changed > 0 {
                self.priced_anew.push((record.group, record.part));
            }
            add(&mut self.changes, one);
        }
    }
}

/// Adds what one request changes.
fn add(all: &mut Repricing, one: Repricing) {
    all.changed += one.changed;
    all.newly_priced += one.newly_priced;
    all.closed += one.closed;
    all.difference.0 = all.difference.0.saturating_add(one.difference.0);
    for (name, change) in one.models {
        let sum = all.models.entry(name).or_default();
        sum.requests += change.requests;
        sum.before.0 = sum.before.0.saturating_add(change.before.0);
        sum.now.0 = sum.now.0.saturating_add(change.now.0);
    }
}
