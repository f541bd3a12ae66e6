//! The dashboard: keys and events in, screens out.
//!
//! Deliberately not here: where the engine is, and how anything is counted or kept.

mod action;
mod message;

pub use action::{Action, Scope};
pub use message::{Effect, Message};
