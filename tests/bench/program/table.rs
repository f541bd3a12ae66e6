//! Rows of the table: samples, the goal, and whether it is reached.

use std::time::Duration;

/// From so many samples on, the 99th percentile says something.
const ENOUGH: usize = 100;

/// What a row is measured in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// Seconds, shown as µs, ms or s.
    Time,
    /// How many times the other.
    Ratio,
    /// Bytes.
    Bytes,
    /// Mebibytes.
    Mebibytes,
    /// Percent of one core.
    Percent,
    /// How often.
    Times,
}

/// Which number a goal is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    /// The one in the middle.
    Median,
    /// The 99th percentile.
    P99,
    /// The greatest.
    Max,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    at: At,
    most: f64,
}

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    what: String,
    unit: Unit,
    samples: Vec<f64>,
    goal: Option<Goal>,
}

impl Row {
    /// Returns a row of plain samples.
    pub(crate) fn new(what: impl Into<String>, unit: Unit, samples: Vec<f64>) -> Self {
        let mut samples = samples;
        samples.sort_by(f64::total_cmp);
        Self { what: what.into(), unit, samples, goal: None }
    }

    /// Returns a row of times.
    pub(crate) fn times(what: impl Into<String>, samples: &[Duration]) -> Self {
        Self::new(what, Unit::Time, samples.iter().map(Duration::as_secs_f64).collect())
    }

    /// Adds the goal: at most so much.
    pub(crate) fn at_most(mut self, at: At, most: f64) -> Self {
        self.goal = Some(Goal { at, most });
        self
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let show = |value| self.unit.show(value);
        let at = |at| self.value(at).map_or_else(|| "–".to_owned(), show);
        let least = self.samples.first().copied().map_or_else(|| "–".to_owned(), show);
        let (goal, reached) = match self.goal {
            None => ("–".to_owned(), "–"),
            Some(goal) => (goal.show(self.unit), self.verdict(goal)),
        };
        println!(
            "| {} | {} | {least} | {} | {} | {} | {goal} | {reached} |",
            self.what,
            at(At::Median),
            at(At::P99),
            at(At::Max),
            self.samples.len(),
        );
    }

    fn value(&self, at: At) -> Option<f64> {
        let last = self.samples.len().checked_sub(1)?;
        match at {
            At::Median => Some(self.samples[self.samples.len() / 2]),
            At::P99 if self.samples.len() < ENOUGH => None,
            At::P99 => Some(self.samples[(self.samples.len() * 99 / 100).min(last)]),
            At::Max => Some(self.samples[last]),
        }
    }

    fn verdict(&self, goal: Goal) -> &'static str {
        match self.value(goal.at) {
            None => "too few samples",
            Some(value) if value <= goal.most => "yes",
            Some(_) => "**no**",
        }
    }
}

impl Goal {
    fn show(self, unit: Unit) -> String {
        let at = match self.at {
            At::Median => "",
            At::P99 => "p99 ",
            At::Max => "max ",
        };
        format!("{at}≤ {}", unit.show(self.most))
    }
}

impl Unit {
    /// Returns a value in words.
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Self::Time if value >= 1.0 => format!("{value:.2} s"),
            Self::Time if value >= 1e-3 => format!("{:.1} ms", value * 1e3),
            Self::Time => format!("{:.2} µs", value * 1e6),
            Self::Ratio => format!("{value:.2} ×"),
            Self::Bytes if value >= 10_000.0 => format!("{:.1} kB", value / 1e3),
            Self::Bytes => format!("{value:.0} B"),
            Self::Mebibytes => format!("{value:.0} MiB"),
            Self::Times => format!("{value:.0}"),
            Self::Percent => format!("{value:.2} %"),
        }
    }
}

/// Prints the head of the table.
pub(crate) fn print_head() {
    println!("| what | median | min | p99 | max | samples | goal | reached |");
    println!("| --- | --: | --: | --: | --: | --: | --- | --- |");
}

/// Returns each of `of` divided by the one of `by` that was measured in the same round.
pub(crate) fn ratios(of: &[Duration], by: &[Duration]) -> Vec<f64> {
    of.iter().zip(by).map(|(of, by)| of.as_secs_f64() / by.as_secs_f64()).collect()
}
