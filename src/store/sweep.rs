//! The clean-up that starts by itself when the disk tier grows over its high mark, and the check of
//! every entry.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use strum::IntoEnumIterator;

use crate::model::{Bytes, EvictRequest, EvictTarget, Kind};

use super::{
    catalog::Scope,
    checkpoint::wait_for,
    core::{Core, Listing},
    entry::{self, Decoded, Form, View},
    error::{Fault, StoreError},
    evict::{Gone, Results},
    hold::hold,
    rack::Read,
    report,
    summary::spaced,
    tier::Scan,
};

impl Core {
    /// Starts a clean-up when the disk tier is over its high mark and none runs.
    ///
    /// One that could not reach its target is not repeated until the store has grown again.
    pub(super) fn sweep_when_full(self: &Arc<Self>) {
        let (_, bytes) = self.counters.on_disk();
        let (high, low) = (self.options.high_bytes(), self.options.low_bytes());
        let start = high.max(self.swept_to.load(Relaxed).saturating_add((high - low) / 2));
        if bytes <= start || self.closing.load(Relaxed) || self.sweeping.swap(true, Relaxed) {
            return;
        }
        self.start_sweep(bytes);
    }

    /// Starts a clean-up of a store of so many bytes; whoever calls has said that one runs.
    pub(super) fn start_sweep(self: &Arc<Self>, bytes: u64) {
        let low = self.options.low_bytes();
        tracing::info!(size = bytes, limit = self.options.disk_bytes.0, "the cache is cleaned up");
        let core = Arc::clone(self);
        let thread = std::thread::Builder::new().name("larder-sweep".to_owned());
        match thread.spawn(move || core.sweep(low)) {
            Ok(handle) => *hold(&self.sweeper) = Some(handle),
            Err(error) => {
                tracing::error!(%error, "cannot start a clean-up");
                self.sweeping.store(false, Relaxed);
            }
        }
    }

    /// Brings the store below its limit before a process ends that has stored something: one that
    /// ends at once would leave every clean-up to the next one, which ends at once too. A clean-up
    /// goes down to the low mark, so that few of them have to do one.
    pub(super) fn keep_limit(self: &Arc<Self>) {
        // Its writer has ended: what is not listed by now is left to the next one that opens it.
        let is_listed = hold(&self.chores).listing == Listing::Done;
        if !is_listed || !self.is_owner() || !self.has_stored.load(Relaxed) {
            return;
        }
        // One that runs already may have begun before the last entries came.
        for _ in 0..2 {
            self.sweep_when_full();
            let sweeper = hold(&self.sweeper).take();
            if let Some(sweeper) = sweeper {
                wait_for(sweeper);
            }
        }
    }

    fn sweep(self: &Arc<Self>, low: u64) {
        let target = EvictTarget::Bytes(Bytes(low));
        let request = EvictRequest { policy: self.options.policy, target, kind: None };
        let never = AtomicBool::new(false);
        // What cost money goes only when all that is cheap is not enough.
        let scope = Scope { spare: Some(Kind::Result), ..self.scope(&request) };
        for scope in [scope, self.scope(&request)] {
            if self.counters.on_disk().1 <= low {
                break;
            }
            match self.evict_in(&request, &scope, (&never, &self.counters.forced)) {
                Ok(gone) => self.tell_lost_results(&gone),
                // The store ends before all files are listed.
                Err(StoreError::Cancelled) => break,
                Err(error) => {
                    tracing::error!(%error, "the clean-up failed");
                    break;
                }
            }
        }
        self.swept_to.store(self.counters.on_disk().1, Relaxed);
        self.sweeping.store(false, Relaxed);
    }

    /// Says that results went to keep the limit: they cost money, and nobody asked for it.
    fn tell_lost_results(&self, gone: &Gone) {
        let Results { entries, bytes, usd } = gone.results;
        if entries == 0 {
            return;
        }
        let results = if entries == 1 { "result was" } else { "results were" };
        let money =
            if usd.0 > 0 { format!(", ${} to make again", usd.rounded(4)) } else { String::new() };
        let text = format!(
            "{} {results} thrown away ({}{money}): store.disk-bytes is {}",
            spaced(entries),
            report::size(bytes),
            report::limit(self.options.disk_bytes.0)
        );
        tracing::warn!("{text}");
        hold(&self.remarks).push(text);
    }

    /// Reads every entry and removes the damaged ones; returns how many were read and removed.
    pub(super) fn check_entries(
        self: &Arc<Self>,
        cancel: &AtomicBool,
    ) -> Result<(u64, u64), StoreError> {
        let Some(tier) = self.settled(cancel)? else { return Ok((0, 0)) };
        let failed = |fault: Fault| self.fault("verify", fault);
        let before = self.counters.come_and_gone();
        let (mut read, mut damaged) = (0, Vec::new());
        for kind in Kind::iter() {
            let mut in_files = Vec::new();
            let result = tier.scan(kind, &mut |key, record| {
                read += 1;
                match entry::decode(&key, record) {
                    Decoded::Damaged => damaged.push((kind, key)),
                    Decoded::Entry(View { form: Form::Blob(..), .. }) => in_files.push(key),
                    Decoded::Entry(_) | Decoded::Unknown => {}
                }
                if cancel.load(Relaxed) { Scan::Stop } else { Scan::Next }
            });
            result.map_err(failed)?;
            for key in in_files {
                if cancel.load(Relaxed) {
                    break;
                }
                match tier.get(kind, &key).map_err(failed)? {
                    Read::Entry(..) | Read::Unknown => {}
                    // A record without its file is of no use either.
                    Read::Missing | Read::Damaged => damaged.push((kind, key)),
                }
            }
        }
        let (known, after) = (self.counters.on_disk().0, self.counters.come_and_gone());
        for (kind, key) in &damaged {
            self.memory.remove(key);
            self.drop_damaged(*kind, key);
        }
        if cancel.load(Relaxed) {
            return Err(StoreError::Cancelled);
        }
        // What others wrote meanwhile was read or not, as it happened.
        let is_off = before == after && known != read;
        if is_off {
            // sled forgets the end of a damaged log without a word.
            tracing::warn!(known, read, "the cache has other entries than its numbers say");
        }
        // What a damaged entry took is not known.
        if (is_off || !damaged.is_empty())
            && self.open_tier().is_some_and(|open| Arc::ptr_eq(&open, &tier))
        {
            self.count_anew(&tier);
        }
        Ok((read, damaged.len() as u64))
    }
}
