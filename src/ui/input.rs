//! Keys, clicks and pastes: a thread of its own that waits for the terminal.
//!
//! It waits itself instead of letting crossterm wait, which spins when the terminal goes away
//! (crossterm #793): a terminal that hung up is noticed before crossterm reads from it.

use std::{
    io,
    os::fd::OwnedFd,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags};
use tokio::sync::mpsc;

use super::terminal;

/// A burst of the wheel or of a held key between two frames.
const WAITING: usize = 256;

/// How long crossterm may look for the rest of a key: its bytes are there already.
const REST: Duration = Duration::from_millis(10);

/// Who may read from the terminal: the thread here, or another program while its guard is held.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn(Arc<Mutex<()>>);

impl Turn {
    /// Keeps the thread from reading until the guard is dropped.
    pub(super) fn take(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts to read; the channel closes when the terminal goes away.
pub(super) fn read(turn: Turn) -> io::Result<mpsc::Receiver<Event>> {
    let keyboard = terminal::keyboard()?;
    let (tx, rx) = mpsc::channel(WAITING);
    // It ends with the program: whoever waits for a terminal cannot be called back.
    thread::Builder::new()
        .name("input".into())
        .spawn(move || while has_input(&keyboard) && forward(&tx, &turn) {})?;
    Ok(rx)
}

/// Waits for bytes; false when the terminal went away.
fn has_input(keyboard: &OwnedFd) -> bool {
    loop {
        let mut fds = [PollFd::new(keyboard, PollFlags::IN)];
        match rustix::event::poll(&mut fds, None) {
            Ok(_) => return fds[0].revents() == PollFlags::IN,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Hands on what is there; false when nobody wants it or it cannot be read.
fn forward(tx: &mpsc::Sender<Event>, turn: &Turn) -> bool {
    loop {
        let Ok(event) = next(turn) else { return false };
        let Some(event) = event else { return !tx.is_closed() };
        if tx.blocking_send(event).is_err() {
            return false;
        }
    }
}

/// Reads what is there, when it is our turn.
fn next(turn: &Turn) -> io::Result<Option<Event>> {
    let _ours = turn.take();
    if crossterm::event::poll(REST)? { crossterm::event::read().map(Some) } else { Ok(None) }
}
