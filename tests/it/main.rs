//! Tests of the whole program and of its floors together.

mod fake_engine;
mod once;
