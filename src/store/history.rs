//! What came, went and was saved, day by day: a small file, one line for each day.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use crate::model::{Churn, Millis, PicoUsd, SavedBy, UnixNanos};

use super::{
    atomic_file::{self, Sync},
    core::Core,
    hold::hold,
};

/// Days that are kept: a year and a month, so that what a month saved can be held against the same
/// one a year ago.
const KEPT: usize = 400;

/// Days that a mean is of.
const RECENT: i64 = 30;

/// One day.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Day {
    /// Days since 1970 in UTC.
    on: i64,
    made: u64,
    /// Evicted to keep the limit.
    evicted: u64,
    /// Evicted on request.
    #[serde(default)]
    requested: u64,
    /// What hits saved: microseconds and pico-dollars.
    #[serde(default)]
    us: u64,
    #[serde(default)]
    pico: u64,
}

impl Day {
    fn add(&mut self, more: &Flow) {
        self.made += more.made;
        self.evicted += more.forced;
        self.requested += more.requested;
        self.us += more.us;
        self.pico += more.pico;
    }
}

/// What has happened up to a moment: entries made, and evicted to keep the limit and on request;
/// what hits saved.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Flow {
    pub(super) made: u64,
    pub(super) forced: u64,
    pub(super) requested: u64,
    pub(super) us: u64,
    pub(super) pico: u64,
}

impl Flow {
    fn since(&self, earlier: &Self) -> Self {
        Self {
            made: self.made.saturating_sub(earlier.made),
            forced: self.forced.saturating_sub(earlier.forced),
            requested: self.requested.saturating_sub(earlier.requested),
            us: self.us.saturating_sub(earlier.us),
            pico: self.pico.saturating_sub(earlier.pico),
        }
    }
}

/// The days as the file has them, and up to when: what came since is the difference.
#[derive(Debug, Default)]
pub(super) struct History {
    /// `None` until they are read.
    days: Option<Vec<Day>>,
    told: Flow,
}

impl History {
    /// Begins anew with what is known at a moment; the file is another one, or as an earlier session
    /// left it.
    pub(super) fn begin(&mut self, now: Flow) {
        *self = Self { days: None, told: now };
    }

    /// Returns the days of the file at `path`, read once, with what came since on `today`.
    fn with(&mut self, path: &Path, now: &Flow, today: i64) -> Vec<Day> {
        let mut days = self.days.get_or_insert_with(|| load(path)).clone();
        let new = now.since(&self.told);
        if new == Flow::default() {
            return days;
        }
        if let Some(day) = days.iter_mut().find(|day| day.on == today) {
            day.add(&new);
        } else {
            let mut day = Day { on: today, ..Day::default() };
            day.add(&new);
            days.push(day);
        }
        let surplus = days.len().saturating_sub(KEPT);
        days.drain(..surplus);
        days
    }
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
    Churn {
        made: mean(|day| day.made),
        evicted: mean(|day| day.evicted + day.requested),
        forced: mean(|day| day.evicted),
        days: span,
    }
}

/// Returns what hits saved on these days, of all that they ever saved: what was saved before days
/// were kept belongs to the time before the first one.
fn saved_between(days: &[Day], (from, to): (i64, i64), all: SavedBy) -> SavedBy {
    let sum = |is_counted: &dyn Fn(i64) -> bool| {
        days.iter().filter(|day| is_counted(day.on)).fold((0_u64, 0_u128), |(us, pico), day| {
            (us.saturating_add(day.us), pico + u128::from(day.pico))
        })
    };
    let (mut us, mut pico) = sum(&|on| (from..=to).contains(&on));
    let first = days.iter().map(|day| day.on).min();
    if first.is_none_or(|first| (from..=to).contains(&first) && from < first) {
        let (known_us, known_pico) = sum(&|_| true);
        us += (all.ms.0.saturating_mul(1000)).saturating_sub(known_us);
        pico += all.usd.0.saturating_sub(known_pico);
    }
    SavedBy { ms: Millis(us / 1000), usd: PicoUsd(pico) }
}

impl Core {
    /// Adds what came and went since the last time to today's line; only a checkpoint does.
    pub(super) fn save_history(&self) {
        let Ok(folder) = self.own_folder() else { return };
        let mut history = hold(&self.history);
        let now = self.counters.flow();
        if now == history.told {
            return;
        }
        let path = folder.join("history");
        let days = history.with(&path, &now, day_of(self.clock.wall()));
        match save(&path, &days) {
            Ok(()) => *history = History { days: Some(days), told: now },
            // The next one saves it.
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "cannot save the day's numbers");
            }
        }
    }

    /// Returns all days, with what is not saved yet.
    fn days(&self) -> Vec<Day> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let mut history = hold(&self.history);
        if !self.is_owner() {
            // The owner goes on with the file.
            history.days = None;
        }
        let today = day_of(self.clock.wall());
        history.with(&folder.join("history"), &self.counters.flow(), today)
    }

    /// Returns what hits saved from one day to another, both included.
    pub(super) fn saved_between(&self, days: (i64, i64)) -> SavedBy {
        let all = self.counters.saved();
        if self.folder.is_none() { all } else { saved_between(&self.days(), days, all) }
    }

    /// Returns how much comes and goes.
    pub(super) fn churn(&self) -> Churn {
        churn(&self.days(), day_of(self.clock.wall()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_over_all_days_since_the_first_and_not_of_long_ago() {
        let day = |on, made, evicted| Day { on, made, evicted, ..Day::default() };
        let asked = Day { requested: 84, ..day(102, 60, 0) };
        let days = [day(1, 9999, 9999), day(100, 30, 6), asked];
        let expected = Churn { made: 30.0, evicted: 30.0, forced: 2.0, days: 3 };
        assert_eq!(churn(&days, 102), expected);
        assert_eq!(churn(&[], 102), Churn::default());
    }

    #[test]
    fn days_are_saved_and_a_damaged_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        save(&path, &[Day { on: 1, made: 2, evicted: 3, requested: 1, us: 4, pico: 5 }]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}garbage\n{text}")).unwrap();
        assert_eq!(load(&path).len(), 2);
        // A line of an earlier larder says nothing of what was saved.
        std::fs::write(&path, "{\"on\":1,\"made\":2,\"evicted\":3}\n").unwrap();
        assert_eq!(load(&path), [Day { on: 1, made: 2, evicted: 3, ..Day::default() }]);
    }

    #[test]
    fn what_was_saved_is_that_of_the_days_asked_for() {
        let day = |on, us, pico| Day { on, us, pico, ..Day::default() };
        let days = [day(10, 2_000, 7), day(12, 5_000, 0), day(13, 1_000, 1)];
        let all = SavedBy { ms: Millis(100), usd: PicoUsd(50) };
        let saved = |from, to| saved_between(&days, (from, to), all);
        assert_eq!(saved(11, 12), SavedBy { ms: Millis(5), usd: PicoUsd(0) });
        assert_eq!(saved(10, 13), SavedBy { ms: Millis(8), usd: PicoUsd(8) });
        assert_eq!(saved(0, 13), all, "what came before the first day is in it");
        assert_eq!(saved(0, 12), SavedBy { ms: Millis(99), usd: PicoUsd(49) });
        assert_eq!(saved(14, 20), SavedBy::default());
        assert_eq!(saved_between(&[], (0, 9), all), all);
    }
}
