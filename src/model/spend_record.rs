//! Single requests to language models, as a list shows them.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::{PicoUsd, Quality, SpendFilter, TokenUse, Tool, UnixNanos};

/// By what requests are listed.
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
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SpendOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The dearest first.
    Dearest,
    /// The ones with the most tokens first.
    Tokens,
}

/// Asks for single requests.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SpendRecordsQuery {
    /// Which.
    pub filter: SpendFilter,
    /// In what order.
    pub order: SpendOrder,
    /// How many to leave out.
    pub from: u64,
    /// How many to give.
    pub len: u32,
}

/// Single requests.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SpendRecords {
    /// How many there are.
    pub total: u64,
    /// The index of the first one given.
    pub from: u64,
    /// The ones asked for.
    pub records: Vec<SpendRecord>,
}

/// One request. No word of what was asked or answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SpendRecord {
    /// When.
    pub at: UnixNanos,
    /// Who wrote it down.
    pub tool: Tool,
    /// Who served it.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// The project's folder; empty when unknown. Safe to show.
    pub project: String,
    /// The session; empty when unknown. Safe to show.
    pub session: String,
    /// Its tokens.
    pub tokens: TokenUse,
    /// What it cost; `None` is unpriced.
    pub cost: Option<PicoUsd>,
    /// What the tool itself said that it cost.
    pub recorded: Option<PicoUsd>,
    /// How well that is known.
    pub quality: Quality,
    /// How it was priced, in words: the model's price, since when, the tier, what multiplied it.
    pub price: String,
}
