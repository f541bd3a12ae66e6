//! Options of the dashboard.

use serde::Deserialize;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// How the dashboard looks.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Ui {
    /// The name of the theme.
    pub theme: String,
    /// Whether only ASCII characters are drawn.
    pub ascii: bool,
    /// Whether nothing moves but the numbers.
    pub reduced_motion: bool,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// How many colours.
    pub colour: Colour,
}

/// How many colours the terminal shows.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    Eq,
    IntoStaticStr,
    PartialEq,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// As the environment says.
    #[default]
    Auto,
    /// None.
    Never,
    /// The terminal's sixteen.
    #[serde(rename = "16")]
    #[strum(serialize = "16")]
    Sixteen,
    /// The palette of 256.
    #[serde(rename = "256")]
    #[strum(serialize = "256")]
    TwoFiftySix,
    /// Any.
    True,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: "dark".to_owned(),
            ascii: false,
            reduced_motion: false,
            mouse: true,
            colour: Colour::Auto,
        }
    }
}
