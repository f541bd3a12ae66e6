//! Laws of the fold: neither order nor number of copies matters.

use proptest::prelude::*;

use super::{fold::Heard, *};
use crate::{
    ledger::{Counts, Service},
    model::{Quality, Tool},
};

/// In this group a record without a part is the whole of the others.
const WHOLES: u8 = 2;

/// A record as a log may tell it: names are numbers until a book knows them.
#[derive(Clone, Debug)]
struct Told {
    group: u8,
    part: Option<u8>,
    is_copy: bool,
    output: u32,
    input: u32,
    at: i64,
    session: u8,
    project: u8,
    model: u8,
    recorded: Option<u64>,
    types: Vec<(u8, u32)>,
    counts: Counts,
    implausible: Option<bool>,
}

fn told() -> impl Strategy<Value = Told> {
    let key = (0..3_u8, prop::option::of(0..3_u8), any::<bool>());
    let counts = (0..4_u32, 0..3_u32, prop::option::of(0..3_u64));
    let place = (0..4_i64, 0..3_u8, 0..3_u8, 0..2_u8);
    let rest = (
        prop::collection::vec((0..3_u8, 1..4_u32), 0..3),
        prop::sample::select(vec![Counts::Exact, Counts::Estimated]),
        prop::option::of(any::<bool>()),
    );
    (key, counts, place, rest).prop_map(|(key, counts, place, rest)| Told {
        group: key.0,
        part: key.1,
        is_copy: key.2,
        output: counts.0,
        input: counts.1,
        recorded: counts.2,
        at: place.0,
        session: place.1,
        project: place.2,
        model: place.3,
        types: rest.0,
        counts: rest.1,
        implausible: rest.2,
    })
}

fn hear(book: &mut Book, told: &Told) -> Heard {
    let mut name = |kind: &str, number: u8| match number {
        0 => Name::default(),
        number => book.names.put(&format!("{kind}{number}")),
    };
    let types = told.types.iter().map(|(ending, count)| (name("e", ending + 1), *count)).collect();
    let (model, provider) = (name("m", told.model + 1), name("p", 1));
    let (session, project) = (name("s", told.session), name("d", told.project));
    let record = Record {
        group: hash_of(&told.group.to_string()),
        part: told.part.map_or(0, |part| hash_of(&part.to_string())),
        at: told.at,
        recorded: told.recorded.unwrap_or(NO_MONEY),
        cost: NO_MONEY,
        prompt_cost: 0,
        saved: 0,
        tokens: [told.input, 0, 0, 0, told.output, 0],
        searches: 0,
        model,
        provider,
        served: Name::default(),
        session,
        project,
        price: Name::default(),
        types: book.types.put(types),
        tool: if told.group == WHOLES { Tool::Opencode } else { Tool::ClaudeCode },
        service: Service::Standard,
        counts: told.counts,
        quality: Quality::Unpriced,
        us_only: false,
        is_copy: told.is_copy,
        implausible: told.implausible,
    };
    book.hear(record)
}

/// Returns what a book holds, in words and in an order of its own.
fn said(book: &Book) -> Vec<String> {
    let text = |name| book.names.text(name);
    let one = |record: &Record| {
        let mut types: Vec<_> = book
            .types
            .list(record.types)
            .iter()
            .map(|(name, count)| (text(*name), *count))
            .collect();
        types.sort_unstable();
        let names = [record.model, record.session, record.project].map(text);
        let key = (record.group, record.part, record.is_copy);
        let counts = (record.tokens, record.recorded, record.counts, record.implausible);
        format!("{key:?} {} {counts:?} {names:?} {types:?}", record.at)
    };
    let mut all: Vec<String> = book.records().iter().map(one).collect();
    all.sort();
    all
}

fn book_of<'t>(all: impl IntoIterator<Item = &'t Told>) -> Book {
    let mut book = Book::default();
    for told in all {
        hear(&mut book, told);
    }
    book
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_order_and_any_number_of_copies_give_the_same(
        all in prop::collection::vec(told(), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
        shuffled in any::<u64>(),
    ) {
        let mut twice: Vec<&Told> = all.iter().collect();
        twice.extend(order.iter().map(|at| at.get(&all)));
        // A permutation from one number: the positions sorted by its hash with each.
        let mut positions: Vec<usize> = (0..twice.len()).collect();
        positions.sort_by_key(|at| hash_of(&format!("{shuffled} {at}")));
        let mixed = book_of(positions.into_iter().map(|at| twice[at]));
        prop_assert_eq!(said(&mixed), said(&book_of(&all)));
    }

    #[test]
    fn what_was_heard_before_says_nothing_new(all in prop::collection::vec(told(), 1..12)) {
        let mut book = book_of(&all);
        for told in &all {
            let heard = hear(&mut book, told);
            prop_assert!(heard.record.is_none() && heard.changes.is_empty());
        }
    }

    #[test]
    fn changes_tell_every_difference(all in prop::collection::vec(told(), 1..12)) {
        let mut book = Book::default();
        let mut seen: Vec<Record> = Vec::new();
        for told in &all {
            for change in hear(&mut book, told).changes {
                let id = change.id as usize;
                prop_assert_eq!(change.old, seen.get(id).copied());
                seen.resize(seen.len().max(id + 1), *book.record(change.id));
                seen[id] = *book.record(change.id);
            }
        }
        prop_assert_eq!(&seen[..], book.records());
    }

    #[test]
    fn requests_are_the_parts_that_are_no_copies(all in prop::collection::vec(told(), 1..12)) {
        let book = book_of(&all);
        for group in 0..3_u8 {
            let own: Vec<&Told> = all.iter().filter(|told| told.group == group).collect();
            let mut parts: Vec<_> =
                own.iter().filter(|told| !told.is_copy).filter_map(|told| told.part).collect();
            parts.sort_unstable();
            parts.dedup();
            let expected = if own.is_empty() { 0 } else { parts.len().max(1) };
            let hash = hash_of(&group.to_string());
            let found = book.records().iter().filter(|record| record.group == hash);
            prop_assert_eq!(found.count(), expected);
        }
    }
}

fn blank() -> Told {
    Told {
        group: 1,
        part: Some(1),
        is_copy: false,
        output: 10,
        input: 5,
        at: 100,
        session: 1,
        project: 1,
        model: 1,
        recorded: None,
        types: Vec::new(),
        counts: Counts::Exact,
        implausible: None,
    }
}

#[test]
fn streaming_copies_count_once_with_the_largest_output() {
    let book = book_of(&[
        Told { output: 1, ..blank() },
        Told { output: 250, at: 101, ..blank() },
        Told { output: 25, at: 102, ..blank() },
    ]);
    let [one] = book.records() else { panic!("{} requests", book.len()) };
    assert_eq!((one.output(), one.at), (250, 100));
}

#[test]
fn a_record_without_a_part_is_a_copy_of_any_of_its_group() {
    let book = book_of(&[Told { part: None, output: 30, ..blank() }, blank()]);
    assert_eq!(book.len(), 1);
    assert_eq!(book.records()[0].output(), 30);
}

#[test]
fn a_whole_and_its_parts_count_once_in_any_order() {
    let part = |part, output| Told { group: WHOLES, part: Some(part), output, ..blank() };
    let whole = Told { part: None, output: 25, input: 10, ..part(0, 0) };
    let (first, second) = (part(1, 10), part(2, 15));
    let sums = |told: &[&Told]| {
        let book = book_of(told.iter().copied());
        let sum = |class: usize| book.records().iter().map(|one| one.tokens[class]).sum::<u32>();
        (book.len(), sum(0), sum(4))
    };
    for order in [[&whole, &first, &second], [&first, &second, &whole], [&first, &whole, &second]] {
        assert_eq!(sums(&order), (2, 10, 25), "{order:?}");
    }
    // While the other part is still to come, the whole says what it used.
    assert_eq!(sums(&[&whole, &first]), (1, 10, 25));
    assert_eq!(sums(&[&first, &whole]), (1, 10, 25));
    // One that tells only the last of its parts adds nothing to them.
    assert_eq!(sums(&[&Told { output: 15, input: 5, ..whole }, &first, &second]), (2, 10, 25));
}

#[test]
fn what_a_whole_cost_is_not_lost_in_parts_that_do_not_say_it() {
    let part = |part, recorded| Told { group: WHOLES, part, recorded, ..blank() };
    let book = book_of(&[part(Some(1), Some(4)), part(None, Some(9)), part(Some(2), None)]);
    let costs = book.records().iter().map(|one| one.recorded).filter(|cost| *cost != NO_MONEY);
    assert_eq!((book.len(), costs.sum::<u64>()), (2, 9));
}

#[test]
fn a_replay_in_a_side_chain_yields_session_project_and_time() {
    let replay = Told { is_copy: true, part: Some(9), at: 1, session: 2, output: 99, ..blank() };
    let book = book_of(&[replay, blank()]);
    let [one] = book.records() else { panic!("{} requests", book.len()) };
    assert_eq!((one.output(), one.at, book.names.text(one.session)), (99, 100, "s1"));
}

#[test]
fn two_requests_of_one_group_stay_two_and_a_replay_joins_the_larger() {
    let replay = Told { is_copy: true, part: Some(9), output: 40, ..blank() };
    let book = book_of(&[blank(), replay, Told { part: Some(2), output: 20, ..blank() }]);
    let mut outputs: Vec<u32> = book.records().iter().map(Record::output).collect();
    outputs.sort_unstable();
    assert_eq!(outputs, [10, 40]);
}
