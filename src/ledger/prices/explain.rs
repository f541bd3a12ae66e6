//! What is known of a model's price, to be shown.

use serde::Serialize;

use super::{
    Prices,
    find::{Found, How},
    names,
    offer::{Offer, Rates, Tariff},
    row::{Period, Row},
    table::Snapshot,
};
use crate::model::{Day, PicoUsd, Tokens};

/// What is known of the price of one name.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Explained {
    /// The model that was found, with its provider; `None` when the name is unpriced.
    pub name: Option<String>,
    /// How it was found.
    pub how: Option<How>,
    /// The day on which its provider takes it away, or has.
    pub deprecated: Option<Day>,
    /// Percent of the list price that the user pays, when that is not all of it.
    pub paid_percent: Option<String>,
    /// Its prices in order of time; empty when it is free or unpriced.
    pub spans: Vec<PriceSpan>,
    /// Names that were perhaps meant, when nothing was found.
    pub near: Vec<String>,
}

/// A time in which prices hold.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PriceSpan {
    /// The first day on which they may have held already, when the day of the change is not known.
    pub maybe_from: Option<Day>,
    /// The first day on which these prices are known to hold; `None` since ever.
    pub from: Option<Day>,
    /// The first day of the prices after them, or of the first list without the model.
    pub until: Option<Day>,
    /// True when the day that was asked for lies in it.
    pub is_asked: bool,
    /// Where they are from.
    pub source: String,
    /// The prices of each service and size of prompt.
    pub rows: Vec<PriceRow>,
    /// Dollars for one search of the web.
    pub web_search: Option<PicoUsd>,
    /// What servers in the United States multiply by, in thousandths.
    pub us_thousandths: Option<u32>,
    /// What fast service multiplies by, in thousandths.
    pub fast_thousandths: Option<u32>,
}

/// The prices of one service and size of prompt.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PriceRow {
    /// The service, such as `standard` or `batch`.
    pub service: &'static str,
    /// The size of the prompt that it begins at; `None` is the base.
    pub over: Option<Tokens>,
    /// True when it begins at just that size, false when after it.
    pub is_inclusive: bool,
    /// Dollars per million tokens.
    pub per_million: RateRow,
}

/// Dollars per million tokens of each class; a class that is left out is not known.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct RateRow {
    /// Input that was not cached.
    pub input: Option<PicoUsd>,
    /// Output.
    pub output: Option<PicoUsd>,
    /// Reasoning, where it has a price of its own.
    pub reasoning: Option<PicoUsd>,
    /// Input that was read from the provider's cache.
    pub cache_read: Option<PicoUsd>,
    /// Input that was written into a cache of five minutes.
    pub cache_write_5m: Option<PicoUsd>,
    /// Input that was written into a cache of one hour.
    pub cache_write_1h: Option<PicoUsd>,
    /// Input that was written into a cache of twelve hours.
    pub cache_write_12h: Option<PicoUsd>,
}

/// The price table as a whole.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct TableView {
    /// What names these prices.
    pub version: String,
    /// The lists that it was made from, with their days, the oldest first.
    pub lists: Vec<(Day, String)>,
    /// Providers, with how many of their models have prices.
    pub providers: Vec<(String, u64)>,
    /// How many models have prices, the user's own among them.
    pub models: u64,
    /// How many of them are the user's own.
    pub own: u64,
}

impl Prices {
    /// Returns what is known of the price of `model`, and which price holds on `day`.
    #[must_use]
    pub fn explain(&self, model: &str, day: Day) -> Explained {
        let mut explained = Explained {
            name: None,
            how: None,
            deprecated: None,
            paid_percent: None,
            spans: Vec::new(),
            near: Vec::new(),
        };
        match self.find("", model, day) {
            None => explained.near = self.near(model),
            Some(Found::Free) => {
                explained.name = Some(names::id(model));
                explained.how = Some(How::Free);
            }
            Some(Found::Row(row, how)) => {
                explained.name = Some(row.name.clone());
                explained.how = Some(how);
                explained.deprecated = row.deprecated;
                explained.paid_percent = self.user.keep(&row.name, "").percent();
                explained.spans = spans(row, day, self.table.snapshots());
            }
        }
        explained
    }

    /// Returns the price table as a whole.
    #[must_use]
    pub fn table(&self) -> TableView {
        let mut providers: Vec<(String, u64)> = Vec::new();
        let mut models = 0;
        let own = self.user.names().count() as u64;
        for name in self.table.names() {
            let provider = name.split_once('/').map_or(name, |(provider, _)| provider);
            models += 1;
            match providers.last_mut() {
                Some((known, count)) if known == provider => *count += 1,
                Some(_) | None => providers.push((provider.to_owned(), 1)),
            }
        }
        let list = |snapshot: &Snapshot| (snapshot.day, snapshot.name.to_owned());
        TableView {
            version: self.version(),
            lists: self.table.snapshots().iter().map(list).collect(),
            providers,
            models: models + own,
            own,
        }
    }

    /// Returns the names that are most like a name, the likest first.
    fn near(&self, model: &str) -> Vec<String> {
        /// More would not be read.
        const MOST: usize = 3;
        let id = names::id(model);
        let bare = names::split(&id).1;
        let mut near: Vec<(usize, usize, &str)> = Vec::new();
        let listed = self.table.names().map(|name| -> &str { name });
        for name in listed.chain(self.user.names()) {
            let (provider, known) = name.split_once('/').unwrap_or(("", name));
            let steps = names::distance(bare, known).min(names::distance(&id, name));
            // Words of the name count as near too: `opus` is meant by many.
            let is_near = steps <= known.chars().count().max(3) / 3;
            let is_part = bare.len() >= 3 && known.contains(bare);
            if is_near || is_part {
                near.push((if is_near { steps } else { usize::MAX }, names::rank(provider), name));
            }
        }
        near.sort_unstable();
        near.dedup_by_key(|(_, _, name)| name.rsplit('/').next().unwrap_or(name).to_owned());
        near.into_iter().take(MOST).map(|(_, _, name)| name.to_owned()).collect()
    }
}

fn spans(row: &Row, day: Day, lists: &[Snapshot]) -> Vec<PriceSpan> {
    let asked = row.on(day).map(|force| force.period);
    let mut spans: Vec<PriceSpan> = Vec::with_capacity(row.periods.len());
    for (number, period) in row.periods.iter().enumerate() {
        let next = row.periods.get(number + 1).and_then(|next| next.from);
        let mut span = span(period);
        span.until = next.or(period.gone);
        span.is_asked = asked.is_some_and(|asked| std::ptr::eq(asked, period));
        if number == 0 && lists.first().is_some_and(|list| period.from == Some(list.day)) {
            // It is older than the oldest list.
            span.from = None;
        }
        spans.push(span);
    }
    spans
}

fn span(period: &Period) -> PriceSpan {
    let offer = &period.offer;
    PriceSpan {
        maybe_from: period.maybe_from,
        from: period.from,
        until: None,
        is_asked: false,
        source: period.source.clone(),
        rows: rows(offer),
        web_search: offer.search,
        us_thousandths: offer.us,
        fast_thousandths: offer.fast,
    }
}

fn rows(offer: &Offer) -> Vec<PriceRow> {
    let tariffs: [(&'static str, &Tariff); 5] = [
        ("standard", &offer.standard),
        ("priority", &offer.priority),
        ("flex", &offer.flex),
        ("batch", &offer.batch),
        ("off-peak", &offer.off_peak),
    ];
    let mut rows = Vec::new();
    for (service, tariff) in tariffs.into_iter().filter(|(_, tariff)| !tariff.is_empty()) {
        let row = |over, is_inclusive, rates: &Rates| PriceRow {
            service,
            over,
            is_inclusive,
            per_million: RateRow::of(rates),
        };
        rows.push(row(None, false, &tariff.base));
        let step = |step: &super::offer::Step| row(Some(step.over), step.is_inclusive, &step.rates);
        rows.extend(tariff.steps.iter().map(step));
    }
    rows
}

impl RateRow {
    fn of(rates: &Rates) -> Self {
        let million = |price: Option<PicoUsd>| price.map(|price| price.times(1_000_000));
        Self {
            input: million(rates.input),
            output: million(rates.output),
            reasoning: million(rates.reasoning),
            cache_read: million(rates.cache_read),
            cache_write_5m: million(rates.cache_write_5m),
            cache_write_1h: million(rates.cache_write_1h),
            cache_write_12h: million(rates.cache_write_12h),
        }
    }
}
