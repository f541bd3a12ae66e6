//! The settings: what is wrong with them, what the next start changes, and all that hold now.

use crate::{
    model::Shown,
    ui::{
        reread::{Place, SettingProblem, SettingsNow},
        screens::card::wrapped,
        settings::{SettingValue, Settings},
    },
};

/// A line of the list.
#[derive(Debug)]
pub(crate) enum Line<'s> {
    /// What is wrong; holds a piece of its text, and the how manieth that is.
    Problem(&'s SettingProblem, String, usize),
    /// What a setting is, and what it is from the next start on, when that is known.
    Setting(&'s SettingValue, Option<&'s SettingValue>),
}

impl Line<'_> {
    /// Returns the file and line where it was set.
    fn place(&self) -> Option<&Place> {
        match self {
            Self::Problem(problem, ..) => problem.place.as_ref(),
            Self::Setting(now, next) => next.unwrap_or(now).place.as_ref(),
        }
    }

    /// Returns true for a setting that the next start changes.
    pub(crate) fn changes(&self) -> bool {
        matches!(self, Self::Setting(now, Some(next)) if next.value != now.value)
    }
}

/// Returns the lines, of so many columns: first what is wrong, then what changes.
pub(crate) fn lines<'s>(
    settings: &'s Settings,
    next: Option<&'s SettingsNow>,
    columns: usize,
) -> Vec<Line<'s>> {
    let problems = next.into_iter().flat_map(|next| &next.problems).flat_map(|problem| {
        let text = Shown::text(&settings.at_home(&problem.text)).to_string();
        let pieces = wrapped(&text, columns.saturating_sub(4).max(1));
        pieces.into_iter().enumerate().map(move |(at, piece)| Line::Problem(problem, piece, at))
    });
    let values = next.and_then(|next| next.values.as_ref());
    let of = |now: &'s SettingValue| {
        let next = values.and_then(|values| values.iter().find(|value| value.key == now.key));
        Line::Setting(now, next)
    };
    let (changed, kept): (Vec<_>, Vec<_>) = settings.values.iter().map(of).partition(Line::changes);
    problems.chain(changed).chain(kept).collect()
}

/// Returns how many settings the next start changes.
pub(crate) fn changes(settings: &Settings, next: &SettingsNow) -> usize {
    lines(settings, Some(next), usize::MAX).iter().filter(|line| line.changes()).count()
}

/// Returns where the chosen line was set; what was not set in a file is set in the user's.
pub(crate) fn chosen_place(lines: &[Line<'_>], at: u64, settings: &Settings) -> Place {
    let line = usize::try_from(at).ok().and_then(|at| lines.get(at));
    line.and_then(Line::place).cloned().unwrap_or_else(|| (settings.file.clone(), None))
}
