//! Pieces count the same together as alone.

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::{
    cache::Key,
    masks::Plain,
    merge,
    tables::Table,
    twins::{Way, count_by, pieces_by},
};
use crate::model::{Encoding, Tokens};

/// Asserts that a text counts as much as its pieces of up to 15 bytes do, each merged alone.
fn compare(text: &str) {
    for encoding in Encoding::ALL {
        let (mut from, mut alone) = (0, 0);
        for end in pieces_by(Way::Plain, encoding, text) {
            alone += merge::count::<Plain>(Table::of(encoding), &text.as_bytes()[from..end]);
            from = end;
        }
        for way in Way::ALL {
            assert_eq!(count_by(way, encoding, text), Tokens(alone), "{encoding} {way:?} {text:?}");
        }
    }
}

/// A blank and letters, hardly ever a word: another one for each number.
fn piece(mut number: usize) -> String {
    let mut piece = String::from(" q");
    while number > 0 {
        piece.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    piece
}

#[test]
fn pieces_that_come_again_while_they_wait_count_each_time() {
    for distinct in [1, 2, 3, 4, 5, 31, 32, 33, 100] {
        let all: String = (0..distinct).map(|number| piece(number * 7_919)).collect();
        compare(&all.repeat(3));
    }
    let twice: String = (0..70).map(|number| piece(number * 7_919).repeat(2)).collect();
    compare(&twice);
}

#[test]
fn a_piece_that_comes_again_more_often_than_others_may_wait_counts_each_time() {
    for times in [30, 31, 32, 33, 64, 100] {
        compare(&piece(123_456).repeat(times));
    }
}

#[test]
fn pieces_forgotten_while_they_wait_are_counted_all_the_same() {
    let mut places: HashMap<usize, Vec<String>> = HashMap::new();
    let same_place = (0..).find_map(|number| {
        let piece = piece(number);
        let mut bytes = [0; 16];
        bytes[..piece.len()].copy_from_slice(piece.as_bytes());
        let same = places.entry(Key::of(&bytes, piece.len()).place()).or_default();
        same.push(piece);
        (same.len() == 5).then(|| same.clone())
    });
    let same_place = same_place.unwrap();
    compare(
        &[0, 1, 2, 0, 1, 2, 3, 4, 3, 0, 4, 2].map(|at: usize| same_place[at].as_str()).concat(),
    );
}

proptest! {
    #[test]
    fn many_short_pieces_count_together_as_alone(
        words in prop::collection::vec("[ .(]?[a-zA-Z]{1,14}|[0-9]{1,3}|中[a-zé]{0,4}文?|[é-ü]{1,5}", 0..120)
    ) {
        compare(&words.join("\n"));
        compare(&words.concat().chars().take(20).collect::<String>());
    }
}
