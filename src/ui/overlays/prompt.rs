//! A question that is answered with a line of text.

use crate::ui::panes::tree::filter::FilterLine;

/// What is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Asking {
    /// What is to be marked.
    Glob,
    /// The file that the context is written into.
    Export,
    /// The name that the context is saved under.
    Save,
}

/// What the question knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prompt {
    /// What is asked for.
    pub(crate) asking: Asking,
    /// What is typed.
    pub(crate) line: FilterLine,
}

impl Prompt {
    /// Asks, with nothing typed yet.
    pub(crate) fn about(asking: Asking) -> Self {
        Self { asking, line: FilterLine { editing: true, ..FilterLine::default() } }
    }
}

impl Asking {
    /// Returns the title of the question.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Glob => "Mark by glob",
            Self::Export => "Export the context",
            Self::Save => "Save the context",
        }
    }

    /// Says what may be typed.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Export => "a file, .md, .xml or .json; relative to the current folder",
            Self::Save => "a name, for this repository",
            Self::Glob => "a glob such as src/**/*.rs, or a part of a path",
        }
    }
}
