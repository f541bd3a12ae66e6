//! Beginning with characters gives what beginning with bytes gives.

use proptest::prelude::*;

use super::{
    super::{
        EngineChoice, Options,
        engine::Memory,
        masks::Plain,
        merge::{self, MOST, PLACES},
        tables::Table,
        worker::Counter,
    },
    Alone,
};
use crate::model::Encoding;

/// Asserts that a piece merges to the same parts from its bytes and from its characters.
fn compare(table: &Table, piece: &[u8]) {
    let (mut ids, mut others) = ([0; PLACES], [0; PLACES]);
    let starts = merge::merge_bytes::<Plain>(table, piece, &mut ids);
    let text = String::from_utf8_lossy(piece);
    assert_eq!(merge::merge_characters::<Plain>(table, piece, &mut others), starts, "{text:?}");
    for at in (0..piece.len()).filter(|at| starts & 1 << at != 0) {
        assert_eq!(ids[at], others[at], "the part at {at} of {text:?}");
    }
}

/// Ways to make whole characters of the pieces at the ends of a word: all, or some 32 of many.
fn completed(word: &[u8]) -> Vec<Vec<u8>> {
    let later = |byte: &&u8| **byte & 0xC0 == 0x80;
    let lost = word.iter().take_while(later).count();
    let heads: Vec<Vec<u8>> = match lost {
        0 => vec![Vec::new()],
        1 => (0xE0..0xF0).flat_map(|first| (0x80..0xC0).map(move |it| vec![first, it])).collect(),
        _ => (0xE0..0xF0).map(|first| vec![first]).collect(),
    };
    let tails: Vec<Vec<u8>> = match word {
        [.., 0xE0..=0xEF] => {
            (0x80..0xC0).flat_map(|it| (0x80..0xC0).map(move |third| vec![it, third])).collect()
        }
        [.., 0xE0..=0xEF, _] => (0x80..0xC0).map(|it| vec![it]).collect(),
        _ => vec![Vec::new()],
    };
    let every = (heads.len() * tails.len() / 32) | 1;
    let pairs = heads.iter().flat_map(|head| tails.iter().map(move |tail| (head, tail)));
    pairs.step_by(every).map(|(head, tail)| [head.as_slice(), word, tail].concat()).collect()
}

fn reference(encoding: Encoding) -> &'static tiktoken_rs::CoreBPE {
    match encoding {
        Encoding::Cl100kBase => tiktoken_rs::cl100k_base_singleton(),
        Encoding::O200kBase => tiktoken_rs::o200k_base_singleton(),
        Encoding::P50kBase => tiktoken_rs::p50k_base_singleton(),
        Encoding::R50kBase => tiktoken_rs::r50k_base_singleton(),
    }
}

#[test]
fn words_that_reach_into_characters_merge_as_their_bytes_do() {
    for encoding in Encoding::ALL {
        let table = Table::of(encoding);
        let mut reaching = 0;
        for rank in 0..1 << 18 {
            let Ok(word) = reference(encoding).decode_bytes(&[rank]) else { continue };
            if word.len() < 2 || std::str::from_utf8(&word).is_ok() {
                continue;
            }
            for text in completed(&word) {
                if std::str::from_utf8(&text).is_ok() {
                    reaching += 1;
                    compare(table, &text);
                    compare(table, &[b"\xE4\xB8\xAD", text.as_slice(), b"\xE3\x80\x82"].concat());
                }
            }
        }
        assert!(reaching > 100, "{encoding}: {reaching}");
    }
}

#[test]
fn a_character_that_the_end_cuts_off_merges_as_its_bytes_do() {
    let text = "中文、日本語のテキスト".as_bytes();
    for encoding in Encoding::ALL {
        for from in 0..text.len() {
            for to in from + 1..=text.len() {
                compare(Table::of(encoding), &text[from..to]);
            }
        }
    }
}

#[test]
fn a_character_without_a_word_of_its_own_begins_as_its_parts() {
    let table = Table::of(Encoding::Cl100kBase);
    let kinds = ('\u{800}'..='\u{FFFF}').map(|it| {
        let mut bytes = [0; 3];
        it.encode_utf8(&mut bytes);
        let alone = table.character(bytes[0], bytes[1], bytes[2]);
        let expected = match alone {
            Alone::Bytes => 3,
            Alone::TwoOne(_) | Alone::OneTwo(_) => 2,
            Alone::Whole(_) => 1,
        };
        let parts = merge::merge_bytes::<Plain>(table, &bytes, &mut [0; PLACES]).count_ones();
        assert_eq!(parts, expected, "{it:?}");
        parts
    });
    assert_eq!(kinds.filter(|&parts| parts == 1).count(), 969);
}

/// Characters of three bytes, mostly from the blocks that text is made of, and some others.
fn wide() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        6 => prop::char::range('\u{4E00}', '\u{9FFF}'),
        4 => prop::char::range('\u{3000}', '\u{30FF}'),
        4 => prop::char::range('\u{AC00}', '\u{D7A3}'),
        2 => prop::char::range('\u{FF00}', '\u{FFEF}'),
        2 => prop::char::range('\u{2000}', '\u{27FF}'),
        4 => prop::char::range('\u{800}', '\u{FFFF}'),
        1 => prop::char::range('\u{1F300}', '\u{1F6FF}'),
        1 => prop::char::range(' ', '~'),
        1 => prop::char::range('\u{A0}', '\u{7FF}'),
    ];
    prop::collection::vec(one, 1..60).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn text_of_wide_characters_merges_as_its_bytes_do(text in wide(), from in 0_usize..60) {
        let bytes = text.as_bytes();
        let from = from % bytes.len();
        for encoding in Encoding::ALL {
            compare(Table::of(encoding), &bytes[from..bytes.len().min(from + MOST)]);
        }
    }

    #[test]
    fn text_of_wide_characters_counts_as_the_reference_says(text in wide()) {
        let mut worker = Counter::new(&Options { engine: EngineChoice::Reference }).worker();
        for encoding in Encoding::ALL {
            let expected = worker.count(encoding, &text).unwrap().0;
            prop_assert_eq!(Memory::new().count(encoding, &text), expected, "{}", encoding);
        }
    }
}
