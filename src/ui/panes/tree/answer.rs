//! Rows that arrive: the cursor stays on its entry, and keys that waited go on.

use super::{
    Tree,
    state::{Asked, Purpose},
};
use crate::{
    model::{Question, Row, RowsPage},
    ui::{cursor::Cursor, message::Effect},
};

impl Tree {
    /// Asks for the rows, now or once the question under way is answered.
    pub(crate) fn ask(&mut self) -> Vec<Effect> {
        if self.asked.is_some() {
            self.outdated = true;
            return Vec::new();
        }
        let query = self.query();
        let purpose = match (&self.marking, &self.weighing) {
            (Some(_), _) => Purpose::Mark,
            (None, Some(_)) => Purpose::Weigh,
            (None, None) => Purpose::Show,
        };
        self.asked = Some(Asked { shape: self.shape, query: query.clone(), purpose });
        vec![Effect::Ask(Question::Rows(query))]
    }

    /// Asks for rows when some that are seen are not known.
    pub(crate) fn ask_if_uncovered(&mut self) -> Vec<Effect> {
        if self.is_covered() && !self.is_reshaping() { Vec::new() } else { self.ask() }
    }

    /// Takes the rows that were asked for.
    pub(crate) fn take(&mut self, page: RowsPage) -> Vec<Effect> {
        let Some(asked) = self.asked.take() else { return Vec::new() };
        let outdated = std::mem::take(&mut self.outdated);
        let mut effects = Vec::new();
        match asked.purpose {
            Purpose::Show => {}
            Purpose::Mark => {
                effects.extend(self.mark_rows(&page, &asked));
                effects.extend(self.ask());
                return effects;
            }
            Purpose::Weigh => {
                self.take_weight(&page, asked);
                // The rows of a list that changed meanwhile were not asked for.
                return if outdated { self.ask() } else { Vec::new() };
            }
        }
        self.page_shape = asked.shape;
        self.page = page;
        self.place_cursor(&asked);
        self.follow_range();
        effects.extend(self.open_remembered());
        let repeated = self.answered.replace(asked.clone()).is_some_and(|last| last == asked);
        let lost = self.page.total > 0 && self.chosen().is_none();
        if outdated || (!repeated && (lost || !self.is_covered())) {
            effects.extend(self.ask());
        }
        effects.extend(self.press_waiting());
        effects
    }

    /// Notes that the question was refused: it is not asked again by itself.
    pub(crate) fn refuse(&mut self) -> Vec<Effect> {
        let Some(asked) = self.asked.take() else { return Vec::new() };
        self.page_shape = self.shape;
        (self.marking, self.weighing) = (None, None);
        let outdated = std::mem::take(&mut self.outdated);
        if self.on.is_some() && asked.query.follow == self.on {
            // The chosen entry may be what is gone.
            self.on = None;
            return self.ask();
        }
        if outdated { self.ask() } else { Vec::new() }
    }

    /// Puts the cursor on its entry, or on what is nearest to it.
    fn place_cursor(&mut self, asked: &Asked) {
        let total = self.page.total;
        if !self.touched {
            // Rows pass by while the first counts arrive: the list is seen from its start.
            self.cursor = Cursor::default();
            self.note_chosen();
            return;
        }
        let known = match self.on {
            Some(id) if asked.query.follow == Some(id) => self.page.follow_at,
            Some(id) => self.index_of(|row| row.id == id),
            None => None,
        };
        if let Some(at) = known {
            self.cursor.carry(at, total, self.height);
            self.note_chosen();
            return;
        }
        // An entry that was not asked for may yet be outside the page, and a list of another shape
        // may not show it: the next answer tells.
        let is_of_now = asked.shape == self.shape;
        let is_gone = is_of_now && self.on.is_some() && asked.query.follow == self.on;
        if is_gone && let Some(at) = self.index_of_folder_around() {
            self.cursor.carry(at, total, self.height);
        } else {
            self.cursor.fit(total, self.height);
        }
        if self.on.is_none() || is_gone {
            self.note_chosen();
        }
    }

    /// Notes which entry the cursor is on, if its row is known.
    pub(super) fn note_chosen(&mut self) {
        let chosen = self.row_at(self.cursor.at).map(|row| (row.id, row.path.clone()));
        match chosen {
            Some((id, path)) => (self.on, self.on_path) = (Some(id), path),
            None => self.on = None,
        }
    }

    pub(super) fn index_of(&self, is: impl Fn(&Row) -> bool) -> Option<u64> {
        let index = self.page.rows.iter().position(is)?;
        Some(self.page.from.saturating_add(index as u64))
    }

    /// Finds the innermost folder among the rows that holds the entry the cursor was on.
    fn index_of_folder_around(&self) -> Option<u64> {
        let (index, _) = self
            .page
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| !row.path.is_root() && self.on_path.is_within(&row.path))
            .max_by_key(|(_, row)| row.path.as_bytes().len())?;
        Some(self.page.from.saturating_add(index as u64))
    }
}
