//! The terminal: prepared when the dashboard begins, whole again however it ends.
//!
//! Restoring is one function, called at a normal end, from a panic in any thread, and from the
//! thread that waits for signals; calling it twice is fine.

use std::{
    fs::File,
    io::{self, IsTerminal as _},
    os::fd::{BorrowedFd, OwnedFd},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::{
    event::{PollFd, PollFlags, Timespec},
    process::{Signal, getpgrp, getsid, kill_process_group},
    stdio::{stderr, stdin, stdout},
    termios::tcgetwinsize,
};

use super::error::UiError;
use crate::model::panic_is_caught;

/// Alternate screen, empty; no cursor; pastes in brackets.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?2004h";
/// Clicks and the wheel, with places over 223; not each movement, which floods a slow line.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
/// The opposite of both, after the end of an unfinished frame and of any colour.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l";
/// How long a terminal may take to accept the last bytes: longer means that nobody reads them.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// True while the terminal is in our hands. Process-wide, as the terminal is: signals and panics
/// come from outside every object.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is for the dashboard or for the terminal's own selection.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mouse {
    /// Clicks and the wheel are ours.
    #[default]
    On,
    /// The terminal keeps the mouse.
    Off,
}

/// The prepared terminal; dropping it restores the terminal.
#[derive(Debug)]
pub(super) struct Prepared {
    mouse: Mouse,
}

impl Prepared {
    /// Prepares the terminal.
    ///
    /// # Errors
    /// Fails without touching it when it is no terminal or cannot do it.
    pub(super) fn enter(mouse: Mouse) -> Result<Self, UiError> {
        let term = std::env::var("TERM").unwrap_or_default();
        if !screen().is_terminal() {
            return Err(UiError::NotATerminal);
        }
        if matches!(term.as_str(), "" | "dumb") {
            return Err(UiError::Dumb(term));
        }
        let prepared = Self { mouse };
        prepared.prepare().map_err(UiError::Terminal)?;
        Ok(prepared)
    }

    fn prepare(&self) -> io::Result<()> {
        ENTERED.store(true, Ordering::SeqCst);
        enable_raw_mode().inspect_err(|_| ENTERED.store(false, Ordering::SeqCst))?;
        write_all(ENTER)?;
        match self.mouse {
            Mouse::On => write_all(MOUSE),
            Mouse::Off => Ok(()),
        }
    }

    /// Prepares the terminal again after the shell had it.
    pub(super) fn resume(&self) -> io::Result<()> {
        // Forgets that the terminal was raw: the shell has changed that.
        disable_raw_mode()?;
        self.prepare()
    }

    /// Gives the terminal to the shell, and stops until the shell brings us back.
    ///
    /// Does nothing when no shell waits for that: then nobody could bring us back.
    pub(super) fn suspend(&self) -> io::Result<()> {
        let group = getpgrp();
        if getsid(None)? == group {
            return Ok(());
        }
        restore();
        // The group: a parent such as `cargo run` must stop too, or the shell keeps waiting.
        kill_process_group(group, Signal::STOP)?;
        self.resume()
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        restore();
    }
}

/// Makes the terminal whole again; does nothing when it is.
pub fn restore() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    // First, and without a byte to send: it works when the line is stuck. Errors have no remedy.
    drop(disable_raw_mode());
    let timeout = Timespec::try_from(LAST_WORDS).ok();
    let terminal = screen();
    let mut out = [PollFd::new(&terminal, PollFlags::OUT)];
    let room = rustix::event::poll(&mut out, timeout.as_ref());
    if room.is_ok_and(|ready| ready > 0) {
        drop(write_all(LEAVE));
    }
}

/// Makes panics restore the terminal before they are reported, and then calls `after`.
pub(super) fn restore_on_panic(after: impl Fn() + Send + Sync + 'static) {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if panic_is_caught() {
                return;
            }
            let ours = ENTERED.load(Ordering::SeqCst);
            restore();
            report(info);
            if ours {
                after();
            }
        }));
    });
}

/// Returns where frames go: standard output, or standard error when the output is taken for the
/// context that is printed at the end, as in `larder --print-context > FILE`.
pub(super) fn screen() -> BorrowedFd<'static> {
    if io::stdout().is_terminal() { stdout() } else { stderr() }
}

/// Returns columns and rows of the terminal, 0 where it does not know.
pub(super) fn size() -> (u16, u16) {
    tcgetwinsize(screen()).map_or((0, 0), |size| (size.ws_col, size.ws_row))
}

/// Opens the terminal that keys are read from: standard input, or what controls the process.
pub(super) fn keyboard() -> io::Result<OwnedFd> {
    if io::stdin().is_terminal() {
        return Ok(rustix::io::fcntl_dupfd_cloexec(stdin(), 0)?);
    }
    Ok(File::open("/dev/tty")?.into())
}

/// Writes to the terminal itself: a lock on standard output could be held by whoever is stuck.
pub(super) fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let terminal = screen();
    while !bytes.is_empty() {
        match rustix::io::write(terminal, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => {
                // Somebody made the terminal non-blocking: wait for room instead.
                let mut out = [PollFd::new(&terminal, PollFlags::OUT)];
                rustix::event::poll(&mut out, None)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
