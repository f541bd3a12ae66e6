//! A terminal with the dashboard in it: what it shows, and what it was left as.

use std::{
    fs::File,
    io::{Read, Write},
    num::NonZeroU16,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::{
    process::{Pid, Signal, kill_process},
    termios::{LocalModes, OutputModes, tcgetattr},
};
use vt100::Parser;

use super::Home;

/// How long a sign of life may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// So long nothing comes from a program that has ended.
const DRAINED: Duration = Duration::from_millis(100);

/// Between two times 100 bytes on a slow line.
const SLOW_PAUSE: Duration = Duration::from_millis(100);

/// How fast what is written to a terminal is taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Line {
    /// At once.
    Fast,
    /// A thousand bytes a second.
    Slow,
}

/// The end of the terminal that larder sees, and the process in it.
pub(crate) struct Terminal {
    /// Kept open, so that the settings of the terminal outlive the program.
    slave: Option<Box<dyn SlavePty + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    name: PathBuf,
    reader: Option<JoinHandle<()>>,
    closing: Arc<AtomicBool>,
    output: Receiver<Vec<u8>>,
    exit: Receiver<ExitStatus>,
    pid: Pid,
    parser: Parser,
    /// Everything that was written to the terminal.
    written: Vec<u8>,
    /// What of it belongs to a frame that is not whole yet.
    held: Vec<u8>,
    before: (LocalModes, OutputModes),
}

impl Terminal {
    /// Starts the dashboard of the home's repository.
    pub(crate) fn start(home: &Home, columns: u16, rows: u16) -> Self {
        Self::running(home, env!("CARGO_BIN_EXE_larder"), &[], (columns, rows))
    }

    /// Starts the dashboard on a line that takes a thousand bytes a second.
    pub(crate) fn slow(home: &Home, size: (u16, u16)) -> Self {
        Self::on(home, (env!("CARGO_BIN_EXE_larder"), &[]), size, Line::Slow)
    }

    /// Starts a program in the home's repository.
    pub(crate) fn running(home: &Home, program: &str, args: &[&str], size: (u16, u16)) -> Self {
        Self::on(home, (program, args), size, Line::Fast)
    }

    fn on(home: &Home, (program, args): (&str, &[&str]), size: (u16, u16), line: Line) -> Self {
        let (columns, rows) = size;
        let pair = native_pty_system().openpty(pty_size(columns, rows)).unwrap();
        let name = pair.master.tty_name().unwrap();
        let before = modes(&name);
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        command.cwd(home.repo());
        command.args(args);
        let mut child = pair.slave.spawn_command(command).unwrap();
        let pid = Pid::from_raw(child.process_id().unwrap().cast_signed()).unwrap();
        let (ended, exit) = mpsc::channel();
        thread::spawn(move || ended.send(child.wait().unwrap()));
        let closing = Arc::new(AtomicBool::new(false));
        let (reader, output) =
            read(pair.master.try_clone_reader().unwrap(), Arc::clone(&closing), line);
        Self {
            slave: Some(pair.slave),
            writer: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            name,
            reader: Some(reader),
            closing,
            output,
            exit,
            pid,
            parser: Parser::new(above_zero(rows), above_zero(columns), 0),
            written: Vec::new(),
            held: Vec::new(),
            before,
        }
    }

    /// Returns the screen as text.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Returns everything that was written to the terminal.
    pub(crate) fn written(&self) -> &[u8] {
        &self.written
    }

    /// Returns the process that runs in the terminal.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until the screen shows the words.
    pub(crate) fn wait_for(&mut self, words: &str) {
        self.wait_until(words, |text| text.contains(words));
    }

    /// Waits until the words have left the screen.
    pub(crate) fn wait_for_no(&mut self, words: &str) {
        self.wait_until(words, |text| !text.contains(words));
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait_until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        while !is_so(&self.text()) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(error) => panic!("{what}: {error}; the screen is\n{}", self.text()),
            }
        }
    }

    /// Waits until nothing was written for so long.
    pub(crate) fn wait_for_quiet(&mut self, quiet: Duration) {
        for _ in 0..1_000 {
            match self.output.recv_timeout(quiet) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => return,
            }
        }
        panic!("it keeps writing; the screen is\n{}", self.text());
    }

    /// Returns how many bytes are written until it was quiet for so long.
    pub(crate) fn bytes_until_quiet(&mut self, quiet: Duration) -> usize {
        let before = self.written.len();
        self.wait_for_quiet(quiet);
        self.written.len() - before
    }

    /// Returns how many bytes the answer to a key has: it is waited for, and until nothing came for
    /// so long.
    pub(crate) fn bytes_of_answer(&mut self, quiet: Duration) -> usize {
        let before = self.written.len();
        let first = self.output.recv_timeout(PATIENCE).expect("a key is answered");
        self.take(&first);
        self.wait_for_quiet(quiet);
        self.written.len() - before
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.set_size(above_zero(rows), above_zero(columns));
        self.master.as_ref().unwrap().resize(pty_size(columns, rows)).unwrap();
    }

    /// Sends a signal to the process.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Waits for the end of the process, at most so long, and takes its last words.
    pub(crate) fn wait_for_end(&mut self, at_most: Duration) -> ExitStatus {
        let status = self.exit.recv_timeout(at_most).unwrap_or_else(|error| {
            kill_process(self.pid, Signal::KILL).ok();
            panic!("it did not end: {error}; the screen is\n{}", self.text())
        });
        while let Ok(bytes) = self.output.recv_timeout(DRAINED) {
            self.take(&bytes);
        }
        self.take_rest();
        status
    }

    /// Asserts that the terminal is as it was before the program.
    pub(crate) fn is_whole(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pastes are in brackets");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(modes(&self.name), self.before, "the terminal is not as it was");
    }

    /// Returns true while the terminal reads key by key.
    pub(crate) fn is_raw(&self) -> bool {
        !modes(&self.name).0.contains(LocalModes::ICANON)
    }

    /// Takes the terminal away, as a lost connection does.
    pub(crate) fn close(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // The reader wakes with the next output, which this brings.
        self.press("?");
        self.reader.take().unwrap().join().unwrap();
        self.writer = None;
        self.slave = None;
        self.master = None;
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.held.extend_from_slice(bytes);
        // A frame is seen when it is whole, as terminals do with a synchronized update.
        while let Some(begin) = find(&self.held, BEGIN) {
            let Some(length) = find(&self.held[begin..], END) else { break };
            let whole: Vec<u8> = self.held.drain(..begin + length + END.len()).collect();
            self.parser.process(&whole);
        }
        let shown = find(&self.held, BEGIN).unwrap_or_else(|| {
            let cut = (1..BEGIN.len()).rev().find(|len| self.held.ends_with(&BEGIN[..*len]));
            self.held.len() - cut.unwrap_or(0)
        });
        let shown: Vec<u8> = self.held.drain(..shown).collect();
        self.parser.process(&shown);
    }

    /// Shows what is there of a frame that will not be whole any more.
    fn take_rest(&mut self) {
        let rest = std::mem::take(&mut self.held);
        self.parser.process(&rest);
    }
}

/// What begins and ends a frame.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if matches!(self.exit.try_recv(), Err(mpsc::TryRecvError::Empty)) {
            kill_process(self.pid, Signal::KILL).ok();
            self.exit.recv_timeout(PATIENCE).ok();
        }
    }
}

/// Reads what is written to the terminal until it is closed.
fn read(
    mut terminal: Box<dyn Read + Send>,
    closing: Arc<AtomicBool>,
    line: Line,
) -> (JoinHandle<()>, Receiver<Vec<u8>>) {
    let (sender, output) = mpsc::channel();
    let reader = thread::spawn(move || {
        // Nobody ever sends here: waiting for it is how a slow line takes its time.
        let (_never, pause) = mpsc::channel::<()>();
        let mut bytes = vec![0; if line == Line::Slow { 100 } else { 64 << 10 }];
        while let Ok(read) = terminal.read(&mut bytes) {
            let is_over = read == 0 || sender.send(bytes[..read].to_vec()).is_err();
            if line == Line::Slow {
                pause.recv_timeout(SLOW_PAUSE).ok();
            }
            if is_over || closing.load(Ordering::SeqCst) {
                return;
            }
        }
    });
    (reader, output)
}

/// Returns how the terminal treats input and output.
fn modes(name: &PathBuf) -> (LocalModes, OutputModes) {
    let no_control = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
    let terminal = File::options().read(true).custom_flags(no_control).open(name).unwrap();
    let settings = tcgetattr(terminal).unwrap();
    (settings.local_modes, settings.output_modes)
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn above_zero(side: u16) -> NonZeroU16 {
    NonZeroU16::new(side).expect("a terminal has at least one row and column")
}
