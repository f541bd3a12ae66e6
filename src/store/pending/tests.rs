//! What waits, for whom, and what is taken together.

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
fn writes_are_taken_together() {
    let pending = Arc::new(Pending::gathering(Duration::MAX));
    let waiting = Arc::clone(&pending);
    let writer = std::thread::spawn(move || match waiting.next(None) {
        Next::Writes(writes) => writes.len(),
        Next::Tick | Next::Called | Next::Stop => 0,
    });
    for number in 0..BATCH {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_le_bytes());
        pending.put(Write { key: EntryKey(key), ..write(0, b"a") });
    }
    assert_eq!(writer.join().unwrap(), BATCH);
}

#[test]
fn who_waits_for_a_write_does_not_wait_for_others() {
    let pending = Arc::new(Pending::gathering(Duration::MAX));
    let waiting = Arc::clone(&pending);
    pending.put(write(1, b"a"));
    let writer = std::thread::spawn(move || {
        assert!(matches!(waiting.next(None), Next::Writes(_)));
        waiting.arrived(1);
    });
    pending.drain();
    writer.join().unwrap();
    assert!(pending.is_empty());
}

#[test]
fn a_removed_write_is_never_stored() {
    let pending = Pending::default();
    pending.put(write(1, b"a"));
    assert!(pending.remove(&EntryKey([1; 32])));
    assert!(!pending.remove(&EntryKey([1; 32])));
    assert!(take(&pending).is_empty());
}
