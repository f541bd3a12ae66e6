//! Spend per day as upright bars.

use crate::{
    model::{Day, PicoUsd, SpendBy},
    ui::{
        format,
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        screens::spend::state::Sums,
        strip::Strip,
        widgets::{Spread, chart},
    },
};

/// Columns of a date below the bars, and to the next one at least.
const DATE: (usize, usize) = (5, 10);
/// From so many days on dates are months of years.
const MANY_DAYS: usize = 300;

/// Returns the trend.
pub(super) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let theme = &look.theme;
    let name = Strip::of("Per day", theme.title);
    let Some(Sums { report, .. }) = &model.spend.sums else {
        return Drawn { title: name, ..Drawn::default() };
    };
    let total = report.total.cost.map(format::dollars);
    let columns = usize::from(inner.width);
    let most = report.days.iter().map(|(_, cost)| *cost).max().unwrap_or_default();
    // The label of sums of several days may be wider by some digits.
    let margin = format::width(&format::dollars(most)).max(5) + 2;
    let spread = Spread::of(report.days.len(), columns.saturating_sub(margin));
    let title = match spread.values {
        1 => name,
        days => Strip::of(format!("Per {days} days"), theme.title),
    };
    let title = match total {
        Some(total) => {
            let dot = format!(" {} ", look.glyphs.separator);
            title.add(dot, theme.dim).add(total, theme.text)
        }
        None => title,
    };
    let equivalent = model.known.as_ref().is_some_and(|known| known.spend.api_equivalent);
    let remark = if equivalent { Strip::of("API-equivalent", theme.dim) } else { Strip::default() };
    if most.0 == 0 {
        let lines = vec![Strip::of(" nothing spent on these days", theme.dim)];
        return Drawn { title, remark, lines };
    }
    let rows = usize::from(inner.height).saturating_sub(1);
    let lines = bars(model, look, &report.days, (rows, margin, spread));
    Drawn { title, remark, lines }
}

fn bars(
    model: &Model,
    look: &Look,
    days: &[(Day, PicoUsd)],
    (rows, margin, spread): (usize, usize, Spread),
) -> Vec<Strip> {
    let theme = &look.theme;
    let groups: Vec<&[(Day, PicoUsd)]> = days.chunks(spread.values).collect();
    let sum = |group: &[(Day, PicoUsd)]| PicoUsd(group.iter().map(|(_, cost)| cost.0).sum());
    let sums: Vec<PicoUsd> = groups.iter().map(|group| sum(group)).collect();
    let most = sums.iter().copied().max().unwrap_or_default();
    let values: Vec<f64> = sums.iter().map(|sum| format::share(sum.0, most.0)).collect();
    let chosen = chosen_day(model)
        .and_then(|day| groups.iter().position(|group| group.iter().any(|(one, _)| *one == day)));
    let mut lines = Vec::new();
    for (row, bar) in chart(&values, rows, spread.step, &look.glyphs).into_iter().enumerate() {
        let label = match row {
            0 => format::dollars(most),
            row if row + 1 == rows => "0".to_owned(),
            _ => String::new(),
        };
        let line = Strip::default().right(&label, margin - 1, theme.dim, &look.glyphs).gap(1);
        lines.push(line.join(highlighted(look, &bar, chosen.map(|at| at * spread.step))));
    }
    lines.push(Strip::default().gap(margin).add(dates(&groups, days.len(), spread), theme.dim));
    lines
}

/// Returns a row of bars, the chosen one in another style.
fn highlighted(look: &Look, bar: &str, chosen: Option<usize>) -> Strip {
    let Some(at) = chosen else { return Strip::of(bar, look.theme.bar) };
    let part = |from: usize, len: usize| bar.chars().skip(from).take(len).collect::<String>();
    // A bar has one column at least; the blank after it has no look.
    let rest = bar.chars().count().saturating_sub(at);
    let width = part(at, rest).find(' ').map_or(1, |blank| part(at, rest)[..blank].chars().count());
    let width = width.max(1);
    Strip::of(part(0, at), look.theme.bar)
        .add(part(at, width), look.theme.accent)
        .add(part(at + width, rest), look.theme.bar)
}

/// Returns dates below the bars, as many as there is room for.
fn dates(groups: &[&[(Day, PicoUsd)]], days: usize, spread: Spread) -> String {
    let form = if days >= MANY_DAYS { "%Y-%m" } else { "%m-%d" };
    let (wide, apart) = if days >= MANY_DAYS { (DATE.0 + 2, DATE.1 + 2) } else { DATE };
    let end = groups.len() * spread.step;
    let mut line = String::new();
    for (at, group) in groups.iter().enumerate() {
        let column = at * spread.step;
        let is_free = line.is_empty() || column >= line.len() + apart - wide;
        let is_in = column + wide <= end || line.is_empty();
        if let (true, true, Some((day, _))) = (is_free, is_in, group.first()) {
            line.extend(std::iter::repeat_n(' ', column - line.len()));
            line.push_str(&day.0.strftime(form).to_string());
        }
    }
    line
}

fn chosen_day(model: &Model) -> Option<Day> {
    if model.spend.by != SpendBy::Daily {
        return None;
    }
    model.spend.chosen().and_then(|row| row.key.parse().ok())
}
