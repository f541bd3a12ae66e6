//! What the dashboard is told before it starts.

use std::path::PathBuf;

use super::{
    answers::Answers,
    clipboard::Multiplexer,
    keymap::Keymap,
    remembered::{Keepsakes, Remembered},
    reread::Place,
};
use crate::{client::RecentLog, config::Sources, model::Thresholds};

/// Settings of the dashboard.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The keys.
    pub keymap: Keymap,
    /// Where gauges warn.
    pub thresholds: Thresholds,
    /// True when nothing may move by itself: no spinner.
    pub reduced_motion: bool,
    /// The folder that is open, as the system knows it.
    pub root: PathBuf,
    /// The command that edits a file; it may have arguments.
    pub editor: String,
    /// What stands between us and the terminal.
    pub multiplexer: Multiplexer,
    /// What is remembered of this repository.
    pub remembered: Option<Remembered>,
    /// Where that is kept.
    pub keepsakes: Option<Keepsakes>,
    /// Which caches of other tools were answered; without it none is looked for.
    pub answers: Option<Answers>,
    /// True when nothing was remembered yet: hints are shown until the first key.
    pub is_first: bool,
    /// True when the context is to be printed once the dashboard is left.
    pub print_context: bool,
    /// The newest records of the log.
    pub log: RecentLog,
    /// The user's home folder, shown as `~`.
    pub home: Option<String>,
    /// Every setting of larder, to be looked at.
    pub values: Vec<SettingValue>,
    /// The file in which a user changes them.
    pub file: PathBuf,
    /// Where they come from, to be read again.
    pub sources: Sources,
}

/// One setting of larder.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SettingValue {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Where that was set.
    pub origin: String,
    /// The same as a place in a file, when it is one.
    pub place: Option<Place>,
}

impl Settings {
    /// Returns a path with the home folder as `~`.
    #[must_use]
    pub fn at_home(&self, path: &str) -> String {
        let below = self.home.as_deref().and_then(|home| path.strip_prefix(home));
        match below {
            Some(rest) if rest.starts_with('/') => format!("~{rest}"),
            _ => path.to_owned(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::defaults(),
            thresholds: Thresholds::default(),
            reduced_motion: false,
            root: PathBuf::from("."),
            editor: "vi".to_owned(),
            multiplexer: Multiplexer::None,
            remembered: None,
            keepsakes: None,
            answers: None,
            is_first: false,
            print_context: false,
            log: RecentLog::default(),
            home: None,
            values: Vec::new(),
            file: PathBuf::new(),
            sources: Sources::default(),
        }
    }
}
