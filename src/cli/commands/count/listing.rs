//! The report as a table: folders down to a depth, with the total below.
//!
//! ```text
//!  tokens  files    size  path
//!   1 234      2   4 kB   src/
//!   1 000      1   3 kB     main.rs
//!   1 300      3   5 kB   total
//! ```

use std::{cmp::Reverse, collections::HashMap};

use super::Measure;
use crate::{
    cli::{
        args::{CountArgs, CountSort},
        table::{Align, Table},
    },
    model::{Bytes, CountReport, FileStatus, RepoPath, Shown, SkipTotals, TokenCount, Tokens},
    ui::format::{bytes, grouped},
};

/// A line of the table.
#[derive(Clone, Copy, Debug)]
struct Entry<'r> {
    path: &'r RepoPath,
    tokens: Option<Tokens>,
    files: u64,
    bytes: Bytes,
    kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum EntryKind {
    Folder,
    File(FileStatus),
}

/// Entries by the folder that holds them.
type Children<'r> = HashMap<Vec<u8>, Vec<Entry<'r>>>;

/// Returns the table and the lines below it.
pub(super) fn text(report: &CountReport, measure: Measure<'_>, args: &CountArgs) -> String {
    let mut table = Table::new(&[
        ("tokens", Align::Right),
        ("files", Align::Right),
        ("size", Align::Right),
        ("path", Align::Left),
    ]);
    let mut children = children(report, args.depth);
    for list in children.values_mut() {
        sort(list, args.sort);
    }
    add(&mut table, &children, &RepoPath::root(), measure);
    let all = super::total(report);
    table.row([
        tokens(measure.tokens(all.tokens)),
        grouped(all.files),
        bytes(all.bytes),
        "total".to_owned(),
    ]);
    let mut text = table.text();
    text.push_str(&below(report, measure));
    text
}

/// Returns how tokens are shown: `≈` before an estimate.
fn tokens(count: TokenCount) -> String {
    let mark = if count.exact { "" } else { "≈ " };
    format!("{mark}{}", grouped(count.tokens.0))
}

/// Groups what is to be shown by the folder that holds it.
fn children(report: &CountReport, depth: u16) -> Children<'_> {
    let folders = report.folders.iter().map(|folder| Entry {
        path: &folder.path,
        tokens: Some(folder.tokens),
        files: folder.files,
        bytes: folder.bytes,
        kind: EntryKind::Folder,
    });
    let files = report.files.iter().map(|file| Entry {
        path: &file.path,
        tokens: file.status.tokens(),
        files: 1,
        bytes: file.bytes,
        kind: EntryKind::File(file.status),
    });
    let mut children = Children::new();
    for entry in folders.chain(files) {
        let levels = entry.path.as_bytes().split(|b| *b == b'/').count();
        if levels > usize::from(depth) {
            continue;
        }
        if let Some(parent) = entry.path.parent() {
            children.entry(parent.as_bytes().to_vec()).or_default().push(entry);
        }
    }
    children
}

fn sort(list: &mut [Entry<'_>], by: CountSort) {
    match by {
        CountSort::Tokens => list.sort_by_key(|one| (Reverse(one.tokens), one.path)),
        CountSort::Name => list.sort_by_key(|one| one.path),
        CountSort::Files => list.sort_by_key(|one| (Reverse(one.files), one.path)),
    }
}

/// Adds what a folder holds, each folder followed by what it holds itself.
fn add(table: &mut Table, children: &Children<'_>, folder: &RepoPath, measure: Measure<'_>) {
    // An explicit stack: a depth of 65 535 levels must not end the thread's own.
    let of = |path: &RepoPath| children.get(path.as_bytes()).map_or(&[][..], Vec::as_slice).iter();
    let mut stack = vec![of(folder)];
    while let Some(list) = stack.last_mut() {
        let Some(entry) = list.next() else {
            stack.pop();
            continue;
        };
        let indent = "  ".repeat(stack.len() - 1);
        let name = Shown::bytes(entry.path.name());
        let (slash, word) = match entry.kind {
            EntryKind::Folder => ("/", ""),
            EntryKind::File(status) => ("", status.word()),
        };
        let first = entry.tokens.map_or(word.to_owned(), |count| tokens(measure.tokens(count)));
        let name = format!("{indent}{name}{slash}");
        table.row([first, grouped(entry.files), bytes(entry.bytes), name]);
        if entry.kind == EntryKind::Folder {
            stack.push(of(entry.path));
        }
    }
}

/// Returns what was not counted, and how estimates were made.
fn below(report: &CountReport, measure: Measure<'_>) -> String {
    let mut totals = SkipTotals::default();
    for file in &report.files {
        if let Some(slot) = totals.slot(file.status) {
            *slot += 1;
        }
    }
    let mut text = String::new();
    let reasons = [
        (totals.binary, "binary"),
        (totals.too_large, "too large"),
        (totals.unreadable, "unreadable"),
        (totals.special, "special"),
        (totals.link, "links"),
    ];
    if totals.all() > 0 {
        let listed: Vec<_> = reasons
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{} {word}", grouped(*count)))
            .collect();
        text.extend(["not counted: ", &listed.join(", "), "\n"]);
    }
    text.push_str(&measure.note(report.encoding));
    text
}
