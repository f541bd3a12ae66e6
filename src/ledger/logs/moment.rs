//! Moments as logs write them.

use jiff::{Timestamp, civil, tz::TimeZone};

use super::scan::{Scan, Text, Torn};
use crate::model::UnixNanos;

/// Reads a moment: text as RFC 3339 has it, or a number of seconds or milliseconds since 1970.
pub(super) fn moment(scan: &mut Scan<'_>) -> Result<Option<UnixNanos>, Torn> {
    let raw = scan.raw()?;
    let text = raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\""));
    Ok(match text {
        Some(text) => written(Text(text)),
        None => std::str::from_utf8(raw).ok().and_then(|raw| raw.parse().ok()).and_then(numbered),
    })
}

/// Returns the moment of a text; one without a zone is taken as UTC.
fn written(text: Text<'_>) -> Option<UnixNanos> {
    let text = std::str::from_utf8(text.0).ok()?;
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<civil::DateTime>().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    });
    moment.map(from_timestamp).or_else(|| text.parse().ok().and_then(numbered))
}

/// A number over this cannot be seconds: as such it would lie after the year 5000.
const MOST_SECONDS: f64 = 1e11;

/// Returns the moment of a number of seconds or milliseconds.
pub(super) fn numbered(number: f64) -> Option<UnixNanos> {
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let millis = if number > MOST_SECONDS { number } else { number * 1000.0 };
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let millis = millis.round() as i64;
    Some(UnixNanos(millis.saturating_mul(1_000_000)))
}

/// Returns the moment of a timestamp.
pub(super) fn from_timestamp(timestamp: Timestamp) -> UnixNanos {
    let nanos = timestamp.as_nanosecond();
    UnixNanos(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_notation() {
        let cases = [
            (r#""2026-05-01T08:15:30.123Z""#, Some(1_777_623_330_123)),
            (r#""2026-05-01T10:15:30.123+02:00""#, Some(1_777_623_330_123)),
            (r#""2026-05-01T08:15:30.123""#, Some(1_777_623_330_123)),
            ("1777623330123", Some(1_777_623_330_123)),
            ("1777623330", Some(1_777_623_330_000)),
            ("1777623330.123", Some(1_777_623_330_123)),
            (r#""1777623330123""#, Some(1_777_623_330_123)),
            (r#""yesterday""#, None),
            ("0", None),
            ("null", None),
            ("{}", None),
        ];
        for (json, millis) in cases {
            let read = moment(&mut Scan::new(json.as_bytes())).unwrap();
            assert_eq!(read, millis.map(|millis: i64| UnixNanos(millis * 1_000_000)), "{json}");
        }
    }
}
