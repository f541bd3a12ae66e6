//! What the dashboard is told before it starts.

use super::keymap::Keymap;
use crate::model::Thresholds;

/// Settings of the dashboard.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The keys.
    pub keymap: Keymap,
    /// Where gauges warn.
    pub thresholds: Thresholds,
    /// True when nothing may move by itself: no spinner.
    pub reduced_motion: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::defaults(),
            thresholds: Thresholds::default(),
            reduced_motion: false,
        }
    }
}
