//! One sitting at the dashboard: its state, and the engine's end of it.
//!
//! Both faces of the dashboard, on a terminal and without one, are loops around this. Deliberately
//! not here: the terminal, and when to draw.

use std::{future::poll_fn, path::PathBuf, pin::Pin, task::Poll, time::Duration};

use crossterm::event::{Event as Input, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use tokio::sync::mpsc;

use super::{
    keymap::Keymap,
    keys::Key,
    message::{Effect, Export, Message},
    model::Model,
    pace::Urgency,
    reread::Place,
    saved::SavedWish,
    settings::Settings,
    update::update,
};
use crate::{
    client::{Client, Lagged, RecentLog},
    model::{
        Answer, Command, ImportRequest, NodeId, NoticeLevel, Question, Refusal, RepoPath, Shown,
        TaskState,
    },
};

/// What the engine may have to say between two frames; a dashboard that falls behind further gets
/// a new snapshot instead.
const WAITING: usize = 256;

/// The pause between two looks at a log that grows: as often as news are drawn.
const LOG_PAUSE: Duration = Duration::from_millis(125);

/// How long the hands rest before a list is asked for that typed text narrows, or what is marked is
/// counted: less than a reader needs to look up, more than lies between two keys of a word.
const TYPING_PAUSE: Duration = Duration::from_millis(300);

/// Lines that one notch of the wheel scrolls.
const NOTCH: i16 = 3;

/// What comes from the engine.
#[derive(Debug)]
pub(super) enum Report {
    /// Something for the dashboard, and how urgently its effect is to be seen.
    News(Urgency, Message),
    /// The engine has ended.
    Ended(Refusal),
}

/// What the dashboard wants of whoever shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Wish {
    /// Edit this file.
    Edit(NodeId, RepoPath),
    /// Edit settings here.
    EditSettings(Place),
    /// Put this into the clipboard.
    Copy(Vec<u8>),
    /// Write a text into a file.
    Write(Export),
    /// Do this with saved contexts.
    Saved(SavedWish),
    /// Remember that these were imported or declined.
    Answer(Vec<PathBuf>),
    /// Draw every cell again.
    Redraw,
    /// Stop until the shell brings the program back.
    Suspend,
    /// Leave.
    Quit,
}

/// What a message led to.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// What is wanted.
    pub(super) wishes: Vec<Wish>,
    /// True when the engine was asked or told something.
    pub(super) asked: bool,
}

/// One sitting at the dashboard.
#[derive(Debug)]
pub(super) struct Session {
    /// On the heap: it is large, and lies in what waits.
    model: Box<Model>,
    keymap: Keymap,
    client: Client,
    reports: mpsc::Sender<Report>,
}

impl Session {
    /// Begins, and listens to the engine.
    pub(super) fn begin(
        client: Client,
        settings: &Settings,
        size: (u16, u16),
    ) -> (Self, mpsc::Receiver<Report>) {
        let (reports, inbox) = mpsc::channel(WAITING);
        tokio::spawn(listen(client.clone(), reports.clone()));
        tokio::spawn(read_log(settings.log.clone(), reports.clone()));
        let model = Box::new(Model::new(settings, size));
        (Self { model, keymap: settings.keymap.clone(), client, reports }, inbox)
    }

    /// Returns the state to draw.
    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    /// Returns the way to the engine.
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Takes what came from the terminal; `None` when it means nothing.
    pub(super) async fn input(&mut self, input: Input) -> Option<Taken> {
        let message = match input {
            Input::Key(event) => self.pressed(event)?,
            Input::Mouse(event) => mouse(event)?,
            Input::Paste(text) => Message::Pasted(text),
            Input::Resize(..) | Input::FocusGained | Input::FocusLost => return None,
        };
        Some(self.take(Urgency::Input, message).await)
    }

    /// Takes a key; `None` when it means nothing where it was pressed.
    pub(super) async fn key(&mut self, key: Key) -> Option<Taken> {
        let message = self.meaning(key)?;
        Some(self.take(Urgency::Input, message).await)
    }

    /// Takes a message, and begins what follows from it.
    pub(super) async fn take(&mut self, urgency: Urgency, message: Message) -> Taken {
        let mut taken = Taken::default();
        for effect in update(&mut self.model, message) {
            match effect {
                Effect::Send(command) => {
                    taken.asked = true;
                    self.begin_to(urgency, send(self.client.clone(), command)).await;
                }
                Effect::Ask(question) => {
                    taken.asked = true;
                    self.begin_to(urgency, ask(self.client.clone(), question)).await;
                }
                Effect::Rest(change) => {
                    let rested = after(TYPING_PAUSE, Message::Rested(change));
                    self.begin_to(Urgency::Input, rested).await;
                }
                Effect::RestMarks(change) => {
                    let rested = after(TYPING_PAUSE, Message::MarksRested(change));
                    self.begin_to(Urgency::News, rested).await;
                }
                Effect::Cool(time) => {
                    let cooled = after(Duration::from_millis(time.0), Message::Cooled);
                    self.begin_to(Urgency::News, cooled).await;
                }
                Effect::Edit(node, path) => taken.wishes.push(Wish::Edit(node, path)),
                Effect::EditSettings(place) => taken.wishes.push(Wish::EditSettings(place)),
                Effect::Copy(text) => taken.wishes.push(Wish::Copy(text)),
                Effect::Write(export) => taken.wishes.push(Wish::Write(export)),
                Effect::Saved(wish) => taken.wishes.push(Wish::Saved(wish)),
                Effect::Answer(sources) => taken.wishes.push(Wish::Answer(sources)),
                Effect::Log(level, text) => keep(level, &text),
                Effect::Redraw => taken.wishes.push(Wish::Redraw),
                Effect::Suspend => taken.wishes.push(Wish::Suspend),
                Effect::Quit => taken.wishes.push(Wish::Quit),
            }
        }
        taken
    }

    fn pressed(&self, event: KeyEvent) -> Option<Message> {
        self.meaning(Key::pressed(event)?)
    }

    fn meaning(&self, key: Key) -> Option<Message> {
        let scope = self.model.scope();
        match self.keymap.action(scope, key) {
            Some(action) => Some(Message::Pressed(action)),
            None if scope.is_text() => key.text().map(Message::Typed),
            None => None,
        }
    }

    /// Begins to wait for the engine. The request is on its way when this returns, so that
    /// requests arrive in the order in which they were wished for; the answer is reported later.
    async fn begin_to(
        &self,
        urgency: Urgency,
        request: impl Future<Output = Option<Message>> + Send + 'static,
    ) {
        let reports = self.reports.clone();
        let mut request: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
            if let Some(message) = request.await {
                // Nobody reads it when the dashboard is being left.
                drop(reports.send(Report::News(urgency, message)).await);
            }
        });
        let first = poll_fn(|context| Poll::Ready(request.as_mut().poll(context))).await;
        if first.is_pending() {
            tokio::spawn(request);
        }
    }
}

/// Keeps a notice of the dashboard in the log, as the engine keeps its own.
fn keep(level: NoticeLevel, text: &str) {
    match level {
        NoticeLevel::Info => tracing::info!("{text}"),
        NoticeLevel::Warning => tracing::warn!("{text}"),
        NoticeLevel::Error => tracing::error!("{text}"),
    }
}

async fn send(client: Client, command: Command) -> Option<Message> {
    if let Command::Import(request) = command {
        let source = request.source.clone();
        let ended = import(&client, request).await;
        return Some(Message::Imported(source, ended));
    }
    client.send(command).await.err().map(|refusal| Message::Refused(shown(&refusal)))
}

/// Imports, and waits for the end.
async fn import(client: &Client, request: ImportRequest) -> Result<(), String> {
    let refused = |refusal: Refusal| shown(&refusal);
    let id = client.send(Command::Import(request)).await.map_err(refused)?;
    loop {
        // Before it is asked for, so that no end is missed.
        let (_, mut events) = client.subscribe().await.map_err(refused)?;
        loop {
            let answer = client.ask(Question::Task(id)).await.map_err(refused)?;
            if let Some(ended) = end_of_import(answer) {
                return ended;
            }
            match events.next().await {
                Some(Ok(_)) => {}
                Some(Err(Lagged)) => break,
                None => return Err(shown(&Refusal::Ended)),
            }
        }
    }
}

/// Returns how an import ended; `None` while it runs.
fn end_of_import(answer: Answer) -> Option<Result<(), String>> {
    if matches!(answer, Answer::Imported(_)) {
        return Some(Ok(()));
    }
    let Answer::Task(Some(task)) = answer else {
        return Some(Err("how the import ended is not known any more".to_owned()));
    };
    match task.state {
        TaskState::Queued | TaskState::Running | TaskState::Retrying => None,
        TaskState::Completed => Some(Ok(())),
        TaskState::Cancelled => Some(Err("the import was cancelled".to_owned())),
        TaskState::Failed => {
            let why = task.error.unwrap_or_else(|| "the import failed".to_owned());
            Some(Err(Shown::text(&why).as_str().to_owned()))
        }
    }
}

async fn ask(client: Client, question: Question) -> Option<Message> {
    Some(match client.ask(question.clone()).await {
        Ok(answer) => Message::Answered(Box::new(answer)),
        Err(refusal) => Message::Unanswered(Box::new(question), shown(&refusal)),
    })
}

async fn after(time: Duration, message: Message) -> Option<Message> {
    tokio::time::sleep(time).await;
    Some(message)
}

fn shown(refusal: &Refusal) -> String {
    Shown::text(&refusal.to_string()).as_str().to_owned()
}

fn mouse(event: MouseEvent) -> Option<Message> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Message::Clicked(column, row)),
        MouseEventKind::ScrollDown => Some(Message::Scrolled(column, row, NOTCH)),
        MouseEventKind::ScrollUp => Some(Message::Scrolled(column, row, -NOTCH)),
        MouseEventKind::Down(MouseButton::Right | MouseButton::Middle)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => None,
    }
}

/// Reports what the program logs, a handful of records at a time.
async fn read_log(log: RecentLog, reports: mpsc::Sender<Report>) {
    let mut last = 0;
    loop {
        log.wait_after(last).await;
        let records = log.after(last);
        last = records.last().map_or(last, |record| record.number);
        let news = Report::News(Urgency::News, Message::Logged(records));
        if reports.send(news).await.is_err() {
            return;
        }
        tokio::time::sleep(LOG_PAUSE).await;
    }
}

/// Reports the engine's state and every event, and its state anew when events were lost.
async fn listen(client: Client, reports: mpsc::Sender<Report>) {
    // The first state is what a person waits for; later ones are news.
    let mut urgency = Urgency::Input;
    loop {
        let (snapshot, mut events) = match client.subscribe().await {
            Ok(subscribed) => subscribed,
            Err(refusal) => return drop(reports.send(Report::Ended(refusal)).await),
        };
        let mut message = Message::Subscribed(Box::new(snapshot));
        loop {
            if reports.send(Report::News(urgency, message)).await.is_err() {
                return;
            }
            urgency = Urgency::News;
            message = match events.next().await {
                Some(Ok(event)) => Message::Told(Box::new(event)),
                Some(Err(Lagged)) => {
                    tracing::warn!("events were lost: the engine's state is asked for again");
                    break;
                }
                None => return drop(reports.send(Report::Ended(Refusal::Ended)).await),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, ImportReport, Millis, Priority, TaskId, TaskKind, TaskView};

    fn ended(state: TaskState, error: Option<&str>) -> Option<Result<(), String>> {
        end_of_import(Answer::Task(Some(TaskView {
            id: TaskId(1),
            kind: TaskKind::Import,
            subject: RepoPath::root(),
            priority: Priority::High,
            state,
            attempts: 1,
            max_attempts: 1,
            elapsed: Millis(1),
            next_try: None,
            bytes: Bytes(0),
            pieces: None,
            error: error.map(str::to_owned),
        })))
    }

    #[test]
    fn an_import_ends_well_when_it_has_a_report_and_not_before() {
        let report = Answer::Imported(ImportReport::default());
        assert_eq!(end_of_import(report), Some(Ok(())));
        for state in [TaskState::Queued, TaskState::Running, TaskState::Retrying] {
            assert_eq!(ended(state, None), None, "{state}");
        }
    }

    #[test]
    fn an_import_that_failed_says_why_in_harmless_words() {
        let failed = ended(TaskState::Failed, Some("cannot read `x\u{1b}[2J`"));
        assert_eq!(failed, Some(Err("cannot read `x\\x1b[2J`".to_owned())));
        for end in [
            ended(TaskState::Failed, None),
            ended(TaskState::Cancelled, None),
            end_of_import(Answer::Task(None)),
        ] {
            assert!(matches!(end, Some(Err(why)) if why.contains("import")));
        }
    }
}
