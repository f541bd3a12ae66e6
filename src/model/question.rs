//! What may be asked without changing anything.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{
    CacheReport, CacheStatus, Context, ContextFormat, ContextText, CountReport, CountRequest,
    Details, EntryDetails, EntryKey, EntryPage, EntryQuery, EvictRequest, EvictionPlan,
    ExportReport, Filter, FoundResult, ImportReport, Inventory, ModelInfo, NodeId, Offer, Preview,
    RepoPath, ResultFactors, RowsPage, RowsQuery, SkippedPage, SpendQuery, SpendRecords,
    SpendRecordsQuery, SpendReport, SpendSummary, TaskId, TaskView, TasksView, TextWanted,
    VerifyReport,
};

/// A question.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// The visible rows of the tree.
    Rows(RowsQuery),
    /// The entry with this path.
    Find(RepoPath),
    /// All that is known of an entry.
    Details(NodeId),
    /// Files that were not counted: how many to leave out, and how many to give.
    Skipped {
        /// Index of the first.
        from: u64,
        /// How many.
        len: u32,
    },
    /// The files in the context.
    Marked {
        /// Index of the first.
        from: u64,
        /// How many.
        len: u32,
        /// When set, only those that match; what is no valid glob is a part of the path.
        #[serde(default)]
        filter: Option<Filter>,
    },
    /// Lines of a file, to read.
    Preview {
        /// The file.
        node: NodeId,
        /// Index of the first line.
        from: u64,
        /// How many.
        len: u32,
    },
    /// Totals of the context.
    Context,
    /// The context as the text that is sent.
    ContextText(ContextFormat, TextWanted),
    /// The queue, with at most so many queued and failed tasks.
    Tasks {
        /// How many of each.
        limit: u32,
    },
    /// One task.
    Task(TaskId),
    /// The store at a glance.
    Cache,
    /// The store at a glance and its results by type and model, once the database is open and lists
    /// every file.
    Inventory,
    /// Entries of the store.
    Entries(EntryQuery),
    /// One entry of the store.
    Entry(EntryKey),
    /// How well the cache works.
    CacheReport,
    /// The caches of other tools that are about the repository at this folder.
    Offers(PathBuf),
    /// A result of a language model.
    Result(ResultFactors),
    /// What was spent, as sums.
    Spend(SpendQuery),
    /// What was spent, request by request.
    SpendRecords(SpendRecordsQuery),
    /// What was spent, at a glance, once all logs are read.
    SpendSummary,
    /// What an eviction would remove, listing at most so many victims.
    Victims(EvictRequest, u32),
    /// The models there are.
    Models,
    /// Counts folders and files apart from the tree: what the command line asks.
    Count(CountRequest),
}

/// The answer to a question of the same name.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To `Rows`.
    Rows(RowsPage),
    /// To `Find`.
    Found(Option<NodeId>),
    /// To `Details`; `None` when the entry is gone.
    Details(Option<Details>),
    /// To `Skipped`.
    Skipped(SkippedPage),
    /// To `Marked`: how many there are, and the ones asked for.
    Marked(u64, Vec<super::Row>),
    /// To `ContextText`.
    ContextText(Box<ContextText>),
    /// To `Preview`.
    Preview(Box<Preview>),
    /// To `Context`.
    Context(Context),
    /// To `Tasks`.
    Tasks(TasksView),
    /// To `Task`; `None` when the id is unknown.
    Task(Option<TaskView>),
    /// To `Cache`.
    Cache(CacheStatus),
    /// To `Inventory`.
    Inventory(Box<Inventory>),
    /// To `Entries`.
    Entries(EntryPage),
    /// To `Entry`; `None` when there is none with that key.
    Entry(Option<EntryDetails>),
    /// To `Victims`.
    Victims(EvictionPlan),
    /// To `Models`.
    Models(Vec<ModelInfo>),
    /// To `Count`.
    Count(CountReport),
    /// To `Task`, when it was a verification that has ended: what it found.
    Verified(VerifyReport),
    /// To `Task`, when it was an import that has ended: what it did.
    Imported(ImportReport),
    /// To `Task`, when it was an export that has ended: what it wrote.
    Exported(ExportReport),
    /// To `CacheReport`.
    CacheReport(Box<CacheReport>),
    /// To `Offers`.
    Offers(Vec<Offer>),
    /// To `Result`.
    Result(Box<FoundResult>),
    /// To `Spend`.
    Spend(Box<SpendReport>),
    /// To `SpendRecords`.
    SpendRecords(SpendRecords),
    /// To `SpendSummary`.
    SpendSummary(Box<SpendSummary>),
}

/// Why a command or question was not taken. Never a state of the engine, always the asker's to mend.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The entry is gone or never was.
    UnknownNode(NodeId),
    /// No task has this id.
    UnknownTask(TaskId),
    /// No model has this name; holds the name.
    UnknownModel(String),
    /// No repository is open.
    NoRepository,
    /// The queue is full; holds its limit.
    QueueFull(u64),
    /// The store cannot do this in its mode; holds the reason.
    StoreUnavailable(String),
    /// The path cannot be read; holds path and reason.
    Unreadable(String),
    /// The ledger cannot do this; holds why.
    LedgerUnavailable(String),
    /// The engine has ended.
    Ended,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownNode(NodeId(id)) => write!(f, "entry {id} is gone"),
            Self::UnknownTask(TaskId(id)) => write!(f, "no task has the id {id}"),
            Self::UnknownModel(name) => {
                write!(f, "no model is called `{}`", super::Shown::text(name))
            }
            Self::NoRepository => f.write_str("no repository is open"),
            Self::QueueFull(limit) => write!(f, "the queue is full: it holds {limit} tasks"),
            Self::StoreUnavailable(reason) => write!(f, "the store cannot do this: {reason}"),
            Self::Unreadable(what) => write!(f, "cannot read {what}"),
            Self::LedgerUnavailable(reason) => write!(f, "the ledger cannot do this: {reason}"),
            Self::Ended => f.write_str("the engine has ended"),
        }
    }
}

impl std::error::Error for Refusal {}
