//! Single requests for a view.

use super::{
    Ledger, LedgerError,
    book::Record,
    pack,
    select::Select,
    sums::{RecentKey, RecentRequest},
};
use crate::model::{
    Quality, Shown, SpendOrder, SpendRecord, SpendRecords, SpendRecordsQuery, UnixNanos,
};

impl Ledger {
    /// Returns a page of requests.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn records(&mut self, query: &SpendRecordsQuery) -> Result<SpendRecords, LedgerError> {
        match self.latest(query)? {
            Some(page) => Ok(page),
            None => self.page_of_all(query),
        }
    }

    /// Returns a page that ends with a recent request, for which not all must be read.
    fn latest(&mut self, query: &SpendRecordsQuery) -> Result<Option<SpendRecords>, LedgerError> {
        if self.has_all || query.order != SpendOrder::Newest {
            return Ok(None);
        }
        let select = Select::new(&query.filter, &self.book.names);
        let matching =
            self.sums().cells().filter(|(key, _)| select.takes_day(key.day) && select.takes(key));
        let total: u64 = matching.map(|(_, cell)| cell.all.requests).sum();
        let from = query.from.min(total);
        let to = from.saturating_add(u64::from(query.len)).min(total);
        let page = usize::try_from(to - from).unwrap_or(usize::MAX);
        let takes = |one: &(&RecentKey, &RecentRequest)| {
            let key = one.1.key(self.zone.number_of(one.0.at));
            select.takes_day(key.day) && select.takes(&key)
        };
        let skipped = usize::try_from(from).unwrap_or(usize::MAX);
        let latest = self.sums().recent.iter().rev().filter(takes).skip(skipped).take(page);
        let found: Vec<RecentKey> = latest.map(|(key, _)| *key).collect();
        if found.len() < page {
            return Ok(None);
        }
        let now = self.now();
        let mut records = Vec::with_capacity(page);
        for key in found {
            self.require_group(key.group)?;
            let id = self.book.request(key.group, key.part);
            records.extend(id.map(|id| self.shown(self.book.record(id), now)));
        }
        // Fewer are only there when the journal is damaged since, which reading all of it finds.
        Ok((records.len() == page).then_some(SpendRecords { total, from, records }))
    }

    fn page_of_all(&mut self, query: &SpendRecordsQuery) -> Result<SpendRecords, LedgerError> {
        self.require_requests()?;
        let select = Select::new(&query.filter, &self.book.names);
        let mut found: Vec<&Record> = self.book.records().iter().collect();
        found.retain(|record| select.takes_record(record, &self.zone));
        let total = found.len() as u64;
        let from = usize::try_from(query.from).unwrap_or(usize::MAX).min(found.len());
        let to = from.saturating_add(query.len as usize).min(found.len());
        // Only the page and what comes before it must be in order.
        let order = |a: &&Record, b: &&Record| rank(b, query.order).cmp(&rank(a, query.order));
        if to < found.len() {
            found.select_nth_unstable_by(to, order);
            found.truncate(to);
        }
        found.sort_unstable_by(order);
        let now = self.now();
        let records = found[from..].iter().map(|record| self.shown(record, now)).collect();
        Ok(SpendRecords { total, from: from as u64, records })
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

/// Returns what comes first when it is larger; no two requests have the same.
fn rank(record: &Record, order: SpendOrder) -> (i128, RecentKey) {
    let first = match order {
        SpendOrder::Newest => record.at.into(),
        SpendOrder::Dearest => pack::money(record.cost).map_or(-1, |cost| cost.0.cast_signed()),
        SpendOrder::Tokens => record.total().into(),
    };
    (first, RecentKey::of(record))
}
