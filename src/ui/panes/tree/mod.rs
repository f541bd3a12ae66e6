//! The tree pane: what each file and folder costs in tokens.
//!
//! It holds only the rows around what is seen; the engine owns the tree.

mod answer;
mod columns;
pub(crate) mod draw;
pub(crate) mod filter;
mod jumps;
mod marking;
mod memory;
mod reveal;
mod state;
mod update;
mod words;

pub(crate) use state::{Bars, Tree};
pub(crate) use update::{RowKey, TreeKey};
pub(crate) use words::{found, to_mark};
