//! Which entries go first: a pure function of what is known of them.

use crate::model::{
    Bytes, EntryKey, EvictRequest, EvictTarget, EvictionPlan, Kind, Millis, PicoUsd, Policy,
    UnixNanos, Victim,
};

use super::touches::Touch;

/// What an unused entry is worth halves in this time, so that old favourites go at last.
const HALF_LIFE_MIN: f64 = 30.0 * 24.0 * 60.0;

/// What is known of an entry beside its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Row {
    /// Its key.
    pub(super) key: EntryKey,
    /// What it holds.
    pub(super) kind: Kind,
    /// Bytes of key and record.
    pub(super) bytes: u32,
    /// When it was made.
    pub(super) created: UnixNanos,
    /// What making it again would take, in microseconds.
    pub(super) remake_us: u32,
    /// What making it again would cost, in pico-dollars.
    pub(super) usd: u64,
    /// Its reads.
    pub(super) touch: Touch,
}

impl Row {
    /// Returns the minute it was last read or else made.
    pub(super) fn used_min(&self) -> u32 {
        self.touch.used_min.max(minute(self.created))
    }

    fn victim(&self) -> Victim {
        Victim {
            key: self.key,
            kind: self.kind,
            bytes: Bytes(u64::from(self.bytes)),
            remake_ms: Millis(u64::from(self.remake_us) / 1000),
            remake_usd: PicoUsd(u128::from(self.usd)),
        }
    }

    /// Returns a number that is smaller the sooner this should go.
    fn score(&self, policy: Policy, now_min: u32) -> f64 {
        match policy {
            Policy::Lru => f64::from(self.used_min()),
            Policy::Lfu => f64::from(self.touch.uses),
            Policy::Oldest => f64::from(minute(self.created)),
            Policy::Largest => -f64::from(self.bytes),
            Policy::Cheapest => {
                let idle = f64::from(now_min.saturating_sub(self.used_min()));
                let uses = f64::from(self.touch.uses) + 1.0;
                let cost = f64::from(self.remake_us.max(1)) / f64::from(self.bytes.max(1));
                uses * cost * (-idle / HALF_LIFE_MIN).exp2()
            }
            Policy::Dearest => -f64::from(self.remake_us),
        }
    }
}

/// Returns the minutes since 1970 of a moment.
pub(super) fn minute(at: UnixNanos) -> u32 {
    u32::try_from(at.seconds().max(0) / 60).unwrap_or(u32::MAX)
}

/// Returns the rows that must go for `request`, the first to go first: as few as reach its target.
pub(super) fn choose(mut rows: Vec<Row>, request: &EvictRequest, now: UnixNanos) -> Vec<Row> {
    rows.retain(|row| request.kind.is_none_or(|kind| kind == row.kind));
    let total: u64 = rows.iter().map(|row| u64::from(row.bytes)).sum();
    let excess = match request.target {
        EvictTarget::Bytes(left) => total.saturating_sub(left.0),
        EvictTarget::Percent(share) => share_of(total, share),
        EvictTarget::Entries(_) => 0,
    };
    let entries = match request.target {
        EvictTarget::Entries(entries) => usize::try_from(entries).unwrap_or(usize::MAX),
        EvictTarget::Bytes(_) | EvictTarget::Percent(_) => 0,
    };
    let now_min = minute(now);
    let mut scored: Vec<(f64, Row)> =
        rows.into_iter().map(|row| (row.score(request.policy, now_min), row)).collect();
    scored.sort_unstable_by(|(a, left), (b, right)| {
        let tie = || (left.used_min(), left.created, left.key);
        a.total_cmp(b).then_with(|| tie().cmp(&(right.used_min(), right.created, right.key)))
    });
    let mut gone = 0;
    let enough = |at: usize, gone: u64| at >= entries && gone >= excess;
    let count = scored.iter().enumerate().take_while(|(at, (_, row))| {
        let goes = !enough(*at, gone);
        gone += u64::from(row.bytes);
        goes
    });
    let count = count.count();
    scored.into_iter().take(count).map(|(_, row)| row).collect()
}

/// Returns the plan that removes `victims`, with at most `list` of them named.
pub(super) fn plan(victims: &[Row], request: &EvictRequest, list: usize) -> EvictionPlan {
    let remake_us: u64 = victims.iter().map(|row| u64::from(row.remake_us)).sum();
    EvictionPlan {
        policy: request.policy,
        kind: request.kind,
        victims: victims.iter().take(list).map(Row::victim).collect(),
        entries: victims.len() as u64,
        bytes: Bytes(victims.iter().map(|row| u64::from(row.bytes)).sum()),
        remake_ms: Millis(remake_us / 1000),
    }
}

/// Returns `share` percent of `total`, rounded up.
fn share_of(total: u64, share: u8) -> u64 {
    let product = u128::from(total) * u128::from(share.min(100));
    u64::try_from(product.div_ceil(100)).unwrap_or(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::IntoEnumIterator;

    use super::*;

    const MINUTE: i64 = 60_000_000_000;

    fn row(id: u8, bytes: u32, made_min: i64, (remake_us, used_min, uses): (u32, u32, u32)) -> Row {
        Row {
            key: EntryKey([id; 32]),
            kind: Kind::Count,
            bytes,
            created: UnixNanos(made_min * MINUTE),
            remake_us,
            usd: 0,
            touch: Touch { used_min, uses },
        }
    }

    fn first(policy: Policy) -> u8 {
        let rows = vec![
            row(1, 100, 10, (500, 20, 9)),
            row(2, 100, 20, (400, 21, 1)),
            row(3, 900, 30, (90_000, 90, 9)),
            row(4, 100, 40, (10, 90, 9)),
            row(5, 100, 50, (99_000, 91, 9)),
            row(6, 100, 5, (500, 22, 9)),
        ];
        let request = EvictRequest { policy, target: EvictTarget::Entries(1), kind: None };
        choose(rows, &request, UnixNanos(100 * MINUTE))[0].key.0[0]
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

    #[test]
    fn an_old_favourite_goes_at_last() {
        let year = 365 * 24 * 60;
        let rows = vec![row(1, 100, 0, (1000, 1, 200)), row(2, 100, 0, (1000, year, 1))];
        let request =
            EvictRequest { policy: Policy::Cheapest, target: EvictTarget::Entries(1), kind: None };
        let now = UnixNanos(i64::from(year) * MINUTE);
        assert_eq!(choose(rows, &request, now)[0].key.0[0], 1);
    }

    #[test]
    fn a_share_of_nothing_removes_nothing() {
        for target in
            [EvictTarget::Percent(0), EvictTarget::Entries(0), EvictTarget::Bytes(Bytes(100))]
        {
            let request = EvictRequest { policy: Policy::Lru, target, kind: None };
            let rows = vec![row(1, 100, 0, (1, 1, 1))];
            assert!(choose(rows, &request, UnixNanos(0)).is_empty());
        }
    }

    #[test]
    fn a_plan_names_some_victims_and_counts_all() {
        let rows: Vec<Row> = (0..10).map(|id| row(id, 10, 0, (2000, 1, 1))).collect();
        let request =
            EvictRequest { policy: Policy::Lru, target: EvictTarget::Percent(100), kind: None };
        let plan = plan(&choose(rows, &request, UnixNanos(0)), &request, 3);
        assert_eq!((plan.victims.len(), plan.entries), (3, 10));
        assert_eq!((plan.bytes, plan.remake_ms), (Bytes(100), Millis(20)));
    }

    proptest! {
        #[test]
        fn no_more_goes_than_is_needed(
            sizes in prop::collection::vec((1_u32..1000, 0_u32..100, 0_u32..9), 0..60),
            left in 0_u64..30_000,
        ) {
            let rows: Vec<Row> = sizes.iter().enumerate().map(|(id, (bytes, used, uses))| {
                row(u8::try_from(id).unwrap(), *bytes, 0, (7, *used, *uses))
            }).collect();
            let total: u64 = rows.iter().map(|row| u64::from(row.bytes)).sum();
            for policy in Policy::iter() {
                let request =
                    EvictRequest { policy, target: EvictTarget::Bytes(Bytes(left)), kind: None };
                let gone = choose(rows.clone(), &request, UnixNanos(0));
                let bytes: u64 = gone.iter().map(|row| u64::from(row.bytes)).sum();
                prop_assert!(total - bytes <= left);
                let last = gone.last().map_or(0, |row| u64::from(row.bytes));
                prop_assert!(gone.is_empty() || total - (bytes - last) > left);
            }
        }
    }
}
