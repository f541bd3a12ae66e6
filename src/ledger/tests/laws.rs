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
    ]
}

fn of((id, output, hours, session): (u8, u64, i64, u8)) -> Request {
    Request {
        at: UnixNanos(NOW.0 - hours * HOUR),
        session: format!("s{session}"),
        ..request(&id.to_string(), output)
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
            let file = format!("/log{}", ledger.logs().count());
            let log = FakeLog::of(&all.iter().map(|told| of(*told)).collect::<Vec<_>>());
            ledger.import(&log, Path::new(&file), &|_, _| None).unwrap();
            for told in all {
                hear(model, *told);
            }
            return ledger;
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
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sums_are_those_of_a_model_whatever_happens_in_between(
        acts in prop::collection::vec(act(), 1..24),
    ) {
        let home = Home::new();
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
