//! How the screen looks.
//!
//! ```text
//! ┌ Log · 124 of 2 000 records · info and above ─────────────── ● following ┐
//! │ 12:30:05.123  info     store      opened generation 7                   │
//! │ 12:30:05.300  warning  walk       cannot read tests/secret.key          │
//! └─────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::{buffer::Buffer, style::Style};

use super::update::list_area;
use crate::{
    model::{LogLevel, LogRecord, Shown},
    ui::{
        canvas,
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        strip::Strip,
    },
};

/// Columns of the time.
const TIME: usize = 13;
/// Columns of the level.
const LEVEL: usize = 8;
/// Columns of the module.
const TARGET: usize = 16;
/// From this width on the module has a column.
const WIDE: usize = 90;
/// From this width on the time has a column.
const MEDIUM: usize = 56;

/// Draws the screen.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer, area: Area) {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(area.inner().width);
    let style = theme.border_focus;
    let title = Strip::of(" ", style).join(title(model, look, columns)).add(" ", style);
    let following = if model.log.follow { "following" } else { "stopped" };
    let sign = if model.log.follow { glyphs.live } else { glyphs.paused };
    let remark = Strip::of(format!(" {sign} {following} "), theme.dim);
    canvas::frame(buffer, area, title, remark, canvas::Edge { style, look });
    let list = list_area(model);
    canvas::lines(buffer, list, lines(model, look, list));
    let inner = area.inner();
    if list.height < inner.height {
        let line = Area { y: inner.y + list.height, height: 1, ..inner };
        canvas::line(buffer, line, filter(model, look, columns));
    }
}

fn title(model: &Model, look: &Look, columns: usize) -> Strip {
    let (theme, log) = (&look.theme, &model.log);
    let (shown, all) = (log.total(), log.records.len() as u64);
    let dot = format!(" {} ", look.glyphs.separator);
    let name = Strip::of("Log", theme.title);
    let level = match log.level {
        LogLevel::Error => "errors only".to_owned(),
        LogLevel::Trace => "every level".to_owned(),
        LogLevel::Warning | LogLevel::Info | LogLevel::Debug => {
            format!("{} and above", log.level.word())
        }
    };
    let leveled = name.clone().add(dot.clone(), theme.dim).add(level.clone(), theme.dim);
    let records = if shown == all {
        format::some(all, "record", "records")
    } else {
        format!("{} of {}", format::grouped(shown), format::some(all, "record", "records"))
    };
    let full = name.clone().add(dot.clone(), theme.dim).add(records, theme.text);
    let full = full.add(dot, theme.dim).add(level, theme.dim);
    Strip::first_fit([full, leveled, name], columns.saturating_sub(14))
}

fn lines(model: &Model, look: &Look, list: Area) -> Vec<Strip> {
    let log = &model.log;
    let columns = usize::from(list.width);
    if log.total() == 0 {
        let why = if log.records.is_empty() {
            "nothing is logged: the setting log says what is"
        } else {
            "no record matches"
        };
        let why = format::fit(why, columns.saturating_sub(2), Keep::Start, &look.glyphs);
        return vec![Strip::of(format!(" {why}"), look.theme.dim)];
    }
    let seen = log.shown_from(log.cursor.top).take(usize::from(list.height));
    (log.cursor.top..)
        .zip(seen)
        .map(|(at, record)| {
            let line = row(look, record, columns);
            let is_chosen = at == log.cursor.at && model.overlays.is_empty();
            if is_chosen { line.over(look.theme.cursor, columns) } else { line }
        })
        .collect()
}

fn row(look: &Look, record: &LogRecord, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let mut line = Strip::default().gap(1);
    if columns >= MEDIUM {
        let time = format::time_of_day(record.at);
        line = line.left(&time, TIME, theme.dim, glyphs).gap(1);
    }
    line = line.left(record.level.word(), LEVEL, level_style(look, record.level), glyphs);
    if columns >= WIDE {
        let target = record.target.trim_start_matches("larder").trim_start_matches("::");
        let target = Shown::text(target).to_string();
        let target = format::pad(&target, TARGET, Keep::End, glyphs);
        line = line.add(target, theme.dim).gap(1);
    }
    let room = columns.saturating_sub(line.width() + 1);
    let mut all = record.text.lines();
    let mut text = Shown::text(all.next().unwrap_or_default()).to_string();
    if all.next().is_some() {
        text = format!("{text} {}", glyphs.ellipsis);
    }
    line.add(format::fit(&text, room, Keep::Start, glyphs), theme.text)
}

/// Returns the style of a level's word.
pub(crate) const fn level_style(look: &Look, level: LogLevel) -> Style {
    match level {
        LogLevel::Error => look.theme.error,
        LogLevel::Warning => look.theme.warning,
        LogLevel::Info => look.theme.good,
        LogLevel::Debug | LogLevel::Trace => look.theme.dim,
    }
}

fn filter(model: &Model, look: &Look, columns: usize) -> Strip {
    let found = format::some(model.log.total(), "match", "matches");
    let line = Strip::of_filter(&model.log.filter, look, columns);
    line.against(Strip::of(format!("{found} "), look.theme.dim), columns)
}
