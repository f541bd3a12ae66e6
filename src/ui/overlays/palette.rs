//! The command palette: all that can be done, found by a few letters.

use crate::ui::{
    action::{Action, Scope},
    cursor::{Cursor, Step},
    format,
    fuzzy::{self, Found},
    panes::tree::filter::{Edit, FilterLine},
};

/// Columns of the name of an action, in which most are whole.
pub(crate) const NAME: usize = 16;
/// Columns of the keys.
pub(crate) const KEYS: usize = 12;

/// What the palette knows: it is filled when it is opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Palette {
    /// What can be done: here, elsewhere, not now; in the order of the keymap.
    pub(crate) entries: Vec<Entry>,
    /// What is typed.
    pub(crate) filter: FilterLine,
    /// The chosen line of those that are shown.
    pub(crate) cursor: Cursor,
    /// Which entries say more than another that begins alike.
    longer: Vec<bool>,
}

/// One thing that can be done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    /// What it is.
    pub(crate) action: Action,
    /// Where it is valid.
    pub(crate) scope: Scope,
    /// The keys for it, none when the user took them away.
    pub(crate) keys: Vec<String>,
    /// Its name in a keymap.
    pub(crate) name: &'static str,
    /// What it does, in a sentence.
    pub(crate) help: &'static str,
    /// What it takes to do it.
    pub(crate) way: Way,
}

/// What it takes to do something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// It is done where the palette was opened.
    Here,
    /// It is done in this place.
    There(&'static str),
    /// In this place something must be chosen for it.
    Choose(&'static str, &'static str),
    /// It needs what is not there.
    Needs(&'static str),
}

impl Way {
    /// Returns how far away it is: what is near stands first.
    pub(crate) const fn distance(self) -> u8 {
        match self {
            Self::Here => 0,
            Self::There(_) | Self::Choose(..) => 1,
            Self::Needs(_) => 2,
        }
    }
}

/// How what was typed fits an entry, the best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fit {
    /// It is the name.
    Name,
    /// A word of the name, or of what it does, begins so.
    Word,
    /// Its letters are in the name.
    Letters,
    /// Its letters are somewhere in what it does.
    Scattered,
}

fn fit(typed: &str, entry: &Entry) -> Option<(Fit, Found)> {
    let wanted = typed.trim().to_lowercase();
    let help = fuzzy::find(typed, entry.help);
    let name = fuzzy::find(typed, entry.name).map(|name| Found { at: Vec::new(), ..name });
    let fit = if wanted.replace(' ', "-") == entry.name {
        Fit::Name
    } else if has_word(entry.name, &wanted.replace(' ', "-"))
        || has_word(&entry.help.to_lowercase(), &wanted)
    {
        Fit::Word
    } else if name.is_some() {
        Fit::Letters
    } else {
        Fit::Scattered
    };
    let best = help.into_iter().chain(name).max_by_key(|found| found.score)?;
    Some((fit, best))
}

/// Returns true when a word of the text begins with what is wanted, which may go beyond the word.
fn has_word(text: &str, wanted: &str) -> bool {
    text.match_indices(wanted).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
}

impl Palette {
    /// Returns a palette of these, nothing typed yet.
    pub(crate) fn of(entries: Vec<Entry>) -> Self {
        let filter = FilterLine { editing: true, ..FilterLine::default() };
        let says_more = |entry: &Entry| {
            let begins = |other: &Entry| entry.help.starts_with(other.help.trim_end_matches('.'));
            entries.iter().any(|one| one != entry && begins(one))
        };
        let longer = entries.iter().map(says_more).collect();
        Self { entries, filter, cursor: Cursor::default(), longer }
    }

    /// Returns the columns, with the border, in which every sentence has room for its name and keys.
    pub(crate) fn columns(&self) -> u16 {
        let longest = self.entries.iter().map(|entry| format::width(entry.help)).max();
        u16::try_from(longest.unwrap_or(0) + NAME + KEYS + 6).unwrap_or(u16::MAX)
    }

    /// Changes what is typed; the cursor goes to what fits best.
    pub(crate) fn edit(&mut self, edit: &Edit) {
        self.filter.apply(edit);
        self.cursor = Cursor::default();
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, step: Step, height: u16) {
        let total = self.shown().len() as u64;
        self.cursor.step(step, total, height);
    }

    /// Returns what is shown, what fits best first, with the letters of its help that fit.
    pub(crate) fn shown(&self) -> Vec<(&Entry, Vec<usize>)> {
        let typed = &self.filter.text;
        let mut found: Vec<(&Entry, Fit, Found, bool)> = self
            .entries
            .iter()
            .zip(&self.longer)
            .filter_map(|(entry, longer)| {
                let (fit, found) = fit(typed, entry)?;
                Some((entry, fit, found, *longer && !typed.is_empty()))
            })
            .collect();
        // Stable: what fits alike stays in the order it has, but for what says more than another
        // that begins alike.
        found.sort_by_key(|(entry, fit, found, longer)| {
            (*fit, entry.way.distance(), std::cmp::Reverse(found.score), *longer)
        });
        found.into_iter().map(|(entry, _, found, _)| (entry, found.at)).collect()
    }

    /// Returns the chosen entry.
    pub(crate) fn chosen(&self) -> Option<&Entry> {
        let at = usize::try_from(self.cursor.at).ok()?;
        self.shown().get(at).map(|(entry, _)| *entry)
    }
}
