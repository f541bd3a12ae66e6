//! The dashboard: keys and events in, screens out.
//!
//! Deliberately not here: where the engine is, and how anything is counted or kept.

mod action;
mod canvas;
mod colour;
mod cursor;
pub mod format;
mod glyphs;
mod inquiry;
mod keymap;
mod keys;
mod layout;
mod look;
mod message;
mod model;
mod overlays;
mod panes;
mod screens;
mod settings;
mod strip;
mod theme;
mod update;
mod view;
pub mod widgets;

pub use action::{Action, Scope};
pub use colour::{BadColour, ColourDepth, Rgb, TerminalHints};
pub use glyphs::{Glyphs, Lines};
pub use keymap::{Keymap, KeymapError, KeymapProblem, KeymapRow};
pub use keys::{Key, UnknownKey};
pub use look::Look;
pub use message::{Effect, Message};
pub use model::Model;
pub use settings::Settings;
pub use theme::{BuiltIn, Paper, Theme, ThemeError};
pub use update::update;
pub use view::draw;
