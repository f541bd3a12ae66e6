//! What a provider asks for one model at one time: prices by service and by size of the prompt.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::{
    ledger::Service,
    model::{PicoUsd, Tokens, UnixNanos},
};

/// Prices of one token of each class; `None` is unknown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Rates {
    /// Input that was not cached.
    pub input: Option<PicoUsd>,
    /// Output.
    pub output: Option<PicoUsd>,
    /// The part of the output that is reasoning, where it has a price of its own.
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

/// Prices from some size of the prompt on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Step {
    /// The size; 0 for the base.
    pub(super) over: Tokens,
    /// True when a prompt of just that size is in it already.
    pub(super) is_inclusive: bool,
    pub(super) rates: Rates,
}

impl Step {
    fn takes(&self, prompt: Tokens) -> bool {
        prompt.0 > self.over.0 || (self.is_inclusive && prompt.0 == self.over.0)
    }
}

/// The prices of one service: the base, and steps for longer prompts in rising order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Tariff {
    pub(super) base: Rates,
    pub(super) steps: Vec<Step>,
}

impl Tariff {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the one step that prices the whole request, if it is over any.
    pub(super) fn step(&self, prompt: Tokens) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.takes(prompt))
    }
}

/// Hours of the week in UTC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Hours {
    /// Bit 1 is Monday, bit 7 is Sunday.
    pub(super) weekdays: u8,
    /// Minutes from midnight, inclusive.
    pub(super) from: u16,
    /// Minutes from midnight, exclusive.
    pub(super) until: u16,
}

/// What a provider asks for one model at one time.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Offer {
    pub(super) standard: Tariff,
    pub(super) priority: Tariff,
    pub(super) flex: Tariff,
    pub(super) batch: Tariff,
    pub(super) off_peak: Tariff,
    pub(super) off_peak_hours: Vec<Hours>,
    /// One search of the web.
    pub(super) search: Option<PicoUsd>,
    /// What servers in the United States multiply by, in thousandths.
    pub(super) us: Option<u32>,
    /// What fast service multiplies by, in thousandths.
    pub(super) fast: Option<u32>,
}

impl Offer {
    /// Returns the tariff of a service, and whether that service has prices of its own.
    pub(super) fn tariff(&self, service: Service) -> Option<&Tariff> {
        let own = match service {
            Service::Standard => &self.standard,
            // A provider without a factor for it sells speed as priority.
            Service::Fast if self.fast.is_some() => &self.standard,
            Service::Fast | Service::Priority => &self.priority,
            Service::Flex => &self.flex,
            Service::Batch => &self.batch,
        };
        (!own.is_empty()).then_some(own)
    }

    /// Returns true when off-peak prices hold.
    pub(super) fn is_off_peak(&self, at: UnixNanos) -> bool {
        if self.off_peak_hours.is_empty() || self.off_peak.is_empty() {
            return false;
        }
        let Ok(time) = jiff::Timestamp::from_nanosecond(i128::from(at.0)) else { return false };
        let time = time.to_zoned(TimeZone::UTC);
        let minute = i32::from(time.hour()) * 60 + i32::from(time.minute());
        let weekday = 1_u8 << time.weekday().to_monday_one_offset();
        self.off_peak_hours.iter().any(|hours| {
            hours.weekdays & weekday != 0
                && (i32::from(hours.from)..i32::from(hours.until)).contains(&minute)
        })
    }
}
