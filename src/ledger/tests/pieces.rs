//! A ledger that is looked at piece by piece says what one says that is in memory as a whole.

use std::{fs, io::Write, time::Duration};

use proptest::prelude::*;
use strum::IntoEnumIterator;

use super::*;
use crate::{
    ledger::{DamageKind, Preview, VerifyReport},
    model::SpendRecordsQuery,
};

/// Each file of the journal is a piece of its own, and nothing stays in memory.
const PIECES: Limits = Limits { tail: 200, loose: 3, in_memory: 2, piece: 1 };

/// Something that is written into a journal.
#[derive(Clone, Debug)]
enum Act {
    /// A record of a request: what names it, its output, days ago, its session, whether it is a copy.
    Record(u8, u64, i64, u8, bool),
    /// A month goes by, so that the next line begins another file.
    Month,
    /// Requests of the open month are priced by so many dollars.
    Reprice(u8),
    /// A byte of the journal is damaged.
    Hurt(usize),
    /// A line of a newer larder.
    Newer,
    /// A line that no larder writes, about a request that there is.
    Untrue(u8),
    /// The end of a line is missing.
    Tear,
}

fn act() -> impl Strategy<Value = Act> {
    let record = (0..10_u8, 0..60_u64, 0..40_i64, 0..3_u8, any::<bool>());
    prop_oneof![
        12 => record.prop_map(|(id, output, days, session, is_copy)| {
            Act::Record(id, output, days, session, is_copy)
        }),
        3 => Just(Act::Month),
        2 => (1..9_u8).prop_map(Act::Reprice),
        1 => any::<usize>().prop_map(Act::Hurt),
        1 => Just(Act::Newer),
        1 => (0..10_u8).prop_map(Act::Untrue),
        1 => Just(Act::Tear),
    ]
}

fn prices(dollars: u8) -> Prices {
    let text = format!(
        "[[models]]\nname = \"claude-sonnet-4-5\"\ninput = {dollars}\noutput = {dollars}\n"
    );
    Prices::with_user(Path::new("prices.toml"), &text).unwrap()
}

fn open(home: &Home, dollars: u8) -> Ledger {
    let options = Options { zone: home.zone.to_owned(), ..Options::default() };
    let clock: Arc<dyn Clock> = home.clock.clone();
    Ledger::open_within(home.limits, &home.places(), options, (prices(dollars), clock)).unwrap()
}

/// Returns a record of one of five answers, each of which has parts.
fn of(home: &Home, act: &Act) -> Option<Request> {
    let &Act::Record(id, output, days, session, is_copy) = act else { return None };
    Some(Request {
        at: UnixNanos(home.clock.wall().0 - days * 24 * HOUR),
        session: format!("s{session}"),
        key: RequestKey {
            group: format!("g{}", id / 2),
            part: (id % 3 > 0).then(|| id.to_string()),
        },
        is_copy,
        files: vec![format!("a.{}", ["rs", "md"][usize::from(session % 2)])],
        implausible: Some(output % 4 == 0),
        ..request("", output)
    })
}

/// Adds a line that says this to the journal, with the number that is next.
fn add_line(home: &Home, version: u8, is: &str) {
    let texts = home.segments().into_iter().map(|path| fs::read(path).unwrap());
    let lines = texts.flat_map(|text| String::from_utf8_lossy(&text).into_owned().into_bytes());
    let text = String::from_utf8(lines.collect()).unwrap();
    let numbers = text
        .lines()
        .filter_map(|line| line.split_once("\"n\":")?.1.split_once(',')?.0.parse::<u64>().ok());
    let number = numbers.max().unwrap_or(0) + 1;
    let json = format!(r#"{{"v":{version},"n":{number},"w":0,"is":{is}}}"#);
    let mut file = fs::OpenOptions::new().append(true).open(last_segment(home)).unwrap();
    writeln!(file, "{:08x} {json}", crc32fast::hash(json.as_bytes())).unwrap();
}

fn last_segment(home: &Home) -> PathBuf {
    home.segments().pop().expect("a journal begins with a record")
}

fn perform(home: &Home, act: &Act, dollars: &mut u8) {
    match act {
        Act::Record(..) => {
            let mut ledger = open(home, *dollars);
            let request = of(home, act).unwrap();
            ledger.record(vec![request], &|_, _| Some(Tokens(10))).unwrap();
        }
        Act::Month => home.clock.advance(Duration::from_hours(31 * 24)),
        Act::Reprice(now) => {
            *dollars = *now;
            open(home, *now).reprice(Preview::Apply).unwrap();
        }
        Act::Hurt(seed) => {
            let segments = home.segments();
            let Some(path) = segments.get(seed % segments.len().max(1)) else { return };
            let mut bytes = fs::read(path).unwrap();
            let at = seed % bytes.len();
            bytes[at] ^= 0x41;
            fs::write(path, bytes).unwrap();
            // What is saved knows more than the journal now.
            fs::remove_dir_all(home.places().cache).ok();
        }
        Act::Newer => add_line(home, 9, r#"{"unknown":1}"#),
        Act::Untrue(id) => {
            let is = format!(
                r#"{{"tool":"claude-code","group":"g{}","at":1,"tokens":[99999999999,0,0,0,1,0]}}"#,
                id / 2
            );
            add_line(home, 1, &format!(r#"{{"request":{is}}}"#));
        }
        Act::Tear => {
            let mut file = fs::OpenOptions::new().append(true).open(last_segment(home)).unwrap();
            file.write_all(b"0123abcd {\"v\":1,\"n\":99").unwrap();
        }
    }
}

/// Returns a home with the same journal, and nothing saved beside it.
fn with_journal_of(home: &Home, limits: Limits) -> Home {
    let other = Home { limits, clock: home.clock.clone(), ..Home::new() };
    fs::create_dir_all(other.journal()).unwrap();
    for entry in fs::read_dir(home.journal()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, other.journal().join(path.file_name().unwrap())).unwrap();
        }
    }
    other
}

/// What a ledger says: its sums in every form, its requests, and what a check of it finds.
fn said(home: &Home, dollars: u8) -> String {
    let mut ledger = open(home, dollars);
    let checked = checked(&mut ledger);
    let preview = ledger.reprice(Preview::Only).unwrap();
    let sums: Vec<_> = SpendBy::iter()
        .map(|by| {
            let SpendReport { rows, total, days, quality, savings, skipped, .. } =
                report(&mut ledger, by);
            (rows, total, days, quality, savings, skipped)
        })
        .collect();
    let damaged = ledger.damaged_lines();
    let (requests, notices) = (ledger.requests(), ledger.known.notices.clone());
    let records = ledger.records(&SpendRecordsQuery { len: 99, ..Default::default() }).unwrap();
    ledger.close().unwrap();
    format!("{requests} {damaged:?} {notices:?} {sums:#?} {preview:#?} {checked:#?} {records:#?}")
}

fn checked(ledger: &mut Ledger) -> (VerifyReport, Vec<(String, u64, DamageKind)>) {
    let mut checked = ledger.verify().unwrap();
    let places = std::mem::take(&mut checked.damage).into_iter().map(|one| {
        let name = one.file.file_name().unwrap().to_string_lossy().into_owned();
        (name, one.offset.0, one.kind)
    });
    let places = places.collect();
    (checked, places)
}

/// Damages a byte of each run of keys.
fn hurt_keys(home: &Home, seed: usize) {
    for entry in fs::read_dir(home.places().keys()).into_iter().flatten() {
        let path = entry.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        let at = seed % bytes.len();
        bytes[at] ^= 0x41;
        fs::write(path, bytes).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn pieces_of_a_ledger_say_what_all_of_it_says(
        acts in prop::collection::vec(act(), 1..40),
        last in 1..9_u8,
        seed in any::<usize>(),
    ) {
        let mut home = Home::new();
        let mut dollars = 3;
        perform(&home, &Act::Record(0, 1, 0, 0, false), &mut dollars);
        for act in &acts {
            perform(&home, act, &mut dollars);
        }
        open(&home, dollars).close().unwrap();
        let mut pieces = with_journal_of(&home, PIECES);
        fs::remove_dir_all(home.places().cache).ok();
        prop_assert_eq!(said(&pieces, last), said(&home, last), "made anew");
        hurt_keys(&pieces, seed);
        prop_assert_eq!(said(&pieces, last), said(&home, last), "with damaged keys");
        for home in [&mut home, &mut pieces] {
            home.zone = "Pacific/Auckland";
        }
        prop_assert_eq!(said(&pieces, last), said(&home, last), "with days cut anew");
        for home in [&home, &pieces] {
            open(home, last).reprice(Preview::Apply).unwrap();
        }
        prop_assert_eq!(said(&pieces, last), said(&home, last), "priced anew");
        fs::remove_dir_all(pieces.places().cache).unwrap();
        prop_assert_eq!(said(&pieces, last), said(&home, last), "and made anew");
    }
}

/// Fills three months, each of which says more of the requests of the first.
fn of_three_months(first: u64) -> Home {
    let home = Home { limits: PIECES, ..Home::new() };
    for month in 0..3 {
        let mut ledger = home.open();
        for id in 0..40 {
            let name = (first + id % (20 + month)).to_string();
            record(&mut ledger, &request(&name, 100 * (1 + month) + id));
        }
        ledger.close().unwrap();
        home.clock.advance(Duration::from_hours(31 * 24));
    }
    home
}

#[test]
fn keys_of_another_journal_are_noticed_and_made_again() {
    // Their lines are as long, so that only what they say tells them apart.
    let (one, other) = (of_three_months(10), of_three_months(50));
    let lengths = |home: &Home| -> Vec<u64> {
        home.segments().iter().map(|path| fs::metadata(path).unwrap().len()).collect()
    };
    assert_eq!(lengths(&one), lengths(&other));
    let expected = checked(&mut one.open());
    assert_eq!((expected.0.requests, expected.0.segments), (22, 3));
    let (from, to) = (other.places().keys(), one.places().keys());
    fs::remove_dir_all(&to).unwrap();
    fs::rename(from, &to).unwrap();
    assert_eq!(checked(&mut one.open()), expected);
}

#[test]
fn no_more_than_a_piece_is_in_memory_when_sums_are_made_anew() {
    let home = of_three_months(10);
    fs::remove_dir_all(home.places().cache).unwrap();
    let mut ledger = home.open();
    assert_eq!((ledger.requests(), ledger.book.len()), (22, 0));
    ledger.verify().unwrap();
    ledger.reprice(Preview::Only).unwrap();
    assert_eq!(ledger.book.len(), 0);
}
