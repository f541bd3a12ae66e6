//! Who goes first, by each policy, and never more than is needed.

use proptest::prelude::*;
use strum::IntoEnumIterator;

use crate::model::{Bytes, EntryKey, UnixNanos};

use super::{
    super::super::{evict::Row, touches::Touch},
    *,
};

const MINUTE: i64 = 60_000_000_000;

fn row(id: u16, bytes: u32, made_min: i64, (remake_us, used_min, uses): (u32, u32, u32)) -> Row {
    let mut key = [0; 32];
    key[..2].copy_from_slice(&id.to_be_bytes());
    Row {
        key: EntryKey(key),
        kind: Kind::Count,
        bytes,
        created: UnixNanos(made_min * MINUTE),
        remake_us,
        usd: 0,
        touch: Touch { used_min, uses },
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::default();
    for row in rows {
        table.insert(row, &[]);
    }
    table
}

fn scope(policy: Policy, target: EvictTarget) -> Scope {
    Scope { policy, target, kind: None, spare: None, now_min: 100 }
}

fn ids(slots: &[Slot]) -> Vec<u64> {
    slots.iter().map(|slot| slot.part >> 48).collect()
}

fn first(policy: Policy) -> u64 {
    let rows = [
        row(1, 100, 10, (500, 20, 9)),
        row(2, 100, 20, (400, 21, 1)),
        row(3, 900, 30, (90_000, 90, 9)),
        row(4, 100, 40, (10, 90, 9)),
        row(5, 100, 50, (99_000, 91, 9)),
        row(6, 100, 5, (500, 22, 9)),
    ];
    ids(&choose(&table(&rows), &scope(policy, EvictTarget::Entries(1))))[0]
}

#[test]
fn each_policy_has_its_own_first_victim() {
    assert_eq!(first(Policy::Lru), 1);
    assert_eq!(first(Policy::Lfu), 2);
    assert_eq!(first(Policy::Oldest), 6);
    assert_eq!(first(Policy::Largest), 3);
    assert_eq!(first(Policy::Cheapest), 4);
    assert_eq!(first(Policy::Dearest), 5);
}

/// Entries as a cache of `RustAssistant` holds them: name, bytes, minute of the last read after all
/// were made, second in which it was made, tokens that it took.
const DOCUMENTED: [(&str, u32, u32, i64, u32); 14] = [
    ("file0", 84, 4329, 0, 0),
    ("file1", 328, 5768, 86_401, 100),
    ("file2", 227, 7207, 172_802, 200),
    ("file3", 119, 8646, 259_203, 300),
    ("file4", 358, 10_085, 345_604, 400),
    ("file5", 260, 11_524, 5, 500),
    ("file6", 151, 12_963, 86_406, 600),
    ("file7", 394, 4322, 172_807, 700),
    ("file8", 290, 5761, 259_208, 800),
    ("file9", 190, 7200, 345_609, 900),
    ("docs", 34, 19_000, 428_400, 3100),
    ("analysis", 1410, 100, 514_800, 2048),
    ("todos", 11, 1540, 601_200, 1),
    ("migrated", 20, 2980, 687_600, 42),
];

/// Returns who goes until so many bytes are left.
fn documented(policy: Policy, left: u64) -> Vec<&'static str> {
    let rows = DOCUMENTED.iter().zip(0..).map(|((_, bytes, used_min, made, tokens), id)| Row {
        created: UnixNanos(made * 1_000_000_000),
        ..row(id, *bytes, 0, (tokens * 1000, 20_000 + used_min, 0))
    });
    let table = table(&rows.collect::<Vec<_>>());
    let gone = choose(&table, &scope(policy, EvictTarget::Bytes(Bytes(left))));
    ids(&gone).iter().map(|id| DOCUMENTED[usize::try_from(*id).unwrap()].0).collect()
}

#[test]
fn the_victims_of_lru_oldest_largest_and_dearest_are_those_of_the_documents() {
    let all: u32 = DOCUMENTED.iter().map(|(_, bytes, ..)| bytes).sum();
    assert_eq!(all, 3876);
    let lru = ["analysis", "todos", "migrated", "file7", "file0", "file8"];
    // The documents stop at half of the entries, which are the first seven of these.
    let oldest = ["file0", "file5", "file1", "file6", "file2", "file7", "file3", "file8", "file4"];
    let largest = ["analysis", "file7", "file4"];
    let dearest = ["docs", "analysis", "file9", "file8", "file7"];
    let vectors: [(Policy, &[&str]); 4] = [
        (Policy::Lru, &lru),
        (Policy::Oldest, &oldest),
        (Policy::Largest, &largest),
        (Policy::Dearest, &dearest),
    ];
    for (policy, expected) in vectors {
        assert_eq!(documented(policy, 3876), [""; 0], "{policy}");
        assert_eq!(documented(policy, 3875), expected[..1], "{policy}");
        assert_eq!(documented(policy, 1938), expected, "{policy}");
        assert_eq!(documented(policy, 0).len(), DOCUMENTED.len(), "{policy}");
    }
}

#[test]
fn a_result_that_does_not_say_its_price_is_not_taken_for_free() {
    let result = Row { kind: Kind::Result, ..row(1, 100, 10, (0, 90, 0)) };
    let rows = [result, row(2, 100, 10, (400_000, 90, 0))];
    let chosen = choose(&table(&rows), &scope(Policy::Cheapest, EvictTarget::Entries(1)));
    assert_eq!(ids(&chosen), [2]);
}

#[test]
fn between_equals_the_last_use_decides() {
    let rows = [row(1, 10, 0, (5, 30, 2)), row(2, 10, 0, (5, 20, 2)), row(3, 10, 0, (5, 40, 2))];
    let chosen = choose(&table(&rows), &scope(Policy::Lfu, EvictTarget::Entries(2)));
    assert_eq!(ids(&chosen), [2, 1]);
}

#[test]
fn an_old_favourite_goes_at_last() {
    let year = 365 * 24 * 60;
    let rows = [row(1, 100, 0, (1000, 1, 200)), row(2, 100, 0, (1000, year, 1))];
    let scope = Scope { now_min: year, ..scope(Policy::Cheapest, EvictTarget::Entries(1)) };
    assert_eq!(ids(&choose(&table(&rows), &scope)), [1]);
}

#[test]
fn an_answer_worth_cents_outlives_counts() {
    let mut rows: Vec<Row> = (0..50).map(|id| row(id, 100, 90, (900, 99, 40))).collect();
    let answer = Row { kind: Kind::Result, usd: 10_000_000_000, ..row(99, 9000, 1, (0, 1, 0)) };
    rows.push(answer);
    let cheapest = choose(&table(&rows), &scope(Policy::Cheapest, EvictTarget::Entries(50)));
    assert!(!ids(&cheapest).contains(&99));
    let dearest = choose(&table(&rows), &scope(Policy::Dearest, EvictTarget::Entries(1)));
    assert_eq!(ids(&dearest), [99]);
}

#[test]
fn what_is_spared_stays_and_the_others_make_room() {
    let rows: Vec<Row> = (0..10)
        .map(|id| Row {
            kind: if id < 5 { Kind::Result } else { Kind::Count },
            ..row(id, 100, 0, (1, 1, 1))
        })
        .collect();
    let table = table(&rows);
    let scope = |left| Scope {
        spare: Some(Kind::Result),
        ..scope(Policy::Lru, EvictTarget::Bytes(Bytes(left)))
    };
    assert_eq!(choose(&table, &scope(800)).len(), 2);
    let all = choose(&table, &scope(100));
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|slot| slot.kind == Kind::Count));
}

#[test]
fn a_share_of_nothing_removes_nothing() {
    for target in [EvictTarget::Percent(0), EvictTarget::Entries(0), EvictTarget::Bytes(Bytes(100))]
    {
        let rows = [row(1, 100, 0, (1, 1, 1))];
        assert!(choose(&table(&rows), &scope(Policy::Lru, target)).is_empty());
    }
    assert!(choose(&Table::default(), &scope(Policy::Lru, EvictTarget::Percent(100))).is_empty());
}

#[test]
fn nothing_is_left_behind_by_comings_and_goings() {
    let mut table = Table::default();
    for round in 0..1000_u16 {
        table.insert(&row(round % 7, 10, 0, (1, 1, 1)), &[u64::from(round % 3)]);
        table.remove(Kind::Count, &row(round % 7, 10, 0, (1, 1, 1)).key);
    }
    assert_eq!((table.len(), table.slots().count()), (0, 0));
    assert!(table.made_of(1).is_empty());
}

proptest! {
    #[test]
    fn what_cheapest_removes_is_never_dearer_to_make_again_than_what_lru_removes(
        costs in prop::collection::vec((1_u32..1_000_000, 0_u32..90), 1..60),
        gone in 1_u64..40,
    ) {
        let entries = costs.iter().zip(0..);
        let rows: Vec<Row> = entries.map(|((us, used), id)| row(id, 100, 0, (*us, *used, 0))).collect();
        let table = table(&rows);
        let remake = |policy| -> u64 {
            // Without age, so that only what making again costs decides.
            let scope = Scope { now_min: 0, ..scope(policy, EvictTarget::Entries(gone)) };
            choose(&table, &scope).iter().map(|slot| u64::from(slot.remake_us)).sum()
        };
        // Places have the precision of a float.
        prop_assert!(remake(Policy::Cheapest) <= remake(Policy::Lru) + gone);
    }

    #[test]
    fn no_more_goes_than_is_needed_and_the_first_first(
        sizes in prop::collection::vec((1_u32..1000, 0_u32..100, 0_u32..9), 0..60),
        left in 0_u64..30_000,
    ) {
        let rows: Vec<Row> = sizes.iter().enumerate().map(|(id, (bytes, used, uses))| {
            row(u16::try_from(id).unwrap(), *bytes, 0, (7 * bytes % 90, *used, *uses))
        }).collect();
        let table = table(&rows);
        let total: u64 = rows.iter().map(|row| u64::from(row.bytes)).sum();
        for policy in Policy::iter() {
            let scope = scope(policy, EvictTarget::Bytes(Bytes(left)));
            let gone = choose(&table, &scope);
            let bytes: u64 = gone.iter().map(|slot| u64::from(slot.bytes)).sum();
            prop_assert!(total - bytes <= left);
            let last = gone.last().map_or(0, |slot| u64::from(slot.bytes));
            prop_assert!(gone.is_empty() || total - (bytes - last) > left);
            // What stays is never before what goes.
            let most = gone.iter().map(|slot| place(slot, &scope)).max().unwrap_or(0);
            let goes: Vec<u32> = gone.iter().map(|slot| slot.at).collect();
            let stays = table.slots().filter(|slot| !goes.contains(&slot.at));
            prop_assert!(gone.is_empty() || stays.map(|slot| place(&slot, &scope)).all(|at| at >= most));
        }
    }
}
