//! The settings: layers of files, environment and flags become one [`Config`].
//!
//! Defaults < user file < repository file < environment < flags; each value knows its origin.
//! Deliberately not here: what a setting does. Parts own their `Options`; this reads and checks them.

mod alias;
mod error;
mod layer;
mod load;
mod models;
mod nearest;
mod origin;
mod paths;
mod setting;
mod shape;
mod size;
#[cfg(test)]
mod tests;
mod ui;
mod work;

use std::{collections::BTreeMap, ffi::OsString};

pub use error::{ConfigError, Fault, Problem};
pub use layer::{Flag, Sources};
pub use nearest::nearest;
pub use origin::Origin;
pub use paths::{NoFolder, Paths};
pub use setting::{Place, SETTINGS, Setting};
pub use shape::Shape;
pub use size::parse_size;
pub use ui::{Colour, Ui};
pub use work::{Retry, Work};

use crate::{
    count, ledger,
    model::{Encoding, ModelInfo, Thresholds},
    store, walk, watch,
};

/// The name of a repository's own settings, at its root.
pub const REPOSITORY_FILE: &str = ".larder.toml";

/// Every setting, read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which files belong.
    pub walk: walk::Options,
    /// What the cache keeps.
    pub store: store::Options,
    /// How tokens are counted.
    pub count: count::Options,
    /// How changes are noticed.
    pub watch: watch::Options,
    /// How work is queued, run and tried again.
    pub work: Work,
    /// Where gauges warn and alert.
    pub budget: Thresholds,
    /// What is kept of what language models cost.
    pub ledger: ledger::Options,
    /// Environment variables that say where other tools keep their logs and caches.
    pub environment: Vec<(OsString, OsString)>,
    /// The name of the chosen model; [`Config::models`] holds it.
    pub model: String,
    /// The encoding that replaces the model's own, when set.
    pub encoding: Option<Encoding>,
    /// How the dashboard looks.
    pub ui: Ui,
    /// What goes into the log: a word from `off` to `trace`.
    pub log: String,
    /// Every known model, in the order of the files.
    pub models: Vec<ModelInfo>,
    /// Where files are kept.
    pub paths: Paths,
    /// What was set but is not heard: unknown names, and settings a repository may not set.
    pub ignored: Vec<Problem>,
    chosen: ModelInfo,
    values: BTreeMap<&'static str, (toml::Value, Origin)>,
}

/// One setting with its value and where that was set.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective<'c> {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value, sizes as bytes.
    pub value: &'c toml::Value,
    /// Where it was set.
    pub origin: &'c Origin,
}

impl Config {
    /// Reads every layer.
    ///
    /// # Errors
    /// Fails when there is no home folder, a file cannot be read, or a value is not what its
    /// setting takes; all such values are named at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        load::load(sources)
    }

    /// Reads every layer; when one is wrong, returns the defaults and what is wrong.
    ///
    /// # Errors
    /// Fails when there is no home folder.
    pub fn load_or_defaults(sources: &Sources) -> Result<(Self, Option<ConfigError>), ConfigError> {
        load::load_or_defaults(sources)
    }

    /// Returns the defaults, with these folders.
    #[must_use]
    pub fn defaults(paths: Paths) -> Self {
        load::defaults(paths)
    }

    /// Returns every setting with its value and origin, in the order of `larder.toml`.
    pub fn origins(&self) -> impl Iterator<Item = Effective<'_>> {
        SETTINGS.iter().filter_map(|setting| {
            let (value, origin) = self.values.get(setting.key)?;
            Some(Effective { setting, value, origin })
        })
    }

    /// Returns the model that the settings choose.
    #[must_use]
    pub const fn chosen_model(&self) -> &ModelInfo {
        &self.chosen
    }

    /// Returns the encoding that counts: the one set, or the chosen model's.
    #[must_use]
    pub fn chosen_encoding(&self) -> Encoding {
        self.encoding.unwrap_or(self.chosen.encoding)
    }
}
