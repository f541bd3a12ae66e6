//! Where the cursor was before it went far: a list to go back and forth in.

use super::Tree;
use crate::{
    model::{Command, NodeId},
    ui::message::Effect,
};

/// Places remembered: more than anybody finds their way back through.
const MOST_PLACES: usize = 100;

/// A place: an entry, and the folders that were open.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    on: NodeId,
    open: Vec<NodeId>,
}

/// The places.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Jumps {
    back: Vec<Place>,
    forth: Vec<Place>,
}

impl Jumps {
    /// Returns true when there is a place to go back to.
    pub(crate) fn can_go_back(&self) -> bool {
        !self.back.is_empty()
    }

    /// Returns true when there is a place to go forth to.
    pub(crate) fn can_go_forth(&self) -> bool {
        !self.forth.is_empty()
    }
}

impl Tree {
    fn here(&self) -> Option<Place> {
        Some(Place { on: self.on?, open: self.open.clone() })
    }

    /// Notes where the cursor is, before it goes far.
    pub(super) fn note_place(&mut self) {
        let Some(place) = self.here() else { return };
        self.jumps.forth.clear();
        if self.jumps.back.last().is_some_and(|last| last.on == place.on) {
            self.jumps.back.pop();
        }
        if self.jumps.back.len() == MOST_PLACES {
            self.jumps.back.remove(0);
        }
        self.jumps.back.push(place);
    }

    /// Goes to the place before, or to the one after it.
    pub(super) fn jump(&mut self, back: bool) -> Vec<Effect> {
        let here = self.here();
        let (from, to) = if back {
            (&mut self.jumps.back, &mut self.jumps.forth)
        } else {
            (&mut self.jumps.forth, &mut self.jumps.back)
        };
        let Some(mut place) = from.pop() else { return Vec::new() };
        // Where we are already is no place to go to.
        if Some(place.on) == here.as_ref().map(|here| here.on)
            && let Some(before) = from.pop()
        {
            place = before;
        }
        to.extend(here);
        self.on = Some(place.on);
        let closed: Vec<_> =
            place.open.into_iter().filter(|folder| !self.open.contains(folder)).collect();
        let mut effects = Vec::new();
        if self.filter.is_on() {
            self.filter.text.clear();
            effects.extend(self.reshape());
        }
        if closed.is_empty() {
            effects.extend(self.ask());
            return effects;
        }
        self.open.extend(closed);
        effects.push(Effect::Send(Command::Look(self.open.clone())));
        effects.extend(self.reshape());
        effects
    }
}
