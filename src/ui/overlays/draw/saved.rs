//! How the saved contexts look, and the question before one of them is lost.
//!
//! ```text
//! ┌ Load a context · 2 saved ────────────── esc back ┐
//! │ > rel                                     1 of 2 │
//! │ release notes                           12 files │
//! │                                                  │
//! │ it replaces what is marked                       │
//! └──────────────────────────────────────────────────┘
//! ```

use super::{Sheet, awaited, dialogs::yes_or_no};
use crate::{
    model::Shown,
    ui::{
        action::{Action, Scope},
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::{SavedDialog, SavedList},
        saved::Saved,
        strip::Strip,
    },
};

/// Returns the list.
pub(super) fn sheet(model: &Model, look: &Look, list: &SavedList, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let shown = list.shown();
    let typed = Shown::text(&list.line.text).to_string();
    let typed = format::fit(&typed, columns.saturating_sub(5), Keep::End, glyphs);
    let line = Strip::of(" > ", theme.key).add(typed, theme.text).add(" ", theme.cursor);
    let all = list.all.as_ref().map(Vec::len);
    let found = match all {
        None | Some(0) => String::new(),
        Some(_) if shown.is_empty() => "none is called so ".to_owned(),
        Some(all) => format!("{} of {all} ", shown.len()),
    };
    let mut lines = vec![line.against(Strip::of(found, theme.dim), columns)];
    match all {
        None => lines.push(awaited(look)),
        Some(0) => lines.push(none(model, look)),
        Some(_) => {
            let top = usize::try_from(list.cursor.top).unwrap_or(0);
            let seen = shown.into_iter().enumerate().skip(top);
            let rows = seen.take(usize::from(model.overlay_height())).map(|(at, saved)| {
                let line = row(look, saved, columns);
                let is_chosen = at as u64 == list.cursor.at;
                if is_chosen { line.over(theme.cursor, columns) } else { line }
            });
            lines.extend(rows);
        }
    }
    let title = match all {
        Some(all) => format!("Load a context {} {all} saved", glyphs.separator),
        None => "Load a context".to_owned(),
    };
    let foot = vec![Strip::of(" it replaces what is marked", theme.dim)];
    Sheet { title, lines, snug: true, foot }
}

fn none(model: &Model, look: &Look) -> Strip {
    let theme = &look.theme;
    let keys = model.settings.keymap.keys_for(Scope::Tree, Action::SaveContext);
    let line = Strip::of(" nothing is saved for this repository", theme.dim);
    match keys.into_iter().next() {
        Some(key) => line
            .add(format!(" {} ", look.glyphs.separator), theme.dim)
            .add(key, theme.key)
            .add(" saves what is marked", theme.dim),
        None => line,
    }
}

fn row(look: &Look, saved: &Saved, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let files = Strip::of(files(saved), theme.dim).gap(1);
    let room = columns.saturating_sub(files.width() + 2);
    let name = Shown::text(&saved.name).to_string();
    let name = format::fit(&name, room, Keep::Start, glyphs);
    Strip::of(format!(" {name}"), theme.text).against(files, columns)
}

fn files(saved: &Saved) -> String {
    saved
        .files
        .map_or_else(|| "cannot be read".to_owned(), |files| format::some(files, "file", "files"))
}

/// Returns the question before a context is lost.
pub(super) fn dialog(model: &Model, look: &Look, dialog: &SavedDialog, inner: Area) -> Sheet {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let saved = dialog.lost();
    let name = Shown::text(&saved.name).to_string();
    let name = format::fit(&name, columns.saturating_sub(2), Keep::Start, &look.glyphs);
    let (title, yes) = match dialog {
        SavedDialog::Replace(_) => ("Replace the saved context?", "replace it"),
        SavedDialog::Delete(_) => ("Delete the saved context?", "delete it"),
    };
    let what = Strip::of(format!(" {}", files(saved)), theme.warning);
    let long = what.clone().add(" saved under this name.", theme.dim);
    let lines = vec![
        Strip::default(),
        Strip::of(format!(" {name}"), theme.text),
        Strip::default(),
        Strip::first_fit([long, what], columns),
    ];
    let foot = vec![yes_or_no(model, look, yes, columns)];
    Sheet { title: title.to_owned(), lines, foot, snug: true }
}
