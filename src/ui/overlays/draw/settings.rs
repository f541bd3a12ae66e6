//! Every setting with its value and where that was set.
//!
//! ```text
//! ┌ Settings · 49 ───────────────────────────────── esc back ┐
//! │ setting            value        from                     │
//! │ store.disk-bytes   1073741824   default                  │
//! │ They are set in ~/.config/larder/larder.toml …           │
//! └──────────────────────────────────────────────────────────┘
//! ```

use super::Sheet;
use crate::{
    model::Shown,
    ui::{
        cursor::Cursor,
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::settings::{Line, changes},
        strip::Strip,
    },
};

/// Columns of the name: `store.ttl.result-seconds`.
const KEY: usize = 25;
/// Columns of the value, where there is room for where it was set as well.
const VALUE: usize = 24;

pub(super) fn sheet(model: &Model, look: &Look, cursor: Cursor, inner: Area) -> Sheet {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let mut lines = vec![row(look, ["setting", "value", "from"], [theme.dim; 3], columns)];
    let top = usize::try_from(cursor.top).unwrap_or(0);
    let all = model.setting_lines();
    let seen = all.iter().enumerate().skip(top).take(usize::from(model.overlay_height()));
    lines.extend(seen.map(|(at, line)| {
        let line = drawn(model, look, line, columns);
        if at as u64 == cursor.at { line.over(theme.cursor, columns) } else { line }
    }));
    Sheet {
        title: format!("Settings {} {}", look.glyphs.separator, model.settings.values.len()),
        lines,
        snug: true,
        foot: vec![foot(model, look, columns)],
    }
}

fn drawn(model: &Model, look: &Look, line: &Line<'_>, columns: usize) -> Strip {
    let theme = &look.theme;
    let (now, next) = match line {
        Line::Problem(_, piece, at) => {
            let sign = if *at == 0 { look.glyphs.failed } else { " " };
            return Strip::of(format!(" {sign} {piece}"), theme.error);
        }
        Line::Setting(now, next) => (now, next.unwrap_or(now)),
    };
    let origin = model.settings.at_home(&next.origin);
    let was = line.changes().then(|| format!("{}, now {}", next.value, now.value));
    let of_value = if was.is_some() {
        theme.warning
    } else if next.origin == "default" {
        theme.text
    } else {
        theme.accent
    };
    let value = was.as_ref().unwrap_or(&next.value);
    row(look, [&next.key, value, &origin], [theme.text, of_value, theme.dim], columns)
}

/// Says how settings are changed, or what comes of those that were read again.
fn foot(model: &Model, look: &Look, columns: usize) -> Strip {
    let theme = &look.theme;
    let file = model.settings.at_home(&model.settings.file.to_string_lossy());
    let line = |text: &str, style| Strip::of(format!(" {}", Shown::text(text)), style);
    let next = model.settings_now.as_deref();
    if next.is_some_and(|next| next.values.is_none()) {
        let said = ["larder does not start again before this is mended", "mend this first"];
        return Strip::first_fit(said.map(|said| line(said, theme.error)), columns);
    }
    if next.is_some_and(|next| changes(&model.settings, next) > 0) {
        let said = ["what changed holds once larder is left and started again", "start again"];
        return Strip::first_fit(said.map(|said| line(said, theme.warning)), columns);
    }
    let said = [
        format!("Set them in {file} for the next start; `larder config` explains them."),
        format!("Set them in {file}"),
        format::fit(&file, columns.saturating_sub(2), Keep::End, &look.glyphs),
    ];
    Strip::first_fit(said.map(|said| line(&said, theme.dim)), columns)
}

fn row(
    look: &Look,
    texts: [&str; 3],
    [of_key, of_value, of_origin]: [ratatui::style::Style; 3],
    columns: usize,
) -> Strip {
    let glyphs = &look.glyphs;
    let [key, value, origin] = texts.map(|text| Shown::text(text).to_string());
    let key_columns = KEY.min(columns.saturating_sub(2) * 3 / 5);
    let left = columns.saturating_sub(key_columns + 2);
    let value_columns = if left >= VALUE + 12 { VALUE } else { left };
    let line = Strip::default().gap(1).left(&key, key_columns, of_key, glyphs).left(
        &value,
        value_columns,
        of_value,
        glyphs,
    );
    let left = left - value_columns;
    // The end of a place is its line.
    line.add(format::fit(&origin, left, Keep::End, glyphs), of_origin)
}
