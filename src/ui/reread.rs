//! The settings as the next start would read them, beside those that the program runs with.

use std::path::PathBuf;

use super::settings::SettingValue;
use crate::config::{Config, ConfigError, Effective, Origin, Problem, Sources};

/// A file and, when it is known, a line in it, from 1.
pub type Place = (PathBuf, Option<usize>);

/// What the files say now.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SettingsNow {
    /// Every setting; `None` when larder would not start with them.
    pub values: Option<Vec<SettingValue>>,
    /// What is wrong, or is not heard.
    pub problems: Vec<SettingProblem>,
}

/// Something that is wrong in a file of settings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SettingProblem {
    /// Where and what.
    pub text: String,
    /// Where it is mended, when that is a file.
    pub place: Option<Place>,
}

impl SettingsNow {
    /// Reads every layer again.
    pub(super) fn read(sources: &Sources) -> Self {
        match Config::load(sources) {
            Ok(config) => {
                let values = Some(setting_values(&config));
                Self { values, problems: config.ignored.iter().map(problem).collect() }
            }
            Err(ConfigError::Invalid(problems)) => {
                Self { values: None, problems: problems.iter().map(problem).collect() }
            }
            Err(error) => Self { values: None, problems: vec![unread(&error)] },
        }
    }
}

/// Returns every setting with its value and where that was set.
#[must_use]
pub fn setting_values(config: &Config) -> Vec<SettingValue> {
    config.origins().map(|one| value(&one)).collect()
}

fn value(one: &Effective<'_>) -> SettingValue {
    SettingValue {
        key: one.setting.key.to_owned(),
        value: one.value.to_string(),
        origin: one.origin.to_string(),
        place: place(one.origin),
    }
}

fn problem(problem: &Problem) -> SettingProblem {
    SettingProblem { text: problem.to_string(), place: place(&problem.origin) }
}

fn unread(error: &ConfigError) -> SettingProblem {
    let place = match error {
        ConfigError::Malformed { path, line, .. } => Some((path.clone(), Some(*line))),
        ConfigError::Unreadable { path, .. } => Some((path.clone(), None)),
        ConfigError::NoFolder(_) | ConfigError::Invalid(_) => None,
    };
    SettingProblem { text: error.to_string(), place }
}

fn place(origin: &Origin) -> Option<Place> {
    match origin {
        Origin::User { path, line } | Origin::Repository { path, line } => {
            Some((path.clone(), Some(*line)))
        }
        Origin::Default | Origin::Environment(_) | Origin::Flag(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, fs};

    use super::*;

    /// Reads what a user's file with this text makes of the settings, and returns its path too.
    fn read(text: &str) -> (SettingsNow, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".config/larder/larder.toml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        let environment = vec![(OsString::from("HOME"), home.path().into())];
        let sources = Sources { environment, ..Sources::default() };
        (SettingsNow::read(&sources), file)
    }

    #[test]
    fn what_is_set_has_its_place_and_what_is_not_heard_is_named() {
        let (now, file) = read("[store]\npolicy = \"lru\"\nspeed = 3\n");
        let values = now.values.unwrap();
        let policy = values.iter().find(|value| value.key == "store.policy").unwrap();
        assert_eq!((&*policy.value, &policy.place), ("\"lru\"", &Some((file.clone(), Some(2)))));
        assert!(values.iter().any(|value| value.place.is_none() && value.origin == "default"));
        assert_eq!(now.problems.len(), 1);
        assert_eq!(now.problems[0].place, Some((file, Some(3))));
        assert!(now.problems[0].text.contains("store.speed"), "{:?}", now.problems);
    }

    #[test]
    fn what_is_wrong_has_its_place_and_no_value_is_taken() {
        for (text, line) in [("model = \"gpt-5\"\nlog = 7\n", 2), ("\n\n[store\n", 3)] {
            let (now, file) = read(text);
            assert_eq!(now.values, None, "{text}");
            assert_eq!(now.problems[0].place, Some((file, Some(line))), "{:?}", now.problems);
        }
    }
}
