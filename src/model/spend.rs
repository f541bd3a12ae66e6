//! What language models cost, as seen from outside: requests, sums, budgets, forecasts.
//!
//! Days are those of the user's zone. Money is in pico-dollars; what has no known price is counted
//! in tokens as unpriced and is never a zero.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::{
    Day, Level, Millis, PicoUsd, Quality, SignedPicoUsd, Thresholds, TokenUse, Tokens, Tool,
    UnixNanos,
};

/// By what spend is grouped.
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
    Hash,
    IntoStaticStr,
    PartialEq,
    Serialize,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SpendBy {
    /// By day.
    #[default]
    Daily,
    /// By month.
    Monthly,
    /// By model.
    Model,
    /// By provider.
    Provider,
    /// By project.
    Project,
    /// By session.
    Session,
    /// By the type of the files that were read and written.
    FileType,
    /// By the tool that asked.
    Tool,
}

/// Which requests count.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(default)]
pub struct SpendFilter {
    /// The first day, inclusive.
    pub since: Option<Day>,
    /// The last day, inclusive.
    pub until: Option<Day>,
    /// How the names below are held against those that are known.
    #[serde(default)]
    pub names: NameMatch,
    /// Only of this tool.
    pub tool: Option<Tool>,
    /// Only of this provider.
    pub provider: Option<String>,
    /// Only of this model.
    pub model: Option<String>,
    /// Only of this project.
    pub project: Option<String>,
    /// Only of this session.
    pub session: Option<String>,
    /// Only where model, provider, project, session or tool holds this text, in either case.
    pub text: Option<String>,
}

/// How a name is held against those that are known.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameMatch {
    /// It is the name, as it was shown.
    #[default]
    Shown,
    /// As in a budget: in either case, a model without its date or its beginning before `*`, a
    /// project by its folder or the folder's name, with what lies below.
    AsInBudgets,
}

/// Asks for sums.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SpendQuery {
    /// By what they are grouped.
    pub by: SpendBy,
    /// Which requests count.
    pub filter: SpendFilter,
}

/// Sums of a group of requests.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SpendRow {
    /// The day, month, model and so on; empty where the log does not say it.
    pub key: String,
    /// How many requests.
    pub requests: u64,
    /// Their tokens.
    pub tokens: TokenUse,
    /// The cost of those that have a price; `None` when none has.
    pub cost: Option<PicoUsd>,
    /// Tokens of those that have none.
    pub unpriced: Tokens,
    /// The worst quality among them.
    pub quality: Quality,
    /// The last request.
    pub last: UnixNanos,
}

/// Sums of a range of days.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SpendReport {
    /// The first day that counts.
    pub from: Day,
    /// The last day that counts.
    pub to: Day,
    /// The zone that days are cut in.
    pub zone: String,
    /// By what the rows are grouped.
    pub by: SpendBy,
    /// The groups: days and months in their order, others with the dearest first.
    pub rows: Vec<SpendRow>,
    /// All of them together; its key is empty.
    pub total: SpendRow,
    /// Requests of each quality, in the order of [`Quality`].
    pub quality: Vec<(Quality, u64)>,
    /// What was skipped in all logs, for life.
    pub skipped: Vec<SkippedLines>,
    /// The share of the input that could be attributed to files, from 0 to 1; when grouped by file
    /// type.
    pub attributed: Option<f64>,
    /// What caching saved in the range.
    pub savings: Savings,
    /// The budgets as they stand now.
    pub budgets: Vec<BudgetState>,
    /// The running five-hour block, or the provider's own windows.
    pub windows: Vec<WindowView>,
    /// True when a flat subscription pays: costs are what the API would have charged.
    pub api_equivalent: bool,
    /// Where the month will end.
    pub forecast: ForecastView,
    /// Spend of each day of the range, without gaps, for a trend.
    pub days: Vec<(Day, PicoUsd)>,
}

/// Lines of logs that were not counted, for one reason.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SkippedLines {
    /// In whose logs.
    pub tool: Tool,
    /// Why, in words.
    pub reason: String,
    /// How many.
    pub lines: u64,
}

/// What caching saved in a range of days or a month.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Savings {
    /// By the providers' prompt caches: reads at the price of input, less what they cost, less what
    /// writing cost over input; it may be negative.
    pub provider: SignedPicoUsd,
    /// By hits of results in larder's own cache, of any model; nothing where only some requests
    /// count.
    pub larder: PicoUsd,
    /// Time that hits of counts in larder's own cache saved.
    pub larder_ms: Millis,
}

/// An amount that may be spent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// Money.
    Usd(PicoUsd),
    /// Tokens, in and out.
    Tokens(Tokens),
}

/// How a budget stands.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BudgetState {
    /// Its name, such as `month` or `day · codex`.
    pub name: String,
    /// What of it may be spent.
    pub limit: Amount,
    /// What was spent.
    pub used: Amount,
    /// Tokens without a price that are not in `used`.
    pub unpriced: Tokens,
    /// Spent in percent of the limit, rounded down.
    pub percent: u64,
    /// Where warnings and alerts begin.
    pub thresholds: Thresholds,
    /// How full it is.
    pub level: Level,
    /// When its period began.
    pub from: UnixNanos,
    /// When its period ends.
    pub to: UnixNanos,
    /// The day of the month on which it begins, where shorter months have no such day: their last
    /// day stands in.
    pub reset_day: Option<u8>,
    /// True when its period has no end: it is that of the last days, and begins later each day.
    pub is_rolling: bool,
    /// The day on which it will be used up, when that lies in the period.
    pub run_out: Option<Day>,
}

/// Where the month will end, or why nobody can say.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum ForecastView {
    /// There is not enough to go by.
    NotEnough {
        /// Days with spend lately.
        active_days: u32,
        /// Days with spend that are needed.
        needed: u32,
    },
    /// A range.
    Known(Forecast),
}

impl Default for ForecastView {
    fn default() -> Self {
        Self::NotEnough { active_days: 0, needed: 0 }
    }
}

/// What the month will have cost at its end.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Forecast {
    /// Spent so far.
    pub spent: PicoUsd,
    /// If the days that are left are cheap.
    pub low: PicoUsd,
    /// Most likely.
    pub likely: PicoUsd,
    /// If they are dear.
    pub high: PicoUsd,
    /// If they are as those of the month so far.
    pub linear: PicoUsd,
    /// How it was made, in words.
    pub method: String,
    /// A monthly limit, when months are closed.
    pub recommended: Option<RecommendedLimit>,
}

/// A monthly limit that four of five closed months stay below.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecommendedLimit {
    /// The limit.
    pub limit: PicoUsd,
    /// From how many closed months.
    pub months: u32,
    /// How many of them would have passed it.
    pub passed: u32,
}

/// Spend at a glance.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct SpendSummary {
    /// How far the logs are read.
    pub state: SpendState,
    /// Cost of this day.
    pub today: PicoUsd,
    /// Tokens of today without a price, that are not in `today`.
    pub today_unpriced: Tokens,
    /// Cost of this month.
    pub month: PicoUsd,
    /// Tokens without a price in this month.
    pub month_unpriced: Tokens,
    /// Requests of this month.
    pub month_requests: u64,
    /// The worst quality of this month.
    pub month_quality: Quality,
    /// The budgets.
    pub budgets: Vec<BudgetState>,
    /// Where the month will end.
    pub forecast: ForecastView,
    /// What caching saved in this month.
    pub savings: Savings,
    /// The tools that were found.
    pub tools: Vec<ToolView>,
    /// The running five-hour block, or the provider's own windows.
    pub windows: Vec<WindowView>,
    /// True when a flat subscription pays: costs are what the API would have charged.
    pub api_equivalent: bool,
}

impl SpendSummary {
    /// Returns the budget that is fullest: the one to be said where there is room for one.
    #[must_use]
    pub fn fullest(&self) -> Option<&BudgetState> {
        self.budgets.iter().max_by_key(|budget| (budget.level, budget.percent))
    }
}

/// How far the logs are read.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum SpendState {
    /// Nobody asked for them.
    #[default]
    Off,
    /// They are being read.
    Reading {
        /// Files that are read.
        done: u64,
        /// Files in all.
        files: u64,
    },
    /// All is read, and what comes is read at once.
    Ready,
    /// The ledger cannot be kept; holds why, safe to show.
    Broken {
        /// Why, and what helps.
        reason: String,
    },
}

/// A tool whose logs are read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ToolView {
    /// Which.
    pub tool: Tool,
    /// Log files that were found.
    pub files: u64,
    /// Requests for life.
    pub requests: u64,
    /// The last request.
    pub last: Option<UnixNanos>,
    /// Why something of it could not be read, safe to show.
    pub problem: Option<String>,
}

/// A window of time that a provider limits.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct WindowView {
    /// Its name, such as `5 h block` or `codex · 7 d`.
    pub name: String,
    /// When it began.
    pub from: UnixNanos,
    /// When it ends.
    pub to: UnixNanos,
    /// Used in percent, when the provider says so.
    pub percent: Option<f64>,
    /// Cost of its requests.
    pub cost: PicoUsd,
    /// Tokens of its requests.
    pub tokens: Tokens,
    /// How fast it is used; `None` while its requests are too close together to tell.
    pub burn: Option<Burn>,
}

/// How fast money and tokens go, between the first and the last request.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Burn {
    /// Dollars an hour.
    pub usd_per_hour: PicoUsd,
    /// Tokens a minute.
    pub tokens_per_minute: Tokens,
}
