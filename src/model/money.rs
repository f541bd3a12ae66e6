//! Money as integers: never a float, so that sums are exact.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Pico-dollars: 10⁻¹² US dollars, so that a price per token is a whole number.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PicoUsd(pub u128);

impl PicoUsd {
    /// One dollar.
    pub const DOLLAR: Self = Self(1_000_000_000_000);

    /// Returns the cost of `count` pieces at this price each.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count as u128))
    }

    /// Parses a decimal number of dollars such as `1.25` or `0.000002`.
    ///
    /// # Errors
    /// Returns the text when it is no plain decimal number or has more than 12 decimals.
    pub fn parse_dollars(text: &str) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || part.len() > 12 || !digits(whole) || !digits(part) {
            return Err(text.to_owned());
        }
        let whole: u128 = whole.parse().map_err(|_| text.to_owned())?;
        let part: u128 = format!("{part:0<12}").parse().map_err(|_| text.to_owned())?;
        whole
            .checked_mul(Self::DOLLAR.0)
            .and_then(|pico| pico.checked_add(part))
            .map(Self)
            .ok_or_else(|| text.to_owned())
    }

    /// Returns dollars with `decimals` places, rounded half up.
    #[must_use]
    pub fn rounded(self, decimals: usize) -> String {
        let decimals = decimals.min(12);
        let unit = 10_u128.pow(12 - u32::try_from(decimals).unwrap_or(12));
        let steps = self.0.saturating_add(unit / 2) / unit;
        let scale = 10_u128.pow(u32::try_from(decimals).unwrap_or(12));
        if decimals == 0 {
            return steps.to_string();
        }
        format!("{}.{:0decimals$}", steps / scale, steps % scale)
    }
}

impl fmt::Display for PicoUsd {
    /// Writes all decimals that are not zero, at least two: `1.25`, `0.00`, `0.000002`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:012}", self.0 % Self::DOLLAR.0);
        let kept = part.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / Self::DOLLAR.0, &part[..kept])
    }
}

impl Serialize for PicoUsd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PicoUsd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_dollars(&text)
            .map_err(|text| D::Error::custom(format!("`{text}` is no decimal number of dollars")))
    }
}

/// Pico-dollars that may be less than nothing, such as what a cache has saved.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SignedPicoUsd(pub i128);

impl SignedPicoUsd {
    /// Returns the amount without its sign, and whether it is negative.
    #[must_use]
    pub const fn parts(self) -> (PicoUsd, bool) {
        (PicoUsd(self.0.unsigned_abs()), self.0 < 0)
    }
}

impl fmt::Display for SignedPicoUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, negative) = self.parts();
        if negative {
            f.write_str("-")?;
        }
        fmt::Display::fmt(&amount, f)
    }
}

impl Serialize for SignedPicoUsd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SignedPicoUsd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        let amount = PicoUsd::parse_dollars(digits).ok().and_then(|usd| i128::try_from(usd.0).ok());
        amount
            .map(|pico| Self(sign * pico))
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no decimal number of dollars")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_and_written_without_loss() {
        for text in ["0.00", "1.25", "0.000002", "30.00", "0.000000000001"] {
            assert_eq!(PicoUsd::parse_dollars(text).map(|d| d.to_string()), Ok(text.to_owned()));
        }
        for text in ["", ".5", "1e3", "-1", "1.0000000000001", "$1"] {
            assert!(PicoUsd::parse_dollars(text).is_err(), "{text} was taken");
        }
    }

    #[test]
    fn less_than_nothing_is_read_and_written() {
        for text in ["-1.25", "0.00", "3.50"] {
            let json = format!("\"{text}\"");
            let money: SignedPicoUsd = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&money).unwrap(), json);
        }
        assert!(serde_json::from_str::<SignedPicoUsd>("\"--1\"").is_err());
    }

    #[test]
    fn rounding_is_half_up() {
        let price = PicoUsd::parse_dollars("0.125").unwrap();
        assert_eq!(price.rounded(2), "0.13");
        assert_eq!(price.rounded(0), "0");
        assert_eq!(price.times(1_000_000).rounded(2), "125000.00");
    }
}
