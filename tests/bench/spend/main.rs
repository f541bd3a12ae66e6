//! How well and how fast spend is reckoned.
//!
//! `cargo bench --bench spend [-- forecast|prices|logs|journal|ccusage … [MEGABYTES]]` prints
//! Markdown tables; without names it measures everything but `ccusage`, which `ccusage.sh` installs.
//! Logs of 1 000 megabytes are generated unless a number is given; for `journal` it is one of
//! millions of requests. Nothing here fails because it is slow;
//! totals that are not those of the generated logs end it.

#![expect(clippy::print_stdout, reason = "a bench talks to people")]
#![expect(clippy::unwrap_used, reason = "a bench may stop where it fails, like a test")]
#![expect(clippy::cast_precision_loss, reason = "numbers for people")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

mod ccusage;
mod forecast;
mod generate;
mod journal;
mod logs;
#[path = "../program/machine.rs"]
mod machine;
mod prices;
mod reader;

use std::env;

/// Megabytes of logs.
const MEGABYTES: u64 = 1000;

/// A part of the bench: its name, and what measures it with so many megabytes of logs.
type Part = (&'static str, fn(u64));

/// All parts, in the order of their tables.
const PARTS: [Part; 5] = [
    ("forecast", |_| forecast::print()),
    ("prices", |_| prices::print()),
    ("logs", logs::print),
    (journal::NAME, journal::print),
    (ccusage::NAME, ccusage::print),
];

fn main() {
    let words = env::args().skip(1).filter(|name| !name.starts_with("--"));
    let (numbers, names): (Vec<String>, Vec<String>) =
        words.partition(|word| word.parse::<u64>().is_ok());
    let megabytes = numbers.first().map_or(MEGABYTES, |number| number.parse().unwrap());
    for name in &names {
        assert!(PARTS.iter().any(|(part, _)| part == name), "there is no part {name:?}");
    }
    for (part, print) in PARTS {
        let is_named = names.iter().any(|name| name == part);
        if is_named || (names.is_empty() && part != ccusage::NAME) {
            print(megabytes);
        }
    }
}
