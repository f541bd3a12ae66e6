//! Whole words of the vocabularies, and long pieces that hold them, against the reference.

use proptest::prelude::*;

use super::super::{
    Counter, EngineChoice, Options, Worker, engine::Memory, long::Long, masks::Plain, tables::Table,
};
use crate::model::{Encoding, Tokens};

/// Both ways of the own engine and the reference, kept from text to text of one encoding.
struct Engines {
    fast: Memory,
    plain: Memory,
    reference: Worker,
}

impl Engines {
    fn new() -> Self {
        let reference = Counter::new(&Options { engine: EngineChoice::Reference }).worker();
        Self { fast: Memory::new(), plain: Memory::new(), reference }
    }

    /// Says what differs, if anything does.
    fn difference(&mut self, encoding: Encoding, text: &str) -> Option<String> {
        let Tokens(expected) = self.reference.count(encoding, text).ok()?;
        let fast = self.fast.count(encoding, text);
        let plain = self.plain.count_plainly(encoding, text);
        (fast != expected || plain != expected).then(|| {
            format!("{encoding}: {fast} fast, {plain} plain, {expected} expected of {text:?}")
        })
    }
}

fn reference(encoding: Encoding) -> &'static tiktoken_rs::CoreBPE {
    match encoding {
        Encoding::Cl100kBase => tiktoken_rs::cl100k_base_singleton(),
        Encoding::O200kBase => tiktoken_rs::o200k_base_singleton(),
        Encoding::P50kBase => tiktoken_rs::p50k_base_singleton(),
        Encoding::R50kBase => tiktoken_rs::r50k_base_singleton(),
    }
}

/// Asserts equal counts in all encodings.
fn compare(text: &str) -> Result<(), TestCaseError> {
    for encoding in Encoding::ALL {
        let different = Engines::new().difference(encoding, text);
        prop_assert!(different.is_none(), "{}", different.unwrap_or_default());
    }
    Ok(())
}

/// Every word of an encoding that is text, special ones too: they are ordinary here.
fn words(encoding: Encoding) -> impl Iterator<Item = String> {
    let word = move |rank| reference(encoding).decode_bytes(&[rank]).ok();
    (0..1 << 18).filter_map(move |rank| String::from_utf8(word(rank)?).ok())
}

#[test]
fn every_word_of_every_vocabulary_counts_as_the_reference_says() {
    for (encoding, expected) in Encoding::ALL.into_iter().zip([99_000, 198_000, 49_000, 49_000]) {
        let mut engines = Engines::new();
        let mut tried = 0;
        let different: Vec<String> = words(encoding)
            .inspect(|_| tried += 1)
            .filter_map(|word| engines.difference(encoding, &word))
            .collect();
        assert!(different.is_empty(), "{} differ: {different:#?}", different.len());
        assert!(tried > expected, "{encoding}: {tried}");
    }
}

#[test]
fn every_word_merges_to_itself_even_where_it_is_no_text() {
    for encoding in Encoding::ALL {
        let (special, mut long) = (reference(encoding).special_tokens(), Long::default());
        for rank in 0..1 << 18 {
            let Ok(word) = reference(encoding).decode_bytes(&[rank]) else { continue };
            if !std::str::from_utf8(&word).is_ok_and(|it| special.contains(it)) {
                assert_eq!(
                    long.count::<Plain>(Table::of(encoding), &word),
                    1,
                    "{encoding}: {rank} {word:?}"
                );
            }
        }
    }
}

/// Rulers and blanks that the vocabularies have long words of.
const RULERS: [&str; 18] = [
    "-", "/", "|", "=", "*", "_", "#", "~", ".", "+", " ", "\t", "\n", "\r\n", "\u{a0}",
    "\u{3000}", "─", "━",
];

/// Rulers of up to 300 signs, alone and with what often stands around them: of every length, or of
/// those near the width of a window and some others in the short run.
fn rulers() -> impl Iterator<Item = String> {
    let long = std::env::var_os("LARDER_LONG").is_some();
    let tried = move |len: &usize| long || (62..80).contains(len) || len % 32 < 2;
    let lengths = move |ruler: &'static str| (1..300).filter(tried).map(|len| ruler.repeat(len));
    RULERS.into_iter().flat_map(lengths).flat_map(|it| {
        [
            format!(" {it}\n"),
            format!("|{it}\n\n"),
            format!(" |{it}|"),
            format!("//{it}\r\n"),
            format!("x{it}x"),
            it,
        ]
    })
}

#[test]
fn rulers_count_the_same_whatever_their_length_and_what_stands_around_them() {
    for encoding in Encoding::ALL {
        let mut engines = Engines::new();
        for text in rulers() {
            let different = engines.difference(encoding, &text);
            assert!(different.is_none(), "{}", different.unwrap_or_default());
        }
    }
}

#[test]
fn a_wider_window_that_begins_with_another_word_counts_it_with_the_word_before() {
    let mut engines = Engines::new();
    for (text, expected) in [
        (format!(" {}", "/".repeat(70)), 1),
        (format!(" {}", "/".repeat(74)), 1),
        (format!("|{}\n", "-".repeat(74)), 1),
        (format!(" |{}\n", "-".repeat(74)), 1),
    ] {
        assert_eq!(engines.difference(Encoding::Cl100kBase, &text), None);
        assert_eq!(engines.fast.count(Encoding::Cl100kBase, &text), expected, "{text:?}");
    }
}

/// Runs of one ruler each, up to 300 bytes of them, one after the other.
fn runs() -> impl Strategy<Value = String> {
    let run = (0..RULERS.len(), prop_oneof![1_usize..5, 1_usize..140, 1_usize..300]);
    prop::collection::vec(run, 1..7)
        .prop_map(|runs| runs.into_iter().map(|(at, len)| RULERS[at].repeat(len)).collect())
}

proptest! {
    #![proptest_config(super::cases(500))]

    #[test]
    fn runs_of_rulers_and_blanks_count_as_the_reference_says(text in runs()) {
        compare(&text)?;
    }

    #[test]
    fn rulers_of_few_signs_count_as_the_reference_says(
        text in prop_oneof!["[-/|=*]{1,300}", "[-=]{1,300}", "[/|]{1,300}", "[*=]{1,300}", "[ \t\n]{1,300}", " ?[-|]{60,300}[\r\n]{0,9}"]
    ) {
        compare(&text)?;
    }
}
