//! Spend: what language models cost, by day, model, project, file type and tool.
//!
//! Sums of groups; enter goes from a group to its requests, and from a request to all about it.

pub(crate) mod draw;
mod empty;
pub(crate) mod figures;
mod layout;
mod range;
mod records;
mod state;
mod sums;
mod update;
pub(crate) mod words;

pub(crate) use draw::{draw, hints};
pub(crate) use records::Records;
pub(crate) use state::Spend;
pub(crate) use update::{
    answered, clicked, edit, is_settled, pressed, refresh, scope, scrolled, shown, told, unanswered,
};
