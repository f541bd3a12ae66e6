//! The only place that prints.

use std::{
    fmt::{self, Debug},
    io::{self, IsTerminal, Write},
};

use serde::Serialize;

use super::Failure;

/// Where lines go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stream {
    /// What was asked for.
    Out,
    /// What is said about it.
    Err,
}

/// Both streams, and whether a person sees them.
pub struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    out_is_terminal: bool,
    err_is_terminal: bool,
    progress: bool,
}

impl Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { out_is_terminal, err_is_terminal, progress, .. } = self;
        f.debug_struct("Output")
            .field("out_is_terminal", out_is_terminal)
            .field("err_is_terminal", err_is_terminal)
            .field("progress", progress)
            .finish_non_exhaustive()
    }
}

impl Output {
    /// Returns the streams of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            // Buffered: a table of a million files is written in few calls.
            out: Box::new(io::BufWriter::with_capacity(64 << 10, io::stdout())),
            err: Box::new(io::stderr()),
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            progress: false,
        }
    }

    /// Returns an output that writes into these, as if nobody saw it.
    #[must_use]
    pub fn into_writers(out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self { out, err, out_is_terminal: false, err_is_terminal: false, progress: false }
    }

    /// Returns true when a terminal shows the stream.
    #[must_use]
    pub const fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Out => self.out_is_terminal,
            Stream::Err => self.err_is_terminal,
        }
    }

    /// Prints text as it is: lines of it must be safe to show already.
    ///
    /// # Errors
    /// Fails when the output cannot be written.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Prints one line.
    ///
    /// # Errors
    /// Fails when the output cannot be written.
    pub fn line(&mut self, line: impl fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{line}")?)
    }

    /// Prints a value as one JSON document.
    ///
    /// # Errors
    /// Fails when the output cannot be written.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        self.line("")
    }

    /// Prints bytes that another program reads.
    ///
    /// # Errors
    /// Fails when the output cannot be written.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.out.write_all(bytes)?)
    }

    /// Says something beside the result; what cannot be said there has no other place.
    pub fn say(&mut self, line: impl fmt::Display) {
        self.end_progress();
        drop(writeln!(self.err, "larder: {line}"));
    }

    /// Shows how far the work is, on one line that the next one replaces; only on a terminal.
    pub fn progress(&mut self, line: &str) {
        if self.err_is_terminal {
            self.progress = true;
            drop(write!(self.err, "\r\x1b[2K{line}").and_then(|()| self.err.flush()));
        }
    }

    /// Takes the line of progress away.
    pub fn end_progress(&mut self) {
        if self.progress {
            self.progress = false;
            drop(write!(self.err, "\r\x1b[2K").and_then(|()| self.err.flush()));
        }
    }

    /// Asks on the terminal, without a line end.
    pub fn ask(&mut self, question: &str) {
        self.end_progress();
        drop(write!(self.err, "{question}").and_then(|()| self.err.flush()));
    }

    /// Writes what is still buffered.
    ///
    /// # Errors
    /// Fails when the output cannot be written, such as on a full disk.
    pub fn finish(&mut self) -> Result<(), Failure> {
        self.end_progress();
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    /// A writer that can be read afterwards.
    #[derive(Clone, Debug, Default)]
    pub(in crate::cli) struct Captured(Rc<RefCell<Vec<u8>>>);

    impl Captured {
        pub(in crate::cli) fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A writer that always fails.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    pub(in crate::cli) fn captured() -> (Output, Captured, Captured) {
        let (out, err) = (Captured::default(), Captured::default());
        (Output::into_writers(Box::new(out.clone()), Box::new(err.clone())), out, err)
    }

    #[test]
    fn progress_is_silent_without_a_terminal() {
        let (mut output, out, err) = captured();
        output.progress("half done");
        output.say("done");
        output.finish().unwrap();
        assert_eq!((out.text().as_str(), err.text().as_str()), ("", "larder: done\n"));
    }

    #[test]
    fn a_closed_pipe_is_no_error_message_and_a_full_disk_is_one() {
        let broken = |kind| {
            let mut output =
                Output::into_writers(Box::new(Broken(kind)), Box::new(Captured::default()));
            output.line("x").unwrap_err()
        };
        assert_eq!(broken(io::ErrorKind::BrokenPipe).text(), None);
        let full = broken(io::ErrorKind::StorageFull);
        assert_eq!(full.code(), 1);
        assert!(full.text().unwrap().starts_with("cannot write the output: "));
    }
}
