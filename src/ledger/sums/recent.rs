//! The requests of the last days one by one, for windows that are no days.

use std::collections::BTreeMap;

use super::super::book::{NO_MONEY, Name, Record};
use crate::model::{Tool, UnixNanos};

/// A week, and one day to know where its first block began.
const KEPT_NS: i64 = 8 * 24 * 3600 * 1_000_000_000;

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

/// Recent requests in the order of their times.
#[derive(Debug)]
pub(in crate::ledger) struct Recent {
    requests: BTreeMap<(i64, u32), RecentRequest>,
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
        requests: BTreeMap<(i64, u32), RecentRequest>,
        since: i64,
    ) -> Self {
        Self { requests, since }
    }

    /// Forgets what is no more recent at `now`.
    pub(in crate::ledger) fn forget(&mut self, now: UnixNanos) {
        let since = now.0.saturating_sub(KEPT_NS);
        if since > self.since {
            self.since = since;
            self.requests = self.requests.split_off(&(since, 0));
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
    ) -> impl DoubleEndedIterator<Item = (&(i64, u32), &RecentRequest)> + ExactSizeIterator {
        self.requests.iter()
    }

    /// Returns the requests between two places in their order.
    pub(in crate::ledger) fn range(
        &self,
        bounds: std::ops::Range<(i64, u32)>,
    ) -> impl Iterator<Item = (&(i64, u32), &RecentRequest)> {
        // A window may end before it begins, when clocks disagree.
        let is_empty = bounds.start > bounds.end;
        let bounds = if is_empty { bounds.end..bounds.end } else { bounds };
        self.requests.range(bounds)
    }

    pub(super) fn put(&mut self, id: u32, record: &Record) {
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
        self.requests.insert((record.at, id), request);
    }

    pub(super) fn take_out(&mut self, id: u32, record: &Record) {
        self.requests.remove(&(record.at, id));
    }
}
