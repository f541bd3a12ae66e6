//! A request to a language model, as a log tells it, before it is priced and kept.

use serde::{Deserialize, Serialize};
use strum::EnumIter;

use crate::model::{PicoUsd, TokenUse, Tool, UnixNanos};

/// What names a request among all logs, so that no copy of it counts twice.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct RequestKey {
    /// What all copies share, such as the id of the message; it begins with the name of its tool.
    pub group: String,
    /// What tells two requests with the same group apart, such as the id of the call; a record
    /// that has none is a copy of any with the same group.
    pub part: Option<String>,
}

/// One request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Request {
    /// Whose log holds it.
    pub tool: Tool,
    /// What names it.
    pub key: RequestKey,
    /// True in the log of a side chain, which may repeat requests of others under new call ids:
    /// it matches any record with the same group, and its session, project and time yield to
    /// those of a record that is no copy.
    pub is_copy: bool,
    /// The session; empty when unknown.
    pub session: String,
    /// The folder of the project, absolute, as the log has it; empty when unknown.
    pub project: String,
    /// When.
    pub at: UnixNanos,
    /// Who served it, such as `anthropic`; empty when the log does not say and the model must tell.
    pub provider: String,
    /// The model, as the log names it.
    pub model: String,
    /// Its tokens.
    pub tokens: TokenUse,
    /// Searches of the web, which are charged each.
    pub web_searches: u32,
    /// What multiplies or replaces its price.
    pub service: Service,
    /// True when only servers in the United States were used, which some providers charge for.
    pub us_only: bool,
    /// What the tool itself said that it cost.
    pub recorded: Option<PicoUsd>,
    /// How far the counts can be trusted.
    pub counts: Counts,
    /// Whether a long answer has an output count that cannot be true; `None` where the answer was
    /// too short to tell. A session where most say so is one of placeholders.
    pub implausible: Option<bool>,
    /// Files that tools read or wrote since the request before, absolute or relative to the
    /// project, each once: what the input is attributed to.
    pub files: Vec<String>,
}

/// How a request was served.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    EnumIter,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// As usual.
    #[default]
    Standard,
    /// Faster, for more.
    Fast,
    /// Before others, for more.
    Priority,
    /// When there is room, for less.
    Flex,
    /// In a batch, for less.
    Batch,
}

/// How far the counts of a request can be trusted.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    EnumIter,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// The provider counted.
    #[default]
    Exact,
    /// A part was guessed, such as the model or the split into classes.
    Estimated,
    /// They are the sum of several requests, so no single prompt is known that would choose a tier.
    Summed,
    /// There are none, or they cannot be priced: only the recorded cost counts.
    CostOnly,
}
