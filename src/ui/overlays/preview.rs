//! A file to read: its lines, and what the file costs up to each of them.

use super::Paged;
use crate::{
    model::{NodeId, Preview, PreviewBody, PreviewLine, RepoPath, Row, Tokens},
    ui::format,
};

/// What the card knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PreviewCard {
    /// Which file.
    pub(crate) id: NodeId,
    /// Its path.
    pub(crate) path: RepoPath,
    /// The name of its language; empty when it is not known.
    pub(crate) language: String,
    /// Tokens of the whole file, once they are known.
    pub(crate) tokens: Option<Tokens>,
    /// True when every running count is exact.
    pub(crate) exact: bool,
    /// The lines.
    pub(crate) list: Paged<PreviewLine>,
    /// Why there is nothing to read.
    pub(crate) problem: Option<String>,
    /// The first line of the range that is weighed, and the tokens before it.
    pub(crate) anchor: Option<(u64, Tokens)>,
}

/// A range of lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Weighed {
    /// The index of its first line.
    pub(crate) first: u64,
    /// The index of its last line.
    pub(crate) last: u64,
    /// Its tokens, as a part of the file.
    pub(crate) tokens: Tokens,
}

impl PreviewCard {
    /// Returns a card about a file, to be filled.
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            id: row.id,
            path: row.path.clone(),
            language: String::new(),
            tokens: None,
            exact: true,
            list: Paged::default(),
            problem: None,
            anchor: None,
        }
    }

    /// Takes lines; true when lines that are seen are still not known.
    pub(crate) fn take(&mut self, preview: Preview, height: u16) -> bool {
        (self.path, self.language) = (preview.path, preview.language);
        match preview.body {
            PreviewBody::Nothing(why) => {
                self.refuse(&why);
                false
            }
            PreviewBody::Text(text) => {
                (self.problem, self.tokens, self.exact) = (None, Some(text.tokens), text.exact);
                self.list.asked_from = text.from;
                self.list.take(text.lines, text.total, height)
            }
        }
    }

    /// Notes why there is nothing to read.
    pub(crate) fn refuse(&mut self, why: &str) {
        self.problem = Some(why.to_owned());
        self.list = Paged { total: Some(0), ..Paged::default() };
        self.anchor = None;
    }

    /// Begins the range at the chosen line; where it began already, it ends.
    pub(crate) fn anchor_here(&mut self) {
        let at = self.list.cursor.at;
        let before = match at.checked_sub(1) {
            None => Some(Tokens(0)),
            Some(above) => self.list.row_at(above).map(|line| line.tokens),
        };
        let is_there = self.anchor.is_some_and(|(line, _)| line == at);
        self.anchor = if is_there { None } else { before.map(|before| (at, before)) };
    }

    /// Returns the range from where it began to the chosen line, once both are known.
    pub(crate) fn weighed(&self) -> Option<Weighed> {
        let (anchor, before) = self.anchor?;
        let at = self.list.cursor.at;
        let (first, last) = (anchor.min(at), anchor.max(at));
        let start = if at >= anchor { before } else { self.tokens_before(at)? };
        let end = if at >= anchor {
            self.list.row_at(at)?.tokens
        } else {
            self.list.row_at(anchor).map_or(before, |line| line.tokens)
        };
        Some(Weighed { first, last, tokens: Tokens(end.0.saturating_sub(start.0)) })
    }

    fn tokens_before(&self, line: u64) -> Option<Tokens> {
        let Some(above) = line.checked_sub(1) else { return Some(Tokens(0)) };
        Some(self.list.row_at(above)?.tokens)
    }

    /// Returns the columns that the number of the last line takes.
    pub(crate) fn number_columns(&self) -> usize {
        format::width(&format::grouped(self.list.total.unwrap_or(0))).max(3)
    }
}
