//! Tests of the whole program, from outside, and of the shape of its source.

#![expect(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod cli;
mod damage;
mod demo;
mod docs;
mod extremes;
mod fake_engine;
mod faults;
mod floors;
mod golden;
mod hostile;
mod huge;
mod ledger_child;
mod ledger_faults;
mod ledger_kill;
mod named;
mod once;
mod pictures;
mod promises;
mod pty;
mod reads;
mod secrets;
mod store_faults;
mod support;
