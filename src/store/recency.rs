//! Lists of slots by use, linked through the slots themselves: every operation is O(1).
//!
//! LRU is one list; LFU is one list per number of uses, up to a cap.

/// No slot.
pub(super) const NONE: u32 = u32::MAX;

/// Uses are told apart up to this: beyond it the last use decides.
pub(super) const LFU_LEVELS: usize = 64;

/// The place of a slot in its list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    newer: u32,
    older: u32,
    level: u8,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    newest: u32,
    oldest: u32,
}

/// The lists.
#[derive(Debug)]
pub(super) struct Recency {
    levels: Vec<Ends>,
    links: Vec<Link>,
}

impl Recency {
    /// Returns empty lists, `levels` of them.
    pub(super) fn new(levels: usize) -> Self {
        let none = Ends { newest: NONE, oldest: NONE };
        Self { levels: vec![none; levels.max(1)], links: Vec::new() }
    }

    /// Adds `slot`, which is in no list, as the newest of the first level.
    pub(super) fn add(&mut self, slot: u32) {
        let at = slot as usize;
        if self.links.len() <= at {
            self.links.resize(at + 1, Link { newer: NONE, older: NONE, level: 0 });
        }
        self.push(slot, 0);
    }

    /// Makes `slot` the newest of the next level.
    pub(super) fn touch(&mut self, slot: u32) {
        let level = usize::from(self.links[slot as usize].level);
        self.remove(slot);
        self.push(slot, (level + 1).min(self.levels.len() - 1));
    }

    /// Takes `slot` out.
    pub(super) fn remove(&mut self, slot: u32) {
        let Link { newer, older, level } = self.links[slot as usize];
        let ends = &mut self.levels[usize::from(level)];
        match newer {
            NONE => ends.newest = older,
            newer => self.links[newer as usize].older = older,
        }
        match older {
            NONE => ends.oldest = newer,
            older => self.links[older as usize].newer = newer,
        }
    }

    /// Returns the slot that should go first.
    pub(super) fn first(&self) -> Option<u32> {
        self.levels.iter().map(|ends| ends.oldest).find(|&slot| slot != NONE)
    }

    /// Empties the lists.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.levels.len());
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are at most 64 levels")]
    fn push(&mut self, slot: u32, level: usize) {
        let ends = &mut self.levels[level];
        let older = ends.newest;
        ends.newest = slot;
        match older {
            NONE => ends.oldest = slot,
            older => self.links[older as usize].newer = slot,
        }
        self.links[slot as usize] = Link { newer: NONE, older, level: level as u8 };
    }
}
