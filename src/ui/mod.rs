//! The dashboard: keys and events in, screens out.
//!
//! Deliberately not here: where the engine is, and how anything is counted or kept.

mod action;
mod colour;
pub mod format;
mod glyphs;
mod keymap;
mod keys;
mod look;
mod message;
mod picture;
mod theme;
pub mod widgets;

pub use action::{Action, Scope};
pub use colour::{BadColour, ColourDepth, Rgb, TerminalHints};
pub use glyphs::{Glyphs, Lines};
pub use keymap::{Keymap, KeymapError, KeymapProblem, KeymapRow};
pub use keys::{Key, UnknownKey};
pub use look::Look;
pub use message::{Effect, Message};
pub use picture::Picture;
pub use theme::{BuiltIn, Paper, Theme, ThemeError};
