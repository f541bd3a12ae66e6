//! larder: the tokens of a codebase, live, from a warm cache.
//!
//! The house has floors, and a module may use only what lies below it (`tests/it/floors.rs` holds
//! the table):
//!
//! ```text
//! cli      parse, call, print, exit code
//! ui       the dashboard: keys and events in, screens out
//! client   one face for an engine, wherever it runs
//! engine   commands in, events out; owns the tree, the queue and the store
//! config   layers of settings become one Config
//! store · count · walk · watch · ledger · import   the parts; none uses another
//! model    plain data: no I/O, no async, no drawing
//! ```
//!
//! A key becomes an [`ui::Action`], [`ui::update`] turns it into a [`model::Command`] or a
//! [`model::Question`], the [`client::Client`] carries it to the engine, worker threads do the
//! work, and numbered [`model::Event`]s come back and are drawn.
//!
//! What is deliberately absent:
//!
//! - The engine does not know who is watching: no ratatui, crossterm or clap below the dashboard.
//! - The dashboard does not know where the engine is: `ui` and `cli` use `client`, never `engine`
//!   or `store`.
//! - Parts do not know each other; the engine brings them together.
//! - Only `store/disk.rs` names sled, only `cli/output.rs` prints, only `model/clock.rs` asks the
//!   time.
//! - Nothing blocks an event loop: sled, counting, walking and hashing run on threads of their own.
//!
//! Where to start reading: `engine/run.rs` is the loop, `engine/accept.rs` what each command sets
//! off, `ui/update.rs` what each key does, `store/mod.rs` what lies on the disk.

pub mod cli;
pub mod client;
pub mod config;
pub mod count;
pub mod engine;
pub mod import;
pub mod ledger;
pub mod model;
pub mod store;
pub mod ui;
pub mod walk;
pub mod watch;
