//! Tests of the whole program, from outside, and of the shape of its source.

#![expect(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod demo;
mod docs;
mod fake_engine;
mod floors;
mod once;
mod pictures;
