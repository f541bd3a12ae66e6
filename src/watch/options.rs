//! The settings of the watch.

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};

/// Shorter would report each write of a save; longer would break the promise of a second.
const DEBOUNCE_MS: RangeInclusive<u64> = 10..=5_000;

/// How changes are noticed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Notices changes at all.
    pub enabled: bool,
    /// Changes are reported when none came for so long, from 10 to 5000.
    #[serde(deserialize_with = "debounce_ms")]
    pub debounce_ms: u64,
    /// While changes keep coming they are reported at least this often.
    pub max_wait_ms: u64,
    /// How often everything is compared in any case; 0 for never.
    pub rescan_seconds: u64,
    /// How often folders are compared that cannot be watched.
    #[serde(deserialize_with = "poll_seconds")]
    pub poll_seconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            enabled: true,
            debounce_ms: 250,
            max_wait_ms: 2_000,
            rescan_seconds: 600,
            poll_seconds: 10,
        }
    }
}

impl Options {
    pub(super) const fn quiet(&self) -> Duration {
        Duration::from_millis(self.debounce_ms)
    }

    pub(super) const fn longest(&self) -> Duration {
        Duration::from_millis(self.max_wait_ms)
    }

    pub(super) fn rescan_every(&self) -> Option<Duration> {
        (self.rescan_seconds > 0).then(|| Duration::from_secs(self.rescan_seconds))
    }

    pub(super) fn poll_every(&self) -> Duration {
        Duration::from_secs(self.poll_seconds.max(1))
    }
}

fn debounce_ms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = u64::deserialize(deserializer)?;
    if DEBOUNCE_MS.contains(&value) {
        return Ok(value);
    }
    let (low, high) = (DEBOUNCE_MS.start(), DEBOUNCE_MS.end());
    Err(D::Error::custom(format!("must be from {low} to {high}")))
}

fn poll_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = u64::deserialize(deserializer)?;
    if value > 0 { Ok(value) } else { Err(D::Error::custom("must be 1 or more")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_and_unknown_ones_are_errors() {
        for (text, expected) in [
            ("debounce-ms = 9", "must be from 10 to 5000"),
            ("debounce-ms = 5001", "must be from 10 to 5000"),
            ("poll-seconds = 0", "must be 1 or more"),
            ("debounce = 10", "unknown field"),
        ] {
            let error = toml::from_str::<Options>(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn settings_left_out_have_their_default() {
        let options: Options = toml::from_str("debounce-ms = 10\nrescan-seconds = 0").unwrap();
        let expected = Options { debounce_ms: 10, rescan_seconds: 0, ..Options::default() };
        assert_eq!(options, expected);
        assert_eq!(options.rescan_every(), None);
    }
}
