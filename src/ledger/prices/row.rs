//! One line of the price table: a model and its prices over time. `config/prices/make.py` tells
//! the form.

use super::{
    offer::{Hours, Offer, Rates, Step, Tariff},
    table::Snapshot,
};
use crate::model::{Day, PicoUsd, Tokens};

/// Days that a list may be late: some lists had not heard of a change three days before them.
const LATE: i64 = 7;

/// A model and its prices over time.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// The provider and the id, with a slash between.
    pub(super) name: String,
    /// The day on which the provider takes it away.
    pub(super) deprecated: Option<Day>,
    /// In order of time; never empty.
    pub(super) periods: Vec<Period>,
}

/// A time in which prices hold.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Period {
    /// The first day on which they may hold already; before it, those of the period before hold.
    pub(super) maybe_from: Option<Day>,
    /// The first day on which they hold for sure; `None` when since ever.
    pub(super) from: Option<Day>,
    /// The first day on which nobody lists them any more.
    pub(super) gone: Option<Day>,
    /// Where they are from.
    pub(super) source: String,
    pub(super) offer: Offer,
}

/// A period of a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct InForce<'r> {
    pub(super) period: &'r Period,
    /// The period after it, when it may have begun already.
    pub(super) maybe: Option<&'r Period>,
    /// False when no list of that day has the price: it is older or newer.
    pub(super) is_listed: bool,
}

impl Row {
    /// Returns the prices of a day.
    pub(super) fn on(&self, day: Day) -> Option<InForce<'_>> {
        let begun = |from: Option<Day>| from.is_none_or(|from| from <= day);
        let number = self.periods.iter().rposition(|period| begun(period.from)).unwrap_or(0);
        let period = self.periods.get(number)?;
        let next = self.periods.get(number + 1);
        let maybe = next.filter(|next| next.maybe_from.is_some_and(|from| from <= day));
        let is_listed = begun(period.from) && period.gone.is_none_or(|gone| day < gone);
        Some(InForce { period, maybe, is_listed })
    }

    /// Parses a line of the table; `None` when it is malformed.
    pub(super) fn parse(line: &str, snapshots: &[Snapshot]) -> Option<Self> {
        let mut parts = line.split('\t');
        let name = parts.next()?.to_owned();
        let _aliases = parts.next()?;
        let deprecated = match parts.next()? {
            "-" => None,
            day => Some(day.parse().ok()?),
        };
        let mut periods: Vec<Period> = Vec::new();
        let mut last_before = None;
        for part in parts {
            let (span, prices) = part.split_once(' ')?;
            let (span, known) = match span.split_once('@') {
                Some((span, day)) => (span, Some(day.parse::<Day>().ok()?)),
                None => (span, None),
            };
            let (first, last) = span.split_once('-')?;
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            let seen = snapshots.get(first)?.day;
            let (maybe_from, from) = match last_before {
                // A model that a list has and the one before has not came out between the two.
                None => (None, known.or(earlier(snapshots, first))),
                Some(before) => {
                    let day = snapshots.get::<usize>(before)?.day.0;
                    let after = day.checked_sub(jiff::Span::new().days(LATE)).ok()?;
                    (known.is_none().then_some(Day(after)), Some(known.unwrap_or(seen)))
                }
            };
            let gone = snapshots.get(last + 1).map(|snapshot| snapshot.day);
            let source = snapshots.get(last)?.name.to_owned();
            if let Some(before) = periods.last_mut() {
                // What came next tells when it ended.
                before.gone = None;
            }
            periods.push(Period { maybe_from, from, gone, source, offer: offer(prices)? });
            last_before = Some(last);
        }
        (!periods.is_empty()).then_some(Self { name, deprecated, periods })
    }
}

/// Returns the day after which a model first seen in a list must have come out.
fn earlier(snapshots: &[Snapshot], first: usize) -> Option<Day> {
    let number = first.saturating_sub(1);
    snapshots.get(number).map(|snapshot| snapshot.day)
}

/// Parses the prices of a period.
fn offer(prices: &str) -> Option<Offer> {
    let mut offer = Offer::default();
    let mut service = "";
    let mut step: Option<Step> = None;
    for word in prices.split(' ') {
        if let Some(name) = word.strip_prefix('/') {
            close(&mut offer, service, step.take())?;
            service = name;
        } else if let Some(over) = word.strip_prefix('>') {
            close(&mut offer, service, step.take())?;
            let is_inclusive = over.starts_with('=');
            let over = Tokens(over.trim_start_matches('=').parse().ok()?);
            step = Some(Step { over, is_inclusive, rates: Rates::default() });
        } else if let Some(factor) = word.strip_prefix("us") {
            offer.us = Some(factor.parse().ok()?);
        } else if let Some(factor) = word.strip_prefix("fast") {
            offer.fast = Some(factor.parse().ok()?);
        } else if let Some(price) = word.strip_prefix('s') {
            offer.search = Some(PicoUsd(price.parse().ok()?));
        } else if let Some(times) = word.strip_prefix("@utc") {
            offer.off_peak_hours.push(hours(times)?);
        } else {
            let rates = match &mut step {
                Some(step) => &mut step.rates,
                None => &mut tariff(&mut offer, service)?.base,
            };
            rate(rates, word)?;
        }
    }
    close(&mut offer, service, step)?;
    Some(offer)
}

fn close(offer: &mut Offer, service: &str, step: Option<Step>) -> Option<()> {
    if let Some(step) = step {
        tariff(offer, service)?.steps.push(step);
    }
    Some(())
}

fn tariff<'o>(offer: &'o mut Offer, service: &str) -> Option<&'o mut Tariff> {
    match service {
        "" => Some(&mut offer.standard),
        "priority" => Some(&mut offer.priority),
        "flex" => Some(&mut offer.flex),
        "batch" => Some(&mut offer.batch),
        "off-peak" => Some(&mut offer.off_peak),
        _ => None,
    }
}

fn rate(rates: &mut Rates, word: &str) -> Option<()> {
    let (class, price) = word.split_at_checked(1)?;
    let slot = match class {
        "i" => &mut rates.input,
        "o" => &mut rates.output,
        "n" => &mut rates.reasoning,
        "r" => &mut rates.cache_read,
        "w" => &mut rates.cache_write_5m,
        "h" => &mut rates.cache_write_1h,
        "x" => &mut rates.cache_write_12h,
        _ => return None,
    };
    *slot = Some(PicoUsd(price.parse().ok()?));
    Some(())
}

fn hours(times: &str) -> Option<Hours> {
    let (days, span) = times.split_once(':')?;
    let (from, until) = span.split_once('-')?;
    let mut weekdays = 0_u8;
    for day in days.chars() {
        weekdays |= 1_u8.checked_shl(day.to_digit(8)?)?;
    }
    Some(Hours { weekdays, from: from.parse().ok()?, until: until.parse().ok()? })
}
