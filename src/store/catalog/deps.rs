//! Which entries were made of which content: pairs in order, with a short tail of new ones.
//!
//! A pair may outlive its entry; whoever finds one looks into the record, which knows for sure.

/// Pairs that wait before they are put in order.
const TAIL: usize = 4096;

/// Pairs of a content's part and a slot.
#[derive(Debug, Default)]
pub(super) struct Deps {
    sorted: Vec<(u64, u32)>,
    tail: Vec<(u64, u32)>,
}

impl Deps {
    /// Adds what the entry of `slot` was made of.
    pub(super) fn add(&mut self, slot: u32, contents: &[u64]) {
        self.tail.extend(contents.iter().map(|content| (*content, slot)));
    }

    /// Puts new pairs in order when there are many, keeping those that `is_alive`.
    pub(super) fn tidy(&mut self, is_alive: impl Fn(u32) -> bool) {
        if self.tail.len() < TAIL.max(self.sorted.len() / 8) {
            return;
        }
        self.sorted.append(&mut self.tail);
        self.sorted.retain(|(_, slot)| is_alive(*slot));
        self.sorted.sort_unstable();
        self.sorted.dedup();
    }

    /// Returns the slots that may hold an entry made of a content.
    pub(super) fn of(&self, content: u64) -> Vec<u32> {
        let from = self.sorted.partition_point(|(of, _)| *of < content);
        let sorted = self.sorted[from..].iter().take_while(|(of, _)| *of == content);
        let tail = self.tail.iter().filter(|(of, _)| *of == content);
        let mut slots: Vec<u32> = sorted.chain(tail).map(|(_, slot)| *slot).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
