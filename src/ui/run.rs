//! The dashboard on a terminal: one loop that waits for all that can happen.
//!
//! It drains what is ready before it draws, draws only when something changed, and sleeps without
//! a timer when nothing moves.

use std::time::Duration;

use crossterm::event::Event as Input;
use ratatui::Terminal;
use tokio::sync::mpsc;

use super::{
    error::{Ending, UiError},
    input,
    look::Look,
    message::Message,
    output::Output,
    outside::Outside,
    pace::{Pace, Urgency},
    reread::Place,
    screen::Screen,
    session::{Report, Session, Taken, Wish},
    settings::Settings,
    signals::{Interruption, Watch},
    terminal::{self, Mouse, Prepared},
    view::draw,
};
use crate::{
    client::Client,
    model::{
        Answer, Clock as _, ContextFormat, NodeId, Question, RepoPath, SystemClock, TextWanted,
    },
};

/// How much is taken before a frame may be drawn: more than comes in between two of them, little
/// enough to keep a flood from stopping the screen.
const BATCH: usize = 512;

/// How long the last frame may take to be written when the dashboard is left.
const LAST_FRAME: Duration = Duration::from_millis(500);

/// Shows the dashboard until it is left, and closes the engine.
///
/// The terminal is whole when this returns, and whenever the program ends in between.
///
/// # Errors
/// Fails when there is no terminal that can show it, or when the engine ends.
pub async fn run(
    client: Client,
    settings: Settings,
    look: Look,
    mouse: Mouse,
) -> Result<Left, UiError> {
    let mut watch = Watch::start().map_err(UiError::Signals)?;
    let panics = watch.sender();
    terminal::restore_on_panic(move || {
        if panics.try_send(Interruption::Panicked).is_err() {
            tracing::warn!("the dashboard is being left already");
        }
    });
    let prepared = Prepared::enter(mouse)?;
    let turn = input::Turn::default();
    let inputs = input::read(turn.clone()).map_err(UiError::NoKeyboard)?;
    let output = Output::start().map_err(UiError::Thread)?;
    let (session, reports) = Session::begin(client.clone(), &settings, terminal::size());
    let mut shell = Shell {
        session,
        look,
        screen: blank(),
        output,
        prepared,
        pace: Pace::default(),
        clock: SystemClock::start(),
        outside: Outside::new(&settings, turn),
        record: Record::default(),
    };
    let again = settings.remembered.map(|last| last.marks).unwrap_or_default();
    Outside::mark_again(&client, again).await;
    let ending = shell.live(&mut watch, inputs, reports).await;
    shell.outside.remember(&client, shell.session.model().remembered()).await;
    let prints = shell.session.model().print_context;
    shell.leave().await;
    let context = if prints { context(&client).await } else { None };
    client.close().await;
    Ok(Left { ending: ending?, context })
}

/// How the dashboard was left, and with what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Left {
    /// How.
    pub ending: Ending,
    /// The context, when it is to be printed.
    pub context: Option<String>,
}

/// Returns the context as a text, when anything is marked.
async fn context(client: &Client) -> Option<String> {
    let question = Question::ContextText(ContextFormat::Markdown, TextWanted::Text);
    match client.ask(question).await {
        Ok(Answer::ContextText(made)) if made.files + made.names > 0 => Some(made.text),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "the context cannot be printed");
            None
        }
    }
}

fn blank() -> Terminal<Screen> {
    let Ok(terminal) = Terminal::new(Screen::new(terminal::size()));
    terminal
}

/// The dashboard and the terminal that shows it.
struct Shell {
    session: Session,
    look: Look,
    screen: Terminal<Screen>,
    output: Output,
    prepared: Prepared,
    pace: Pace,
    clock: SystemClock,
    outside: Outside,
    record: Record,
}

/// What was sent, for the log.
#[derive(Debug, Default)]
struct Record {
    frames: u64,
    bytes: usize,
    slowest: Duration,
    slowest_answer: Duration,
    /// When the oldest input came that no frame shows yet.
    input_at: Option<Duration>,
}

/// Whether the dashboard goes on.
type Step = Result<Option<Ending>, UiError>;

impl Shell {
    async fn live(
        &mut self,
        watch: &mut Watch,
        mut inputs: mpsc::Receiver<Input>,
        mut reports: mpsc::Receiver<Report>,
    ) -> Result<Ending, UiError> {
        self.pace.want(Urgency::Input);
        loop {
            let draw_in = self.draw_if_due();
            let tick_in = self.tick_in();
            let step = tokio::select! {
                biased;
                interruption = watch.next() => self.interrupted(interruption).await,
                input = inputs.recv() => self.inputs(input, &mut inputs).await,
                written = self.output.written() => Ok(written.err().map(|_| Ending::Closed)),
                report = reports.recv() => self.reports(report, &mut reports).await,
                () = nap(tick_in) => self.tick().await,
                () = nap(draw_in) => Ok(None),
            };
            if let Some(ending) = step? {
                return Ok(ending);
            }
        }
    }

    /// Draws when it is time; otherwise returns how long to wait, if a frame is wanted.
    fn draw_if_due(&mut self) -> Option<Duration> {
        if self.output.is_busy() {
            return None;
        }
        let wait = self.pace.frame_in(self.clock.monotonic())?;
        if wait > Duration::ZERO {
            return Some(wait);
        }
        let began = self.clock.monotonic();
        let Ok(_) = self.screen.draw(|frame| draw(self.session.model(), &self.look, frame));
        let frame = self.outside.with_copied(self.screen.backend_mut().take_frame());
        let now = self.clock.monotonic();
        self.pace.drawn(now);
        self.record.note(began, now, frame.as_ref().map_or(0, Vec::len));
        if let Some(frame) = frame {
            self.output.write(frame);
        }
        None
    }

    fn tick_in(&self) -> Option<Duration> {
        let moving = self.session.model().is_moving();
        moving.then(|| self.pace.tick_in(self.clock.monotonic()))
    }

    async fn tick(&mut self) -> Step {
        let now = self.clock.monotonic();
        self.pace.ticked(now);
        let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let taken = self.session.take(Urgency::News, Message::Ticked(millis)).await;
        self.follow(taken, Urgency::News).await
    }

    /// Takes an input and all that wait behind it.
    async fn inputs(&mut self, first: Option<Input>, more: &mut mpsc::Receiver<Input>) -> Step {
        let Some(mut input) = first else { return Ok(Some(Ending::Closed)) };
        for _ in 0..BATCH {
            self.record.input_at.get_or_insert(self.clock.monotonic());
            if let Some(taken) = self.session.input(input).await
                && let Some(ending) = self.follow(taken, Urgency::Input).await?
            {
                return Ok(Some(ending));
            }
            match more.try_recv() {
                Ok(next) => input = next,
                Err(_) => break,
            }
        }
        Ok(None)
    }

    /// Takes a report and all that wait behind it.
    async fn reports(&mut self, first: Option<Report>, more: &mut mpsc::Receiver<Report>) -> Step {
        let mut report = first;
        for _ in 0..BATCH {
            match report {
                Some(Report::News(urgency, message)) => {
                    let taken = self.session.take(urgency, message).await;
                    if let Some(ending) = self.follow(taken, urgency).await? {
                        return Ok(Some(ending));
                    }
                }
                Some(Report::Ended(refusal)) => return Err(UiError::EngineEnded(refusal)),
                None => break,
            }
            report = more.try_recv().ok();
        }
        Ok(None)
    }

    async fn interrupted(&mut self, interruption: Interruption) -> Step {
        match interruption {
            Interruption::Leave(signal) => return Ok(Some(Ending::Signal(signal))),
            Interruption::Panicked => return Err(UiError::Panicked),
            Interruption::Suspend if self.outside.has_stopped() => {}
            Interruption::Suspend => {
                if let Some(ending) = self.suspend().await {
                    return Ok(Some(ending));
                }
            }
            Interruption::Resumed => {
                self.last_frame().await;
                // A terminal that goes away also wakes whom it stopped.
                if self.prepared.resume().is_err() {
                    return Ok(Some(Ending::Closed));
                }
                self.redraw();
            }
            // The terminal may have lost cells although it has the size it had before.
            Interruption::Resized => self.redraw(),
        }
        let (columns, rows) = terminal::size();
        self.screen.backend_mut().resize(columns, rows);
        let taken = self.session.take(Urgency::Input, Message::Resized(columns, rows)).await;
        self.follow(taken, Urgency::Input).await
    }

    async fn follow(&mut self, taken: Taken, urgency: Urgency) -> Step {
        self.pace.want(urgency);
        for wish in taken.wishes {
            match wish {
                Wish::Copy(text) => self.outside.copy(&text),
                Wish::Edit(node, path) => self.edit(node, &path).await,
                Wish::EditSettings(place) => self.edit_settings(place).await,
                Wish::Write(export) => {
                    let message = self.outside.write(export).await;
                    // Its only effect is a question, or a notice.
                    drop(self.session.take(Urgency::Input, message).await);
                }
                Wish::Saved(wish) => {
                    let client = self.session.client();
                    for message in self.outside.saved(&client, wish).await {
                        drop(self.session.take(Urgency::Input, message).await);
                    }
                }
                Wish::Answer(sources) => self.outside.answer(&sources),
                Wish::Redraw => self.redraw(),
                Wish::Suspend => {
                    if let Some(ending) = self.suspend().await {
                        return Ok(Some(ending));
                    }
                }
                Wish::Quit => return Ok(Some(Ending::Quit)),
            }
        }
        Ok(None)
    }

    /// Stops until the shell brings the program back; the terminal may be gone then.
    async fn suspend(&mut self) -> Option<Ending> {
        self.last_frame().await;
        if let Err(error) = self.prepared.suspend() {
            tracing::warn!(%error, "the terminal did not come back");
            return Some(Ending::Closed);
        }
        self.redraw();
        None
    }

    /// Gives the terminal to the editor until it ends, and has the file looked at again.
    async fn edit(&mut self, node: NodeId, path: &RepoPath) {
        self.last_frame().await;
        let edited = self.outside.edit(&self.prepared, path).await;
        self.edited(edited.map(|()| Message::Edited(node))).await;
    }

    /// Gives the terminal to the editor until it ends, and reads the settings again.
    async fn edit_settings(&mut self, place: Place) {
        self.last_frame().await;
        let edited = self.outside.edit_settings(&self.prepared, place).await;
        self.edited(edited.map(|now| Message::SettingsRead(Box::new(now)))).await;
    }

    async fn edited(&mut self, edited: std::io::Result<Message>) {
        self.redraw();
        let message = edited.unwrap_or_else(|error| {
            Message::Uneditable(format!("the editor cannot be used: {error}"))
        });
        // Its only effects are a command and a notice.
        drop(self.session.take(Urgency::Input, message).await);
    }

    /// Draws every cell with the next frame.
    fn redraw(&mut self) {
        self.screen.backend_mut().forget_cursor();
        let Ok(()) = self.screen.clear();
        self.pace.want(Urgency::Input);
    }

    /// Waits for a frame on its way, so that the terminal is not given away in the middle of it.
    async fn last_frame(&mut self) {
        if self.output.is_busy() {
            // Later than that nobody reads it.
            drop(tokio::time::timeout(LAST_FRAME, self.output.written()).await);
        }
    }

    /// Gives the terminal back, after what is still on its way to it.
    async fn leave(mut self) {
        self.last_frame().await;
        drop(self.prepared);
        let Record { frames, bytes, slowest, slowest_answer, .. } = self.record;
        tracing::info!(frames, bytes, ?slowest, ?slowest_answer, "the dashboard was left");
    }
}

impl Record {
    fn note(&mut self, began: Duration, now: Duration, bytes: usize) {
        let took = now.saturating_sub(began);
        self.frames += u64::from(bytes > 0);
        self.bytes += bytes;
        self.slowest = self.slowest.max(took);
        let answer = self.input_at.take().map(|at| now.saturating_sub(at));
        self.slowest_answer = self.slowest_answer.max(answer.unwrap_or_default());
        tracing::debug!(bytes, ?took, ?answer, "drew a frame");
    }
}

/// Waits so long; without a time, forever and without a timer.
async fn nap(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
