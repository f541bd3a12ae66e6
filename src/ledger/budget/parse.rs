//! A budget as one line of text.

use std::str::FromStr;

use jiff::civil::Weekday;
use strum::IntoEnumIterator as _;
use thiserror::Error;

use super::{BudgetSpec, Period, Scope};
use crate::model::{Amount, PicoUsd, Shown, Thresholds, Tokens, Tool};

/// A line that is no budget.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum BadBudget {
    /// A quotation mark is left open.
    #[error("the quotation mark before `{}` is not closed", Shown::text(.0))]
    OpenQuote(String),
    /// It does not begin with a period.
    #[error("`{}` is no period: day, week, month, rolling, session or block", Shown::text(.0))]
    Period(String),
    /// There is no amount after the period.
    #[error("`{}` is no amount such as $30 or 10M tokens", Shown::text(.0))]
    Amount(String),
    /// Nothing may be spent, which is no budget.
    #[error("`{}` is nothing: a limit is more than that", Shown::text(.0))]
    Nothing(String),
    /// A word stands where none is known.
    #[error(
        "`{}` is unknown: after the amount stand provider=, model=, project=, tool=, type=, \
         warning=, alert=, reset=, days= or name=",
        Shown::text(.0)
    )]
    Word(String),
    /// A word is there twice.
    #[error("`{}` is there twice", Shown::text(.0))]
    Twice(String),
    /// A word has a value that it cannot have.
    #[error("`{}`: {rule}", Shown::text(word))]
    Value {
        /// The word.
        word: String,
        /// What it can have.
        rule: &'static str,
    },
    /// Two budgets cannot be told apart.
    #[error("two budgets are named `{}`: give one a name=", Shown::text(.0))]
    SameName(String),
}

impl BudgetSpec {
    /// Parses the lines of a setting, which must have different names.
    ///
    /// # Errors
    /// Fails with the number of the first line that is no budget, from 0, and why.
    pub fn parse_all<S: AsRef<str>>(lines: &[S]) -> Result<Vec<Self>, (usize, BadBudget)> {
        let mut specs: Vec<Self> = Vec::with_capacity(lines.len());
        for (number, line) in lines.iter().enumerate() {
            let spec: Self = line.as_ref().parse().map_err(|error| (number, error))?;
            if specs.iter().any(|known| known.name == spec.name) {
                return Err((number, BadBudget::SameName(spec.name)));
            }
            specs.push(spec);
        }
        Ok(specs)
    }
}

impl FromStr for BudgetSpec {
    type Err = BadBudget;

    fn from_str(line: &str) -> Result<Self, BadBudget> {
        let words = split(line)?;
        let mut words = words.iter().map(String::as_str);
        let period_word = words.next().unwrap_or_default();
        let mut period = match period_word {
            "day" => Period::Day,
            "week" => Period::Week { first: Weekday::Monday },
            "month" => Period::Month { reset: 1 },
            "rolling" => Period::Rolling { days: USUAL_DAYS },
            "session" => Period::Session,
            "block" => Period::Block,
            word => return Err(BadBudget::Period(word.to_owned())),
        };
        let mut rest = words.clone();
        let amount = words.next().unwrap_or_default();
        let limit = if let Some(dollars) = amount.strip_prefix('$') {
            rest.next();
            usd(dollars).ok_or_else(|| BadBudget::Amount(amount.to_owned()))?
        } else {
            let number = tokens(amount).filter(|_| words.next() == Some("tokens"));
            rest.nth(1);
            Amount::Tokens(number.ok_or_else(|| BadBudget::Amount(amount.to_owned()))?)
        };
        if matches!(limit, Amount::Usd(PicoUsd(0)) | Amount::Tokens(Tokens(0))) {
            return Err(BadBudget::Nothing(amount.to_owned()));
        }
        let options = Options::read(rest)?;
        if let Some(reset) = &options.reset {
            period = with_reset(period, reset)?;
        }
        if let Some(days) = &options.days {
            period = with_days(period, days)?;
        }
        if let (Period::Block, Some(of)) = (period, &options.scope.file_type) {
            let rule = "a block is made of whole requests, not of their files";
            return Err(BadBudget::Value { word: format!("type={of}"), rule });
        }
        let thresholds = options.thresholds()?;
        let name = options.name.unwrap_or_else(|| name(period_word, limit, &options.scope));
        Ok(Self { name, limit, period, scope: options.scope, thresholds })
    }
}

/// A rolling budget is of so many days unless it says so itself.
const USUAL_DAYS: u16 = 30;

/// What may stand after the amount.
#[derive(Default)]
struct Options {
    scope: Scope,
    warning: Option<u8>,
    alert: Option<u8>,
    reset: Option<String>,
    days: Option<String>,
    name: Option<String>,
}

impl Options {
    fn read<'w>(words: impl Iterator<Item = &'w str>) -> Result<Self, BadBudget> {
        let mut options = Self::default();
        for word in words {
            let Some((key, value)) = word.split_once('=') else {
                return Err(BadBudget::Word(word.to_owned()));
            };
            let bad = |rule| BadBudget::Value { word: word.to_owned(), rule };
            if value.is_empty() {
                return Err(bad("a value is missing after the sign"));
            }
            let is_new = match key {
                "provider" => options.scope.provider.replace(value.to_owned()).is_none(),
                "model" if value.trim_end_matches('*').contains('*') => {
                    return Err(bad("a star stands only at the end of a model's name"));
                }
                "project" if value.contains('/') && !value.starts_with('/') || value == "." => {
                    return Err(bad("name its folder from / on, or only the folder's name"));
                }
                "model" => options.scope.model.replace(value.to_owned()).is_none(),
                "project" => options.scope.project.replace(value.to_owned()).is_none(),
                "type" => {
                    let ending = value.trim_start_matches('.').to_lowercase();
                    options.scope.file_type.replace(ending).is_none()
                }
                "name" => options.name.replace(value.to_owned()).is_none(),
                "days" => options.days.replace(value.to_owned()).is_none(),
                "reset" => options.reset.replace(value.to_owned()).is_none(),
                "tool" => {
                    let tool = value.parse().map_err(|_| bad(tools()))?;
                    options.scope.tool.replace(tool).is_none()
                }
                "warning" | "alert" => {
                    let percent = value.parse().ok().filter(|percent| (1..=100).contains(percent));
                    let percent: u8 = percent.ok_or_else(|| bad("give percent from 1 to 100"))?;
                    let slot =
                        if key == "alert" { &mut options.alert } else { &mut options.warning };
                    slot.replace(percent).is_none()
                }
                _ => return Err(BadBudget::Word(word.to_owned())),
            };
            if !is_new {
                return Err(BadBudget::Twice(format!("{key}=")));
            }
        }
        Ok(options)
    }

    fn thresholds(&self) -> Result<Thresholds, BadBudget> {
        let usual = Thresholds::default();
        // One that is set moves the other out of its way.
        let (warning, alert) = match (self.warning, self.alert) {
            (Some(warning), Some(alert)) => (warning, alert),
            (Some(warning), None) => (warning, usual.alert.max(warning)),
            (None, Some(alert)) => (usual.warning.min(alert), alert),
            (None, None) => (usual.warning, usual.alert),
        };
        if warning > alert {
            let word = format!("warning={warning}");
            return Err(BadBudget::Value { word, rule: "a warning comes before the alert" });
        }
        Ok(Thresholds { warning, alert })
    }
}

/// Splits a line at blanks that are not in quotation marks.
fn split(line: &str) -> Result<Vec<String>, BadBudget> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_word, mut is_quoted) = (false, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => (is_word, is_quoted) = (true, !is_quoted),
            '\\' if is_quoted => word.extend(chars.next()),
            c if c.is_whitespace() && !is_quoted => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            c => {
                word.push(c);
                is_word = true;
            }
        }
    }
    if is_quoted {
        return Err(BadBudget::OpenQuote(word));
    }
    if is_word {
        words.push(word);
    }
    Ok(words)
}

/// Reads dollars such as `7.50` or `1,000`.
fn usd(text: &str) -> Option<Amount> {
    PicoUsd::parse_dollars(&text.replace([',', '_'], "")).ok().map(Amount::Usd)
}

/// Reads a number of tokens such as `500k`, `1.5M` or `1_000_000`.
fn tokens(text: &str) -> Option<Tokens> {
    let (digits, unit) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1_000_u128),
        (at, 'm' | 'M') => (&text[..at], 1_000_000),
        (at, 'g' | 'G' | 'b' | 'B') => (&text[..at], 1_000_000_000),
        _ => (text, 1),
    };
    // A decimal number is read as dollars are, and is whole in the end.
    let number = PicoUsd::parse_dollars(&digits.replace([',', '_'], "")).ok()?;
    let scaled = number.0.checked_mul(unit)?;
    let whole = (scaled % PicoUsd::DOLLAR.0 == 0).then_some(scaled / PicoUsd::DOLLAR.0)?;
    u64::try_from(whole).ok().map(Tokens)
}

fn with_reset(period: Period, reset: &str) -> Result<Period, BadBudget> {
    let bad = |rule| BadBudget::Value { word: format!("reset={reset}"), rule };
    match period {
        Period::Month { .. } => {
            let day = reset.parse().ok().filter(|day| (1..=31).contains(day));
            let reset = day.ok_or_else(|| bad("a month begins on a day from 1 to 31"))?;
            Ok(Period::Month { reset })
        }
        Period::Week { .. } => {
            let first = weekday(&reset.to_ascii_lowercase());
            let first = first.ok_or_else(|| bad("a week begins on a weekday such as monday"))?;
            Ok(Period::Week { first })
        }
        Period::Day | Period::Rolling { .. } | Period::Session | Period::Block => {
            Err(bad("only a week and a month have a day on which they begin"))
        }
    }
}

fn with_days(period: Period, days: &str) -> Result<Period, BadBudget> {
    let bad = |rule| BadBudget::Value { word: format!("days={days}"), rule };
    let Period::Rolling { .. } = period else {
        return Err(bad("only a rolling budget is of so many days"));
    };
    let days = days.parse().ok().filter(|days| (1..=366).contains(days));
    Ok(Period::Rolling { days: days.ok_or_else(|| bad("give 1 to 366 days"))? })
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// Returns the name of a budget that has none.
fn name(period: &str, limit: Amount, scope: &Scope) -> String {
    let mut name = period.to_owned();
    if matches!(limit, Amount::Tokens(_)) {
        name.push_str(" tokens");
    }
    let tool = scope.tool.map(|tool| tool.to_string());
    let parts = [&tool, &scope.provider, &scope.model, &scope.project, &scope.file_type];
    for part in parts.into_iter().flatten() {
        name.push_str(" · ");
        name.push_str(part);
    }
    name
}

fn tools() -> &'static str {
    debug_assert_eq!(Tool::iter().count(), 7, "the sentence names every tool");
    "give claude-code, codex, gemini, opencode, aider, script or larder"
}
