//! The requests of the last days one by one, for windows that are no days.

use std::collections::BTreeMap;

use super::{
    super::{
        book::{NO_MONEY, Name, Record},
        days::DayNumber,
    },
    Key,
};
use crate::model::{Tool, UnixNanos};

/// A week, and one day to know where its first block began.
const KEPT_NS: i64 = 8 * 24 * 3600 * 1_000_000_000;

/// Which request, in the order of their times.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::ledger) struct RecentKey {
    pub(in crate::ledger) at: i64,
    /// The hashes of its key.
    pub(in crate::ledger) group: u64,
    pub(in crate::ledger) part: u64,
}

impl RecentKey {
    /// Returns what comes before all requests of a moment.
    pub(in crate::ledger) const fn from(at: i64) -> Self {
        Self { at, group: 0, part: 0 }
    }

    /// Returns the place of a request.
    pub(in crate::ledger) const fn of(record: &Record) -> Self {
        Self { at: record.at, group: record.group, part: record.part }
    }
}

/// What a window needs of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ledger) struct RecentRequest {
    pub(in crate::ledger) tool: Tool,
    pub(in crate::ledger) provider: Name,
    pub(in crate::ledger) model: Name,
    pub(in crate::ledger) project: Name,
    pub(in crate::ledger) session: Name,
    pub(in crate::ledger) tokens: u64,
    /// Pico-dollars; `None` is unpriced.
    pub(in crate::ledger) cost: Option<u64>,
}

impl RecentRequest {
    /// Returns the sum that it belongs to, when this is its day.
    pub(in crate::ledger) const fn key(&self, day: DayNumber) -> Key {
        let &Self { tool, provider, model, project, session, .. } = self;
        Key { day, tool, provider, model, project, session }
    }
}

/// Recent requests in the order of their times.
#[derive(Debug)]
pub(in crate::ledger) struct Recent {
    requests: BTreeMap<RecentKey, RecentRequest>,
    /// Nothing before this is kept.
    since: i64,
}

impl Default for Recent {
    fn default() -> Self {
        Self { requests: BTreeMap::new(), since: i64::MIN }
    }
}

impl Recent {
    /// Puts requests back that were saved.
    pub(in crate::ledger) fn restore(
        requests: BTreeMap<RecentKey, RecentRequest>,
        since: i64,
    ) -> Self {
        Self { requests, since }
    }

    /// Forgets what is no more recent at `now`.
    pub(in crate::ledger) fn forget(&mut self, now: UnixNanos) {
        let since = now.0.saturating_sub(KEPT_NS);
        if since > self.since {
            self.since = since;
            self.requests = self.requests.split_off(&RecentKey::from(since));
        }
    }

    /// Returns true when the clock has gone back, so that forgotten requests are recent again.
    pub(in crate::ledger) const fn is_ahead(&self, now: UnixNanos) -> bool {
        self.since > now.0.saturating_sub(KEPT_NS)
    }

    /// Returns since when all requests are here.
    pub(in crate::ledger) const fn since(&self) -> UnixNanos {
        UnixNanos(self.since)
    }

    /// Returns the requests in the order of their times.
    pub(in crate::ledger) fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&RecentKey, &RecentRequest)> + ExactSizeIterator {
        self.requests.iter()
    }

    /// Returns the requests between two places in their order.
    pub(in crate::ledger) fn range(
        &self,
        bounds: std::ops::Range<RecentKey>,
    ) -> impl Iterator<Item = (&RecentKey, &RecentRequest)> {
        // A window may end before it begins, when clocks disagree.
        let is_empty = bounds.start > bounds.end;
        let bounds = if is_empty { bounds.end..bounds.end } else { bounds };
        self.requests.range(bounds)
    }

    pub(super) fn put(&mut self, record: &Record) {
        if record.at < self.since {
            return;
        }
        let request = RecentRequest {
            tool: record.tool,
            provider: record.served,
            model: record.model,
            project: record.project,
            session: record.session,
            tokens: record.total(),
            cost: (record.cost != NO_MONEY).then_some(record.cost),
        };
        self.requests.insert(RecentKey::of(record), request);
    }

    pub(super) fn take_out(&mut self, record: &Record) {
        self.requests.remove(&RecentKey::of(record));
    }
}
