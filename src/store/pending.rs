//! Writes on their way to the disk: bounded, merged by key, readable until they have arrived.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use crate::model::{EntryKey, Kind};

use super::{
    hold::{hold, wait, wait_while},
    key_map::KeyMap,
};

/// The most writes that wait: under half a second of sled's work.
const MAX_WRITES: usize = 16 << 10;

/// The most bytes that wait; one larger write is let in alone.
const MAX_BYTES: usize = 32 << 20;

/// So many writes are taken at once: enough to make taking cheap, little enough to stop soon.
const BATCH: usize = 256;

/// A record on its way.
#[derive(Clone, Debug)]
pub(super) struct Write {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its key.
    pub(super) key: EntryKey,
    /// Its stored form.
    pub(super) record: Arc<[u8]>,
}

/// What the writer should do next.
#[derive(Debug)]
pub(super) enum Next {
    /// Store these, then call [`Pending::arrived`].
    Writes(Vec<Write>),
    /// Nothing came in time, or numbers have to be saved.
    Tick,
    /// Somebody asked for attention.
    Called,
    /// End.
    Stop,
}

/// What the writer was woken for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Call {
    /// Nothing.
    #[default]
    Nothing,
    /// Something has to be saved in time.
    Save,
    /// Somebody asks for attention.
    Chores,
}

#[derive(Debug, Default)]
struct State {
    /// The newest write of each key, with its number.
    writes: KeyMap<(u64, Write)>,
    order: VecDeque<EntryKey>,
    bytes: usize,
    number: u64,
    taken: Vec<(EntryKey, u64)>,
    called: Call,
    stopped: bool,
    halted: bool,
}

/// The writes on their way.
#[derive(Debug, Default)]
pub(super) struct Pending {
    state: Mutex<State>,
    work: Condvar,
    room: Condvar,
}

impl Pending {
    /// Adds a write; waits while too much is under way. Does nothing while halted or stopped.
    pub(super) fn put(&self, write: Write) {
        let size = write.record.len();
        let mut state = hold(&self.state);
        while !state.halted && !state.stopped && state.is_full(size) {
            state = wait(&self.room, state);
        }
        if state.halted || state.stopped {
            return;
        }
        let was_empty = state.order.is_empty();
        state.number += 1;
        let (number, key) = (state.number, write.key);
        state.bytes += size;
        match state.writes.insert(key, (number, write)) {
            // Its key waits in the order already, or was taken: then it must wait again.
            Some((old, replaced)) => {
                state.bytes -= replaced.record.len();
                if state.taken.contains(&(key, old)) {
                    state.order.push_back(key);
                }
            }
            None => state.order.push_back(key),
        }
        if was_empty {
            self.work.notify_one();
        }
    }

    /// Returns the write of `key` that is still under way.
    pub(super) fn find(&self, key: &EntryKey) -> Option<Arc<[u8]>> {
        let state = hold(&self.state);
        state.writes.get(key).map(|(_, write)| Arc::clone(&write.record))
    }

    /// Takes back the write of `key`; waits when it is being stored this moment.
    pub(super) fn remove(&self, key: &EntryKey) -> bool {
        let mut state = hold(&self.state);
        while state.taken.iter().any(|(taken, _)| taken == key) {
            state = wait(&self.room, state);
        }
        match state.writes.remove(key) {
            Some((_, write)) => {
                state.bytes -= write.record.len();
                state.order.retain(|waiting| waiting != key);
                true
            }
            None => false,
        }
    }

    /// Takes back every write, or every one of `kind`, and waits for those being stored.
    pub(super) fn clear(&self, kind: Option<Kind>) -> u64 {
        let mut state = hold(&self.state);
        while !state.taken.is_empty() {
            state = wait(&self.room, state);
        }
        let before = state.writes.len();
        state.writes.retain(|_, (_, write)| kind.is_some_and(|kind| kind != write.kind));
        let State { writes, order, .. } = &mut *state;
        order.retain(|key| writes.contains_key(key));
        state.bytes = state.writes.values().map(|(_, write)| write.record.len()).sum();
        self.room.notify_all();
        (before - state.writes.len()) as u64
    }

    /// Waits for work, at most `limit`, or for as long as it takes.
    pub(super) fn next(&self, limit: Option<Duration>) -> Next {
        let mut state = hold(&self.state);
        match limit {
            Some(limit) => {
                (state, _) = wait_while(&self.work, state, limit, State::is_idle);
            }
            None => {
                while state.is_idle() {
                    state = wait(&self.work, state);
                }
            }
        }
        // Calls go first: writes cannot be stored while a damaged generation waits to be replaced.
        if mem::take(&mut state.called) == Call::Chores {
            return Next::Called;
        }
        if !state.halted && !state.order.is_empty() {
            return Next::Writes(state.take());
        }
        if state.stopped {
            return Next::Stop;
        }
        Next::Tick
    }

    /// Tells that the first `stored` writes taken last are on the disk; the rest wait again.
    pub(super) fn arrived(&self, stored: usize) {
        let mut state = hold(&self.state);
        let taken = mem::take(&mut state.taken);
        for (at, (key, number)) in taken.into_iter().enumerate() {
            let is_newest = state.writes.get(&key).is_some_and(|(newest, _)| *newest == number);
            if at >= stored && is_newest {
                state.order.push_back(key);
            } else if is_newest && let Some((_, write)) = state.writes.remove(&key) {
                state.bytes -= write.record.len();
            }
        }
        self.room.notify_all();
    }

    /// Waits until everything put so far has arrived, but not for what is put meanwhile; returns
    /// at once while halted.
    pub(super) fn drain(&self) {
        let mut state = hold(&self.state);
        let last = state.number;
        while !state.halted && state.has_before(last) {
            state = wait(&self.room, state);
        }
    }

    /// Returns true when nothing is under way.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        hold(&self.state).writes.is_empty()
    }

    /// Wakes the writer.
    pub(super) fn call(&self) {
        hold(&self.state).called = Call::Chores;
        self.work.notify_one();
    }

    /// Wakes the writer: something has to be saved in time.
    pub(super) fn stir(&self) {
        let mut state = hold(&self.state);
        if state.called == Call::Nothing {
            state.called = Call::Save;
        }
        drop(state);
        self.work.notify_one();
    }

    /// Stops taking writes while there is no disk; those under way are kept for its return.
    pub(super) fn halt(&self) {
        hold(&self.state).halted = true;
        self.room.notify_all();
    }

    /// Takes writes again.
    pub(super) fn resume(&self) {
        hold(&self.state).halted = false;
        self.work.notify_one();
    }

    /// Ends the writer once all is stored.
    pub(super) fn stop(&self) {
        hold(&self.state).stopped = true;
        self.work.notify_one();
        self.room.notify_all();
    }
}

impl State {
    /// Returns true while there is nothing to do for the writer.
    fn is_idle(&mut self) -> bool {
        let is_asked = self.stopped || self.called != Call::Nothing;
        !is_asked && (self.halted || self.order.is_empty())
    }

    fn has_before(&self, last: u64) -> bool {
        self.writes.values().any(|(number, _)| *number <= last)
    }

    fn is_full(&self, size: usize) -> bool {
        self.writes.len() >= MAX_WRITES || (self.bytes > 0 && self.bytes + size > MAX_BYTES)
    }

    fn take(&mut self) -> Vec<Write> {
        let mut batch = Vec::with_capacity(BATCH.min(self.order.len()));
        while batch.len() < BATCH
            && let Some(key) = self.order.pop_front()
        {
            if let Some((number, write)) = self.writes.get(&key) {
                self.taken.push((key, *number));
                batch.push(write.clone());
            }
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(key: u8, value: &[u8]) -> Write {
        Write { kind: Kind::Count, key: EntryKey([key; 32]), record: value.into() }
    }

    fn take(pending: &Pending) -> Vec<Write> {
        match pending.next(Some(Duration::ZERO)) {
            Next::Writes(writes) => writes,
            Next::Tick | Next::Called | Next::Stop => Vec::new(),
        }
    }

    #[test]
    fn a_write_is_found_until_it_has_arrived() {
        let pending = Pending::default();
        pending.put(write(1, b"a"));
        assert_eq!(take(&pending).len(), 1);
        assert!(pending.find(&EntryKey([1; 32])).is_some());
        pending.arrived(1);
        assert!(pending.find(&EntryKey([1; 32])).is_none());
        assert!(pending.is_empty());
    }

    #[test]
    fn a_write_replaced_while_it_is_stored_is_stored_again() {
        let pending = Pending::default();
        pending.put(write(1, b"old"));
        assert_eq!(take(&pending).len(), 1);
        pending.put(write(1, b"new"));
        pending.put(write(1, b"newer"));
        pending.arrived(1);
        let again = take(&pending);
        assert_eq!(again.len(), 1);
        assert_eq!(&*again[0].record, b"newer");
    }

    #[test]
    fn what_could_not_be_stored_waits_again() {
        let pending = Pending::default();
        pending.put(write(1, b"a"));
        pending.put(write(2, b"b"));
        assert_eq!(take(&pending).len(), 2);
        pending.arrived(1);
        assert_eq!(&*take(&pending)[0].record, b"b");
    }

    #[test]
    fn a_call_is_heard_before_writes() {
        let pending = Pending::default();
        pending.put(write(1, b"a"));
        pending.call();
        assert!(matches!(pending.next(Some(Duration::ZERO)), Next::Called));
        assert_eq!(take(&pending).len(), 1);
    }

    #[test]
    fn a_halted_queue_lets_nobody_wait() {
        let pending = Pending::default();
        pending.put(write(1, b"a"));
        pending.halt();
        pending.put(write(2, b"b"));
        pending.drain();
        pending.resume();
        assert_eq!(take(&pending).len(), 1);
    }

    #[test]
    fn who_waits_for_ever_wakes_when_something_has_to_be_saved() {
        let pending = Arc::<Pending>::default();
        let waiting = Arc::clone(&pending);
        let writer = std::thread::spawn(move || matches!(waiting.next(None), Next::Tick));
        pending.stir();
        assert!(writer.join().unwrap());
        pending.stir();
        assert!(matches!(pending.next(None), Next::Tick), "asked before it waits");
    }

    #[test]
    fn a_removed_write_is_never_stored() {
        let pending = Pending::default();
        pending.put(write(1, b"a"));
        assert!(pending.remove(&EntryKey([1; 32])));
        assert!(!pending.remove(&EntryKey([1; 32])));
        assert!(take(&pending).is_empty());
    }
}
