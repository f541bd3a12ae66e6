//! Keys, clicks and pastes: a thread of its own that waits for the terminal.
//!
//! It waits itself instead of letting crossterm wait, which spins when the terminal goes away
//! (crossterm #793): a terminal that hung up is noticed before crossterm reads from it.

use std::{io, os::fd::OwnedFd, thread, time::Duration};

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags};
use tokio::sync::mpsc;

use super::terminal;

/// A burst of the wheel or of a held key between two frames.
const WAITING: usize = 256;

/// How long crossterm may look for the rest of a key: its bytes are there already.
const REST: Duration = Duration::from_millis(10);

/// Starts to read; the channel closes when the terminal goes away.
pub(super) fn read() -> io::Result<mpsc::Receiver<Event>> {
    let keyboard = terminal::keyboard()?;
    let (tx, rx) = mpsc::channel(WAITING);
    // It ends with the program: whoever waits for a terminal cannot be called back.
    thread::Builder::new()
        .name("input".into())
        .spawn(move || while has_input(&keyboard) && forward(&tx) {})?;
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
fn forward(tx: &mpsc::Sender<Event>) -> bool {
    loop {
        match crossterm::event::poll(REST) {
            Ok(true) => {}
            Ok(false) => return !tx.is_closed(),
            Err(_) => return false,
        }
        let Ok(event) = crossterm::event::read() else { return false };
        if tx.blocking_send(event).is_err() {
            return false;
        }
    }
}
