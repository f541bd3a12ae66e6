//! How well and how fast spend is reckoned.
//!
//! `cargo bench --bench spend [-- forecast|prices …]` prints Markdown tables; without names it
//! measures everything. Nothing here fails because it is slow or wrong.

#![expect(clippy::print_stdout, reason = "a bench talks to people")]
#![expect(clippy::unwrap_used, reason = "a bench may stop where it fails, like a test")]
#![expect(clippy::cast_precision_loss, reason = "numbers for people")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

mod forecast;
mod prices;

use std::env;

/// All parts, in the order of their tables.
const PARTS: [(&str, fn()); 2] = [("forecast", forecast::print), ("prices", prices::print)];

fn main() {
    let names: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    for name in &names {
        assert!(PARTS.iter().any(|(part, _)| part == name), "there is no part {name:?}");
    }
    for (part, print) in PARTS {
        if names.is_empty() || names.iter().any(|name| name == part) {
            print();
        }
    }
}
