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
        settings::SettingValue,
        strip::Strip,
    },
};

/// Columns of the name: `store.ttl.result-seconds`.
const KEY: usize = 25;
/// Columns of the value, where there is room for where it was set as well.
const VALUE: usize = 24;

pub(super) fn sheet(model: &Model, look: &Look, cursor: Cursor, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let values = &model.settings.values;
    let heading = ["setting", "value", "from"];
    let mut lines = vec![row(look, heading, [theme.dim; 3], columns)];
    let styles = |one: &SettingValue| {
        let value = if one.origin == "default" { theme.text } else { theme.accent };
        [theme.text, value, theme.dim]
    };
    let top = usize::try_from(cursor.top).unwrap_or(0);
    let seen = values.iter().skip(top).take(usize::from(model.overlay_height()));
    lines.extend(seen.map(|one| {
        let origin = model.settings.at_home(&one.origin);
        let texts = [&*one.key, &*one.value, &*origin];
        row(look, texts, styles(one), columns)
    }));
    let file = model.settings.at_home(&model.settings.file);
    let foot = |text: String| Strip::of(format!(" {}", Shown::text(&text)), theme.dim);
    let said = [
        foot(format!("Set them in {file} for the next start; `larder config` explains them.")),
        foot(format!("Set them in {file}")),
        foot(format::fit(&file, columns.saturating_sub(2), Keep::End, glyphs)),
    ];
    Sheet {
        title: format!("Settings {} {}", glyphs.separator, values.len()),
        lines,
        snug: true,
        foot: vec![Strip::first_fit(said, columns)],
    }
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
    if left == 0 { line } else { line.left(&origin, left, of_origin, glyphs) }
}
