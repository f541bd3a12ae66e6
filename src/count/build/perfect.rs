//! A hash table without collisions: one look at one slot answers, yes or no.

/// Keys per seed: more make the table smaller and slower to find.
const KEYS_PER_SEED: usize = 4;

/// Slots per hundred keys.
const ROOM: usize = 103;

/// A slot that holds nothing: no key has all bits set.
const EMPTY: u64 = u64::MAX;

/// Tells the key of a slot.
pub(crate) type Key = fn(u64) -> u64;

/// Lays out slots so that each lies where [`slot_of`] looks for it; returns seeds and slots.
pub(crate) fn lay_out(slots: &[u64], key: Key) -> Result<(Vec<u8>, Vec<u8>), String> {
    let seed_count = slots.len().div_ceil(KEYS_PER_SEED);
    let slot_count = slots.len() * ROOM / 100;
    let mut groups: Vec<(usize, Vec<u64>)> = (0..seed_count).map(|at| (at, Vec::new())).collect();
    for &slot in slots {
        groups[seed_of(key(slot), seed_count)].1.push(slot);
    }
    groups.sort_by_key(|(at, group)| (usize::MAX - group.len(), *at));
    let mut seeds = vec![0_u16; seed_count];
    let mut table = vec![EMPTY; slot_count];
    for (at, group) in groups {
        let seed = (0..=u16::MAX)
            .find(|&seed| fits(&table, &group, |slot| slot_of(key(slot), seed, slot_count)));
        seeds[at] = seed.ok_or("no seed without a collision: give the table more room")?;
        for slot in group {
            table[slot_of(key(slot), seeds[at], slot_count)] = slot;
        }
    }
    Ok((
        seeds.iter().flat_map(|seed| seed.to_le_bytes()).collect(),
        table.iter().flat_map(|slot| slot.to_le_bytes()).collect(),
    ))
}

/// Returns one bit per hash, set where a key is: most questions are answered "no" by it alone.
pub(crate) fn filter(slots: &[u64], key: Key) -> Vec<u8> {
    let bits = (slots.len() * 4).next_power_of_two();
    let mut filter = vec![0_u8; bits / 8];
    for slot in slots {
        let hash = key(*slot).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bit = usize::try_from(hash >> (64 - bits.ilog2())).unwrap_or(0);
        filter[bit / 8] |= 1 << (bit % 8);
    }
    filter
}

fn fits(table: &[u64], group: &[u64], place: impl Fn(u64) -> usize) -> bool {
    group.iter().enumerate().all(|(at, &slot)| {
        table[place(slot)] == EMPTY && group[..at].iter().all(|&one| place(one) != place(slot))
    })
}

/// Which seed a key uses. The counter has the same two functions.
fn seed_of(key: u64, seeds: usize) -> usize {
    let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (((hash >> 32) * seeds as u64) >> 32) as usize
}

/// Which slot a key lies in, given its seed.
fn slot_of(key: u64, seed: u16, slots: usize) -> usize {
    let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let turned = hash ^ u64::from(seed).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let again = turned.wrapping_mul(0xA076_1D64_78BD_642F);
    (((again >> 32) * slots as u64) >> 32) as usize
}
