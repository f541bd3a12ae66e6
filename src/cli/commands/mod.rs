//! One file per command.

pub(super) mod cache;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod count;
pub(super) mod dashboard;
pub(super) mod doctor;
pub(super) mod keys;
pub(super) mod man;
mod path;
pub(super) mod prices;
mod root;
pub(super) mod spend;
pub(super) mod statusline;
pub(super) mod tasks;
