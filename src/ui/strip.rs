//! One line of the screen, built from left to right with its width known.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{
    format::{self, Keep},
    glyphs::Glyphs,
    look::Look,
    panes::tree::filter::FilterLine,
};
use crate::model::Shown;

/// Pieces of text beside each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strip {
    spans: Vec<Span<'static>>,
    width: usize,
}

impl Strip {
    /// Returns a line of one piece.
    pub(crate) fn of(text: impl Into<String>, style: Style) -> Self {
        Self::default().add(text, style)
    }

    /// Returns what is typed to filter a list, with a cursor behind it while it is.
    pub(crate) fn of_filter(filter: &FilterLine, look: &Look, columns: usize) -> Self {
        let theme = &look.theme;
        let text = Shown::text(&filter.text).to_string();
        let text = format::fit(&text, columns.saturating_sub(4), Keep::End, &look.glyphs);
        let line = Self::of(" /", theme.key).add(text, theme.text);
        if filter.editing { line.add(" ", theme.cursor) } else { line }
    }

    /// Adds text as it is.
    pub(crate) fn add(mut self, text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        self.width += format::width(&text);
        self.spans.push(Span::styled(text, style));
        self
    }

    /// Adds blanks.
    pub(crate) fn gap(self, columns: usize) -> Self {
        self.add(" ".repeat(columns), Style::default())
    }

    /// Adds text that takes exactly so many columns, from the left.
    pub(crate) fn left(self, text: &str, columns: usize, style: Style, glyphs: &Glyphs) -> Self {
        self.add(format::pad(text, columns, Keep::Start, glyphs), style)
    }

    /// Adds a number that takes exactly so many columns, to the right; too long is cut.
    pub(crate) fn right(self, text: &str, columns: usize, style: Style, glyphs: &Glyphs) -> Self {
        let text = format::fit(text, columns, Keep::Start, glyphs);
        self.add(format::right(&text, columns), style)
    }

    /// Adds all pieces of another line.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.width += other.width;
        self.spans.extend(other.spans);
        self
    }

    /// Puts another line at the right end of `columns`; it is left out when there is no room.
    pub(crate) fn against(self, right: Self, columns: usize) -> Self {
        match columns.checked_sub(self.width + right.width) {
            Some(gap) => self.gap(gap).join(right),
            None => self,
        }
    }

    /// Fills up to so many columns with blanks, and lays a style over all.
    pub(crate) fn over(self, style: Style, columns: usize) -> Self {
        let missing = columns.saturating_sub(self.width);
        let mut whole = self.gap(missing);
        for span in &mut whole.spans {
            span.style = span.style.patch(style);
        }
        whole
    }

    /// Fills up to so many columns with blanks, and lays a style under all: what each piece has
    /// of its own stays.
    pub(crate) fn on(self, style: Style, columns: usize) -> Self {
        let missing = columns.saturating_sub(self.width);
        let mut whole = self.gap(missing);
        for span in &mut whole.spans {
            span.style = style.patch(span.style);
        }
        whole
    }

    /// Returns the columns it takes.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Returns the first of these lines that fits, or nothing.
    pub(crate) fn first_fit(lines: impl IntoIterator<Item = Self>, columns: usize) -> Self {
        lines.into_iter().find(|line| line.width <= columns).unwrap_or_default()
    }
}

impl From<Strip> for Line<'static> {
    fn from(strip: Strip) -> Self {
        Self::from(strip.spans)
    }
}
