//! Small drawings made of text: bars, gauges, spark lines, and the place of a list on the screen.
//!
//! They return text, never styles: who draws them knows what they mean.

mod bar;
mod scroll;
mod spark;

pub use bar::{Gauge, bar, gauge};
pub use scroll::Scroll;
pub use spark::spark;
