//! The models to choose from.

use crate::{
    model::ModelInfo,
    ui::{
        cursor::Cursor,
        panes::tree::filter::{Edit, FilterLine},
    },
};

/// What the list knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ModelList {
    /// The models; `None` while they are asked for.
    pub(crate) models: Option<Vec<ModelInfo>>,
    /// The chosen line of those that are shown.
    pub(crate) cursor: Cursor,
    /// Only models whose name, provider or encoding holds this are shown.
    pub(crate) filter: FilterLine,
}

impl ModelList {
    /// Takes the models; the cursor goes to the one in use.
    pub(crate) fn take(&mut self, models: Vec<ModelInfo>, in_use: &str, height: u16) {
        self.models = Some(models);
        self.go_to(in_use, height);
    }

    /// Returns the models that are shown.
    pub(crate) fn shown(&self) -> Vec<&ModelInfo> {
        let wanted = self.filter.text.to_lowercase();
        let is_wanted = |info: &&ModelInfo| {
            let encoding = info.encoding.to_string();
            [&info.name, &info.provider, &encoding]
                .into_iter()
                .any(|text| text.to_lowercase().contains(&wanted))
        };
        self.models.iter().flatten().filter(is_wanted).collect()
    }

    /// Returns the chosen model.
    pub(crate) fn chosen(&self) -> Option<&ModelInfo> {
        self.shown().get(usize::try_from(self.cursor.at).ok()?).copied()
    }

    /// Changes the filter; the cursor goes to the first model that is left.
    pub(crate) fn edit(&mut self, edit: &Edit) {
        self.filter.apply(edit);
        self.cursor = Cursor::default();
    }

    /// Forgets the filter; the cursor stays on its model.
    pub(crate) fn clear(&mut self, height: u16) {
        let name = self.chosen().map(|info| info.name.clone()).unwrap_or_default();
        self.filter = FilterLine::default();
        self.go_to(&name, height);
    }

    fn go_to(&mut self, name: &str, height: u16) {
        let shown = self.shown();
        let (at, lines) =
            (shown.iter().position(|info| info.name == name).unwrap_or(0), shown.len());
        self.cursor = Cursor { at: at as u64, top: 0 };
        self.cursor.fit(lines as u64, height);
    }
}
