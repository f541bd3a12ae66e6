//! Prices of the user in other currencies, by rates with dates of their own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    decimal::Rate,
    offer::{Offer, Rates, Tariff},
    row::{Period, Row},
};
use crate::model::{Day, PicoUsd, Shown};

/// Millionths of a dollar in one.
const WHOLE: u128 = 1_000_000;

/// A rate as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCurrency {
    name: String,
    from: Option<Day>,
    usd: Rate,
}

/// The rates of all currencies, by their first day; those of `None` hold since ever.
#[derive(Debug, Default)]
pub(super) struct Currencies(BTreeMap<String, BTreeMap<Option<Day>, u128>>);

impl Currencies {
    /// Adds a rate, or returns why it is none.
    pub(super) fn add(&mut self, written: WrittenCurrency) -> Result<(), String> {
        let WrittenCurrency { name, from, usd: Rate(rate) } = written;
        let known = self.0.entry(name.clone()).or_default().insert(from, rate);
        match (known, from) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(format!("`{}` is there twice", Shown::text(&name))),
            (Some(_), Some(day)) => {
                Err(format!("`{}` is there twice from {day} on", Shown::text(&name)))
            }
        }
    }

    /// Has the prices of a row that begin on a day be those of this currency: they change with
    /// each of its rates until the prices that follow. Returns why that cannot be.
    pub(super) fn exchange(
        &self,
        row: &mut Row,
        from: Option<Day>,
        currency: &str,
    ) -> Result<(), String> {
        let name = Shown::text(currency).to_string();
        let rates = self.0.get(currency).ok_or_else(|| {
            format!("no rate of `{name}` is given: add a [[currencies]] with its name and usd")
        })?;
        let Some(at) = row.periods.iter().position(|period| period.from == from) else {
            return Ok(());
        };
        let written = row.periods.remove(at);
        let until = row.periods.get(at).and_then(|next| next.from);
        let is_over = |day: Option<Day>| until.is_some_and(|until| day >= Some(until));
        let first = rates.range(..=from).next_back();
        if first.is_none() {
            let since = from.map_or_else(|| "any day".to_owned(), |from| from.to_string());
            return Err(format!(
                "no rate of `{name}` holds on {since}: give one that begins earlier, or has no from"
            ));
        }
        let after = |(begins, _): &(&Option<Day>, &u128)| **begins > from && !is_over(**begins);
        let later = rates.iter().filter(after);
        let periods = first.into_iter().chain(later).map(|(begins, rate)| {
            let dollars = PicoUsd(rate * (PicoUsd::DOLLAR.0 / WHOLE));
            Period {
                from: from.max(*begins),
                source: format!("{}, {name} at ${dollars}", written.source),
                offer: exchanged(&written.offer, *rate),
                ..Period::default()
            }
        });
        let periods: Vec<Period> = periods.collect();
        row.periods.splice(at..at, periods);
        Ok(())
    }
}

/// Returns an offer in dollars.
fn exchanged(offer: &Offer, rate: u128) -> Offer {
    let price = |price: Option<PicoUsd>| {
        let scaled = price?.0.saturating_mul(rate).saturating_add(WHOLE / 2);
        Some(PicoUsd(scaled / WHOLE))
    };
    let rates = |rates: Rates| Rates {
        input: price(rates.input),
        output: price(rates.output),
        reasoning: price(rates.reasoning),
        cache_read: price(rates.cache_read),
        cache_write_5m: price(rates.cache_write_5m),
        cache_write_1h: price(rates.cache_write_1h),
        cache_write_12h: price(rates.cache_write_12h),
    };
    let tariff = |tariff: &Tariff| {
        let mut tariff = tariff.clone();
        tariff.base = rates(tariff.base);
        for step in &mut tariff.steps {
            step.rates = rates(step.rates);
        }
        tariff
    };
    Offer {
        standard: tariff(&offer.standard),
        priority: tariff(&offer.priority),
        flex: tariff(&offer.flex),
        batch: tariff(&offer.batch),
        off_peak: tariff(&offer.off_peak),
        search: price(offer.search),
        ..offer.clone()
    }
}
