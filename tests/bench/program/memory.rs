//! What entries take in memory, at three loads.

use std::{process, sync::Arc, time::Duration};

use larder::{
    model::{Bytes, SystemClock, Tier, Tokens},
    store::{Options, Store},
};

use super::{
    process::memory,
    storing::key,
    table::{Row, Unit},
};

/// Entries of each load.
const LOADS: [usize; 3] = [1_000, 10_000, 100_000];

/// Measures all rows.
pub(crate) fn rows() -> Vec<Row> {
    // The stores live side by side: what one gives back would hide what the next one takes.
    let mut held = Vec::new();
    let mut rows = Vec::new();
    for entries in LOADS {
        let before = memory(process::id());
        let store = filled(entries);
        let taken = memory(process::id()) - before;
        let tiers = store.status().tiers;
        let tier = tiers.iter().find(|tier| tier.tier == Tier::Memory).unwrap();
        assert_eq!(tier.entries, entries as u64);
        let share = |bytes: f64| vec![bytes / entries as f64];
        rows.extend([
            Row::new(format!("memory for {entries} counts"), Unit::Bytes, vec![taken]),
            Row::new("… for each of them", Unit::Bytes, share(taken)),
            Row::new("… by which the limit counts it", Unit::Bytes, share(tier.bytes.0 as f64)),
        ]);
        held.push(store);
    }
    rows
}

fn filled(entries: usize) -> Store {
    let options = Options { memory_bytes: Bytes(1 << 36), ..Options::default() };
    let store = Store::in_memory(&options, Arc::new(SystemClock::start()), "a bench");
    for id in 0..entries {
        store.put_count(key(id), Tokens(id as u64), Duration::from_millis(2));
    }
    store
}
