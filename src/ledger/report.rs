//! Sums for a view, made from the sums that are kept: no request is looked at.

use std::collections::{BTreeMap, HashMap};

use strum::IntoEnumIterator;

use super::{
    Ledger,
    book::Name,
    days::{self, DayNumber},
    select::Select,
    sums::{Cell, Key, Part, position},
};
use crate::model::{
    Day, PicoUsd, Quality, Savings, Shown, SignedPicoUsd, SkippedLines, SpendBy, SpendQuery,
    SpendReport, SpendRow, Tokens, UnixNanos,
};

/// The row of what is no file, when rows are types of files.
pub(super) const CONVERSATION: &str = "conversation";

/// So many days are drawn at most: a record of 1970 must not make a trend of half a century.
const MOST_DAYS: DayNumber = 3660;

/// A sum on its way into a row.
#[derive(Clone, Debug, Default)]
pub(super) struct RowSum {
    pub(super) part: Part,
    pub(super) qualities: [u64; 5],
    pub(super) last: i64,
    pub(super) saved: i128,
    /// Input that is files.
    attributed: u64,
}

/// What the rows are of: compared as numbers while they are summed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum RowKey {
    Day(DayNumber),
    Month(i16, i8),
    Named(Name),
    Tool(crate::model::Tool),
    Conversation,
}

impl Ledger {
    /// Returns sums by day, model and so on.
    ///
    /// What larder's own cache saved is not known here.
    #[must_use]
    pub fn query(&mut self, query: &SpendQuery) -> SpendReport {
        self.refresh();
        let today = self.zone.number_of(self.now().0);
        let select = Select::new(&query.filter, &self.book.names);
        let matching = || self.sums().cells().filter(|(key, _)| select.takes(key));
        // What is dated in the future extends nothing, unless somebody asks for it.
        let until = select.until.unwrap_or(today);
        let first = matching().map(|(key, _)| key.day).filter(|day| *day <= until).min();
        let since = select.since.or(first).unwrap_or(until).min(until);
        let (mut rows, mut total) = (HashMap::new(), RowSum::default());
        let mut trend: BTreeMap<DayNumber, u128> = BTreeMap::new();
        let mut later: BTreeMap<crate::model::Tool, u64> = BTreeMap::new();
        for (key, cell) in matching() {
            if key.day > until && select.until.is_none() {
                *later.entry(key.tool).or_default() += cell.all.requests;
            }
            if !(since..=until).contains(&key.day) {
                continue;
            }
            self.add(&mut rows, query.by, key, cell);
            total.add(cell, self.qualities(key, cell));
            *trend.entry(key.day).or_default() += cell.all.cost;
        }
        let attributed = (query.by == SpendBy::FileType).then(|| total.share_of_files());
        let mut skipped = self.files().skipped();
        skipped.retain(|skipped| query.filter.tool.is_none_or(|tool| tool == skipped.tool));
        skipped.extend(later.into_iter().map(|(tool, lines)| SkippedLines {
            tool,
            reason: "dated in the future".to_owned(),
            lines,
        }));
        SpendReport {
            from: days::day(since),
            to: days::day(until),
            zone: self.zone.name().to_owned(),
            by: query.by,
            rows: self.rows(rows, query.by),
            quality: Quality::iter().zip(total.qualities).collect(),
            savings: Savings { provider: SignedPicoUsd(total.saved), ..Savings::default() },
            total: total.row(String::new()),
            skipped,
            attributed,
            budgets: self.budgets(),
            windows: self.windows(),
            api_equivalent: self.options.subscription,
            forecast: self.forecast(),
            days: trend_of(&trend, since, until),
        }
    }

    /// Returns requests of each quality, as the session they belong to allows.
    pub(super) fn qualities(&self, key: &Key, cell: &Cell) -> [u64; 5] {
        let mut qualities = cell.qualities;
        if self.sums().is_placeholder(key.session) {
            for counted in [Quality::Exact, Quality::Estimated] {
                let moved = std::mem::take(&mut qualities[position(counted)]);
                qualities[position(Quality::Placeholder)] += moved;
            }
        }
        qualities
    }

    fn add(&self, rows: &mut HashMap<RowKey, RowSum>, by: SpendBy, key: &Key, cell: &Cell) {
        let qualities = self.qualities(key, cell);
        let row = match by {
            SpendBy::Daily => RowKey::Day(key.day),
            SpendBy::Monthly => {
                let Day(date) = days::day(key.day);
                RowKey::Month(date.year(), date.month())
            }
            SpendBy::Model => RowKey::Named(key.model),
            SpendBy::Provider => RowKey::Named(key.provider),
            SpendBy::Project => RowKey::Named(key.project),
            SpendBy::Session => RowKey::Named(key.session),
            SpendBy::Tool => RowKey::Tool(key.tool),
            SpendBy::FileType => return add_types(rows, cell, qualities),
        };
        rows.entry(row).or_default().add(cell, qualities);
    }

    fn rows(&self, sums: HashMap<RowKey, RowSum>, by: SpendBy) -> Vec<SpendRow> {
        let mut rows: Vec<SpendRow> =
            sums.into_iter().map(|(key, sum)| sum.row(self.text_of(key))).collect();
        match by {
            SpendBy::Daily | SpendBy::Monthly => rows.sort_by(|a, b| a.key.cmp(&b.key)),
            SpendBy::Model
            | SpendBy::Provider
            | SpendBy::Project
            | SpendBy::Session
            | SpendBy::FileType
            | SpendBy::Tool => rows.sort_by(|a, b| {
                let rank = |row: &SpendRow| (row.cost, row.unpriced, row.tokens.total());
                rank(b).cmp(&rank(a)).then_with(|| a.key.cmp(&b.key))
            }),
        }
        rows
    }

    fn text_of(&self, key: RowKey) -> String {
        match key {
            RowKey::Day(number) => days::day(number).to_string(),
            RowKey::Month(year, month) => format!("{year:04}-{month:02}"),
            RowKey::Named(name) => Shown::text(self.book.names.text(name)).to_string(),
            RowKey::Tool(tool) => tool.to_string(),
            RowKey::Conversation => CONVERSATION.to_owned(),
        }
    }
}

/// Splits a sum into types of files and the conversation that is left.
fn add_types(rows: &mut HashMap<RowKey, RowSum>, cell: &Cell, qualities: [u64; 5]) {
    for (name, part) in &cell.types {
        let row = rows.entry(RowKey::Named(*name)).or_default();
        row.part.add(part);
        row.last = row.last.max(cell.last);
        row.raise(qualities);
    }
    let row = rows.entry(RowKey::Conversation).or_default();
    row.part.add(&cell.conversation());
    row.last = row.last.max(cell.last);
    row.raise(qualities);
}

impl RowSum {
    /// Adds a sum.
    pub(super) fn add(&mut self, cell: &Cell, qualities: [u64; 5]) {
        self.last = if self.part.requests == 0 { cell.last } else { self.last.max(cell.last) };
        self.part.add(&cell.all);
        self.raise(qualities);
        self.saved += cell.saved;
        for (_, part) in &cell.types {
            self.attributed += part.tokens.iter().sum::<u64>();
        }
    }

    fn raise(&mut self, qualities: [u64; 5]) {
        for (sum, requests) in self.qualities.iter_mut().zip(qualities) {
            *sum += requests;
        }
    }

    /// Returns the worst quality.
    pub(super) fn quality(&self) -> Quality {
        let worst = Quality::iter().zip(self.qualities).rfind(|(_, requests)| *requests > 0);
        worst.map(|(quality, _)| quality).unwrap_or_default()
    }

    /// Returns the cost, when anything has a price.
    pub(super) fn cost(&self) -> Option<PicoUsd> {
        let unpriced = self.qualities[position(Quality::Unpriced)];
        let all: u64 = self.qualities.iter().sum();
        (unpriced < all).then_some(PicoUsd(self.part.cost))
    }

    /// Returns the row.
    pub(super) fn row(&self, key: String) -> SpendRow {
        SpendRow {
            key,
            requests: self.part.requests,
            tokens: self.part.usage(),
            cost: self.cost(),
            unpriced: Tokens(self.part.unpriced),
            quality: self.quality(),
            last: UnixNanos(self.last),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a share to be shown with two digits")]
    fn share_of_files(&self) -> f64 {
        let prompt: u64 = self.part.tokens[..4].iter().sum();
        if prompt == 0 { 0.0 } else { self.attributed as f64 / prompt as f64 }
    }
}

/// Returns the cost of each day, without gaps.
fn trend_of(
    sums: &BTreeMap<DayNumber, u128>,
    since: DayNumber,
    until: DayNumber,
) -> Vec<(Day, PicoUsd)> {
    let since = since.max(until.saturating_sub(MOST_DAYS));
    let cost = |day: &DayNumber| PicoUsd(sums.get(day).copied().unwrap_or(0));
    (since..=until).map(|day| (days::day(day), cost(&day))).collect()
}
