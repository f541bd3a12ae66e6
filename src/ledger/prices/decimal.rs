//! Decimal numbers of the user's prices, in quotes or not, read exactly.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use super::charge::Factor;
use crate::model::PicoUsd;

/// The price of one token, written in dollars per million.
#[derive(Clone, Copy)]
pub(super) struct PerMillion(pub(super) PicoUsd);

/// The price of one piece, written in dollars.
#[derive(Clone, Copy)]
pub(super) struct PerPiece(pub(super) PicoUsd);

/// A factor in thousandths, written as a number.
#[derive(Clone, Copy)]
pub(super) struct Times(pub(super) u32);

/// What is left to pay, written as percent off.
#[derive(Clone, Copy)]
pub(super) struct Discount(pub(super) Factor);

impl<'de> Deserialize<'de> for PerMillion {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let rule = "dollars per million tokens, such as 1.25, with at most 6 decimals";
        decimal(from, 6, rule).map(|micro| Self(PicoUsd(micro)))
    }
}

impl<'de> Deserialize<'de> for PerPiece {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        decimal(from, 12, "dollars, such as 0.01").map(|pico| Self(PicoUsd(pico)))
    }
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let rule = "a factor such as 1.1, with at most 3 decimals";
        let factor = decimal(from, 3, rule)?;
        u32::try_from(factor).map(Self).map_err(|_| de::Error::custom(format!("give {rule}")))
    }
}

/// What one unit of a currency is in dollars, in millionths.
#[derive(Clone, Copy)]
pub(super) struct Rate(pub(super) u128);

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let rule = "what one of it is in dollars, such as 1.08, with at most 6 decimals";
        match decimal(from, 6, rule)? {
            0 => Err(de::Error::custom(format!("give {rule}"))),
            rate => Ok(Self(rate)),
        }
    }
}

impl<'de> Deserialize<'de> for Discount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let rule = "percent from 0 to 100, with at most 2 decimals";
        let off = decimal(from, 2, rule)?;
        let keep = 10_000_u128.checked_sub(off);
        let keep = keep.ok_or_else(|| de::Error::custom(format!("give {rule}")))?;
        Ok(Self(Factor::ONE.times(keep, 10_000)))
    }
}

/// Reads a decimal number, in quotes or not, as a whole number of its last decimals.
fn decimal<'de, D: Deserializer<'de>>(
    from: D,
    decimals: usize,
    rule: &'static str,
) -> Result<u128, D::Error> {
    let text = from.deserialize_any(NumberText { rule })?;
    let scale = 10_u128.pow(u32::try_from(12_usize.saturating_sub(decimals)).unwrap_or(0));
    let number = PicoUsd::parse_dollars(&text).ok().filter(|number| number.0 % scale == 0);
    number
        .map(|number| number.0 / scale)
        .ok_or_else(|| de::Error::custom(format!("`{text}` is not right: give {rule}")))
}

/// Reads a number as the text that it is written as.
struct NumberText {
    rule: &'static str,
}

impl de::Visitor<'_> for NumberText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        // The shortest text that reads as this number is what was written.
        Ok(number.to_string())
    }
}
