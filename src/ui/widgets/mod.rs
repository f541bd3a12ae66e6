//! Small drawings made of text: bars, gauges and charts.
//!
//! They return text, never styles: who draws them knows what they mean.

mod bar;
mod chart;

pub use bar::{Gauge, bar, gauge};
pub use chart::{Spread, chart};
