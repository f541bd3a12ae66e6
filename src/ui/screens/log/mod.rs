//! Log: what happened, newest last.

mod draw;
mod state;
mod update;

pub(crate) use draw::{draw, level_style};
pub(crate) use state::Log;
pub(crate) use update::{clicked, edit, is_settled, logged, pressed, scope, scrolled, shown};
