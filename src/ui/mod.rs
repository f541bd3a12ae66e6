//! The dashboard: keys and events in, screens out.
//!
//! Deliberately not here: where the engine is, and how anything is counted or kept.

mod action;
mod answers;
mod canvas;
mod clipboard;
mod colour;
mod context;
mod cursor;
mod editor;
mod encode;
mod error;
pub mod format;
mod fuzzy;
mod glyphs;
mod grid;
mod input;
mod inquiry;
mod keymap;
mod keys;
mod layout;
mod look;
mod message;
mod model;
mod offers;
mod once;
mod output;
mod outside;
mod overlays;
mod pace;
mod panes;
mod picture;
mod remembered;
mod reread;
mod run;
mod saved;
mod screen;
mod screens;
mod session;
mod settings;
mod signals;
mod strip;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod typing;
mod update;
mod view;
pub mod widgets;

pub use action::{Action, Scope};
pub use answers::Answers;
pub use clipboard::Multiplexer;
pub use colour::{BadColour, ColourDepth, Rgb, TerminalHints};
pub use error::{Ending, UiError};
pub use glyphs::{Glyphs, Lines};
pub use keymap::{Keymap, KeymapError, KeymapProblem, KeymapRow};
pub use keys::{Key, UnknownKey};
pub use look::Look;
pub use message::{Effect, Export, Message};
pub use model::Model;
pub use once::once;
pub use picture::Picture;
pub use remembered::{Keepsakes, Remembered};
pub use reread::{Place, SettingProblem, SettingsNow, setting_values};
pub use run::{Left, run};
pub use saved::{Existing, Saved, SavedWish};
pub(crate) use screens::spend::{figures as spend_figures, words as spend_words};
pub use settings::{SettingValue, Settings};
pub use terminal::{Mouse, restore};
pub use theme::{BuiltIn, Paper, Theme, ThemeError};
pub use update::update;
pub use view::draw;
#[cfg(test)]
pub(crate) use view::draw_on;
