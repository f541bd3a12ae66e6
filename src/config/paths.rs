//! Where files are kept: the XDG base directories.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// The folders of larder, each its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Paths {
    /// Settings: `$XDG_CONFIG_HOME/larder`.
    pub config: PathBuf,
    /// What can be made again: `$XDG_CACHE_HOME/larder`, or the setting `cache-dir`.
    pub cache: PathBuf,
    /// Logs and queues: `$XDG_STATE_HOME/larder`.
    pub state: PathBuf,
    /// What must be kept: `$XDG_DATA_HOME/larder`.
    pub data: PathBuf,
}

/// A folder has no place: its variable is not set to an absolute path, and neither is `HOME`.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("there is no home folder: set HOME, or {0}, to an absolute path")]
pub struct NoFolder(pub &'static str);

impl Paths {
    /// Returns the folders that these variables name.
    ///
    /// The XDG specification says that a relative path is to be ignored.
    ///
    /// # Errors
    /// Fails when a folder's variable and `HOME` are both missing, empty or relative.
    pub fn from_environment(variables: &[(OsString, OsString)]) -> Result<Self, NoFolder> {
        let absolute = |wanted: &str| {
            let (_, value) = variables.iter().find(|(name, _)| name == wanted)?;
            Some(PathBuf::from(value)).filter(|path| path.is_absolute())
        };
        let home = absolute("HOME");
        let folder = |variable: &'static str, below_home: &str| {
            absolute(variable)
                .or_else(|| home.as_ref().map(|home| home.join(below_home)))
                .map(|base| base.join("larder"))
                .ok_or(NoFolder(variable))
        };
        Ok(Self {
            config: folder("XDG_CONFIG_HOME", ".config")?,
            cache: folder("XDG_CACHE_HOME", ".cache")?,
            state: folder("XDG_STATE_HOME", ".local/state")?,
            data: folder("XDG_DATA_HOME", ".local/share")?,
        })
    }

    /// Returns folders that all lie below `root`.
    #[must_use]
    pub fn below(root: &Path) -> Self {
        Self {
            config: root.join("config"),
            cache: root.join("cache"),
            state: root.join("state"),
            data: root.join("data"),
        }
    }

    /// Returns the user's settings.
    #[must_use]
    pub fn user_file(&self) -> PathBuf {
        self.config.join("larder.toml")
    }

    /// Returns the user's keys, which may be missing.
    #[must_use]
    pub fn keymap_file(&self) -> PathBuf {
        self.config.join("keymap.toml")
    }

    /// Returns the user's own prices, which may be missing.
    #[must_use]
    pub fn prices_file(&self) -> PathBuf {
        self.config.join("prices.toml")
    }

    /// Returns the log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.state.join("log/larder.log")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(variables: &[(&str, &str)]) -> Result<Paths, NoFolder> {
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Paths::from_environment(&variables)
    }

    #[test]
    fn unset_variables_mean_the_defaults_below_home() {
        let paths = paths(&[("HOME", "/home/a")]).unwrap();
        assert_eq!(paths.config, Path::new("/home/a/.config/larder"));
        assert_eq!(paths.cache, Path::new("/home/a/.cache/larder"));
        assert_eq!(paths.state, Path::new("/home/a/.local/state/larder"));
        assert_eq!(paths.data, Path::new("/home/a/.local/share/larder"));
        assert_eq!(paths.log_file(), Path::new("/home/a/.local/state/larder/log/larder.log"));
    }

    #[test]
    fn relative_and_empty_variables_are_ignored() {
        let odd = [("HOME", "/h"), ("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "")];
        let paths = paths(&odd).unwrap();
        assert_eq!(paths.cache, Path::new("/h/.cache/larder"));
        assert_eq!(paths.state, Path::new("/h/.local/state/larder"));
    }

    #[test]
    fn without_a_home_the_missing_variable_is_named() {
        assert_eq!(paths(&[]), Err(NoFolder("XDG_CONFIG_HOME")));
        assert_eq!(paths(&[("HOME", "relative")]), Err(NoFolder("XDG_CONFIG_HOME")));
        let all = [
            ("XDG_CONFIG_HOME", "/c"),
            ("XDG_CACHE_HOME", "/k"),
            ("XDG_STATE_HOME", "/s"),
            ("XDG_DATA_HOME", "/d"),
        ];
        assert_eq!(paths(&all).unwrap().cache, Path::new("/k/larder"));
        assert_eq!(paths(&all[..3]), Err(NoFolder("XDG_DATA_HOME")));
    }
}
