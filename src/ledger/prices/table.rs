//! The built-in table: found by name at once, read line by line only when a line is asked for.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use super::{names, row::Row};
use crate::model::Day;

const TEXT: &str = include_str!("../../../config/prices/prices.tsv");

/// A dated price list that the table was made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot {
    /// The day it was published.
    pub(super) day: Day,
    /// Its name.
    pub(super) name: &'static str,
}

/// Lines with prices, and where each name is.
#[derive(Debug)]
pub(super) struct Table {
    snapshots: Vec<Snapshot>,
    lines: Vec<Line>,
    /// By the provider and the id, aliases too.
    by_name: HashMap<&'static str, u32>,
    by_alias: HashMap<String, u32>,
    /// By the id alone: the one whose provider made it, where several serve it.
    by_id: HashMap<&'static str, u32>,
    /// By the provider and the stem of the id, and by the stem alone: the newest.
    by_stem: OnceLock<HashMap<String, u32>>,
    hash: String,
}

#[derive(Debug)]
struct Line {
    text: &'static str,
    row: OnceLock<Option<Row>>,
}

impl Line {
    fn name(&self) -> &'static str {
        self.text.split('\t').next().unwrap_or_default()
    }

    fn aliases(&self) -> impl Iterator<Item = &'static str> {
        let field = self.text.split('\t').nth(1).unwrap_or_default();
        field.split(',').filter(|alias| *alias != "-")
    }
}

impl Table {
    /// Returns the built-in table.
    pub(super) fn built_in() -> &'static Self {
        static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(TEXT));
        &TABLE
    }

    fn parse(text: &'static str) -> Self {
        let mut table = Self {
            snapshots: Vec::new(),
            lines: Vec::with_capacity(2048),
            by_name: HashMap::with_capacity(2048),
            by_alias: HashMap::new(),
            by_id: HashMap::with_capacity(2048),
            by_stem: OnceLock::new(),
            hash: blake3::hash(text.as_bytes()).to_hex()[..12].to_owned(),
        };
        for text in text.lines().filter(|line| !line.starts_with('#')) {
            match text.strip_prefix("snapshot\t") {
                Some(snapshot) => table.snapshots.extend(parse_snapshot(snapshot)),
                None => table.add(text),
            }
        }
        table
    }

    fn add(&mut self, text: &'static str) {
        let line = Line { text, row: OnceLock::new() };
        let Ok(number) = u32::try_from(self.lines.len()) else { return };
        let name = line.name();
        let (provider, id) = name.split_once('/').unwrap_or(("", name));
        self.by_name.insert(name, number);
        self.note_id(id, provider, number);
        for alias in line.aliases() {
            self.by_alias.insert(format!("{provider}/{alias}"), number);
            self.note_id(alias, provider, number);
        }
        self.lines.push(line);
    }

    fn note_id(&mut self, id: &'static str, provider: &str, number: u32) {
        let lines = &self.lines;
        let best = self.by_id.entry(id).or_insert(number);
        if let Some(line) = lines.get(*best as usize) {
            let known = line.name().split_once('/').map_or("", |(provider, _)| provider);
            if names::rank(provider) < names::rank(known) {
                *best = number;
            }
        }
    }

    /// Returns the lists that the table was made from, the oldest first.
    pub(super) fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// Returns what differs when any price does.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns the names of all models, without aliases.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.lines.iter().map(Line::name)
    }

    /// Returns the model of this provider and id.
    pub(super) fn exact(&self, name: &str) -> Option<&Row> {
        self.row(self.by_name.get(name).copied()?)
    }

    /// Returns the model that this provider and id are another name of.
    pub(super) fn alias(&self, name: &str) -> Option<&Row> {
        self.row(self.by_alias.get(name).copied()?)
    }

    /// Returns the model of this id at whoever made it.
    pub(super) fn id(&self, id: &str) -> Option<&Row> {
        self.row(self.by_id.get(id).copied()?)
    }

    /// Returns the newest model with the stem of this id, at this provider or at whoever made it.
    pub(super) fn stem(&self, provider: &str, id: &str) -> Option<&Row> {
        let stems = self.by_stem.get_or_init(|| self.stems());
        let stem = names::stem(id);
        let own = (!provider.is_empty()).then(|| stems.get(&format!("{provider}/{stem}")));
        self.row(own.flatten().or_else(|| stems.get(&stem)).copied()?)
    }

    fn stems(&self) -> HashMap<String, u32> {
        let mut stems: HashMap<String, u32> = HashMap::with_capacity(self.lines.len() * 2);
        // Lines are sorted, so a later one of the same stem has the later date; but the id that is
        // its own stem is the provider's choice of the newest.
        for (line, number) in self.lines.iter().zip(0_u32..) {
            let Some((provider, id)) = line.name().split_once('/') else { continue };
            let stem = names::stem(id);
            for key in [format!("{provider}/{stem}"), stem.clone()] {
                let old = stems.get(&key).and_then(|old| self.lines.get(*old as usize));
                let is_better = old.is_none_or(|old| {
                    let (old_provider, old_id) = old.name().split_once('/').unwrap_or(("", ""));
                    let rank = |provider, id: &str| (names::rank(provider), id != stem);
                    rank(provider, id) <= rank(old_provider, old_id)
                });
                if is_better {
                    stems.insert(key, number);
                }
            }
        }
        stems
    }

    fn row(&self, number: u32) -> Option<&Row> {
        let line = self.lines.get(number as usize)?;
        line.row.get_or_init(|| Row::parse(line.text, &self.snapshots)).as_ref()
    }
}

fn parse_snapshot(line: &'static str) -> Option<Snapshot> {
    let mut parts = line.split('\t').skip(1);
    Some(Snapshot { day: parts.next()?.parse().ok()?, name: parts.next()? })
}
