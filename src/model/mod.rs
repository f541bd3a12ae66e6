//! Plain data that every floor shares: no I/O, no async, no drawing.
//!
//! What crosses a channel is defined here, and would cross a socket unchanged.
//! Deliberately not here: anything that opens a file, waits, or knows a terminal.

mod budget;
mod cache;
mod caught;
mod clock;
mod command;
mod context_text;
mod day;
mod encoding;
mod event;
mod evict;
mod file;
mod id;
mod log;
mod money;
mod path;
mod preview;
mod quantity;
mod question;
mod report;
mod result;
mod shown;
mod spend;
mod spend_record;
mod task;
mod tree;
mod usage;

pub use budget::{Context, Gauge, Level, ModelInfo, Thresholds, Tokenizer};
pub use cache::{
    CacheStatus, CellStats, EntryDetails, EntryKey, EntryOrder, EntryPage, EntryQuery, EntryView,
    Kind, KindStats, SavedBy, StoreMode, Tier, TierStats, VerifyReport,
};
pub use caught::{catch_panic, panic_is_caught, panic_text};
pub use clock::{Clock, FakeClock, SystemClock};
pub use command::{Command, MarkChange};
pub use context_text::{ContextFormat, ContextText, MarkLevel, TextWanted};
pub use day::{BadDay, Day};
pub use encoding::{Encoding, UnknownEncoding};
pub use event::{Event, EventKind, Notice, NoticeLevel, Snapshot, WatchState, WorkView};
pub use evict::{EvictRequest, EvictTarget, EvictionPlan, Policy, Victim};
pub use file::{FileStatus, Fingerprint, SkipTotals};
pub use id::{ContentHash, NodeId, Sequence, TaskId};
pub use log::{LogLevel, LogRecord};
pub use money::{PicoUsd, SignedPicoUsd};
pub use path::{BadPath, RepoPath};
pub use preview::{Preview, PreviewBody, PreviewLine, PreviewText, SyntaxKind, SyntaxSpan};
pub use quantity::{Bytes, Millis, TokenCount, Tokens, UnixNanos};
pub use question::{Answer, Question, Refusal};
pub use report::{CountReport, CountRequest, CountedFile, CountedFolder, UseCache};
pub use result::{
    CacheReport, Churn, ColdSpot, ExportReport, FoundResult, ImportReport, ImportRequest,
    Inventory, KindReport, Offer, PaidFor, ResultDetails, ResultEntry, ResultFactors, ResultStats,
};
pub use shown::Shown;
pub use spend::{
    Amount, BudgetState, Burn, Forecast, ForecastView, NameMatch, RecommendedLimit, Savings,
    SkippedLines, SpendBy, SpendFilter, SpendQuery, SpendReport, SpendRow, SpendState,
    SpendSummary, ToolView, WindowView,
};
pub use spend_record::{SpendOrder, SpendRecord, SpendRecords, SpendRecordsQuery};
pub use task::{Priority, TaskKind, TaskState, TaskView, TasksView};
pub use tree::{
    CountPlace, Details, Filter, Mark, Matched, Order, Row, RowKind, RowsPage, RowsQuery,
    SkippedFile, SkippedPage, Sort, TreeSummary, Unmarked,
};
pub use usage::{Quality, TokenUse, Tool};
