//! The notice that a limit is reached: all that a log tells of the windows of a subscription.

use crate::{
    ledger::logs::{Window, moment::numbered, scan::Text},
    model::UnixNanos,
};

/// How the notice begins; the end of the window follows, in seconds since 1970.
pub(super) const NOTICE: &str = "Claude AI usage limit reached|";

/// The windows that there are, in minutes.
const FIVE_HOURS: u64 = 300;
const WEEK: u64 = 10_080;

/// Returns when the window ends that a text says is used up.
pub(super) fn resets(text: Text<'_>) -> Option<UnixNanos> {
    let rest = text.0.strip_prefix(NOTICE.as_bytes())?;
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    numbered(std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?)
}

/// Returns the window that was used up at `at` and ends then. The notice does not say which one
/// it is: one that ends in more than five hours is the week's.
pub(super) fn window(resets: UnixNanos, at: Option<UnixNanos>) -> Option<Window> {
    const MINUTE: i64 = 60_000_000_000;
    let at = at?;
    let left = resets.0.saturating_sub(at.0).max(0).unsigned_abs() / MINUTE.unsigned_abs();
    let minutes = if left > FIVE_HOURS { WEEK } else { FIVE_HOURS };
    Some(Window { minutes, percent: 100.0, resets, at })
}
