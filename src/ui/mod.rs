//! The dashboard: keys and events in, screens out.
//!
//! Deliberately not here: where the engine is, and how anything is counted or kept.

mod action;
mod colour;
mod encode;
mod error;
pub mod format;
mod glyphs;
mod input;
mod keymap;
mod keys;
mod look;
mod message;
mod output;
mod pace;
mod picture;
mod screen;
mod signals;
mod terminal;
mod theme;
pub mod widgets;

pub use action::{Action, Scope};
pub use colour::{BadColour, ColourDepth, Rgb, TerminalHints};
pub use error::{Ending, UiError};
pub use glyphs::{Glyphs, Lines};
pub use keymap::{Keymap, KeymapError, KeymapProblem, KeymapRow};
pub use keys::{Key, UnknownKey};
pub use look::Look;
pub use message::{Effect, Message};
pub use picture::Picture;
pub use terminal::{Mouse, restore};
pub use theme::{BuiltIn, Paper, Theme, ThemeError};
