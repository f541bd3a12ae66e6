//! Watches on real files, and rounds with a watcher and a clock made for the test.

mod files;
mod limits;
