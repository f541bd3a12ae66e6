//! The cache in full: every kind in every tier, the entries, and how well it works.
//!
//! Deliberately not here: the dialogs for evicting and clearing, which all screens share.

pub(crate) mod draw;
mod facts;
mod layout;
mod list;
mod matrix;
mod report;
mod state;
mod update;

pub(crate) use draw::{draw, hints};
pub(crate) use state::Entries;
pub(crate) use update::{
    answered, clicked, edit, follow, is_settled, pressed, scope, scrolled, shown, told, unanswered,
};
