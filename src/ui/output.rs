//! Frames to the terminal: a thread of its own, so that a slow line never stops the keys.

use std::{io, sync::mpsc as threads, thread};

use tokio::sync::mpsc;

use super::terminal;

/// Writes one frame at a time; while it does, no other is drawn.
#[derive(Debug)]
pub(super) struct Output {
    frames: threads::SyncSender<Vec<u8>>,
    written: mpsc::Receiver<io::Result<()>>,
    busy: bool,
}

impl Output {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        // One frame is written at a time, so neither channel ever holds more.
        let (frames, waiting) = threads::sync_channel::<Vec<u8>>(1);
        let (tx, written) = mpsc::channel(1);
        thread::Builder::new().name("output".into()).spawn(move || {
            for frame in waiting {
                if tx.blocking_send(terminal::write_all(&frame)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { frames, written, busy: false })
    }

    /// Returns true while a frame is written.
    pub(super) const fn is_busy(&self) -> bool {
        self.busy
    }

    /// Begins to write a frame, the last one being written.
    pub(super) fn write(&mut self, frame: Vec<u8>) {
        // The thread ends only when this is dropped.
        self.busy = self.frames.try_send(frame).is_ok();
    }

    /// Waits until the frame is written; without one, forever.
    pub(super) async fn written(&mut self) -> io::Result<()> {
        if !self.busy {
            return std::future::pending().await;
        }
        let result = self.written.recv().await;
        self.busy = false;
        result.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))
    }
}
