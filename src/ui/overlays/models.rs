//! The models to choose from.

use crate::{model::ModelInfo, ui::cursor::Cursor};

/// What the list knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ModelList {
    /// The models; `None` while they are asked for.
    pub(crate) models: Option<Vec<ModelInfo>>,
    /// The chosen line.
    pub(crate) cursor: Cursor,
}

impl ModelList {
    /// Takes the models; the cursor goes to the one in use.
    pub(crate) fn take(&mut self, models: Vec<ModelInfo>, in_use: &str, height: u16) {
        let at = models.iter().position(|model| model.name == in_use).unwrap_or(0);
        self.cursor = Cursor { at: at as u64, top: 0 };
        self.cursor.fit(models.len() as u64, height);
        self.models = Some(models);
    }

    /// Returns the chosen model.
    pub(crate) fn chosen(&self) -> Option<&ModelInfo> {
        self.models.as_ref()?.get(usize::try_from(self.cursor.at).ok()?)
    }
}
