//! Lists on top: models, and files that were not counted.

use ratatui::style::Style;

use super::{Sheet, awaited};
use crate::{
    model::{Gauge, ModelInfo, PicoUsd, Shown, SkippedFile, Tokenizer},
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::{ModelList, Paged},
        panes::{budget, tree::filter::FilterLine},
        strip::Strip,
    },
};

/// The models to choose from.
pub(super) fn models(model: &Model, look: &Look, list: &ModelList, inner: Area) -> Sheet {
    let columns = usize::from(inner.width);
    let mut lines = Vec::new();
    match &list.models {
        None => lines.push(awaited(look)),
        Some(models) if models.is_empty() => {
            lines.push(Strip::of(" no models are known", look.theme.dim));
        }
        Some(_) => {
            if list.filter.editing || list.filter.is_on() {
                lines.push(filter(look, &list.filter, (list.shown().is_empty(), columns)));
            } else {
                lines.push(model_heading(model, look, columns));
            }
            let in_use = model.known.as_ref().map(|known| known.model.name.as_str());
            let top = usize::try_from(list.cursor.top).unwrap_or(0);
            let rows = list.shown().into_iter().enumerate().skip(top).map(|(at, info)| {
                let is_in_use = in_use == Some(info.name.as_str());
                let line = model_row(model, look, info, (is_in_use, columns));
                chosen(look, line, at as u64 == list.cursor.at, columns)
            });
            lines.extend(rows.take(usize::from(model.overlay_height())));
        }
    }
    let title = list.models.as_ref().map_or_else(
        || "Models".to_owned(),
        |_| format!("Models {} {}", look.glyphs.separator, list.shown().len()),
    );
    Sheet { title, lines, snug: true, foot: Vec::new() }
}

/// Returns the filter in place of the heading.
pub(super) fn filter(look: &Look, typed: &FilterLine, (is_empty, columns): (bool, usize)) -> Strip {
    let none = if is_empty { "nothing matches " } else { "" };
    let line = Strip::of_filter(typed, look, columns);
    line.against(Strip::of(none, look.theme.dim), columns)
}

/// Columns of how much of a window is taken: `≈140 % ✗`.
const FITS: usize = 10;

fn model_heading(model: &Model, look: &Look, columns: usize) -> Strip {
    let texts = ["  model", "window", "encoding", "1 M input", "marked", "provider and source"];
    model_columns(model, look, texts.map(|text| (text.to_owned(), look.theme.dim)), columns)
}

/// Says how much of a model's window the marked files take, and whether they fit.
fn fits(model: &Model, look: &Look, info: &ModelInfo) -> (String, Style) {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let Some(known) = model.known.as_ref().filter(|_| model.has_marks()) else {
        return (String::new(), theme.dim);
    };
    let count = budget::context_measure(model, known, info);
    let about = if count.exact { "" } else { glyphs.estimate };
    let gauge = Gauge { used: count.tokens.0.into(), limit: info.window.0.into() };
    let percent = match gauge.percent() {
        percent @ 0..=999 => format!("{about}{percent} %"),
        _ => ">999 %".to_owned(),
    };
    if gauge.used > gauge.limit {
        return (format!("{percent} {}", glyphs.failed), theme.error);
    }
    (format!("{percent} {}", glyphs.good), theme.good)
}

fn model_row(
    model: &Model,
    look: &Look,
    info: &ModelInfo,
    (in_use, columns): (bool, usize),
) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let name = Shown::text(&info.name).to_string();
    let name = if in_use { format!("{} {name}", glyphs.good) } else { format!("  {name}") };
    let encoding = match info.tokenizer {
        Tokenizer::Public => info.encoding.to_string(),
        Tokenizer::Estimated { ratio } => {
            format!("{}{} x{ratio:.2}", glyphs.estimate, info.encoding)
        }
    };
    let price = info.input_price.map_or_else(
        || ("unpriced".to_owned(), theme.warning),
        |price: PicoUsd| (format::dollars(price.times(1_000_000)), theme.text),
    );
    let source = format!("{} {} {}", info.provider, glyphs.separator, info.source);
    let source = Shown::text(&source).to_string();
    let texts = [
        (name, theme.text),
        (format::tokens(info.window), theme.text),
        (encoding, theme.dim),
        price,
        fits(model, look, info),
        (source, theme.dim),
    ];
    model_columns(model, look, texts, columns)
}

/// Texts of a row with their styles: model, window, encoding, price, whether it fits, source.
type ModelTexts = [(String, Style); 6];

fn model_columns(model: &Model, look: &Look, texts: ModelTexts, columns: usize) -> Strip {
    let glyphs = &look.glyphs;
    let [name, window, encoding, price, fits, source] = texts;
    let wide = columns >= 60;
    let encoding_columns = if wide { 21 } else { 0 };
    // Without marks there is nothing to say of them.
    let fits_columns = if columns >= 46 && model.has_marks() { FITS } else { 0 };
    let fixed = 1 + 8 + encoding_columns + 11 + fits_columns + 1;
    let left = columns.saturating_sub(fixed);
    let name_columns = left.min(26);
    let line = Strip::default()
        .gap(1)
        .left(&name.0, name_columns, name.1, glyphs)
        .right(&window.0, 8, window.1, glyphs);
    let line = if wide {
        line.gap(2).left(&encoding.0, encoding_columns - 2, encoding.1, glyphs)
    } else {
        line
    };
    let line = line.right(&price.0, 11, price.1, glyphs);
    let line = line.right(&fits.0, fits_columns, fits.1, glyphs);
    let room = columns.saturating_sub(line.width() + 3);
    if room < 8 {
        return line.gap(1);
    }
    line.gap(2).add(format::fit(&source.0, room, Keep::Start, glyphs), source.1)
}

/// The files that were not counted.
pub(super) fn skipped(model: &Model, look: &Look, list: &Paged<SkippedFile>, inner: Area) -> Sheet {
    let columns = usize::from(inner.width);
    let heading = heading(look, ("not counted", "why"), columns);
    let none = "every file is counted";
    let lines = paged(model, look, list, (heading, none, columns), |file| {
        let why = match &file.message {
            Some(message) => format!("{}: {}", file.status.word(), Shown::text(message)),
            None => file.status.word().to_owned(),
        };
        (Shown::bytes(file.path.as_bytes()).to_string(), why)
    });
    Sheet { title: titled("Skipped", list.total, look), lines, snug: true, foot: Vec::new() }
}

pub(super) fn titled(name: &str, total: Option<u64>, look: &Look) -> String {
    match total {
        Some(total) => {
            format!("{name} {} {}", look.glyphs.separator, format::some(total, "file", "files"))
        }
        None => name.to_owned(),
    }
}

pub(super) fn heading(look: &Look, (left, right): (&str, &str), columns: usize) -> Strip {
    let dim = look.theme.dim;
    Strip::of(format!(" {left}"), dim).against(Strip::of(format!("{right} "), dim), columns)
}

pub(super) fn paged<T>(
    model: &Model,
    look: &Look,
    list: &Paged<T>,
    (heading, none, columns): (Strip, &str, usize),
    texts: impl Fn(&T) -> (String, String),
) -> Vec<Strip> {
    let theme = &look.theme;
    let total = match list.total {
        None => return vec![awaited(look)],
        Some(0) => return vec![Strip::of(format!(" {none}"), theme.dim)],
        Some(total) => total,
    };
    let mut lines = vec![heading];
    for at in (list.cursor.top..total).take(usize::from(model.overlay_height())) {
        let line = list.row_at(at).map_or_else(
            || Strip::of(format!(" {}", look.glyphs.ellipsis), theme.pending),
            |row| pair(look, texts(row), columns),
        );
        lines.push(chosen(look, line, at == list.cursor.at, columns));
    }
    lines
}

fn pair(look: &Look, (path, remark): (String, String), columns: usize) -> Strip {
    let glyphs = &look.glyphs;
    let most = columns.saturating_sub(format::width(&path).min(columns * 2 / 5) + 4);
    let remark = format::fit(&remark, most, Keep::Start, glyphs);
    let room = columns.saturating_sub(format::width(&remark) + 4);
    let path = format::fit(&path, room, Keep::End, glyphs);
    let remark = Strip::of(remark, look.theme.dim).gap(1);
    Strip::of(format!(" {path}"), look.theme.text).against(remark, columns)
}

fn chosen(look: &Look, line: Strip, is_chosen: bool, columns: usize) -> Strip {
    if is_chosen { line.over(look.theme.cursor, columns) } else { line }
}
