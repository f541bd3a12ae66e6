//! What an engine needs to open the books when somebody asks for them.

use std::{path::PathBuf, sync::Arc};

use super::{Books, BooksError};
use crate::{config::Config, model::Clock, store::Store, watch};

/// What is needed to open the books.
#[derive(Clone, Debug)]
pub(in crate::engine) struct BooksPlan {
    config: Arc<Config>,
    repository: Option<PathBuf>,
}

impl BooksPlan {
    /// Plans for a user, with the repository that is open.
    pub(in crate::engine) fn new(config: &Config, repository: Option<PathBuf>) -> Self {
        Self { config: Arc::new(config.clone()), repository }
    }

    /// Returns true unless the user switched the ledger off.
    pub(in crate::engine) fn is_wanted(&self) -> bool {
        self.config.ledger.enabled
    }

    /// Returns how logs are watched.
    pub(in crate::engine) fn watch(&self) -> &watch::Options {
        &self.config.watch
    }

    /// Opens the books.
    pub(in crate::engine) fn open(
        &self,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Result<Books, BooksError> {
        Books::open_with(&self.config, store, self.repository.as_deref(), clock)
    }
}
