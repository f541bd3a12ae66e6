//! Where readers put what they find: requests as soon as another one comes, skipped lines as sums at
//! the end.

use strum::{EnumCount, IntoEnumIterator};

use super::{Found, Window, growing, reason::Reason};
use crate::{ledger::Request, model::UnixNanos};

/// Takes what a log holds.
pub(super) struct Sink<'a> {
    found: &'a mut dyn FnMut(Found),
    /// The request found last: the next line may say more of it.
    held: Option<Box<Request>>,
    skipped: [u64; Reason::COUNT],
    /// True while a line is looked at that will be read again.
    again: bool,
    /// When the log was changed last: nothing in it was written later.
    written: Option<UnixNanos>,
}

impl<'a> Sink<'a> {
    /// Hands everything on to `found`.
    pub(super) fn new(found: &'a mut dyn FnMut(Found)) -> Self {
        Self { found, held: None, skipped: [0; Reason::COUNT], again: false, written: None }
    }

    /// Hands everything of a log on that was changed at `written` last.
    pub(super) fn of_log(found: &'a mut dyn FnMut(Found), written: UnixNanos) -> Self {
        let mut sink = Self::new(found);
        sink.written = Some(written);
        sink
    }

    /// Returns when a line without a time was written, as far as one can tell: when the line
    /// before it was, but not after the log was changed for the last time. It is a guess.
    pub(super) fn guess_time(&self, before: Option<UnixNanos>) -> Option<UnixNanos> {
        let before = before?;
        Some(self.written.map_or(before, |written| before.min(written)))
    }

    /// Takes a request.
    pub(super) fn request(&mut self, request: Request) {
        let Some(held) = &mut self.held else {
            self.held = Some(Box::new(request));
            return;
        };
        if let Some(other) = growing::join(held, request) {
            let held = std::mem::replace(held, Box::new(other));
            (self.found)(Found::Request(held));
        }
    }

    /// Takes what a provider said of a window.
    pub(super) fn window(&mut self, window: Window) {
        (self.found)(Found::Window(window));
    }

    /// Counts a line that is no request.
    pub(super) const fn skip(&mut self, reason: Reason) {
        if !self.again {
            self.skipped[reason as usize] += 1;
        }
    }

    /// From now on lines will be read again: requests have keys and may be found twice, but what
    /// is skipped is counted only then.
    pub(super) const fn will_be_read_again(&mut self) {
        self.again = true;
    }

    /// Hands on how much was skipped.
    pub(super) fn finish(mut self) {
        self.hand_on();
        for reason in Reason::iter() {
            let lines = self.skipped[reason as usize];
            if lines > 0 {
                (self.found)(Found::Skipped { reason: reason.text(), lines });
            }
        }
    }
    fn hand_on(&mut self) {
        if let Some(held) = self.held.take() {
            (self.found)(Found::Request(held));
        }
    }
}

/// What was found counts also where the rest of a log cannot be read.
impl Drop for Sink<'_> {
    fn drop(&mut self) {
        self.hand_on();
    }
}
