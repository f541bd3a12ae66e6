//! Memory pressure: when the machine runs short, the memory tier gives way first.

use std::{fs, path::Path};

/// Percent of time that some task waited for memory, over ten seconds, that counts as pressure.
const STALLED_PERCENT: f64 = 10.0;

/// Percent of the control group's limit that counts as pressure.
const FULL_PERCENT: u64 = 90;

/// Entries that memory keeps under pressure.
const KEPT_ENTRIES: u64 = 250;

/// Entries that go at least, so that a small memory tier gives way too.
const GONE_ENTRIES: u64 = 100;

/// What the machine says of its memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PressureReading {
    /// Percent of the last ten seconds in which some task waited for memory.
    pub stalled_percent: Option<f64>,
    /// Bytes that the control group uses and may use.
    pub group: Option<(u64, u64)>,
}

/// Whether memory is short.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pressure {
    /// There is enough.
    Calm,
    /// It is short.
    High,
}

impl PressureReading {
    /// Asks the system; what it does not tell stays `None`.
    #[must_use]
    pub fn of_system() -> Self {
        let group = Path::new("/sys/fs/cgroup");
        Self::parse(
            &read(Path::new("/proc/pressure/memory")),
            &read(&group.join("memory.current")),
            &read(&group.join("memory.max")),
        )
    }

    /// Reads the texts of `/proc/pressure/memory`, `memory.current` and `memory.max`.
    #[must_use]
    pub fn parse(stall: &str, current: &str, max: &str) -> Self {
        let stalled_percent = stall
            .lines()
            .find_map(|line| line.strip_prefix("some "))
            .and_then(|line| line.split(' ').find_map(|word| word.strip_prefix("avg10=")))
            .and_then(|percent| percent.parse().ok());
        let group = current.trim().parse().ok().zip(max.trim().parse().ok());
        Self { stalled_percent, group }
    }

    /// Returns whether memory is short.
    #[must_use]
    pub fn judge(&self) -> Pressure {
        let stalled = self.stalled_percent.is_some_and(|percent| percent >= STALLED_PERCENT);
        let full = self.group.is_some_and(|(used, limit)| used >= limit / 100 * FULL_PERCENT);
        if stalled || full { Pressure::High } else { Pressure::Calm }
    }
}

impl Pressure {
    /// Returns to how many entries a memory tier of `entries` should shrink, if at all.
    #[must_use]
    pub fn target(self, entries: u64) -> Option<u64> {
        match self {
            Self::Calm => None,
            Self::High if entries == 0 => None,
            Self::High => Some(entries.saturating_sub(GONE_ENTRIES).min(KEPT_ENTRIES)),
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALL: &str = "some avg10=12.50 avg60=1.00 avg300=0.10 total=5\nfull avg10=0.00\n";

    #[test]
    fn memory_pressure_is_detected() {
        let judge = |stall, now, max| PressureReading::parse(stall, now, max).judge();
        assert_eq!(judge("some avg10=0.00 avg60=9.00\n", "10\n", "max\n"), Pressure::Calm);
        assert_eq!(judge(STALL, "", ""), Pressure::High);
        assert_eq!(judge("", "950\n", "1000\n"), Pressure::High);
        assert_eq!(judge("", "500\n", "1000\n"), Pressure::Calm);
        assert_eq!(judge("garbage", "x", "y"), Pressure::Calm);
    }

    #[test]
    fn under_pressure_memory_keeps_250_and_loses_at_least_100() {
        assert_eq!(Pressure::High.target(10_000), Some(250));
        assert_eq!(Pressure::High.target(300), Some(200));
        assert_eq!(Pressure::High.target(40), Some(0));
        assert_eq!(Pressure::High.target(0), None);
        assert_eq!(Pressure::Calm.target(10_000), None);
    }
}
