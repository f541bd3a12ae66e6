//! Tests of importing, on caches that the tests write themselves.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it looks for")]
#![expect(clippy::cast_precision_loss, reason = "times and prices as the fixtures have them")]

mod aider;
mod imports;
mod make;
mod pickles;
mod shared;
mod shelf;
mod sources;

use std::{path::Path, sync::atomic::AtomicBool};

use super::{Format, ImportError, Imported, Reading, Summary, read};

/// What reading a source gave.
#[derive(Debug)]
struct Read {
    items: Vec<Imported>,
    result: Result<Summary, ImportError>,
}

/// Reads a source and checks that progress only goes forward, to the end.
fn read_all(format: Format, path: &Path) -> Read {
    let (mut items, mut progress) = (Vec::new(), Vec::new());
    let cancel = AtomicBool::new(false);
    let (mut step, mut sink) =
        (|done, total| progress.push((done, total)), |item| items.push(item));
    let result = read(format, path, Reading::new(&mut step, &mut sink, &cancel));
    assert!(progress.is_sorted_by_key(|(done, _)| *done), "{progress:?}");
    if result.is_ok() {
        let last = progress.last().copied().unwrap();
        assert_eq!(last.0, last.1, "progress ends at {last:?}");
    }
    Read { items, result }
}
