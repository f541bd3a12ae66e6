//! What the tests of the real program share: a home of its own, and a terminal to run it in.

mod foreign;
mod home;
mod hurt_reads;
mod results;
mod siege;
mod steps;
mod strace;
mod terminal;
mod tree;

pub(crate) use foreign::ASSISTANT_ENTRY;
pub(crate) use home::{Home, Run, is_private};
pub(crate) use hurt_reads::{Hurt, HurtReads};
pub(crate) use siege::{Fate, besiege};
pub(crate) use steps::{quoted, step, words};
pub(crate) use strace::{can_trace, can_unshare, cannot_test};
pub(crate) use terminal::Terminal;
pub(crate) use tree::{Tree, restore_times};
