//! When entries are too old to be used.
//!
//! How old they may get is a setting per kind, so that a change of it holds at once. A clock that
//! jumps makes nothing expire: while larder runs, what passed is known without it.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use strum::IntoEnumIterator;

use crate::model::{Clock, EntryKey, Kind, Tier as TierName, UnixNanos};

use super::{core::Core, entry, hold::hold, tier::Scan};

/// A clock that goes ahead by no more than this is believed: the machine may have slept.
const NIGHT: i64 = 24 * 3_600 * 1_000_000_000;

/// How often what is too old is looked for.
pub(super) const EVERY: Duration = Duration::from_mins(10);

/// So many go at once.
const CHUNK: usize = 512;

/// When the store was opened, by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    wall: UnixNanos,
    monotonic: Duration,
}

/// What the clocks say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Now {
    /// The time.
    Time(UnixNanos),
    /// The time as it must be: the clock has jumped.
    Jumped(UnixNanos),
}

impl Opened {
    /// Asks both clocks.
    pub(super) fn now(clock: &dyn Clock) -> Self {
        Self { wall: clock.wall(), monotonic: clock.monotonic() }
    }

    fn time(&self, clock: &dyn Clock) -> Now {
        let passed = clock.monotonic().saturating_sub(self.monotonic);
        let passed = i64::try_from(passed.as_nanos()).unwrap_or(i64::MAX);
        let expected = self.wall.0.saturating_add(passed);
        let wall = clock.wall();
        let ahead = wall.0.saturating_sub(expected);
        // Both are asked one after the other, and clocks are set right by moments.
        if (-60_000_000_000..=NIGHT).contains(&ahead) {
            Now::Time(wall)
        } else {
            Now::Jumped(UnixNanos(expected))
        }
    }
}

impl Core {
    /// Returns when an entry of `kind` made at `created` gets too old, if it ever does.
    pub(super) fn expires(&self, kind: Kind, created: UnixNanos) -> Option<UnixNanos> {
        let seconds = self.options.ttl.of(kind)?;
        let nanos = i64::try_from(seconds.saturating_mul(1_000_000_000)).unwrap_or(i64::MAX);
        Some(UnixNanos(created.0.saturating_add(nanos)))
    }

    /// Returns true when an entry of `kind` made at `created` is too old to be used.
    pub(super) fn is_expired(&self, kind: Kind, created: UnixNanos) -> bool {
        let Some(expires) = self.expires(kind, created) else { return false };
        match self.opened_at.time(&*self.clock) {
            Now::Time(now) | Now::Jumped(now) => now > expires,
        }
    }

    /// Removes an entry that was found too old.
    pub(super) fn drop_expired(self: &Arc<Self>, kind: Kind, key: &EntryKey) {
        tracing::debug!(%kind, %key, "an entry is too old");
        if self.remove(kind, key) {
            self.counters.cell(kind, TierName::Disk).evictions.fetch_add(1, Relaxed);
        }
    }

    /// Looks now and then for what is too old.
    pub(super) fn sweep_expired(self: &Arc<Self>) {
        let now = self.clock.monotonic();
        let mut last = hold(&self.aged_at);
        if now.saturating_sub(*last) < EVERY {
            return;
        }
        *last = now;
        drop(last);
        self.remove_expired();
    }

    /// Removes what is too old; returns how many entries went. A clock that jumped removes nothing.
    pub(super) fn remove_expired(self: &Arc<Self>) -> u64 {
        let Now::Time(_) = self.opened_at.time(&*self.clock) else {
            tracing::warn!("the clock has jumped: nothing is removed for its age");
            return 0;
        };
        let mut gone = 0;
        for kind in Kind::iter().filter(|kind| self.options.ttl.of(*kind).is_some()) {
            let (entries, _) = self.counters.size_of(kind);
            if entries == 0 {
                continue;
            }
            let Some(rack) = self.open_tier() else { return gone };
            let mut old = Vec::new();
            let result = rack.scan(kind, &mut |key, record| {
                let created = entry::peek(record).map(|view| view.header.created);
                if created.is_some_and(|created| self.is_expired(kind, created)) {
                    old.push(key);
                }
                if old.len() < CHUNK { Scan::Next } else { Scan::Stop }
            });
            if let Err(fault) = result {
                self.failed("look for what is too old", fault);
                return gone;
            }
            for key in &old {
                self.drop_expired(kind, key);
            }
            gone += old.len() as u64;
        }
        gone
    }
}
