//! Why the dashboard could not start or go on.

use std::io;

use crate::model::Refusal;

/// Why the dashboard could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum UiError {
    /// Standard output is a file or a pipe.
    #[error("standard output is not a terminal")]
    NotATerminal,
    /// `TERM` is missing or `dumb`; holds it.
    #[error("the terminal `{0}` cannot move its cursor")]
    Dumb(String),
    /// There is no terminal to read keys from.
    #[error("no terminal to read keys from")]
    NoKeyboard(#[source] io::Error),
    /// The terminal refused a mode.
    #[error("the terminal cannot be prepared")]
    Terminal(#[source] io::Error),
    /// Signals cannot be caught.
    #[error("signals cannot be caught")]
    Signals(#[source] io::Error),
    /// The system has no thread left.
    #[error("no thread can be started")]
    Thread(#[source] io::Error),
    /// The engine ended while it was watched.
    #[error("the engine ended")]
    EngineEnded(#[source] Refusal),
    /// A part of the program failed; what it said is on the screen already.
    #[error("a part of the program failed")]
    Panicked,
    /// The keys to play are written wrongly.
    #[error("keys to play: at character {position}: {problem}")]
    BadKeys {
        /// The character, from 1.
        position: usize,
        /// What is wrong there.
        problem: String,
    },
}

/// How the dashboard was left.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Its user left.
    Quit,
    /// The terminal went away.
    Closed,
    /// A signal asked for it; holds its number.
    Signal(i32),
}

impl Ending {
    /// Returns the exit code that shells expect.
    #[must_use]
    pub const fn exit_code(self) -> i32 {
        match self {
            Self::Quit => 0,
            // As if the hang-up signal had come, which does when the terminal controls us.
            Self::Closed => 129,
            Self::Signal(number) => 128 + number,
        }
    }
}
