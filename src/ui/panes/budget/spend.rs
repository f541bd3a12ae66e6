//! What is said of spend beside the context: budgets, today, the end of the month.
//!
//! ```text
//!  month      ██████▎··· 83 % $24.90 / $30 ! warning
//!             12 k unpriced tokens are not in it
//!  today      $1.12 · end of month ≈$31.20
//! ```

use super::draw::{label, level};
use crate::{
    model::{
        Amount, BudgetState, Forecast, ForecastView, Level, PicoUsd, Shown, SpendState,
        SpendSummary, Tokens,
    },
    ui::{
        format::{self, Keep},
        look::Look,
        strip::Strip,
        widgets,
    },
};

/// Columns of the word at the start of a line.
const LABEL: usize = 11;
/// Columns of a sign and a word: `✗ exceeded`.
const WORD: usize = 10;
/// The least columns of a bar.
const BAR: usize = 4;

/// Returns true when anything is said of spend.
pub(crate) fn is_shown(summary: &SpendSummary) -> bool {
    summary.state != SpendState::Off
}

/// Returns how many lines are said of it.
pub(crate) fn lines(summary: &SpendSummary) -> u64 {
    match &summary.state {
        SpendState::Off => 0,
        SpendState::Broken { .. } => 1,
        SpendState::Reading { .. } => 2 + budget_lines(summary),
        SpendState::Ready => 1 + budget_lines(summary),
    }
}

fn budget_lines(summary: &SpendSummary) -> u64 {
    let noted = summary.budgets.iter().filter(|budget| budget.unpriced.0 > 0).count();
    (summary.budgets.len() + noted) as u64
}

/// Returns all that is said of it.
pub(crate) fn content(summary: &SpendSummary, look: &Look, columns: usize) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    match &summary.state {
        SpendState::Off => return Vec::new(),
        SpendState::Broken { reason } => {
            let text = format!(" {} spend: {}", glyphs.warning, Shown::text(reason));
            return vec![Strip::of(
                format::fit(&text, columns, Keep::Start, glyphs),
                theme.warning,
            )];
        }
        SpendState::Reading { .. } | SpendState::Ready => {}
    }
    let mut lines = budgets(&summary.budgets, look, (columns, Notes::Unpriced));
    if let SpendState::Reading { done, files } = summary.state {
        lines.push(reading((done, files), look, columns));
    }
    lines.push(today(summary, look, columns));
    lines
}

/// Which notes stand below a budget.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Notes {
    /// None.
    None,
    /// What is not in it.
    Unpriced,
    /// What is not in it, and when it will be used up.
    All,
}

/// Returns every budget, with notes below; all of them in one form, so that columns are columns.
pub(crate) fn budgets(
    budgets: &[BudgetState],
    look: &Look,
    (columns, notes): (usize, Notes),
) -> Vec<Strip> {
    let form = Form::of(budgets, columns);
    let mut lines = Vec::new();
    for budget in budgets {
        lines.push(form.gauge(budget, look));
        let indent = Strip::default().gap(1 + form.name);
        for note in self::notes(budget, notes, look) {
            lines.push(Strip::first_fit(note.map(|note| indent.clone().join(note)), columns));
        }
    }
    lines
}

/// Returns the budget that is fullest: the one to be said where there is room for one.
pub(crate) fn fullest(summary: &SpendSummary) -> Option<&BudgetState> {
    summary.fullest()
}

/// The form of lines about budgets: columns of each part.
struct Form {
    name: usize,
    percent: usize,
    amounts: usize,
    shown: Amounts,
    columns: usize,
}

/// Which amounts a line has room for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Amounts {
    Both,
    Used,
    None,
}

impl Amounts {
    fn text(self, budget: &BudgetState) -> String {
        match self {
            Self::Both => format!("{} / {}", amount(budget.used), limit(budget.limit)),
            Self::Used => amount(budget.used),
            Self::None => String::new(),
        }
    }
}

impl Form {
    fn of(budgets: &[BudgetState], columns: usize) -> Self {
        let widest = |text: &dyn Fn(&BudgetState) -> String| {
            budgets.iter().map(|budget| format::width(&text(budget))).max().unwrap_or(0)
        };
        let name = widest(&|budget| Shown::text(&budget.name).to_string()) + 1;
        let name = name.clamp(LABEL, (columns / 3).max(LABEL));
        let percent = widest(&|budget| percent(budget.percent)).max(5) + 1;
        let fixed = 1 + name + BAR + percent + WORD + 1;
        let shown = [Amounts::Both, Amounts::Used].into_iter().find_map(|shown| {
            let amounts = widest(&|budget| shown.text(budget)) + 1;
            (fixed + amounts <= columns).then_some((shown, amounts))
        });
        let (shown, amounts) = shown.unwrap_or((Amounts::None, 0));
        Self { name, percent, amounts, shown, columns }
    }

    fn gauge(&self, budget: &BudgetState, look: &Look) -> Strip {
        let (theme, glyphs) = (&look.theme, &look.glyphs);
        let (style, sign, says) = level(budget.level, look);
        let name = Shown::text(&budget.name).to_string();
        let name = Strip::default().gap(1).left(&name, self.name, theme.dim, glyphs);
        let right = Strip::default()
            .right(&percent(budget.percent), self.percent, style, glyphs)
            .right(&self.shown.text(budget), self.amounts, theme.text, glyphs)
            .gap(1)
            .left(&format!("{sign} {says}"), WORD, style, glyphs);
        let room = self.columns.saturating_sub(name.width() + right.width());
        let bar = widgets::gauge(share(budget), u16::try_from(room).unwrap_or(u16::MAX), glyphs);
        name.add(bar.filled, style).add(bar.rest, theme.bar_back).join(right)
    }
}

/// Returns what is said below a budget, each from the longest way to the shortest.
fn notes(budget: &BudgetState, notes: Notes, look: &Look) -> Vec<[Strip; 3]> {
    let style = look.theme.warning;
    let mut said = Vec::new();
    if let Some(day) = budget.run_out.filter(|_| notes == Notes::All) {
        let text = ["will be used up on", "used up on", "used up"];
        said.push(text.map(|text| Strip::of(format!("{text} {day}"), style)));
    }
    if notes != Notes::None && budget.unpriced.0 > 0 {
        let tokens = format::tokens(budget.unpriced);
        let text = ["unpriced tokens are not in it", "tokens unpriced", "unpriced"];
        said.push(text.map(|text| Strip::of(format!("{tokens} {text}"), style)));
    }
    said
}

/// Says what was spent today, and where the month will end.
pub(crate) fn today(summary: &SpendSummary, look: &Look, columns: usize) -> Strip {
    let dot = format!(" {} ", look.glyphs.separator);
    let short = day(summary, look);
    let month = month(summary, look);
    let end = Strip::of(dot, look.theme.dim)
        .add("end of month ", look.theme.dim)
        .join(end(summary, look));
    let all = short.clone().join(month.clone()).join(end.clone());
    // A budget of the month says what the month cost.
    let both = [short.clone().join(end), short.clone().join(month), short];
    Strip::first_fit([all].into_iter().chain(both), columns)
}

/// Says what was spent today and this month, where another line says how the month will end.
pub(crate) fn so_far(summary: &SpendSummary, look: &Look, columns: usize) -> Strip {
    let short = day(summary, look);
    Strip::first_fit([short.clone().join(month(summary, look)), short], columns)
}

fn day(summary: &SpendSummary, look: &Look) -> Strip {
    label("today", look).join(spent(summary.today, summary.today_unpriced, look))
}

fn month(summary: &SpendSummary, look: &Look) -> Strip {
    Strip::of(format!(" {} ", look.glyphs.separator), look.theme.dim)
        .add("month ", look.theme.dim)
        .join(spent(summary.month, summary.month_unpriced, look))
}

/// Says a cost and what is not in it; where nothing has a price there is no cost to say.
fn spent(cost: PicoUsd, unpriced: Tokens, look: &Look) -> Strip {
    let (text, warning) = (look.theme.text, look.theme.warning);
    let unpriced_words = format!("{} unpriced", format::tokens(unpriced));
    match (cost.0, unpriced.0) {
        (_, 0) => Strip::of(format::dollars(cost), text),
        (0, _) => Strip::of(unpriced_words, warning),
        (_, _) => {
            Strip::of(format::dollars(cost), text).add(format!(" + {unpriced_words}"), warning)
        }
    }
}

/// Says where the month will end.
fn end(summary: &SpendSummary, look: &Look) -> Strip {
    let theme = &look.theme;
    match &summary.forecast {
        ForecastView::NotEnough { .. } => Strip::of("not enough history", theme.dim),
        ForecastView::Known(forecast) => Strip::of(likely(forecast, look), theme.text),
    }
}

/// Returns what the month will most likely cost: `≈$31.20`.
pub(crate) fn likely(forecast: &Forecast, look: &Look) -> String {
    format!("{}{}", look.glyphs.estimate, format::dollars(forecast.likely))
}

/// Says how far the logs are read.
pub(crate) fn reading((done, files): (u64, u64), look: &Look, columns: usize) -> Strip {
    let theme = &look.theme;
    let counts = format!("{} of {} files", format::number(done), format::number(files));
    let left = label("reading", look);
    let right = Strip::default().gap(1).add(counts, theme.text).gap(1);
    let room = columns.saturating_sub(left.width() + right.width());
    let bar = widgets::gauge(
        format::share(done, files),
        u16::try_from(room.min(24)).unwrap_or(0),
        &look.glyphs,
    );
    left.add(bar.filled, theme.bar).add(bar.rest, theme.bar_back).join(right)
}

/// Returns spend in a few words: for one line about the budget.
pub(crate) fn summary(summary: &SpendSummary, look: &Look) -> Option<Strip> {
    let theme = &look.theme;
    match &summary.state {
        SpendState::Off => return None,
        SpendState::Broken { .. } => {
            return Some(Strip::of(format!("{} spend", look.glyphs.warning), theme.warning));
        }
        SpendState::Reading { .. } | SpendState::Ready => {}
    }
    let Some(budget) = fullest(summary) else {
        let today = format!("today {}", format::dollars(summary.today));
        return Some(Strip::of(today, theme.text));
    };
    let (style, sign, _) = level(budget.level, look);
    let name = Shown::text(&budget.name).to_string();
    let name = format::fit(&name, 16, Keep::Start, &look.glyphs);
    let line = Strip::of(format!("{name} "), theme.dim);
    Some(line.add(format!("{} {sign}", percent(budget.percent)), style))
}

fn percent(percent: u64) -> String {
    match percent {
        u64::MAX => "no limit".to_owned(),
        percent if percent < 10_000 => format!("{} %", format::grouped(percent)),
        percent => format!("{} %", format::number(percent)),
    }
}

fn amount(amount: Amount) -> String {
    match amount {
        Amount::Usd(usd) => format::dollars(usd),
        Amount::Tokens(tokens) => format::tokens(tokens),
    }
}

/// Returns a limit; what is a whole number is said as one: `$30`, `5 M`.
fn limit(limit: Amount) -> String {
    let text = amount(limit);
    match text.split_once('.') {
        Some((whole, part)) if part.trim_start_matches('0').is_empty() => whole.to_owned(),
        Some((whole, part)) => match part.split_once(' ') {
            Some((digits, unit)) if digits.bytes().all(|digit| digit == b'0') => {
                format!("{whole} {unit}")
            }
            Some(_) | None => text,
        },
        None => text,
    }
}

fn share(budget: &BudgetState) -> f64 {
    let value = |amount| match amount {
        Amount::Usd(PicoUsd(pico)) => pico,
        Amount::Tokens(Tokens(tokens)) => u128::from(tokens),
    };
    let limit = value(budget.limit);
    if budget.level == Level::Exceeded || limit == 0 {
        return 1.0;
    }
    format::share(value(budget.used), limit)
}
