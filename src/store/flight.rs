//! Single flight: one computation per key, however many threads ask for it.

use std::sync::{Arc, Condvar, Mutex};

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
    landing: Mutex<Landing>,
    landed: Condvar,
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
    flights: &'a Flights,
    flight: Arc<Flight>,
    key: EntryKey,
}

impl Flights {
    /// Starts a computation of `key`, or waits for the one that runs.
    pub(super) fn join(&self, key: &EntryKey) -> Turn<'_> {
        let mut flights = hold(&self.0);
        let Some(flight) = flights.get(key).map(Arc::clone) else {
            let flight =
                Arc::new(Flight { landing: Mutex::new(Landing::Flying), landed: Condvar::new() });
            flights.insert(*key, Arc::clone(&flight));
            return Turn::Lead(Lead { flights: self, flight, key: *key });
        };
        drop(flights);
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
        hold(&self.flights.0).remove(&self.key);
        let mut landing = hold(&self.flight.landing);
        if matches!(*landing, Landing::Flying) {
            *landing = Landing::Lost;
        }
        self.flight.landed.notify_all();
    }
}
