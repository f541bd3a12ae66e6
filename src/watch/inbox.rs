//! What waits for the watch's thread: orders, and hints gathered as they come.

use std::{
    path::PathBuf,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::model::RepoPath;

use super::translate::Hint;

/// What the watch is told to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Order {
    /// Watch these folders.
    Add(Vec<RepoPath>),
    /// Watch these no more.
    Remove(Vec<RepoPath>),
    /// `HEAD` lies there.
    GitDir(Option<PathBuf>),
    /// End.
    Stop,
}

/// All that came since the last look.
#[derive(Debug, Default)]
pub(super) struct Mail {
    /// In the order given.
    pub(super) orders: Vec<Order>,
    /// Merged, so that it is bounded by the number of folders and not by that of events.
    pub(super) hint: Hint,
}

/// Gathers what comes from the engine and from the system, and wakes the watch's thread.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    mail: Mutex<Mail>,
    came: Condvar,
}

impl Inbox {
    /// Adds an order.
    pub(super) fn order(&self, order: Order) {
        self.lock().orders.push(order);
        self.came.notify_one();
    }

    /// Adds what an event means; never waits for the watch's thread.
    pub(super) fn hint(&self, hint: Hint) {
        if !hint.is_empty() {
            self.lock().hint.merge(hint);
            self.came.notify_one();
        }
    }

    /// Waits until something came or `longest` has passed, and returns what came.
    pub(super) fn wait(&self, longest: Option<Duration>) -> Mail {
        let mail = self.lock();
        let nothing = |mail: &mut Mail| mail.orders.is_empty() && mail.hint.is_empty();
        let mut mail = match longest {
            None => self.came.wait_while(mail, nothing).unwrap_or_else(PoisonError::into_inner),
            Some(longest) => {
                let waited = self.came.wait_timeout_while(mail, longest, nothing);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        std::mem::take(&mut *mail)
    }

    fn lock(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
