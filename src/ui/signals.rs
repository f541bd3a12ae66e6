//! Signals: a thread of their own that asks the dashboard to leave, and makes sure that it does.

use std::{io, sync::mpsc as threads, thread, time::Duration};

use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH},
    iterator::{Handle, Signals},
};
use tokio::sync::mpsc;

use super::terminal;

/// How long the dashboard may take to leave: what is asked to end should be gone in 2 s.
const GRACE: Duration = Duration::from_secs(2);

/// More than can wait at once: each kind matters once.
const WAITING: usize = 16;

/// What comes from outside the program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Interruption {
    /// Leave; holds the signal's number.
    Leave(i32),
    /// Stop until the shell brings the program back.
    Suspend,
    /// The program was brought back.
    Resumed,
    /// The terminal has another size.
    Resized,
    /// A thread panicked.
    Panicked,
}

/// The thread that waits for signals; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    handle: Handle,
    interruptions: mpsc::Receiver<Interruption>,
    sender: mpsc::Sender<Interruption>,
    /// Dropping it tells the thread that the dashboard has left.
    _left: threads::Sender<()>,
}

impl Watch {
    /// Starts to wait for signals.
    pub(super) fn start() -> io::Result<Self> {
        let mut signals =
            Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
        let (sender, interruptions) = mpsc::channel(WAITING);
        let (left, has_left) = threads::channel();
        let (handle, tell) = (signals.handle(), sender.clone());
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                let meaning = meaning(signal);
                if tell.try_send(meaning).is_err() {
                    tracing::debug!(signal, "as many signals as can wait do wait already");
                }
                if matches!(meaning, Interruption::Leave(_)) {
                    return leave_in_time(signal, &has_left);
                }
            }
        })?;
        Ok(Self { handle, interruptions, sender, _left: left })
    }

    /// Waits for what comes from outside.
    pub(super) async fn next(&mut self) -> Interruption {
        match self.interruptions.recv().await {
            Some(interruption) => interruption,
            // Cannot be: this holds a sender.
            None => std::future::pending().await,
        }
    }

    /// Returns a way to interrupt the dashboard.
    pub(super) fn sender(&self) -> mpsc::Sender<Interruption> {
        self.sender.clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.handle.close();
    }
}

fn meaning(signal: i32) -> Interruption {
    match signal {
        SIGTSTP => Interruption::Suspend,
        SIGCONT => Interruption::Resumed,
        SIGWINCH => Interruption::Resized,
        ending => Interruption::Leave(ending),
    }
}

/// Ends the program when the dashboard does not, whatever it is stuck in.
fn leave_in_time(signal: i32, has_left: &threads::Receiver<()>) {
    if has_left.recv_timeout(GRACE) == Err(threads::RecvTimeoutError::Timeout) {
        terminal::restore();
        signal_hook::low_level::exit(128 + signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_that_end_a_program_end_the_dashboard() {
        for signal in [SIGHUP, SIGTERM, SIGINT, SIGQUIT] {
            assert_eq!(meaning(signal), Interruption::Leave(signal));
        }
        assert_eq!(meaning(SIGTSTP), Interruption::Suspend);
        assert_eq!(meaning(SIGCONT), Interruption::Resumed);
        assert_eq!(meaning(SIGWINCH), Interruption::Resized);
    }

    #[tokio::test]
    async fn a_signal_reaches_the_dashboard() {
        let mut watch = Watch::start().unwrap();
        signal_hook::low_level::raise(SIGWINCH).unwrap();
        assert_eq!(watch.next().await, Interruption::Resized);
    }
}
