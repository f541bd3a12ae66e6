//! New prices: what they would change, and changing only what is open.

use super::{
    Kept, Ledger, LedgerError, Repricing, days,
    journal::{Body, ChargeOf},
    ledger::Role,
    pack,
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
        self.require_requests()?;
        let open = self.open_since();
        let names = &self.book.names;
        // One request at a time: a million of them would not fit.
        let mut changes = Repricing::default();
        let mut priced_anew = Vec::new();
        for (id, record) in (0..).zip(self.book.records()) {
            let request = pack::unpack(record, names);
            let cost = pack::money(record.cost);
            let kept = Kept { request: &request, cost, quality: record.quality };
            let one = self.prices.compare([kept], open);
            if one.changed > 0 {
                priced_anew.push((id, request));
            }
            add(&mut changes, one);
        }
        if preview == Preview::Only {
            return Ok(changes);
        }
        for (id, request) in priced_anew {
            let mut touched = Vec::new();
            self.price(id, &request, &mut touched);
            let record = self.book.record(id);
            let charge = pack::charge_line(record, &self.book.names);
            if let Role::Writer(writer, _) = &mut self.role {
                let (group, part) = (record.group, record.part);
                writer.push(Body::Charge(ChargeOf { group, part, charge }));
            }
            self.sum(&touched);
        }
        self.known.priced_by = self.prices.version();
        self.is_dirty = true;
        self.commit()?;
        self.checkpoint();
        Ok(changes)
    }

    /// Returns the first moment of the month, which is open.
    fn open_since(&self) -> UnixNanos {
        let Day(today) = days::day(self.zone.number_of(self.now().0));
        self.zone.start_of(Day(today.first_of_month()))
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
