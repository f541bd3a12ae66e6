//! The cost of one request: one tier for the whole of it, exact, in whole pico-dollars.

use std::fmt::Write as _;

use super::{
    Prices,
    find::Found,
    offer::{Offer, Rates, Tariff},
    row::Row,
};
use crate::{
    ledger::{Counts, Request, Service},
    model::{Day, PicoUsd, Quality, Shown, SignedPicoUsd, TokenUse, UnixNanos},
};

/// What a request costs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Charge {
    /// The cost; `None` is unpriced.
    pub cost: Option<PicoUsd>,
    /// How well it is known.
    pub quality: Quality,
    /// What the provider's prompt cache saved: reads at the price of input, less what they cost,
    /// less what writing cost over input.
    pub cache_saved: SignedPicoUsd,
    /// How it was priced, in words; safe to show.
    pub explain: String,
}

impl Prices {
    /// Returns what a request costs by the price of its day, in UTC.
    #[must_use]
    pub fn charge(&self, request: &Request) -> Charge {
        let day = utc_day(request.at);
        let found = self.find(&request.provider, &request.model, day);
        if request.counts == Counts::CostOnly {
            return as_recorded(request, found.is_some());
        }
        match found {
            None => as_recorded(request, false),
            Some(Found::Free) => Charge {
                cost: Some(PicoUsd(0)),
                quality: counted(request.counts),
                cache_saved: SignedPicoUsd(0),
                explain: "free: nobody is paid for this model".to_owned(),
            },
            Some(Found::Row(row, how)) => {
                let Some(mut charge) = self.by_row(row, request, day) else {
                    return as_recorded(request, true);
                };
                if how.is_guess() {
                    charge.quality = charge.quality.max(Quality::Estimated);
                    let name = Shown::text(&request.model);
                    charge.explain.insert_str(0, &format!("{name} priced as "));
                }
                charge
            }
        }
    }

    fn by_row(&self, row: &Row, request: &Request, day: Day) -> Option<Charge> {
        let force = row.on(day)?;
        let keep = self.user.keep(&row.name, &request.provider);
        let sum = Sum::of(&force.period.offer, request, keep)?;
        let mut quality = counted(request.counts);
        let mut explain = row.name.clone();
        if let Some(from) = force.period.from {
            let _ = write!(explain, " since {from}");
        }
        if let Some(gone) = force.period.gone.filter(|gone| *gone <= day) {
            let _ = write!(explain, ", gone from the list of {gone}");
            quality = quality.max(Quality::Estimated);
        } else if !force.is_listed {
            explain.push_str(", in no list of that day");
            quality = quality.max(Quality::Estimated);
        }
        let maybe = force.maybe.and_then(|next| Sum::of(&next.offer, request, keep));
        if maybe.is_some_and(|next| next.cost != sum.cost) {
            explain.push_str(", perhaps changed already");
            quality = quality.max(Quality::Estimated);
        }
        for note in &sum.notes {
            let _ = write!(explain, ", {note}");
        }
        if sum.is_guess {
            quality = quality.max(Quality::Estimated);
        }
        Some(Charge { cost: Some(sum.cost), quality, cache_saved: sum.saved, explain })
    }
}

/// Returns the cost that the tool wrote down, when that can be true.
fn as_recorded(request: &Request, is_known: bool) -> Charge {
    let cost = request.recorded.filter(|cost| cost.0 > 0 || is_known);
    let (quality, explain) = match (cost, is_known) {
        (Some(_), _) => (Quality::Recorded, "as the tool wrote it down"),
        (None, true) => (Quality::Unpriced, "there is nothing to price"),
        (None, false) => (Quality::Unpriced, "the model has no known price"),
    };
    Charge { cost, quality, cache_saved: SignedPicoUsd(0), explain: explain.to_owned() }
}

fn counted(counts: Counts) -> Quality {
    match counts {
        Counts::Exact => Quality::Exact,
        Counts::Estimated | Counts::Summed | Counts::CostOnly => Quality::Estimated,
    }
}

/// Returns the day of a moment in UTC.
pub(super) fn utc_day(at: UnixNanos) -> Day {
    let time = jiff::Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or_default();
    Day(jiff::tz::Offset::UTC.to_datetime(time).date())
}

/// A number that money is multiplied by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    pub(super) up: u128,
    pub(super) down: u128,
}

impl Factor {
    pub(super) const ONE: Self = Self { up: 1, down: 1 };

    pub(super) fn times(self, up: u128, down: u128) -> Self {
        let (up, down) = (self.up.saturating_mul(up), self.down.saturating_mul(down));
        let common = gcd(up, down).max(1);
        Self { up: up / common, down: down / common }
    }

    /// Returns it in percent, with two decimals, when it is not 100.
    pub(super) fn percent(self) -> Option<String> {
        let hundredths = self.up.saturating_mul(10_000) / self.down.max(1);
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        (self.up != self.down).then_some(text)
    }

    /// Multiplies, rounded half away from zero, once.
    fn apply(self, money: i128) -> i128 {
        let up = money.unsigned_abs().saturating_mul(self.up);
        let size = up.saturating_add(self.down / 2) / self.down.max(1);
        let size = i128::try_from(size).unwrap_or(i128::MAX);
        if money < 0 { -size } else { size }
    }
}

const fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What a request costs by one offer.
#[derive(Debug)]
struct Sum {
    cost: PicoUsd,
    saved: SignedPicoUsd,
    is_guess: bool,
    notes: Vec<String>,
}

impl Sum {
    /// Prices a request; `None` when a class that it uses has no price.
    fn of(offer: &Offer, request: &Request, keep: Factor) -> Option<Self> {
        let mut notes = Vec::new();
        let mut is_guess = false;
        let tariff = choose(offer, request, &mut notes, &mut is_guess);
        let prices = Resolved::of(offer, tariff, request, &mut notes)?;
        is_guess |= prices.is_guess;
        let mut factor = keep;
        if request.service == Service::Fast
            && let Some(fast) = offer.fast
        {
            factor = factor.times(fast.into(), 1000);
            notes.push(format!("×{} fast", thousandths(fast)));
        }
        if request.us_only
            && let Some(us) = offer.us
        {
            factor = factor.times(us.into(), 1000);
            notes.push(format!("×{} US only", thousandths(us)));
        }
        let (cost, saved) = prices.sum(&request.tokens);
        let mut cost = factor.apply(cost);
        if request.web_searches > 0 {
            let number = request.web_searches;
            let price = offer.search.unwrap_or_default().times(number.into());
            let price = keep.apply(i128::try_from(price.0).unwrap_or(i128::MAX));
            cost = cost.saturating_add(price);
            is_guess |= offer.search.is_none();
            let lack = if offer.search.is_some() { "" } else { " without a known price" };
            notes.push(format!("{number} web searches{lack}"));
        }
        if keep.up != keep.down {
            notes.push("your discount".to_owned());
        }
        let cost = PicoUsd(cost.unsigned_abs());
        Some(Self { cost, saved: SignedPicoUsd(factor.apply(saved)), is_guess, notes })
    }
}

/// Returns the tariff of the request's service; `None` when the standard one must do.
fn choose<'o>(
    offer: &'o Offer,
    request: &Request,
    notes: &mut Vec<String>,
    is_guess: &mut bool,
) -> Option<&'o Tariff> {
    let name = match request.service {
        Service::Standard if offer.is_off_peak(request.at) => {
            notes.push("off-peak".to_owned());
            return Some(&offer.off_peak);
        }
        Service::Standard => return None,
        Service::Fast => "fast",
        Service::Priority => "priority",
        Service::Flex => "flex",
        Service::Batch => "batch",
    };
    let own = offer.tariff(request.service);
    if own.is_none() {
        *is_guess = true;
        notes.push(format!("no {name} price is known: standard"));
    } else if request.service != Service::Fast || offer.fast.is_none() {
        notes.push(name.to_owned());
    }
    own
}

/// The price of each class of tokens of one request.
#[derive(Debug)]
struct Resolved {
    input: PicoUsd,
    /// What reads and writes are held against; `None` when it is not known.
    uncached: Option<PicoUsd>,
    output: PicoUsd,
    reasoning: PicoUsd,
    cache_read: PicoUsd,
    cache_write_5m: PicoUsd,
    cache_write_1h: PicoUsd,
    is_guess: bool,
}

impl Resolved {
    fn of<'o>(
        offer: &'o Offer,
        own: Option<&'o Tariff>,
        request: &Request,
        notes: &mut Vec<String>,
    ) -> Option<Self> {
        let (standard, tokens) = (&offer.standard, &request.tokens);
        let is_sum = request.counts == Counts::Summed;
        let step_of = |tariff: &'o Tariff| tariff.step(tokens.prompt()).filter(|_| !is_sum);
        let own_step = own.and_then(step_of);
        let step = step_of(standard);
        if is_sum {
            notes.push("the sum of several requests at the price of short prompts".to_owned());
        }
        if let Some(step) = own_step.or(step) {
            let sign = if step.is_inclusive { "from" } else { "over" };
            notes.push(format!("{sign} {} tokens", step.over.0));
        }
        let is_guess = std::cell::Cell::new(false);
        // The service's own price, else the standard one: of the step, else of the base.
        let price = |of: fn(&Rates) -> Option<PicoUsd>, used: u64| {
            let own_price = own_step.and_then(|step| of(&step.rates));
            let step_price = step.and_then(|step| of(&step.rates));
            let own_base = own.and_then(|own| of(&own.base));
            let base = of(&standard.base);
            let is_standard = own_price.is_none() && (step_price.is_some() || own_base.is_none());
            let found = own_price.or(step_price).or(own_base).or(base);
            is_guess.set(is_guess.get() || own.is_some() && used > 0 && is_standard);
            found
        };
        let input = price(|rates| rates.input, tokens.input.0);
        let output = price(|rates| rates.output, tokens.output.0);
        let reasoning = price(|rates| rates.reasoning, tokens.reasoning.0).or(output);
        let cache_read = price(|rates| rates.cache_read, tokens.cache_read.0).or(input);
        let write = price(|rates| rates.cache_write_5m, tokens.cache_write_5m.0).or(input);
        let hour = price(|rates| rates.cache_write_1h, tokens.cache_write_1h.0);
        if hour.is_none() && tokens.cache_write_1h.0 > 0 {
            is_guess.set(true);
            notes.push("one-hour writes at the five-minute price".to_owned());
        }
        // What is not used needs no price.
        let needed = |price: Option<PicoUsd>, used: u64| match price {
            None if used > 0 => None,
            price => Some(price.unwrap_or_default()),
        };
        let paid_output = needed(output, tokens.output.0)?;
        Some(Self {
            input: needed(input, tokens.input.0)?,
            uncached: input,
            output: paid_output,
            reasoning: reasoning.unwrap_or(paid_output),
            cache_read: needed(cache_read, tokens.cache_read.0)?,
            cache_write_5m: needed(write, tokens.cache_write_5m.0)?,
            cache_write_1h: needed(hour.or(write), tokens.cache_write_1h.0)?,
            is_guess: is_guess.get(),
        })
    }

    /// Returns the cost and what the cache saved.
    fn sum(&self, tokens: &TokenUse) -> (i128, i128) {
        let reasoning = tokens.reasoning.0.min(tokens.output.0);
        let pay = |price: PicoUsd, tokens: u64| -> i128 {
            i128::try_from(price.times(tokens).0).unwrap_or(i128::MAX)
        };
        let parts = [
            pay(self.input, tokens.input.0),
            pay(self.cache_read, tokens.cache_read.0),
            pay(self.cache_write_5m, tokens.cache_write_5m.0),
            pay(self.cache_write_1h, tokens.cache_write_1h.0),
            pay(self.output, tokens.output.0 - reasoning),
            pay(self.reasoning, reasoning),
        ];
        let cost = parts.into_iter().fold(0_i128, i128::saturating_add);
        let Some(uncached) = self.uncached else { return (cost, 0) };
        let without = pay(uncached, tokens.cache_read.0)
            .saturating_add(pay(uncached, tokens.cache_write_5m.0))
            .saturating_add(pay(uncached, tokens.cache_write_1h.0));
        let with = parts[1].saturating_add(parts[2]).saturating_add(parts[3]);
        (cost, without.saturating_sub(with))
    }
}

/// Returns a factor in thousandths as a decimal number.
fn thousandths(factor: u32) -> String {
    let text = format!("{}.{:03}", factor / 1000, factor % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
