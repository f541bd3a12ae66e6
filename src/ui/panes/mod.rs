//! The panes, one folder each: state, update, draw.

pub(crate) mod budget;
pub(crate) mod cache;
pub(crate) mod tasks;
pub(crate) mod tree;
