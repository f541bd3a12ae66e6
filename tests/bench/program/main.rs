//! How fast the whole program is, against the numbers that it is meant to reach.
//!
//! `cargo bench --bench program [-- PART …]` prints Markdown tables of the parts counting, opening, resting, changing,
//! storing, memory, syncing, many, policies and results; without names of all, in a few minutes. The environment says:
//!
//! - `LARDER_BENCH_CORPUS`: the repository to count; a generated tree of 10 000 files if unset
//! - `LARDER_BENCH_FILES`: files of the large tree, 100 000 if unset
//! - `LARDER_BENCH_ENTRIES`: entries of the store, 100 000 if unset
//! - `LARDER_BENCH_RESULTS`: one number of results of 50 kB; 100, 1 000 and 10 000 if unset
//! - `LARDER_BENCH_HISTORY`: the repository whose commits are replayed, this one if unset
//! - `LARDER_BENCH_TREES`: where generated trees lie, `target/bench-trees` if unset
//!
//! "Cold" is an empty cache of larder's; the files themselves lie in the memory of the system, which
//! has read them before. Nothing here fails because it is slow.

#![expect(clippy::print_stdout, reason = "a bench talks to people")]
#![expect(clippy::unwrap_used, reason = "a bench may stop where it fails, like a test")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "numbers for people, far from the limits of their types"
)]

mod changing;
mod counting;
mod home;
mod machine;
mod many;
mod memory;
mod opening;
mod policies;
mod process;
mod resting;
mod results;
mod screen;
mod storing;
mod syncing;
mod table;
mod timer;
mod trees;

use std::env;

use table::Row;

/// A part of the bench: its name, and what measures its rows.
type Part = (&'static str, fn() -> Vec<Row>);

/// Parts with tables of their own.
const TABLES: [(&str, fn()); 2] = [("policies", policies::print), ("results", results::print)];

/// All parts, in the order of the table.
const PARTS: [Part; 8] = [
    ("counting", || counting::rows(&trees::corpus())),
    ("opening", || opening::rows(&trees::corpus())),
    ("resting", || resting::rows(&trees::corpus())),
    ("changing", changing::rows),
    ("storing", storing::rows),
    ("memory", memory::rows),
    ("syncing", syncing::rows),
    ("many", many::rows),
];

fn main() {
    let names: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let known: Vec<&str> =
        PARTS.iter().map(|(part, _)| *part).chain(TABLES.iter().map(|(part, _)| *part)).collect();
    for name in &names {
        assert!(known.contains(&name.as_str()), "there is no part {name:?}");
    }
    let is_wanted = |part: &str| names.is_empty() || names.iter().any(|name| name == part);
    if PARTS.iter().any(|(part, _)| is_wanted(part)) {
        print_rows(is_wanted);
    }
    TABLES.iter().filter(|(part, _)| is_wanted(part)).for_each(|(_, print)| print());
}

/// Measures and prints the parts that share one table.
fn print_rows(is_wanted: impl Fn(&str) -> bool) {
    let corpus = trees::corpus();
    machine::print();
    println!("- corpus: {}, {} files, {:.1} MB", corpus.display(), trees::stat_walk(&corpus), {
        trees::walk_and_read(&corpus) as f64 / 1e6
    });
    println!();
    table::print_head();
    for (name, rows) in PARTS {
        if is_wanted(name) {
            rows().iter().for_each(Row::print);
        }
    }
}
