//! Text that narrows a list: it is seen at once, the list follows when the hands rest.
//!
//! Deliberately not here: how long that is, and what is asked for then.

/// Changes of typed text, and whether the last one was followed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Typing {
    /// The number of the last change.
    change: u64,
    /// True while nothing was asked for since.
    waits: bool,
}

impl Typing {
    /// Notes a change, and returns its number.
    pub(crate) fn note(&mut self) -> u64 {
        self.change += 1;
        self.waits = true;
        self.change
    }

    /// Returns true when it is time to follow, because nothing was typed since this change.
    pub(crate) fn rested(&mut self, change: u64) -> bool {
        change == self.change && self.flush()
    }

    /// Returns true when it is time to follow, because something else is done now.
    pub(crate) fn flush(&mut self) -> bool {
        std::mem::take(&mut self.waits)
    }

    /// Returns true while a change was not followed.
    pub(crate) const fn waits(self) -> bool {
        self.waits
    }
}
