//! All keys, by where they are valid.

use super::Sheet;
use crate::ui::{
    action::Scope,
    layout::Area,
    look::Look,
    model::Model,
    overlays::{
        Help,
        help::{HelpLine, keys_columns},
    },
    strip::Strip,
};

pub(super) fn sheet(model: &Model, look: &Look, help: &Help, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let keys = keys_columns(columns);
    let lines: Vec<Strip> = help
        .lines(&model.settings.keymap, columns)
        .into_iter()
        .map(|line| match line {
            HelpLine::Place(scope) => Strip::of(format!(" {}", place(scope)), theme.accent),
            HelpLine::Keys(names, text) => Strip::default()
                .gap(2)
                .left(&names, keys, theme.key, glyphs)
                .gap(1)
                .add(text, theme.text),
        })
        .collect();
    let all = lines.len();
    let mut seen = vec![filter(model, look, help, (all, columns))];
    let top = usize::try_from(help.cursor.top).unwrap_or(0);
    seen.extend(lines.into_iter().skip(top));
    if all == 0 {
        seen.push(Strip::of(" nothing matches", theme.dim));
    }
    Sheet { title: "Keys".to_owned(), lines: seen, snug: false, foot: Vec::new() }
}

fn filter(model: &Model, look: &Look, help: &Help, (lines, columns): (usize, usize)) -> Strip {
    let theme = &look.theme;
    if help.filter.editing || help.filter.is_on() {
        return Strip::of_filter(&help.filter, look, columns);
    }
    let height = usize::from(model.overlay_height());
    let last = usize::try_from(help.cursor.top).unwrap_or(0) + height;
    let more = lines.saturating_sub(last);
    let below = if more > 0 { format!("{more} more below ") } else { String::new() };
    Strip::of(" where, keys, what they do", theme.dim).against(Strip::of(below, theme.dim), columns)
}

/// Returns where a scope is, in words.
const fn place(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "everywhere",
        Scope::List => "in lists",
        Scope::Tree => "in the tree",
        Scope::Cache => "in the cache pane",
        Scope::Budget => "in the budget pane",
        Scope::Tasks => "in the tasks",
        Scope::Spend => "on the Spend screen",
        Scope::Entries => "on the Cache screen",
        Scope::Log => "on the Log screen",
        Scope::Editor => "while typing",
        Scope::Dialog => "in dialogs",
        Scope::Overlay => "in lists on top",
    }
}
