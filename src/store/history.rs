//! What came and went, day by day: a small file, one line for each day.

use std::{io, path::Path, sync::atomic::Ordering::Relaxed};

use serde::{Deserialize, Serialize};

use crate::model::{Churn, UnixNanos};

use super::{
    atomic_file::{self, Sync},
    core::Core,
};

/// Days that are kept.
const KEPT: usize = 90;

/// Days that a mean is of.
const RECENT: i64 = 30;

/// One day.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Day {
    /// Days since 1970 in UTC.
    on: i64,
    made: u64,
    evicted: u64,
}

fn day_of(now: UnixNanos) -> i64 {
    now.seconds().div_euclid(24 * 3600)
}

fn load(path: &Path) -> Vec<Day> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    // A damaged line costs a day of a mean.
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn save(path: &Path, days: &[Day]) -> io::Result<()> {
    let lines: Result<Vec<String>, _> = days.iter().map(serde_json::to_string).collect();
    let text = lines.map_err(io::Error::other)?.join("\n") + "\n";
    atomic_file::write(path, text.as_bytes(), Sync::Later)
}

/// Returns means over the last days, today included.
#[expect(clippy::cast_precision_loss, reason = "a mean for people")]
fn churn(days: &[Day], today: i64) -> Churn {
    let recent: Vec<&Day> =
        days.iter().filter(|day| day.on > today - RECENT && day.on <= today).collect();
    let Some(first) = recent.iter().map(|day| day.on).min() else { return Churn::default() };
    let span = u32::try_from(today - first + 1).unwrap_or(1);
    let mean = |of: fn(&Day) -> u64| {
        recent.iter().map(|day| of(day)).sum::<u64>() as f64 / f64::from(span)
    };
    Churn { made: mean(|day| day.made), evicted: mean(|day| day.evicted), days: span }
}

impl Core {
    /// Adds what came and went since the last time to today's line.
    pub(super) fn save_history(&self) {
        let Ok(folder) = self.own_folder() else { return };
        let made = self.counters.made.swap(0, Relaxed);
        let evicted = self.counters.evicted.swap(0, Relaxed);
        if made + evicted == 0 {
            return;
        }
        let path = folder.join("history");
        let today = day_of(self.clock.wall());
        let mut days = load(&path);
        match days.iter_mut().find(|day| day.on == today) {
            Some(day) => {
                day.made += made;
                day.evicted += evicted;
            }
            None => days.push(Day { on: today, made, evicted }),
        }
        let surplus = days.len().saturating_sub(KEPT);
        if let Err(error) = save(&path, &days[surplus..]) {
            tracing::warn!(path = %path.display(), %error, "cannot save the day's numbers");
        }
    }

    /// Returns how much comes and goes.
    pub(super) fn churn(&self) -> Churn {
        self.save_history();
        let Some(folder) = &self.folder else { return Churn::default() };
        churn(&load(&folder.join("history")), day_of(self.clock.wall()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_over_all_days_since_the_first_and_not_of_long_ago() {
        let day = |on, made, evicted| Day { on, made, evicted };
        let days = [day(1, 9999, 9999), day(100, 30, 6), day(102, 60, 0)];
        assert_eq!(churn(&days, 102), Churn { made: 30.0, evicted: 2.0, days: 3 });
        assert_eq!(churn(&[], 102), Churn::default());
    }

    #[test]
    fn days_are_saved_and_a_damaged_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        save(&path, &[Day { on: 1, made: 2, evicted: 3 }]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}garbage\n{text}")).unwrap();
        assert_eq!(load(&path).len(), 2);
    }
}
