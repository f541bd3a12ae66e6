//! What may be taken over from other tools: where their caches are looked for.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::{
    config::Config,
    import::{Found, find_offers},
    model::Offer,
};

/// Where other tools keep what is not in a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Homes {
    home: PathBuf,
    caches: PathBuf,
}

impl Homes {
    /// Returns the folders that the environment names.
    pub(super) fn of(config: &Config) -> Self {
        let absolute = |wanted: &str| {
            let named = |(name, _): &&(OsString, OsString)| name == wanted;
            let (_, folder) = config.environment.iter().find(named)?;
            Some(PathBuf::from(folder)).filter(|folder| folder.is_absolute())
        };
        let Some(home) = absolute("HOME") else { return Self::default() };
        let caches = absolute("XDG_CACHE_HOME").unwrap_or_else(|| home.join(".cache"));
        Self { home, caches }
    }

    /// Returns the caches that are about the repository at `root`; reads the disk.
    pub(super) fn offers(&self, root: &Path) -> Vec<Offer> {
        let found = find_offers(root, &self.home, &self.caches);
        found.iter().map(Found::offer).collect()
    }
}
