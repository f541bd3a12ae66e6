//! How things look: colours and signs together.

use super::{
    colour::{ColourDepth, TerminalHints},
    glyphs::Glyphs,
    theme::{BuiltIn, Theme},
};

/// Colours and signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The signs.
    pub glyphs: Glyphs,
}

impl Look {
    /// Returns a built-in theme with Unicode signs, at the depth the environment promises.
    #[must_use]
    pub fn detect(theme: BuiltIn, hints: TerminalHints<'_>) -> Self {
        Self::of(theme, ColourDepth::detect(hints))
    }

    /// Returns a built-in theme with Unicode signs.
    #[must_use]
    pub fn of(theme: BuiltIn, depth: ColourDepth) -> Self {
        Self { theme: Theme::built_in(theme, depth), glyphs: Glyphs::unicode() }
    }

    /// Returns no colours and signs from ASCII alone: what every terminal shows.
    #[must_use]
    pub fn ascii() -> Self {
        Self { theme: Theme::plain(), glyphs: Glyphs::ascii() }
    }
}
