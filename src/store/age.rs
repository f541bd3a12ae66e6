//! When entries are too old to be used.
//!
//! How old they may get is a setting per kind, so that a change of it holds at once. A clock that
//! jumps makes nothing expire: while larder runs, what passed is known without it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicBool, AtomicI64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::Duration,
};

use strum::IntoEnumIterator;

use crate::model::{Clock, EntryKey, Kind, Tier as TierName, UnixNanos};

use super::{core::Core, counters::KINDS, entry, hold::hold, tier::Scan};

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

/// When the oldest entry of each kind on the disk was made, or one that is gone and was older: until
/// that is too old, nobody has to look for what is.
#[derive(Debug)]
pub(super) struct Oldest {
    created: [AtomicI64; KINDS],
    /// Held while somebody looks for what is too old.
    looking: Mutex<()>,
}

impl Default for Oldest {
    fn default() -> Self {
        let created = std::array::from_fn(|_| AtomicI64::new(i64::MIN));
        Self { created, looking: Mutex::default() }
    }
}

impl Oldest {
    fn of(&self, kind: Kind) -> UnixNanos {
        UnixNanos(self.created[kind as usize].load(SeqCst))
    }

    /// Notes an entry that is on the disk.
    fn note(&self, kind: Kind, created: i64) {
        self.created[kind as usize].fetch_min(created, SeqCst);
    }

    /// Forgets what is known of a kind: whoever looks at all of it notes what he finds, and others
    /// note what comes meanwhile.
    fn begin(&self, kind: Kind) {
        self.created[kind as usize].store(i64::MAX, SeqCst);
    }

    /// Forgets everything: the disk is another one.
    pub(super) fn forget(&self) {
        self.created.iter().for_each(|created| created.store(i64::MIN, SeqCst));
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

    /// Notes how old a record is that is on the disk from now on.
    pub(super) fn note_age(&self, kind: Kind, record: &[u8]) {
        if self.options.ttl.of(kind).is_some()
            && let Some(view) = entry::peek(record)
        {
            self.oldest.note(kind, view.header.created.0);
        }
    }

    /// Removes an entry that was found too old; returns whether it was there.
    pub(super) fn drop_expired(self: &Arc<Self>, kind: Kind, key: &EntryKey) -> bool {
        tracing::debug!(%kind, %key, "an entry is too old");
        let is_gone = self.remove_everywhere(kind, key);
        if is_gone {
            self.counters.cell(kind, TierName::Disk).evictions.fetch_add(1, Relaxed);
        }
        is_gone
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

    /// Removes everything that is too old: nobody is to list it, count it or take it along.
    pub(super) fn remove_all_expired(self: &Arc<Self>, cancel: &AtomicBool) {
        let is_over = || cancel.load(Relaxed) || self.closing.load(Relaxed);
        while !is_over() && self.remove_expired() > 0 {}
    }

    /// Removes what is too old, so many at once; returns how many entries went. A clock that jumped
    /// removes nothing.
    pub(super) fn remove_expired(self: &Arc<Self>) -> u64 {
        let _alone = hold(&self.oldest.looking);
        let may_be = |kind: &Kind| {
            self.counters.size_of(*kind).0 > 0 && self.is_expired(*kind, self.oldest.of(*kind))
        };
        let kinds: Vec<Kind> = Kind::iter().filter(may_be).collect();
        if kinds.is_empty() {
            return 0;
        }
        let Now::Time(_) = self.opened_at.time(&*self.clock) else {
            tracing::warn!("the clock has jumped: nothing is removed for its age");
            return 0;
        };
        kinds.into_iter().map(|kind| self.remove_expired_of(kind)).sum()
    }

    fn remove_expired_of(self: &Arc<Self>, kind: Kind) -> u64 {
        let Some(rack) = self.open_tier() else { return 0 };
        let (mut old, mut oldest) = (Vec::new(), i64::MAX);
        self.oldest.begin(kind);
        let result = rack.scan(kind, &mut |key, record| {
            let created = entry::peek(record).map(|view| view.header.created);
            match created {
                Some(created) if self.is_expired(kind, created) => old.push(key),
                Some(created) => oldest = oldest.min(created.0),
                None => {}
            }
            if old.len() < CHUNK { Scan::Next } else { Scan::Stop }
        });
        let is_whole = result.is_ok() && old.len() < CHUNK;
        self.oldest.note(kind, if is_whole { oldest } else { i64::MIN });
        if let Err(fault) = result {
            self.failed("look for what is too old", fault);
            return 0;
        }
        old.iter().filter(|key| self.drop_expired(kind, key)).count() as u64
    }
}
