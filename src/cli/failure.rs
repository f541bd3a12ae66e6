//! The only place that turns errors into text for people, and into exit codes.

use std::{io, path::PathBuf, process::ExitCode};

use thiserror::Error;

use crate::{
    client::{BooksError, PricesError, StartError},
    config::ConfigError,
    model::{Day, EntryKey, Refusal, Shown},
    ui::{KeymapError, ThemeError, UiError},
};

/// How a command ended when nothing failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// Done.
    Done,
    /// A check did not hold.
    NotHeld,
    /// The dashboard was left in a way that has its own code, such as by a signal.
    Code(u8),
}

/// Why a command could not be done.
#[derive(Debug, Error)]
pub enum Failure {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The engine could not be started.
    #[error(transparent)]
    Engine(#[from] StartError),
    /// The engine did not take it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The books cannot be opened, or do not take something.
    #[error("{}", Shown::text(&.0.to_string()))]
    Books(#[from] BooksError),
    /// A task failed; holds its error.
    #[error("{0}")]
    Task(String),
    /// The cache cannot be used; holds the reason.
    #[error("the cache cannot be used: {0}{hint}", hint = if is_in_use(.0) { CLOSE_IT } else { "" })]
    Store(String),
    /// Nothing was removed, because nobody could be asked.
    #[error("{0} changes what is kept: nothing was done; add --yes to do it without a question")]
    NeedsYes(&'static str),
    /// The person said no.
    #[error("nothing was done")]
    Declined,
    /// The dashboard needs a terminal.
    #[error(
        "the dashboard needs a terminal: use `larder count` in scripts, or --once for a screen as text"
    )]
    NoTerminal,
    /// The folder to open is missing; holds a command that was probably meant.
    #[error("{}: there is no such folder{}", Shown::text(&path.to_string_lossy()), meant(.command.as_deref()))]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// A command that is written almost alike.
        command: Option<String>,
    },
    /// What should be opened is no folder.
    #[error("{}: this is a file: give the folder to open", Shown::text(&.0.to_string_lossy()))]
    NotFolder(PathBuf),
    /// There is no entry with this key.
    #[error("no entry has the key {0}: `larder cache list` shows the keys")]
    NoEntry(EntryKey),
    /// The user's own prices are wrong.
    #[error(transparent)]
    Prices(#[from] PricesError),
    /// No day lies in a range, which ends before it begins.
    #[error("--since {since} comes after --until {until}: no day lies between them; swap the two")]
    TurnedRange {
        /// The first day.
        since: Day,
        /// The last day.
        until: Day,
    },
    /// All days of a range lie in the future.
    #[error(
        "the days from --since {since}{} are still to come, today is {today}: \
         begin today or before; requests that are dated later are shown by a later --until",
        until.map(|until| format!(" to --until {until}")).unwrap_or_default()
    )]
    FutureRange {
        /// The first day.
        since: Day,
        /// The last day, when it was given.
        until: Option<Day>,
        /// This day in the zone of the settings.
        today: Day,
    },
    /// A model has no known price.
    #[error("no price is known for `{}`{}", Shown::text(model), near_names(near))]
    NoPrice {
        /// The model.
        model: String,
        /// Names that were perhaps meant.
        near: Vec<String>,
    },
    /// Paths do not belong together or cannot be used.
    #[error("{}: {reason}", Shown::text(&path.to_string_lossy()))]
    Path {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Several caches would be copied to one place.
    #[error("{} is one place for {caches} caches: name one with --source", Shown::text(&path.to_string_lossy()))]
    OnePlace {
        /// The place.
        path: PathBuf,
        /// How many caches.
        caches: usize,
    },
    /// The keys are wrong.
    #[error(transparent)]
    Keymap(#[from] KeymapError),
    /// The theme is wrong.
    #[error("theme {}: {error}", Shown::text(name))]
    Theme {
        /// Its name.
        name: String,
        /// What is wrong.
        error: ThemeError,
    },
    /// There is no such theme.
    #[error("no theme is called `{}`: there are dark, light and plain, and {} is missing",
        Shown::text(name), Shown::text(&path.to_string_lossy()))]
    NoTheme {
        /// The name.
        name: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The dashboard could not start or go on.
    #[error("{}", with_cause(.0))]
    Ui(#[from] UiError),
    /// A file could not be written.
    #[error("cannot write {}: {source}", Shown::text(&path.to_string_lossy()))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The runtime could not be started.
    #[error("cannot start: {0}")]
    Start(io::Error),
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
}

impl Failure {
    /// Returns the exit code.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Books(BooksError::Prices(_) | BooksError::NoRequest(_))
            | Self::NeedsYes(_)
            | Self::Keymap(_)
            | Self::Theme { .. }
            | Self::NoTheme { .. }
            | Self::NoFolder { .. }
            | Self::NotFolder(_)
            | Self::Prices(_)
            | Self::TurnedRange { .. }
            | Self::FutureRange { .. }
            | Self::OnePlace { .. }
            | Self::Ui(UiError::BadKeys { .. }) => 2,
            // What Rust's own handler ends with.
            Self::Ui(UiError::Panicked) => 101,
            // What a shell reports of a program that SIGPIPE ended.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 141,
            Self::Engine(_)
            | Self::Refused(_)
            | Self::Books(BooksError::Ledger(_))
            | Self::Task(_)
            | Self::Store(_)
            | Self::Declined
            | Self::NoTerminal
            | Self::NoEntry(_)
            | Self::NoPrice { .. }
            | Self::Ui(_)
            | Self::Path { .. }
            | Self::Write { .. }
            | Self::Start(_)
            | Self::Output(_) => 1,
        }
    }

    /// Returns the text for people, `None` when there is nobody to read it.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let is_unread = matches!(self, Self::Output(error)
            if error.kind() == io::ErrorKind::BrokenPipe);
        (!is_unread).then(|| self.to_string())
    }
}

fn meant(command: Option<&str>) -> String {
    command.map(|name| format!("; did you mean `larder {name}`?")).unwrap_or_default()
}

fn near_names(near: &[String]) -> String {
    let names: Vec<_> = near.iter().map(|name| format!("`{}`", Shown::text(name))).collect();
    match names.as_slice() {
        [] => ": give it one in prices.toml beside larder.toml".to_owned(),
        names => format!("; did you mean {}?", names.join(" or ")),
    }
}

/// What helps when another larder has the cache.
const CLOSE_IT: &str = ": close that larder first; `larder cache status` works meanwhile";

/// Returns true when the reason for a store that keeps nothing is another larder.
fn is_in_use(reason: &str) -> bool {
    reason.contains("open in process ")
}

/// Returns an error with what caused it.
fn with_cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::NotHeld => Self::from(3),
            Exit::Code(code) => Self::from(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_exit_code() {
        let pipe = || Failure::Output(io::ErrorKind::BrokenPipe.into());
        assert_eq!(Failure::NeedsYes("cache clear").code(), 2);
        assert_eq!(Failure::Refused(Refusal::Ended).code(), 1);
        assert_eq!(Failure::NoTerminal.code(), 1);
        assert_eq!(Failure::Output(io::ErrorKind::StorageFull.into()).code(), 1);
        assert_eq!(Failure::Config(ConfigError::Invalid(Vec::new())).code(), 2);
        assert_eq!((pipe().code(), pipe().text()), (141, None));
    }

    #[test]
    fn a_cache_that_another_larder_has_says_what_to_do() {
        let text = |reason: &str| Failure::Store(reason.to_owned()).to_string();
        assert!(text("open in process 7: the cache at /c").contains("close that larder first"));
        assert!(!text("the cache at /c was made by a newer larder (format 9)").contains("close"));
    }

    #[test]
    fn messages_are_lowercase_without_a_period_and_hold_no_escape() {
        let path = PathBuf::from("/tmp/a\x1b[2Jb");
        let reason = "is not in a repository".to_owned();
        for failure in [
            Failure::Declined,
            Failure::NoTerminal,
            Failure::Store("open in process 7: the cache at /c".to_owned()),
            Failure::Path { path: path.clone(), reason },
            Failure::NoTheme { name: "\x1b".to_owned(), path },
        ] {
            let text = failure.text().unwrap();
            assert!(!text.ends_with('.') && !text.contains('\x1b'), "{text}");
            assert!(!text.starts_with(char::is_uppercase), "{text}");
        }
    }
}
