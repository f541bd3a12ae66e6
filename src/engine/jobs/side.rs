//! Evict, clear, verify, and filling the store with what the tree knows.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::count::Workshop;
use crate::{
    count::VERSION,
    engine::report::SideEnd,
    model::{
        ContentHash, Encoding, EvictRequest, Kind, NodeId, RepoPath, Shown, Tokens, VerifyReport,
    },
    store::{CountKey, Store, StoreError},
};

/// A count that the tree knows.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Known {
    pub(in crate::engine) node: NodeId,
    pub(in crate::engine) path: RepoPath,
    pub(in crate::engine) hash: ContentHash,
    pub(in crate::engine) encoding: Encoding,
    pub(in crate::engine) tokens: Tokens,
    /// What tokenising took, zero when it came from the cache.
    pub(in crate::engine) spent: Duration,
}

/// What a verification needs.
#[derive(Debug)]
pub(in crate::engine) struct Check {
    pub(in crate::engine) store: Store,
    pub(in crate::engine) workshop: Workshop,
    /// The files to count again.
    pub(in crate::engine) files: Vec<Known>,
    pub(in crate::engine) encoding: Encoding,
}

/// Removes entries by a policy.
pub(in crate::engine) fn evict(
    store: &Store,
    request: &EvictRequest,
    cancel: &AtomicBool,
) -> SideEnd {
    match store.evict(request, cancel) {
        Ok((plan, _)) => SideEnd::Evicted { entries: plan.entries, bytes: plan.bytes },
        Err(error) => stopped("evict", &error),
    }
}

/// Removes all entries, or all of a kind.
pub(in crate::engine) fn clear(store: &Store, kind: Option<Kind>) -> SideEnd {
    match store.clear(kind) {
        // Only then does the tree know of nothing that is in the cache.
        Ok(entries) if kind.is_none_or(|kind| kind == Kind::Count) => SideEnd::Cleared { entries },
        Ok(entries) => SideEnd::Removed { entries },
        Err(error) => failed("clear", &error),
    }
}

/// Removes all results of a type.
pub(in crate::engine) fn clear_results(store: &Store, of: &str) -> SideEnd {
    match store.forget_results_of(of) {
        Ok(entries) => SideEnd::Removed { entries },
        Err(error) => failed("clear", &error),
    }
}

/// Forgets what was computed of contents; results, which cost money, stay.
pub(in crate::engine) fn forget_computed(
    store: &Store,
    hashes: &[ContentHash],
    files: Vec<NodeId>,
) -> SideEnd {
    match store.forget_computed(hashes) {
        Ok(_) => SideEnd::Forgot { files },
        Err(error) => failed("forget", &error),
    }
}

/// Forgets the counts of a content in every encoding.
fn forget(store: &Store, hash: &ContentHash) {
    for encoding in Encoding::ALL {
        let key = CountKey { hash: *hash, encoding, version: VERSION };
        if store.remove(Kind::Count, &key.entry_key()) {
            tracing::debug!("forgot the count of {hash} in {encoding}");
        }
    }
}

/// Puts counts that are known into the store.
pub(in crate::engine) fn warm(store: &Store, known: &[Known], cancel: &AtomicBool) -> SideEnd {
    let mut files = 0;
    for one in known {
        if cancel.load(Ordering::Relaxed) {
            return SideEnd::Cancelled;
        }
        let key = CountKey { hash: one.hash, encoding: one.encoding, version: VERSION };
        store.put_count(key, one.tokens, one.spent);
        files += 1;
    }
    // What is said to be in the cache is on the disk by then.
    match store.checkpoint() {
        Ok(()) => SideEnd::Warmed { files },
        Err(error) => failed("write the cache", &error),
    }
}

/// Reads every entry's checksum, then counts files again without the cache and compares.
pub(in crate::engine) fn verify(check: &Check, cancel: &AtomicBool) -> SideEnd {
    let (entries, damaged) = match check.store.check_entries(cancel) {
        Ok(checked) => checked,
        Err(error) => return stopped("verify", &error),
    };
    let mut report = VerifyReport { entries, damaged, ..VerifyReport::default() };
    let mut wrong = Vec::new();
    let workshop = Workshop { store: None, ..check.workshop.clone() };
    let mut tools = workshop.tools();
    for known in &check.files {
        if cancel.load(Ordering::Relaxed) {
            return SideEnd::Cancelled;
        }
        let Ok(read) = workshop.count(&mut tools, &known.path, check.encoding) else {
            report.stale += 1;
            continue;
        };
        report.recounted += 1;
        if read.hash != known.hash {
            report.stale += 1;
            wrong.push(known.node);
        } else if read.tokens != Some(known.tokens) {
            report.wrong += 1;
            forget(&check.store, &known.hash);
            wrong.push(known.node);
        }
    }
    SideEnd::Verified { report, wrong }
}

/// Returns how a task ends that the store has stopped.
pub(super) fn stopped(what: &str, error: &StoreError) -> SideEnd {
    if matches!(error, StoreError::Cancelled) { SideEnd::Cancelled } else { failed(what, error) }
}

/// Returns how a task ends that an error has stopped.
pub(super) fn failed(what: &str, error: &dyn std::error::Error) -> SideEnd {
    SideEnd::Failed(format!("cannot {what}: {}", Shown::text(&error.to_string())))
}
