//! Which entries go first: a pure function of what is known of them.
//!
//! One pass gives every entry its place in the order of going, one counts bytes by buckets of that
//! order, and only the bucket in which the target is reached is sorted. A million take some
//! hundredths of a second.

use crate::model::{EvictTarget, Kind, Policy};

use super::table::{Slot, Table};

/// What an unused entry is worth halves in this time, so that old favourites go at last.
const HALF_LIFE_MIN: f64 = 2.0 * 24.0 * 60.0;

/// Time that is worth a dollar, in microseconds: one hour.
const DOLLAR_US: f64 = 3_600e6;

/// Time per byte of a result that does not say what it took or cost: a model writes about fifty
/// tokens, two hundred bytes, a second.
const WRITTEN_US: f64 = 5_000.0;

/// Buckets of the histogram.
const BUCKETS: usize = 4096;

/// Which entries may go, and how much must.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Scope {
    /// Which go first.
    pub(in crate::store) policy: Policy,
    /// How much must go.
    pub(in crate::store) target: EvictTarget,
    /// Only this kind.
    pub(in crate::store) kind: Option<Kind>,
    /// Not this kind.
    pub(in crate::store) spare: Option<Kind>,
    /// Now, in minutes since 1970.
    pub(in crate::store) now_min: u32,
}

impl Scope {
    fn has(&self, kind: Kind) -> bool {
        self.kind.is_none_or(|only| only == kind) && self.spare != Some(kind)
    }
}

/// Returns the entries that must go, the first to go first: as few as reach the target.
pub(in crate::store) fn choose(table: &Table, scope: &Scope) -> Vec<Slot> {
    let (mut total, mut all) = (0_u64, 0_u64);
    let mut places: Vec<(u64, u32)> = Vec::new();
    for slot in table.slots() {
        all += u64::from(slot.bytes);
        if scope.has(slot.kind) {
            total += u64::from(slot.bytes);
            places.push((place(&slot, scope), slot.at));
        }
    }
    let (entries, excess) = match scope.target {
        EvictTarget::Entries(entries) => (entries, 0),
        // What is spared counts too: the others have to make room for it.
        EvictTarget::Bytes(left) if scope.spare.is_some() => (0, all.saturating_sub(left.0)),
        EvictTarget::Bytes(left) => (0, total.saturating_sub(left.0)),
        EvictTarget::Percent(share) => (0, share_of(total, share)),
    };
    if entries == 0 && excess == 0 {
        return Vec::new();
    }
    let bytes = |at: u32| table.slot(at).map_or(0, |slot| u64::from(slot.bytes));
    let mut chosen = cut(places, entries, excess, bytes);
    chosen.sort_unstable_by_key(|(place, at)| (*place, tie(table, *at)));
    let mut gone = (0, 0);
    let enough = |gone: (u64, u64)| gone.0 >= entries && gone.1 >= excess;
    let needed = chosen.iter().take_while(|(_, at)| {
        let goes = !enough(gone);
        gone = (gone.0 + 1, gone.1 + bytes(*at));
        goes
    });
    let needed = needed.count();
    chosen[..needed].iter().filter_map(|(_, at)| table.slot(*at)).collect()
}

/// Returns all places up to the end of the bucket in which the target is reached.
fn cut(
    mut places: Vec<(u64, u32)>,
    entries: u64,
    excess: u64,
    bytes: impl Fn(u32) -> u64,
) -> Vec<(u64, u32)> {
    let least = places.iter().map(|(place, _)| *place).min().unwrap_or(0);
    let most = places.iter().map(|(place, _)| *place).max().unwrap_or(0);
    let step = (most - least) / BUCKETS as u64 + 1;
    let bucket = |place: u64| usize::try_from((place - least) / step).unwrap_or(BUCKETS - 1);
    let mut buckets = vec![(0_u64, 0_u64); BUCKETS];
    for (place, at) in &places {
        let (count, size) = &mut buckets[bucket(*place)];
        *count += 1;
        *size += bytes(*at);
    }
    let mut gone = (0, 0);
    let end = buckets.iter().position(|(count, size)| {
        gone = (gone.0 + count, gone.1 + size);
        gone.0 >= entries && gone.1 >= excess
    });
    if let Some(end) = end {
        places.retain(|(place, _)| bucket(*place) <= end);
    }
    places
}

/// What decides between entries of the same place.
fn tie(table: &Table, at: u32) -> (u32, u64) {
    table.slot(at).map_or((0, 0), |slot| (slot.created, slot.part))
}

/// Returns a number that is smaller the sooner this should go; the last use decides between equals.
fn place(slot: &Slot, scope: &Scope) -> u64 {
    let first = match scope.policy {
        Policy::Lru => slot.used_min,
        Policy::Lfu => u32::from(slot.uses),
        Policy::Oldest => slot.created,
        Policy::Largest => u32::MAX - slot.bytes,
        Policy::Cheapest => {
            let idle = f64::from(scope.now_min.saturating_sub(slot.used_min));
            let uses = f64::from(slot.uses) + 1.0;
            let worth = uses * cost(slot) / f64::from(slot.bytes.max(1));
            in_order(worth * (-idle / HALF_LIFE_MIN).exp2())
        }
        Policy::Dearest => u32::MAX - in_order(cost(slot)),
    };
    u64::from(first) << 32 | u64::from(slot.used_min)
}

/// What making it again costs, all in time.
fn cost(slot: &Slot) -> f64 {
    let is_told = slot.remake_us > 0 || slot.usd > 0.0;
    if slot.kind == Kind::Result && !is_told {
        return f64::from(slot.bytes) * WRITTEN_US;
    }
    f64::from(slot.remake_us.max(1)) + f64::from(slot.usd) * DOLLAR_US
}

/// Returns a number in the order of positive ones.
#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough to choose by")]
fn in_order(number: f64) -> u32 {
    (number.max(0.0) as f32).to_bits()
}

/// Returns `share` percent of `total`, rounded up.
fn share_of(total: u64, share: u8) -> u64 {
    let product = u128::from(total) * u128::from(share.min(100));
    u64::try_from(product.div_ceil(100)).unwrap_or(total)
}

#[cfg(test)]
mod tests;
