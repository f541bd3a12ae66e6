//! Numbers as people read them, and text that fits: pure functions, one space before each unit.

use humansize::{DECIMAL, format_size};
use jiff::tz::TimeZone;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::glyphs::Glyphs;
use crate::model::{
    Bytes, EvictionPlan, Millis, PicoUsd, SignedPicoUsd, TokenCount, Tokens, UnixNanos,
};

/// Counts from here on are shown with three significant digits and a unit.
const SHORTENED_FROM: u64 = 100_000;

/// Which end of a text is kept when it does not fit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keep {
    /// The beginning: `a long senten…`
    Start,
    /// The end, for paths: `…models/query.py`
    End,
}

/// Returns `1 512`, `902 k`, `9.81 M`.
#[must_use]
pub fn tokens(tokens: Tokens) -> String {
    number(tokens.0)
}

/// Returns a count of anything, short when large: `1 512`, `902 k`, `9.81 M`.
#[must_use]
pub fn number(value: u64) -> String {
    const UNITS: [char; 6] = ['k', 'M', 'G', 'T', 'P', 'E'];
    if value < SHORTENED_FROM {
        return grouped(value);
    }
    let mut scale: u64 = 1_000;
    for unit in UNITS {
        // Rounded to three digits, or left to the next unit when that makes a thousand.
        for (limit, decimals) in [(10, 2), (100, 1), (1_000, 0)] {
            let steps = rounded(value, scale, decimals);
            if steps < limit * 10_u64.pow(decimals) {
                return format!("{} {unit}", with_decimals(steps, decimals));
            }
        }
        scale = scale.saturating_mul(1_000);
    }
    grouped(value)
}

/// Returns `value / scale` in steps of the last decimal, rounded half up.
fn rounded(value: u64, scale: u64, decimals: u32) -> u64 {
    let (value, scale) = (u128::from(value) * 10_u128.pow(decimals), u128::from(scale));
    u64::try_from((value + scale / 2) / scale).unwrap_or(u64::MAX)
}

fn with_decimals(steps: u64, decimals: u32) -> String {
    if decimals == 0 {
        return steps.to_string();
    }
    let unit = 10_u64.pow(decimals);
    format!("{}.{:0width$}", steps / unit, steps % unit, width = decimals as usize)
}

/// Returns all digits in groups of three: `171 204`.
#[must_use]
pub fn grouped(value: u64) -> String {
    group(&value.to_string())
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Returns a count, with the sign of an estimate before it when it is one: `≈9.81 M`.
#[must_use]
pub fn count(count: TokenCount, glyphs: &Glyphs) -> String {
    let sign = if count.exact { "" } else { glyphs.estimate };
    format!("{sign}{}", tokens(count.tokens))
}

/// Returns `512 B`, `1.5 kB`, `41 MB`.
#[must_use]
pub fn bytes(bytes: Bytes) -> String {
    let short = format_size(bytes.0, DECIMAL.decimal_places(1));
    // One decimal helps below ten and is noise above.
    match short.split_once('.') {
        Some((whole, _)) if whole.len() > 1 => format_size(bytes.0, DECIMAL.decimal_places(0)),
        Some(_) | None => short,
    }
}

/// Returns bytes per second: `112 MB/s`.
#[must_use]
pub fn rate(per_second: Bytes) -> String {
    format!("{}/s", bytes(per_second))
}

/// Returns how large a part is, from 0 to 1; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "a share to be shown with a few digits")]
#[must_use]
pub fn share(part: impl Into<u128>, whole: impl Into<u128>) -> f64 {
    let (part, whole) = (part.into(), whole.into());
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Returns a share of 1 with one decimal: `98.2 %`; a share that is no number is `0.0 %`.
///
/// `100.0 %` is said of all, and of nothing less.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = finite(share) * 100.0;
    let percent = if share < 1.0 { percent.min(99.9) } else { percent };
    format!("{percent:.1} %")
}

/// Returns a share of 1 in whole percent: `33 %`.
#[must_use]
pub fn whole_percent(share: f64) -> String {
    format!("{:.0} %", finite(share) * 100.0)
}

const fn finite(share: f64) -> f64 {
    if share.is_finite() { share } else { 0.0 }
}

/// Returns a span of time: `47 ms`, `0.3 s`, `4 s`, `14 m 02 s`, `2 h 05 m`, `3 d 04 h`.
#[must_use]
pub fn duration(span: Millis) -> String {
    let seconds = span.0 / 1_000;
    match seconds {
        0 if span.0 < 100 => format!("{} ms", span.0),
        0..=9 if span.0 % 1_000 >= 100 => format!("{seconds}.{} s", span.0 % 1_000 / 100),
        0..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{} h {:02} m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// Returns what making all that a plan removes again takes, as in `2.5 s and $0.51 + 3 unknown`; what
/// takes less than a unit is not nothing.
#[must_use]
pub fn remake_of(plan: &EvictionPlan) -> String {
    let known = match (plan.remake_ms, plan.remake_usd) {
        _ if plan.unknown > 0 && plan.unknown == plan.entries => return "unknown".to_owned(),
        (Millis(0), PicoUsd(0)) if plan.entries > 0 => "<1 ms".to_owned(),
        (time, PicoUsd(0)) => duration(time),
        (Millis(0), money) => dollars(money),
        (time, money) => format!("{} and {}", duration(time), dollars(money)),
    };
    match plan.unknown {
        0 => known,
        unknown => format!("{known} + {} unknown", grouped(unknown)),
    }
}

/// Returns how long ago something was, in its largest unit: `now`, `12 s`, `5 m`, `3 h`, `2 d`.
#[must_use]
pub fn age(since: Millis) -> String {
    let seconds = since.0 / 1_000;
    match seconds {
        0 => "now".to_owned(),
        1..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} m", seconds / 60),
        3_600..=86_399 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", grouped(seconds / 86_400)),
    }
}

/// Returns a number with the word for it: `1 entry`, `12 431 entries`.
#[must_use]
pub fn many(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}

/// Returns a number, short when large, with the word for it: `1 miss`, `902 k hits`.
#[must_use]
pub fn some(value: u64, one: &str, more: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { more })
}

/// Returns what several things cost of which some may not say it: `$0.44 + 2 unpriced`.
#[must_use]
pub fn cost(cost: PicoUsd, unpriced: u64) -> String {
    match (cost.0, unpriced) {
        (_, 0) => dollars(cost),
        (0, _) => "unpriced".to_owned(),
        (_, unpriced) => format!("{} + {} unpriced", dollars(cost), grouped(unpriced)),
    }
}

/// Returns money: `$24.90`, `$0.214`, `$0.0021`; what is not nothing never looks like nothing.
#[must_use]
pub fn dollars(amount: PicoUsd) -> String {
    /// From how many pico-dollars on how many decimals are shown.
    const DECIMALS: [(u128, usize); 3] =
        [(PicoUsd::DOLLAR.0, 2), (PicoUsd::DOLLAR.0 / 10, 3), (PicoUsd::DOLLAR.0 / 1_000, 4)];
    const SMALLEST: u128 = PicoUsd::DOLLAR.0 / 1_000_000;
    if amount.0 == 0 {
        return "$0.00".to_owned();
    }
    if amount.0 < SMALLEST {
        return "<$0.000001".to_owned();
    }
    let decimals = DECIMALS.iter().find(|(from, _)| amount.0 >= *from).map_or(6, |(_, d)| *d);
    let text = amount.rounded(decimals);
    let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
    format!("${}.{part}", group(whole))
}

/// Returns money that may be less than nothing: `-$1.25`.
#[must_use]
pub fn signed_dollars(amount: SignedPicoUsd) -> String {
    let (amount, negative) = amount.parts();
    let sign = if negative { "-" } else { "" };
    format!("{sign}{}", dollars(amount))
}

/// Returns a moment in a zone by its name, else in UTC: `2026-07-01 12:30`.
#[must_use]
pub fn moment(at: UnixNanos, zone: &str) -> String {
    in_zone(at, zone).map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// Returns the day of a moment in a zone by its name, else in UTC: `2026-07-01`.
#[must_use]
pub fn day(at: UnixNanos, zone: &str) -> String {
    in_zone(at, zone).map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn in_zone(at: UnixNanos, zone: &str) -> Option<jiff::Zoned> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let time = jiff::Timestamp::from_nanosecond(i128::from(at.0)).ok()?;
    Some(time.to_zoned(zone))
}

/// Returns the columns that `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// Returns `text`, cut to at most `columns` with an ellipsis where something is missing.
#[must_use]
pub fn fit(text: &str, columns: usize, keep: Keep, glyphs: &Glyphs) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(glyphs.ellipsis.width()) else { return String::new() };
    match keep {
        Keep::Start => format!("{}{}", start(text, room), glyphs.ellipsis),
        Keep::End => format!("{}{}", glyphs.ellipsis, end(text, room)),
    }
}

/// Returns `text` cut and then filled with blanks to exactly `columns`.
#[must_use]
pub fn pad(text: &str, columns: usize, keep: Keep, glyphs: &Glyphs) -> String {
    let mut fitted = fit(text, columns, keep, glyphs);
    let missing = columns.saturating_sub(fitted.width());
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// Returns `text` with blanks before it, to at least `columns`: for numbers in a table.
#[must_use]
pub fn right(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    let mut out = " ".repeat(missing);
    out.push_str(text);
    out
}

fn start(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let over = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > columns
    });
    let mut kept = &text[..over.map_or(text.len(), |(at, _)| at)];
    // A sequence of characters can be wider than the characters one by one.
    while kept.width() > columns {
        kept = kept.char_indices().next_back().map_or("", |(at, _)| &kept[..at]);
    }
    kept
}

fn end(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let mut from = text.len();
    for (at, c) in text.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        from = at;
    }
    let mut kept = &text[from..];
    while kept.width() > columns {
        kept = kept.char_indices().nth(1).map_or("", |(at, _)| &kept[at..]);
    }
    // What remains of a cut character must not join the ellipsis.
    kept.trim_start_matches(|c: char| c.width() == Some(0))
}

/// Returns a moment in UTC: `2026-07-01 12:30:05 UTC`.
#[must_use]
pub fn utc(at: UnixNanos) -> String {
    strftime(at, "%Y-%m-%d %H:%M:%S UTC")
}

/// Returns a moment as RFC 3339 in UTC, to the second: `2026-07-01T12:30:05Z`.
#[must_use]
pub fn rfc3339(at: UnixNanos) -> String {
    strftime(at, "%Y-%m-%dT%H:%M:%SZ")
}

fn strftime(at: UnixNanos, form: &str) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(at.0))
        .map(|time| time.strftime(form).to_string())
        .unwrap_or_default()
}

/// Returns the time of day in UTC: `12:30:05.123`.
#[must_use]
pub fn time_of_day(at: UnixNanos) -> String {
    strftime(at, "%H:%M:%S%.3f")
}

/// Divides a text into parts of at most so many columns.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in text.chars() {
        let Some(last) = parts.last_mut() else { break };
        last.push(c);
        if width(last) > columns && last.chars().count() > 1 {
            last.pop();
            parts.push(c.to_string());
        }
    }
    parts
}

/// Returns how often something happens in a day: whole when large.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate from 10 on")]
#[must_use]
pub fn per_day(rate: f64) -> String {
    if rate.is_finite() && rate >= 10.0 {
        number(rate.round() as u64)
    } else {
        format!("{:.1}", if rate.is_finite() { rate.max(0.0) } else { 0.0 })
    }
}

#[cfg(test)]
mod tests;
