//! An engine in memory for tests: a flat tree of so many files, and nothing behind it.

use std::time::Duration;

use tokio::sync::mpsc;

use larder::{
    client::Client,
    engine::{Envelope, Feed, Handle},
    model::{
        Answer, Bytes, CacheStatus, Command, Context, Encoding, EventKind, FileStatus, Mark,
        ModelInfo, NodeId, Question, Refusal, RepoPath, Row, RowKind, RowsPage, RowsQuery,
        Sequence, Snapshot, SpendSummary, TaskId, TasksView, Tokenizer, Tokens, TreeSummary,
        UnixNanos, Unmarked, WatchState, WorkView,
    },
};

/// Time between two changes of a file that keeps changing.
const BREATH: Duration = Duration::from_millis(50);

/// More events than are kept for a listener.
const FLOOD: u32 = 5_000;

/// What the engine does besides answering.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mood {
    /// Its work is done.
    Settled,
    /// It works, and is done once it was asked for rows.
    Working,
    /// A file keeps changing: each question is followed by news.
    Restless,
    /// Once asked for rows it tells more than a listener can hold, and has one more file for each
    /// who begins to listen.
    Flooding,
    /// It ends as soon as it is asked for rows.
    Ending,
}

/// Starts an engine with so many files; it tells which commands it was sent.
pub(crate) fn engine(files: u32, mood: Mood) -> (Client, mpsc::UnboundedReceiver<Command>) {
    let (handle, inbox) = Handle::new();
    // A test sends few commands, and must not stop the engine by not looking at them.
    let (tx, commands) = mpsc::unbounded_channel();
    tokio::spawn(serve(inbox, files, mood, tx));
    (Client::from(handle), commands)
}

async fn serve(
    mut inbox: mpsc::Receiver<Envelope>,
    mut files: u32,
    mood: Mood,
    commands: mpsc::UnboundedSender<Command>,
) {
    let mut feed = Feed::default();
    let mut flood = FLOOD;
    while let Some(envelope) = inbox.recv().await {
        match envelope {
            Envelope::Subscribe(back) => {
                files += u32::from(mood == Mood::Flooding);
                drop(back.send((snapshot(files, mood, feed.last()), feed.subscribe())));
            }
            Envelope::Command(command, back) => {
                drop(commands.send(command));
                drop(back.send(Ok(TaskId(1))));
            }
            Envelope::Question(question, back) => {
                drop(back.send(answer(question, files)));
                match mood {
                    Mood::Settled => {}
                    Mood::Working => feed.publish(EventKind::WorkMoved(WorkView::default())),
                    Mood::Restless => {
                        tokio::time::sleep(BREATH).await;
                        feed.publish(EventKind::TreeChanged(summary(files)));
                    }
                    Mood::Flooding => {
                        for _ in 0..std::mem::take(&mut flood) {
                            feed.publish(EventKind::TreeChanged(summary(files)));
                        }
                    }
                    Mood::Ending => return,
                }
            }
            Envelope::Close(back) => {
                back.send(Vec::new()).expect("who closes an engine waits for its end");
                return;
            }
        }
    }
}

fn answer(question: Question, files: u32) -> Result<Answer, Refusal> {
    match question {
        Question::Rows(query) => Ok(Answer::Rows(rows(&query, files))),
        Question::Tasks { .. } => Ok(Answer::Tasks(TasksView::default())),
        Question::Cache => Ok(Answer::Cache(CacheStatus::default())),
        Question::Context => Ok(Answer::Context(Context::default())),
        Question::Models => Ok(Answer::Models(vec![model()])),
        Question::Find(_)
        | Question::Details(_)
        | Question::Skipped { .. }
        | Question::Marked { .. }
        | Question::Preview { .. }
        | Question::ContextText(..)
        | Question::Task(_)
        | Question::Entries(_)
        | Question::Entry(_)
        | Question::CacheReport
        | Question::Inventory
        | Question::Offers(_)
        | Question::Result(_)
        | Question::Spend(_)
        | Question::SpendRecords(_)
        | Question::SpendSummary
        | Question::Victims(..)
        | Question::Count(_) => Err(Refusal::NoRepository),
    }
}

fn rows(query: &RowsQuery, files: u32) -> RowsPage {
    let from = u32::try_from(query.from).unwrap_or(u32::MAX).min(files);
    let end = from.saturating_add(query.len).min(files);
    RowsPage {
        from: u64::from(from),
        rows: (from..end).map(row).collect(),
        total: u64::from(files),
        follow_at: query.follow.map(|id| u64::from(id.0.saturating_sub(1))),
        ..RowsPage::default()
    }
}

fn row(index: u32) -> Row {
    let tokens = Tokens(u64::from(1_000_000 / (index + 1)));
    let name = format!("module_{index:05}.rs");
    Row {
        id: NodeId(index + 1),
        path: RepoPath::new(name.as_bytes()).expect("the name is a plain one"),
        depth: 0,
        kind: RowKind::File { status: FileStatus::Counted(tokens) },
        tokens,
        bytes: Bytes(tokens.0 * 4),
        files: 1,
        pending: 0,
        skipped: 0,
        modified: UnixNanos(0),
        largest_sibling: Tokens(1_000_000),
        parent_tokens: Tokens(9_000_000),
        mark: Mark::None,
        unmarked: Unmarked::default(),
    }
}

fn summary(files: u32) -> TreeSummary {
    TreeSummary {
        name: "fake".into(),
        tokens: Tokens(9_000_000),
        files: u64::from(files),
        counted: u64::from(files),
        ..TreeSummary::default()
    }
}

fn model() -> ModelInfo {
    ModelInfo {
        name: "gpt-5".into(),
        provider: "openai".into(),
        window: Tokens(272_000),
        encoding: Encoding::O200kBase,
        tokenizer: Tokenizer::Public,
        input_price: None,
        cached_input_price: None,
        source: "test".into(),
    }
}

fn snapshot(files: u32, mood: Mood, sequence: Sequence) -> Snapshot {
    Snapshot {
        sequence,
        tree: summary(files),
        work: WorkView { busy: mood == Mood::Working, ..WorkView::default() },
        tasks: TasksView::default(),
        cache: CacheStatus::default(),
        context: Context::default(),
        spend: SpendSummary::default(),
        model: model(),
        watch: WatchState::Off,
    }
}
