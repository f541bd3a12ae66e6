//! Small drawings made of text: bars and gauges.
//!
//! They return text, never styles: who draws them knows what they mean.

mod bar;

pub use bar::{Gauge, bar, gauge};
