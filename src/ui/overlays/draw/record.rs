//! One record of the log, in full.

use super::Sheet;
use crate::{
    model::Shown,
    ui::{
        format, layout::Area, look::Look, overlays::RecordCard, screens::log::level_style,
        strip::Strip,
    },
};

/// Columns of the word at the start of a line.
const LABEL: usize = 7;

pub(super) fn sheet(look: &Look, card: &RecordCard, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let record = &card.record;
    let pair = |label: &str, value: &str, style| {
        let room = columns.saturating_sub(LABEL + 2);
        let value = format::fit(value, room, format::Keep::Start, glyphs);
        Strip::default().gap(1).left(label, LABEL, theme.dim, glyphs).add(value, style)
    };
    let mut lines = vec![
        pair("at", &format::utc(record.at), theme.text),
        pair("level", record.level.word(), level_style(look, record.level)),
        pair("from", Shown::text(&record.target).as_str(), theme.text),
        Strip::default(),
    ];
    let text = card.text(columns).into_iter();
    lines.extend(text.map(|line| Strip::default().gap(1).add(line, theme.text)));
    let top = usize::try_from(card.cursor.top).unwrap_or(0);
    let lines: Vec<Strip> = lines.into_iter().skip(top).collect();
    Sheet { title: format!("Record {}", record.number), lines, snug: top == 0, foot: Vec::new() }
}
