//! The command palette: what fits what was typed, with its keys.

use super::Sheet;
use crate::{
    model::Shown,
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::{
            Palette,
            palette::{Entry, KEYS, NAME, Way},
        },
        strip::Strip,
    },
};

/// Names of actions are shown from this width on.
const WIDE: usize = 72;

pub(super) fn sheet(model: &Model, look: &Look, palette: &Palette, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let shown = palette.shown();
    let typed = Shown::text(&palette.filter.text).to_string();
    let typed = format::fit(&typed, columns.saturating_sub(4), Keep::End, glyphs);
    let found = match (shown.len(), palette.entries.len()) {
        (0, _) => "nothing is called so ".to_owned(),
        (found, all) => format!("{found} of {all} "),
    };
    let prompt = Strip::of(" :", theme.key).add(typed, theme.text).add(" ", theme.cursor);
    let mut lines = vec![prompt.against(Strip::of(found, theme.dim), columns)];
    let top = usize::try_from(palette.cursor.top).unwrap_or(0);
    let rows = shown.into_iter().enumerate().skip(top).take(usize::from(model.overlay_height()));
    lines.extend(rows.map(|(at, (entry, letters))| {
        let line = row(look, entry, &letters, columns);
        if at as u64 == palette.cursor.at { line.over(theme.cursor, columns) } else { line }
    }));
    Sheet { title: "Commands".to_owned(), lines, snug: false, foot: Vec::new() }
}

/// Returns what an entry does, its name where that leaves room for it, and its keys at the right end.
fn row(look: &Look, entry: &Entry, letters: &[usize], columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let is_wide = columns >= WIDE;
    let remark = match entry.way {
        Way::Here => String::new(),
        Way::There(place) | Way::Choose(place, _) => place.to_owned(),
        Way::Needs(what) => format!("needs {what}"),
    };
    // Where there is room for one of both, the place says more than keys that do nothing here.
    let keys = if is_wide || remark.is_empty() { KEYS.min(columns / 4) } else { 0 };
    let keys = whole_keys(&entry.keys, keys);
    // A blank before it, one after the last column, and one between.
    let room = columns.saturating_sub(format::width(&keys) + 3);
    let remark = format::fit(&remark, room / 2, Keep::Start, glyphs);
    let beside = if remark.is_empty() { 0 } else { format::width(&remark) + 3 };
    let help = entry.help.trim_end_matches('.');
    let help = format::fit(help, room.saturating_sub(beside), Keep::Start, glyphs);
    let plain = if entry.way == Way::Here { theme.text } else { theme.dim };
    let mut line = Strip::default().gap(1);
    for (at, c) in help.chars().enumerate() {
        let style = if letters.contains(&at) { theme.accent } else { plain };
        line = line.add(c.to_string(), style);
    }
    if !remark.is_empty() {
        line = line.add(format!(" {} {remark}", glyphs.separator), theme.dim);
    }
    let of_name = columns.saturating_sub(NAME + KEYS + 2);
    if is_wide && line.width() < of_name {
        let gap = of_name - line.width();
        line = line.gap(gap).left(entry.name, NAME, theme.dim, glyphs);
    }
    line.against(Strip::of(keys, theme.key).gap(1), columns)
}

/// Returns as many keys as fit; half a key is none, and one is enough.
fn whole_keys(keys: &[String], columns: usize) -> String {
    let mut shown = String::new();
    for key in keys {
        let longer = if shown.is_empty() { key.clone() } else { format!("{shown} {key}") };
        if format::width(&longer) > columns && !shown.is_empty() {
            break;
        }
        shown = longer;
    }
    shown
}
