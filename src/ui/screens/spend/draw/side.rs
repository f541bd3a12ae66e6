//! Budgets, forecast, savings and windows, beside the trend or in brief.

use crate::{
    model::{Forecast, ForecastView, Savings, Shown, SpendState, WindowView},
    ui::{
        action::Action,
        format,
        layout::Area,
        look::Look,
        model::Model,
        panes::{
            Drawn,
            budget::{
                draw::label,
                spend::{Notes, budgets, fullest, likely, reading, so_far, today},
            },
        },
        strip::Strip,
    },
};

/// Nanoseconds.
const DAY: i64 = 24 * 3600 * 1_000_000_000;

/// Returns the panel.
pub(super) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let columns = usize::from(inner.width);
    let title = Strip::of("Budgets and forecast", look.theme.title);
    let Some(known) = &model.known else { return Drawn { title, ..Drawn::default() } };
    let summary = &known.spend;
    let mut lines = Vec::new();
    if let SpendState::Reading { done, files } = summary.state {
        lines.push(reading((done, files), look, columns));
    }
    if summary.state == SpendState::Off {
        return Drawn { title, ..Drawn::default() };
    }
    lines.extend(budgets(&summary.budgets, look, (columns, Notes::All)));
    lines.push(so_far(summary, look, columns));
    lines.push(forecast(&summary.forecast, look, columns));
    let savings = model.spend.sums.as_ref().map(|sums| sums.report.savings);
    lines.extend(saved(savings.unwrap_or(summary.savings), look, columns));
    let zone = model.spend.sums.as_ref().map_or("UTC", |sums| sums.report.zone.as_str());
    lines.extend(summary.windows.iter().map(|one| window(one, zone, look, columns)));
    let more = lines.len() > usize::from(inner.height);
    let key = model.settings.keymap.keys_for(model.scope(), Action::ShowFigures);
    let remark = match key.into_iter().next() {
        Some(key) if more => Strip::of(key, look.theme.key).add(" shows all", look.theme.dim),
        Some(_) | None => Strip::default(),
    };
    Drawn { title, remark, lines }
}

/// Returns the fullest budget and where the month will end, in a line each.
pub(super) fn brief(model: &Model, look: &Look, columns: usize) -> Vec<Strip> {
    let Some(known) = &model.known else { return Vec::new() };
    let summary = &known.spend;
    let mut lines = Vec::new();
    if summary.state == SpendState::Off {
        return lines;
    }
    if let SpendState::Reading { done, files } = summary.state {
        lines.push(reading((done, files), look, columns));
    } else if let Some(budget) = fullest(summary) {
        lines.extend(budgets(std::slice::from_ref(budget), look, (columns, Notes::None)));
    } else if let Some(window) = summary.windows.first() {
        let zone = model.spend.sums.as_ref().map_or("UTC", |sums| sums.report.zone.as_str());
        lines.push(self::window(window, zone, look, columns));
    }
    lines.push(today(summary, look, columns));
    lines
}

fn forecast(forecast: &ForecastView, look: &Look, columns: usize) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let start = label("month end", look);
    match forecast {
        ForecastView::NotEnough { active_days, needed } => {
            let short = start.add("not enough history", theme.dim);
            let days = format!("{dot}{active_days} of {needed} days with spend");
            Strip::first_fit([short.clone().add(days, theme.dim), short], columns)
        }
        ForecastView::Known(forecast) => {
            let short = start.add(likely(forecast, look), theme.text);
            let Forecast { low, high, linear, .. } = forecast;
            let range = format!("{dot}{} to {}", format::dollars(*low), format::dollars(*high));
            let range = short.clone().add(range, theme.dim);
            let linear = format!("{dot}{} linear", format::dollars(*linear));
            Strip::first_fit([range.clone().add(linear, theme.dim), range, short], columns)
        }
    }
}

fn saved(savings: Savings, look: &Look, columns: usize) -> Vec<Strip> {
    let theme = &look.theme;
    if savings == Savings::default() {
        return Vec::new();
    }
    let style = if savings.provider.0 < 0 { theme.warning } else { theme.good };
    let provider = label("saved", look)
        .add(format::signed_dollars(savings.provider), style)
        .add(" by prompt caches", theme.dim);
    if savings.larder.0 == 0 && savings.larder_ms.0 == 0 {
        return vec![Strip::first_fit([provider], columns)];
    }
    let mut larder = label("", look);
    if savings.larder.0 > 0 {
        larder = larder.add(format::dollars(savings.larder), theme.good).add(" and ", theme.dim);
    }
    let larder =
        larder.add(format::duration(savings.larder_ms), theme.good).add(" by larder", theme.dim);
    [provider, larder].map(|line| Strip::first_fit([line], columns)).into()
}

fn window(window: &WindowView, zone: &str, look: &Look, columns: usize) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let name = Shown::text(&window.name).to_string();
    let width = format::width(&name).clamp(10, 18) + 1;
    let start = Strip::default().gap(1).left(&name, width, theme.dim, &look.glyphs);
    let end = format::moment(window.to, zone);
    // The time says it all while the day can be only this one or the next.
    let is_short = window.to.0.saturating_sub(window.from.0) <= DAY;
    let end = match end.split_once(' ') {
        Some((_, time)) if is_short => time.to_owned(),
        Some(_) | None => end,
    };
    let cost = match window.percent {
        Some(percent) => {
            start.add(format!("{} used", format::whole_percent(percent / 100.0)), theme.text)
        }
        None => start.add(format::dollars(window.cost), theme.text),
    };
    let until = cost.clone().add(format!(" until {end}"), theme.dim);
    let burn = match window.burn {
        Some(burn) => {
            until.clone().add(format!("{dot}{} / h", format::dollars(burn.usd_per_hour)), theme.dim)
        }
        None => until.clone(),
    };
    let tokens = burn.clone().add(format!("{dot}{}", format::tokens(window.tokens)), theme.dim);
    let tokens = tokens.add(" tokens", theme.dim);
    Strip::first_fit([tokens, burn, until, cost], columns)
}
