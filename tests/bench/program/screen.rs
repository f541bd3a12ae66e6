//! The dashboard in a terminal, with the moment at which each of its bytes came.

use std::{
    io::{Read, Write},
    path::Path,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use larder::model::{Clock, SystemClock};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

use super::{home::Home, process};

/// The size that the goals are about.
const SIZE: (u16, u16) = (120, 36);

/// Nothing takes longer, also with a million files on a slow machine.
const PATIENCE: Duration = Duration::from_mins(4);

/// What the header says when nothing is left to do.
const COMPLETE: &str = "all counted";

/// A dashboard that runs.
pub(crate) struct Screen {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<(Duration, Vec<u8>)>,
    /// Zero is just before the process was started.
    clock: SystemClock,
    parser: Parser,
    bytes: usize,
    _master: Box<dyn MasterPty + Send>,
}

impl Screen {
    /// Starts the dashboard of a folder.
    pub(crate) fn open(home: &Home, folder: &Path) -> Self {
        let (cols, rows) = SIZE;
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_larder"));
        command.env_clear();
        home.environment().into_iter().for_each(|(name, value)| command.env(name, value));
        command.cwd(folder);
        let reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let clock = SystemClock::start();
        let child = pair.slave.spawn_command(command).unwrap();
        let output = read(reader, clock);
        let parser = Parser::new(rows.try_into().unwrap(), cols.try_into().unwrap(), 0);
        Self { child, writer, output, clock, parser, bytes: 0, _master: pair.master }
    }

    /// Returns the process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Returns all bytes that were written to the terminal.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Returns when something first stood on the screen.
    pub(crate) fn first_frame(&mut self) -> Duration {
        self.wait_until(|text| !text.trim().is_empty())
    }

    /// Returns when the header said that all is counted, with a tree below it.
    pub(crate) fn complete(&mut self) -> Duration {
        self.wait_until(is_complete)
    }

    /// Returns true when the header says so now.
    pub(crate) fn is_complete(&self) -> bool {
        is_complete(&self.text())
    }

    /// Returns the screen as text.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until the screen is as wanted, and returns when the bytes came that made it so.
    pub(crate) fn wait_until(&mut self, is_so: impl Fn(&str) -> bool) -> Duration {
        let mut at = self.now();
        while !is_so(&self.text()) {
            match self.output.recv_timeout(PATIENCE) {
                Ok((came, bytes)) => {
                    at = came;
                    self.take(&bytes);
                }
                Err(error) => panic!("{error}; the screen is\n{}", self.text()),
            }
        }
        at
    }

    /// Presses keys, and returns when.
    pub(crate) fn press(&mut self, keys: &str) -> Duration {
        let at = self.now();
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        at
    }

    /// Lets time pass, and returns how many bytes came meanwhile.
    pub(crate) fn watch(&mut self, time: Duration) -> usize {
        let (before, end) = (self.bytes, self.now() + time);
        loop {
            match self.output.recv_timeout(end.saturating_sub(self.now())) {
                Ok((_, bytes)) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => return self.bytes - before,
                Err(RecvTimeoutError::Disconnected) => panic!("it has ended:\n{}", self.text()),
            }
        }
    }

    /// Waits until nothing has been written for so long.
    pub(crate) fn settle(&mut self, quiet: Duration) {
        while let Ok((_, bytes)) = self.output.recv_timeout(quiet) {
            self.take(&bytes);
        }
    }

    /// Leaves the dashboard and returns the most memory it had, in bytes.
    pub(crate) fn quit(mut self) -> f64 {
        let peak = process::peak_memory(self.pid());
        self.press("q");
        let (ended, end) = mpsc::channel();
        let mut killer = self.child.clone_killer();
        let mut child = self.child;
        thread::spawn(move || ended.send(child.wait().unwrap()));
        if end.recv_timeout(PATIENCE).is_err() {
            killer.kill().ok();
            panic!("it did not end");
        }
        peak
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.parser.process(bytes);
    }
}

fn is_complete(text: &str) -> bool {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let title = lines.next().unwrap_or_default();
    header.contains(COMPLETE) && title.contains(" files") && !title.contains("· 0 files")
}

fn read(mut reader: Box<dyn Read + Send>, clock: SystemClock) -> Receiver<(Duration, Vec<u8>)> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send((clock.monotonic(), buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    });
    receiver
}
