//! All that is known of one entry.

use crate::{
    model::{Details, NodeId},
    ui::cursor::Cursor,
};

/// What the card knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DetailsCard {
    /// Which entry.
    pub(crate) id: NodeId,
    /// What is known of it.
    pub(crate) known: Known<Details>,
    /// The first line seen.
    pub(crate) cursor: Cursor,
}

/// Something that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Known<T> {
    /// The answer is on its way.
    #[default]
    Awaited,
    /// It is gone.
    Gone,
    /// This is it.
    Is(T),
}

impl<T> From<Option<T>> for Known<T> {
    fn from(answer: Option<T>) -> Self {
        answer.map_or(Self::Gone, Self::Is)
    }
}

impl DetailsCard {
    /// Returns a card about an entry, to be filled.
    pub(crate) fn of(id: NodeId) -> Self {
        Self { id, known: Known::Awaited, cursor: Cursor::default() }
    }

    /// Returns how many lines the card has.
    pub(crate) fn lines(&self) -> u64 {
        match &self.known {
            Known::Awaited | Known::Gone => 1,
            Known::Is(details) => 17 + details.counts.len() as u64,
        }
    }
}
