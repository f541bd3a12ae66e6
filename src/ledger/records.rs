//! Single requests for a view.

use super::{Ledger, LedgerError, book::Record, pack, select::Select};
use crate::model::{
    Quality, Shown, SpendOrder, SpendRecord, SpendRecords, SpendRecordsQuery, UnixNanos,
};

impl Ledger {
    /// Returns a page of requests.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn records(&mut self, query: &SpendRecordsQuery) -> Result<SpendRecords, LedgerError> {
        self.require_requests()?;
        let select = Select::new(&query.filter, &self.book.names);
        let mut found: Vec<u32> = (0..)
            .zip(self.book.records())
            .filter(|(_, record)| select.takes_record(record, &self.zone))
            .map(|(id, _)| id)
            .collect();
        let total = found.len() as u64;
        let from = usize::try_from(query.from).unwrap_or(usize::MAX).min(found.len());
        let to = from.saturating_add(query.len as usize).min(found.len());
        // Only the page and what comes before it must be in order.
        let order = |a: &u32, b: &u32| {
            let rank = |id: u32| rank(self.book.record(id), query.order);
            rank(*b).cmp(&rank(*a)).then(b.cmp(a))
        };
        if to < found.len() {
            found.select_nth_unstable_by(to, order);
            found.truncate(to);
        }
        found.sort_unstable_by(order);
        let now = self.now();
        let records = found[from..].iter().map(|id| self.shown(self.book.record(*id), now));
        Ok(SpendRecords { total, from: from as u64, records: records.collect() })
    }

    fn shown(&self, record: &Record, now: UnixNanos) -> SpendRecord {
        let text = |name| Shown::text(self.book.names.text(name)).to_string();
        let is_placeholder = self.sums().is_placeholder(record.session)
            && matches!(record.quality, Quality::Exact | Quality::Estimated);
        let mut price = text(record.price);
        if record.at > now.0 {
            price.push_str(", dated in the future");
        }
        SpendRecord {
            at: UnixNanos(record.at),
            tool: record.tool,
            provider: text(record.served),
            model: text(record.model),
            project: text(record.project),
            session: text(record.session),
            tokens: record.usage(),
            cost: pack::money(record.cost),
            recorded: pack::money(record.recorded),
            quality: if is_placeholder { Quality::Placeholder } else { record.quality },
            price,
        }
    }
}

/// Returns what comes first when it is larger.
fn rank(record: &Record, order: SpendOrder) -> (i128, i64) {
    match order {
        SpendOrder::Newest => (record.at.into(), record.at),
        SpendOrder::Dearest => {
            (pack::money(record.cost).map_or(-1, |cost| cost.0.cast_signed()), record.at)
        }
        SpendOrder::Tokens => (record.total().into(), record.at),
    }
}
