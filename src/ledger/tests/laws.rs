//! The ledger against a model: whatever happens between records, the sums are those of the
//! requests that were recorded, each once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use strum::IntoEnumIterator;

use super::*;

/// Something that happens to a ledger.
#[derive(Clone, Debug)]
enum Act {
    /// A request is recorded: id, output, hours ago, session.
    Record(u8, u64, i64, u8),
    /// A log with several of them is read.
    Import(Vec<(u8, u64, i64, u8)>),
    /// The ledger is closed and opened.
    Close,
    /// The process ends without closing.
    Crash,
    /// What can be made again is deleted.
    Forget,
    /// A month goes by, so that the next record begins another file.
    Month,
    /// A view reads all requests.
    View,
    /// A byte of the saved keys is damaged.
    HurtKeys(usize),
    /// The keys are those of an earlier time, as after a kill or a restored folder.
    OldKeys,
    /// The journal loses the end of its last line, which was never acknowledged.
    Tear,
}

fn told() -> impl Strategy<Value = (u8, u64, i64, u8)> {
    (0..8_u8, 0..60_u64, 0..900_i64, 0..3_u8)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => told().prop_map(|(id, output, hours, session)| Act::Record(id, output, hours, session)),
        2 => prop::collection::vec(told(), 0..6).prop_map(Act::Import),
        1 => Just(Act::Close),
        1 => Just(Act::Crash),
        1 => Just(Act::Forget),
        1 => Just(Act::Tear),
        1 => Just(Act::Month),
        1 => Just(Act::View),
        1 => any::<usize>().prop_map(Act::HurtKeys),
        1 => Just(Act::OldKeys),
    ]
}

fn of((id, output, hours, session): (u8, u64, i64, u8)) -> Request {
    Request {
        at: UnixNanos(NOW.0 - hours * HOUR),
        session: format!("s{session}"),
        // Some are parts of one answer.
        key: RequestKey { group: format!("g{}", id / 2), part: Some(id.to_string()) },
        ..request("", output)
    }
}

/// What the model knows of a request: the largest output, the earliest time.
type Model = BTreeMap<u8, (u64, i64)>;

fn hear(model: &mut Model, (id, output, hours, _): (u8, u64, i64, u8)) {
    let known = model.entry(id).or_insert((output, hours));
    *known = (known.0.max(output), known.1.max(hours));
}

fn tear(home: &Home) {
    use std::io::Write;
    if let Some(segment) = home.segments().last() {
        let mut file = std::fs::OpenOptions::new().append(true).open(segment).unwrap();
        file.write_all(b"0123abcd {\"v\":1,\"n\":99").unwrap();
    }
}

/// Saves keys, lets go of requests and reads them file by file all the time.
const SMALL: Limits = Limits { tail: 400, loose: 2, in_memory: 3, piece: 1 };

fn key_files(home: &Home) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(home.places().keys()).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn hurt_keys(home: &Home, seed: usize) {
    let files = key_files(home);
    let Some(path) = files.get(seed % files.len().max(1)) else { return };
    let mut bytes = std::fs::read(path).unwrap();
    let at = seed % bytes.len();
    bytes[at] ^= 0x41;
    std::fs::write(path, bytes).unwrap();
}

/// Puts back the keys that were kept the last time, and keeps those of now.
fn swap_keys(home: &Home) {
    let (keys, old) = (home.places().keys(), home.folder.path().join("old-keys"));
    let kept: Vec<_> = key_files(home)
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    if old.exists() {
        std::fs::remove_dir_all(&keys).ok();
        std::fs::create_dir_all(home.places().cache).unwrap();
        std::fs::rename(&old, &keys).unwrap();
    }
    std::fs::create_dir(&old).unwrap();
    for (name, bytes) in kept {
        std::fs::write(old.join(name), bytes).unwrap();
    }
}

/// The newest requests are the same whether all are in memory or not.
fn latest_are_those_of_all(ledger: &mut Ledger) {
    let query = crate::model::SpendRecordsQuery { len: 3, ..Default::default() };
    let some = ledger.records(&query).unwrap();
    ledger.require_requests().unwrap();
    assert_eq!(some, ledger.records(&query).unwrap());
}

fn perform(home: &Home, mut ledger: Ledger, act: &Act, model: &mut Model) -> Ledger {
    match act {
        Act::Record(id, output, hours, session) => {
            let told = (*id, *output, *hours, *session);
            record(&mut ledger, &of(told));
            hear(model, told);
            return ledger;
        }
        Act::Import(all) => {
            // Each time it is another log, so that it is read from its start.
            let file = format!("/log{}", ledger.known.files.logs.len());
            let log = FakeLog::of(&all.iter().map(|told| of(*told)).collect::<Vec<_>>());
            ledger.import(&log, Path::new(&file), &|_, _| None).unwrap();
            for told in all {
                hear(model, *told);
            }
            return ledger;
        }
        Act::Month => {
            home.clock.advance(std::time::Duration::from_hours(31 * 24));
            return ledger;
        }
        Act::View => {
            latest_are_those_of_all(&mut ledger);
            return ledger;
        }
        Act::HurtKeys(seed) => {
            drop(ledger);
            hurt_keys(home, *seed);
        }
        Act::OldKeys => {
            drop(ledger);
            swap_keys(home);
        }
        Act::Close => ledger.close().unwrap(),
        Act::Crash => drop(ledger),
        Act::Forget => {
            drop(ledger);
            drop(std::fs::remove_dir_all(home.places().cache));
        }
        Act::Tear => {
            drop(ledger);
            tear(home);
        }
    }
    home.open()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn sums_are_those_of_a_model_whatever_happens_in_between(
        acts in prop::collection::vec(act(), 1..32),
        is_small in any::<bool>(),
    ) {
        let limits = if is_small { SMALL } else { Limits::default() };
        let home = Home { limits, ..Home::new() };
        let mut ledger = home.open();
        let mut model = Model::new();
        for act in &acts {
            ledger = perform(&home, ledger, act, &mut model);
        }
        let expected: u64 = model.values().map(|(output, _)| output).sum();
        let (requests, output, _) = totals(&mut ledger);
        prop_assert_eq!((requests, output), (model.len() as u64, expected));
        let page = ledger.records(&crate::model::SpendRecordsQuery { len: 99, ..Default::default() });
        let times: i64 = page.unwrap().records.iter().map(|one| (NOW.0 - one.at.0) / HOUR).sum();
        prop_assert_eq!(times, model.values().map(|(_, hours)| hours).sum::<i64>());
        let reports: Vec<_> = SpendBy::iter().map(|by| report(&mut ledger, by)).collect();
        drop(ledger);
        std::fs::remove_dir_all(home.places().cache).ok();
        let mut anew = home.open();
        for (by, kept) in SpendBy::iter().zip(reports) {
            let made = report(&mut anew, by);
            prop_assert_eq!((made.rows, made.total, made.days), (kept.rows, kept.total, kept.days));
        }
    }
}
