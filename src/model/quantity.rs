//! Quantities: a number with its unit, so that two of them cannot be swapped.

use std::{iter::Sum, ops::AddAssign};

use serde::{Deserialize, Serialize};

/// A number of tokens of a language model.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Tokens(pub u64);

/// A number of bytes.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Bytes(pub u64);

/// A span of time in whole milliseconds.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Millis(pub u64);

/// A moment: nanoseconds since 1970-01-01 UTC, negative before it.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct UnixNanos(pub i64);

/// Tokens, and whether they were counted or estimated.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TokenCount {
    /// How many tokens.
    pub tokens: Tokens,
    /// True when counted by the model's own tokenizer, false when estimated: shown with `≈`.
    pub exact: bool,
}

impl TokenCount {
    /// Returns an exact count.
    #[must_use]
    pub const fn exact(tokens: Tokens) -> Self {
        Self { tokens, exact: true }
    }

    /// Returns an estimated count.
    #[must_use]
    pub const fn estimate(tokens: Tokens) -> Self {
        Self { tokens, exact: false }
    }
}

impl UnixNanos {
    /// Returns the whole seconds since 1970-01-01 UTC, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// Returns the time from `earlier` to this moment, zero when it lies in the future.
    #[must_use]
    pub fn since(self, earlier: Self) -> Millis {
        let nanos = self.0.saturating_sub(earlier.0).max(0);
        Millis(nanos.unsigned_abs() / 1_000_000)
    }
}

macro_rules! adds {
    ($($name:ident),*) => {$(
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 = self.0.saturating_add(other.0);
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                Self(all.fold(0, |sum, one| sum.saturating_add(one.0)))
            }
        }
    )*};
}

// A macro because three newtypes share two trait impls and a generic would undo the newtypes.
adds!(Tokens, Bytes, Millis);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_the_future_is_no_time_ago() {
        assert_eq!(UnixNanos(5).since(UnixNanos(9_000_000)), Millis(0));
        assert_eq!(UnixNanos(9_000_000).since(UnixNanos(0)), Millis(9));
    }

    #[test]
    fn seconds_before_the_epoch_round_down() {
        assert_eq!(UnixNanos(-1).seconds(), -1);
        assert_eq!(UnixNanos(1_999_999_999).seconds(), 1);
    }
}
