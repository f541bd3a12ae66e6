//! Single flight: one computation per key, however many threads ask for it.

use std::{
    sync::{Arc, Condvar, Mutex},
    thread::{self, ThreadId},
};

use crate::model::EntryKey;

use super::{
    hold::{hold, wait},
    key_map::KeyMap,
};

#[derive(Debug)]
enum Landing {
    Flying,
    Landed(Arc<[u8]>),
    /// The computation failed or panicked: somebody else may try.
    Lost,
}

#[derive(Debug)]
struct Flight {
    leader: ThreadId,
    landing: Mutex<Landing>,
    landed: Condvar,
}

impl Flight {
    /// Returns one that the calling thread leads.
    fn new() -> Self {
        let landing = Mutex::new(Landing::Flying);
        Self { leader: thread::current().id(), landing, landed: Condvar::new() }
    }
}

/// The computations that run now.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<KeyMap<Arc<Flight>>>);

/// What to do about a key.
pub(super) enum Turn<'a> {
    /// Compute it, then call [`Lead::land`].
    Lead(Lead<'a>),
    /// Somebody else has computed it.
    Landed(Arc<[u8]>),
    /// Somebody else has tried and failed: ask again.
    Lost,
}

/// The duty to compute a key; dropping it without a value lets the next one try.
pub(super) struct Lead<'a> {
    /// Where it is listed; `None` for a computation that is a part of the one of the same key.
    listed: Option<&'a Flights>,
    flight: Arc<Flight>,
    key: EntryKey,
}

impl Flights {
    /// Starts a computation of `key`, or waits for the one that runs.
    pub(super) fn join(&self, key: &EntryKey) -> Turn<'_> {
        let mut flights = hold(&self.0);
        let Some(flight) = flights.get(key).map(Arc::clone) else {
            let flight = Arc::new(Flight::new());
            flights.insert(*key, Arc::clone(&flight));
            return Turn::Lead(Lead { listed: Some(self), flight, key: *key });
        };
        drop(flights);
        // Who asks for the key that it computes itself would wait for itself.
        if flight.leader == thread::current().id() {
            return Turn::Lead(Lead { listed: None, flight: Arc::new(Flight::new()), key: *key });
        }
        let mut landing = hold(&flight.landing);
        loop {
            match &*landing {
                Landing::Flying => landing = wait(&flight.landed, landing),
                Landing::Landed(value) => return Turn::Landed(Arc::clone(value)),
                Landing::Lost => return Turn::Lost,
            }
        }
    }

    /// Returns how many computations run.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        hold(&self.0).len()
    }
}

impl Lead<'_> {
    /// Gives the value to everybody who waits.
    pub(super) fn land(self, value: &[u8]) {
        *hold(&self.flight.landing) = Landing::Landed(value.into());
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        if let Some(flights) = self.listed {
            hold(&flights.0).remove(&self.key);
        }
        let mut landing = hold(&self.flight.landing);
        if matches!(*landing, Landing::Flying) {
            *landing = Landing::Lost;
        }
        self.flight.landed.notify_all();
    }
}
