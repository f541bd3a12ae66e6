//! The user's own prices: a file that comes before the table.
//!
//! ```toml
//! [providers.anthropic]
//! discount = 10                # percent off everything of this provider
//!
//! [[models]]
//! name = "openai/my-model"     # or only an id, at any provider
//! from = "2026-05-01"          # optional: before it, the table's price or the entry before holds
//! input = 1.25                 # dollars per million tokens
//! output = "10"
//! cache-read = 0.125
//! tiers = [{ over = 200_000, input = 2.5, output = 15 }]
//! priority = { input = 2.5, output = 20 }
//!
//! [[currencies]]
//! name = "EUR"                 # models with currency = "EUR" are priced in it
//! from = "2026-05-01"          # optional, as above
//! usd = 1.08                   # what one of it is in dollars
//! ```

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::{
    charge::Factor,
    currency::{Currencies, WrittenCurrency},
    decimal::{Discount, PerMillion, PerPiece, Times},
    names,
    offer::{Offer, Rates, Step, Tariff},
    row::{Period, Row},
};
use crate::model::{Day, Shown, Tokens};

/// The user's prices cannot be used.
#[derive(Debug, Error)]
pub enum PricesError {
    /// The file is there but cannot be read.
    #[error("cannot read the prices in {}: {source}", Shown::text(&path.to_string_lossy()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what it should be.
    #[error(
        "{}:{line}: {}{}; correct that line, or move the file away to go by the built-in prices",
        Shown::text(&path.to_string_lossy()),
        model.as_deref().map(|model| format!("model `{}`: ", Shown::text(model))).unwrap_or_default(),
        Shown::text(message)
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The model whose prices are wrong; `None` where it is something else.
        model: Option<String>,
        /// What is wrong there.
        message: String,
    },
}

/// The user's own prices.
#[derive(Clone, Debug, Default)]
pub(super) struct UserPrices {
    rows: HashMap<String, Row>,
    /// What is left to pay, by provider.
    keep: HashMap<String, Factor>,
    /// What differs when the file does; `None` without a file.
    pub(super) hash: Option<String>,
}

impl UserPrices {
    /// Parses a file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, PricesError> {
        let fail = |offset: usize, message: String| PricesError::Malformed {
            path: path.to_owned(),
            line: text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1,
            model: model_at(text, offset),
            message,
        };
        let written: Written = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            fail(offset, error.message().trim_end().replace('\n', ", "))
        })?;
        let mut own = Self {
            hash: Some(blake3::hash(text.as_bytes()).to_hex()[..12].to_owned()),
            ..Self::default()
        };
        for (name, discounts) in written.providers {
            own.keep.insert(names::provider(&name), discounts.discount.0);
        }
        let mut currencies = Currencies::default();
        for currency in written.currencies {
            let offset = currency.span().start;
            let added = currencies.add(currency.into_inner());
            added.map_err(|message| fail(offset, message))?;
        }
        let mut foreign = Vec::new();
        for model in written.models {
            let offset = model.span().start;
            let model = model.into_inner();
            let (name, from) = (full_name(&model.name), model.from);
            let currency = model.currency.clone();
            own.add(model, path).map_err(|message| fail(offset, message))?;
            foreign.extend(currency.map(|currency| (offset, name, from, currency)));
        }
        // When all are there: the prices of one entry hold until the next one's.
        for (offset, name, from, currency) in foreign {
            let row = own.rows.entry(name).or_default();
            let exchanged = currencies.exchange(row, from, &currency);
            exchanged.map_err(|message| fail(offset, message))?;
        }
        Ok(own)
    }

    fn add(&mut self, model: WrittenModel, path: &Path) -> Result<(), String> {
        let name = full_name(&model.name);
        if name.is_empty() {
            return Err("a model needs a name".to_owned());
        }
        if model.input.is_none() && model.output.is_none() {
            return Err("it needs a price for input or output".to_owned());
        }
        let row = self.rows.entry(name).or_default();
        row.name.clone_from(&model.name);
        let from = model.from;
        if row.periods.iter().any(|period| period.from == from) {
            let since = from.map_or_else(String::new, |from| format!(" from {from} on"));
            return Err(format!("it is there twice{since}"));
        }
        let source = Shown::text(&path.to_string_lossy()).to_string();
        row.periods.push(Period { from, source, offer: model.offer(), ..Period::default() });
        row.periods.sort_by_key(|period| period.from);
        Ok(())
    }

    /// Returns the user's own prices of a model on a day.
    pub(super) fn find(&self, provider: &str, id: &str, day: Day) -> Option<&Row> {
        if self.rows.is_empty() {
            return None;
        }
        let bare = names::split(id).1;
        let served = (!provider.is_empty()).then(|| format!("{provider}/{id}"));
        let names = [served.as_deref(), Some(&full_name(id)), Some(id), Some(bare)];
        let rows = names.into_iter().flatten().filter_map(|name| self.rows.get(name));
        rows.into_iter().find(|row| row.on(day).is_some_and(|force| force.is_listed))
    }

    /// Returns what of a provider's prices is left to pay.
    pub(super) fn keep(&self, row: &str, provider: &str) -> Factor {
        if self.keep.is_empty() {
            return Factor::ONE;
        }
        let served = self.keep.get(&names::provider(provider));
        let made = row.split_once('/').and_then(|(provider, _)| self.keep.get(provider));
        served.or(made).copied().unwrap_or(Factor::ONE)
    }

    /// Returns the names of the models.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }
}

/// Returns the model whose table holds a place, by its `name`, which may stand anywhere in it.
fn model_at(text: &str, offset: usize) -> Option<String> {
    let starts = |line: &str| line.trim_start().starts_with("[[models]]");
    let mut at = 0;
    let (mut is_model, mut name) = (false, None);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            if at > offset {
                break;
            }
            (is_model, name) = (starts(line), None);
        }
        if is_model
            && let Some(("name", value)) =
                line.split_once('=').map(|(key, value)| (key.trim(), value))
        {
            let value: Option<toml::Table> = format!("name={value}").parse().ok();
            name = value.and_then(|table| table["name"].as_str().map(str::to_owned)).or(name);
        }
        at += line.len();
    }
    name.filter(|name| !name.is_empty())
}

/// Returns a name as models are looked up: our name of the provider, and the id in lower case.
fn full_name(name: &str) -> String {
    let id = names::id(name);
    match names::split(&id) {
        (Some(provider), bare) => format!("{provider}/{bare}"),
        (None, _) => id,
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    providers: BTreeMap<String, Discounts>,
    #[serde(default)]
    models: Vec<Spanned<WrittenModel>>,
    #[serde(default)]
    currencies: Vec<Spanned<WrittenCurrency>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discounts {
    discount: Discount,
}

/// Makes a table of the file that has prices among its fields: `#[serde(flatten)]` would lose the
/// lines of what is wrong.
macro_rules! with_rates {
    (struct $name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* }) => {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        struct $name {
            $($(#[$meta])* $field: $kind,)*
            input: Option<PerMillion>,
            output: Option<PerMillion>,
            reasoning: Option<PerMillion>,
            cache_read: Option<PerMillion>,
            cache_write: Option<PerMillion>,
            cache_write_1h: Option<PerMillion>,
        }

        impl $name {
            fn rates(&self) -> Rates {
                let price = |price: Option<PerMillion>| price.map(|price| price.0);
                Rates {
                    input: price(self.input),
                    output: price(self.output),
                    reasoning: price(self.reasoning),
                    cache_read: price(self.cache_read),
                    cache_write_5m: price(self.cache_write),
                    cache_write_1h: price(self.cache_write_1h),
                    cache_write_12h: None,
                }
            }
        }
    };
}

with_rates! {
    struct WrittenModel {
        name: String,
        from: Option<Day>,
        currency: Option<String>,
        #[serde(default)]
        tiers: Vec<WrittenTier>,
        priority: Option<WrittenTariff>,
        flex: Option<WrittenTariff>,
        batch: Option<WrittenTariff>,
        web_search: Option<PerPiece>,
        fast: Option<Times>,
        us: Option<Times>,
    }
}

with_rates! {
    struct WrittenTier {
        over: u64,
    }
}

with_rates! {
    struct WrittenTariff {
        #[serde(default)]
        tiers: Vec<WrittenTier>,
    }
}

impl WrittenModel {
    fn offer(self) -> Offer {
        let own = |written: Option<WrittenTariff>| {
            written.map_or_else(Tariff::default, |own| tariff(own.rates(), own.tiers))
        };
        Offer {
            standard: tariff(self.rates(), self.tiers),
            priority: own(self.priority),
            flex: own(self.flex),
            batch: own(self.batch),
            search: self.web_search.map(|price| price.0),
            us: self.us.map(|factor| factor.0),
            fast: self.fast.map(|factor| factor.0),
            ..Offer::default()
        }
    }
}

fn tariff(base: Rates, mut tiers: Vec<WrittenTier>) -> Tariff {
    tiers.sort_by_key(|tier| tier.over);
    let step = |tier: WrittenTier| Step {
        over: Tokens(tier.over),
        is_inclusive: false,
        rates: tier.rates(),
    };
    Tariff { base, steps: tiers.into_iter().map(step).collect() }
}
