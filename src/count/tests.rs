//! The own engine against the reference: the same counts, whatever the text.

mod words;

use proptest::prelude::*;

use super::{
    class::Class,
    twins::{Way, count_by, pieces_by, pieces_by_character},
    *,
};
use crate::model::{Encoding, Tokens};

/// Both engines, side by side.
struct Engines {
    own: Worker,
    reference: Worker,
}

impl Engines {
    fn new() -> Self {
        let worker = |engine| Counter::new(&Options { engine }).worker();
        Self { own: worker(EngineChoice::Own), reference: worker(EngineChoice::Reference) }
    }

    /// Asserts equal counts in all encodings, where the reference gives one at all.
    fn compare(&mut self, text: &str) {
        for encoding in Encoding::ALL {
            let Ok(expected) = self.reference.count(encoding, text) else { continue };
            let counted = self.own.count(encoding, text).unwrap();
            assert_eq!(counted, expected, "{encoding} on {:?}", Head(text));
        }
    }
}

/// Shows the begin of a text only.
struct Head<'a>(&'a str);

impl std::fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0.chars().take(300).collect::<String>())
    }
}

/// Every code point, or every 17th and all of the first 12,288 in the short run.
fn characters() -> impl Iterator<Item = char> {
    let long = std::env::var_os("LARDER_LONG").is_some();
    ('\0'..=char::MAX).filter(move |&it| long || it < '\u{3000}' || u32::from(it) % 17 == 0)
}

/// What stands beside a character matters: words, digits, blanks, signs, contractions, ends.
const NEIGHBOURS: [&str; 12] =
    ["a", "B", "1", " ", "\n", "'", "'s", ".", "/", "中", "\u{301}", "\u{3000}"];

#[test]
fn every_character_alone_counts_as_the_reference_says() {
    let mut engines = Engines::new();
    for one in characters() {
        engines.compare(one.encode_utf8(&mut [0; 4]));
    }
}

#[test]
fn every_character_beside_letters_digits_blanks_and_quotes_counts_the_same() {
    let mut engines = Engines::new();
    let mut text = String::new();
    for one in characters() {
        for neighbour in NEIGHBOURS {
            text.extend([neighbour, one.encode_utf8(&mut [0; 4]), neighbour, "|x "]);
        }
        if text.len() > 4_000 {
            engines.compare(&text);
            text.clear();
        }
    }
    engines.compare(&text);
}

#[test]
fn contractions_count_the_same_in_every_case_and_with_the_long_s() {
    let mut engines = Engines::new();
    for after in
        ["s", "S", "ſ", "t", "T", "m", "d", "ll", "LL", "lL", "ve", "Ve", "re", "l", "x", ""]
    {
        for before in ["", "it", "IT", " ", ".", "1", "中", "'", "it's", "中A"] {
            for end in ["", "x", "X", "Foo", "中Ab", " ", "'s", "'", ".", "1", "\n", "'sfoo"] {
                for padding in [0, 1, 40, 58, 59, 60, 61, 62, 63, 64, 65] {
                    let start = "ab ".repeat(30);
                    let text = format!("{}{before}'{after}{end}", &start[..padding]);
                    engines.compare(&text);
                    engines.compare(&format!("{text} and so on {}", "and on, ".repeat(12)));
                }
            }
        }
    }
}

/// The hostile inputs, of a given length.
fn pathological(len: usize) -> Vec<(&'static str, String)> {
    let mut state = 7_u64;
    let mut random = move |below: u32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(below)) as u32
    };
    let mut of = |alphabet: &str| -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let letters = u32::try_from(alphabet.len()).unwrap();
        (0..len).map(|_| alphabet[random(letters) as usize]).collect()
    };
    let letters = of("abcdefghijklmnopqrstuvwxyz");
    let base64 = of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    let (dna, dashes, mixed) = (of("ACGT"), of("-=_"), of("aA中é"));
    let cjk = (0..len).filter_map(|_| char::from_u32(0x4E00 + random(0x51A0))).collect();
    vec![
        ("letters", letters),
        ("base64", base64),
        ("dna", dna),
        ("rulers", dashes),
        ("mixed", mixed),
        ("cjk", cjk),
        ("a", "a".repeat(len)),
        ("dashes", "-".repeat(len)),
        ("spaces", " ".repeat(len)),
        ("tabs", "\t".repeat(len) + "x"),
        ("newlines", "\n".repeat(len)),
        ("lines of blanks", " \n".repeat(len / 2)),
        ("digits", "1".repeat(len)),
        ("quotes", "'s".repeat(len / 2)),
        ("marks", "\u{301}".repeat(len)),
        ("minified", "function(a,b){return a.b(c)};".repeat(len / 29)),
    ]
}

#[test]
fn hostile_texts_count_the_same_at_every_length() {
    let mut engines = Engines::new();
    for len in (0..140).chain([255, 256, 257, 511, 1_000, 4_096, 5_000, 20_000]) {
        for (_, text) in pathological(len) {
            engines.compare(&text);
        }
    }
}

#[test]
fn a_million_blanks_count_without_the_reference_and_without_a_panic() {
    let mut own = Engines::new().own;
    let blanks = " ".repeat(1_000_000);
    assert_eq!(own.count(Encoding::Cl100kBase, &blanks).unwrap(), Tokens(7_813));
    assert_eq!(own.count(Encoding::O200kBase, &blanks).unwrap(), Tokens(7_813));
    let len = if std::env::var_os("LARDER_LONG").is_some() { 1_000_000 } else { 60_000 };
    for (_, text) in pathological(len) {
        for encoding in Encoding::ALL {
            assert!(own.count(encoding, &text).unwrap() > Tokens(0));
        }
    }
}

/// Text of the parts that patterns and windows are about.
fn code_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,9}",
        "[A-Z][a-z]{0,7}",
        "[A-Z]{1,5}",
        "[0-9]{1,7}",
        "[ \t]{1,20}",
        "[\r\n \t]{1,6}",
        "[-=_./'\"(){};:,<>]{1,4}",
        "'(s|S|t|re|ve|ll|d|m|ſ|x)",
        "[\\p{Lo}\\p{Lm}]{1,6}",
        "[\\p{Lu}\\p{Ll}\\p{Lt}]{1,4}",
        "[\\p{M}]{1,2}",
        "[\\p{N}]{1,4}",
        "[\\p{Zs}\u{85}\u{2028}]{1,3}",
        "[中文字é😀，。]{1,8}",
        "\\PC{1,4}",
        "-{1,90}|={1,70}| {1,90}",
        "[a-f0-9]{30,80}",
    ];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

/// How many cases a property is tried on, at most.
fn cases(short: u32) -> ProptestConfig {
    let long = std::env::var_os("LARDER_LONG").is_some();
    ProptestConfig { cases: if long { short * 50 } else { short }, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn code_like_text_counts_as_the_reference_says(text in code_like()) {
        Engines::new().compare(&text);
    }

    #[test]
    fn random_unicode_counts_as_the_reference_says(text in any::<String>()) {
        Engines::new().compare(&text);
    }

    #[test]
    fn special_tokens_are_ordinary_text(text in "(a|<\\|endoftext\\|>|<\\|fim_prefix\\|>| ){0,9}") {
        Engines::new().compare(&text);
    }

    #[test]
    fn one_huge_piece_counts_as_the_reference_says(
        text in prop_oneof!["[a-c]{60,900}", "[a-z]{60,900}", "[-=]{60,900}", "\\p{Lo}{30,300}"]
    ) {
        Engines::new().compare(&text);
    }
}

/// Asserts that bits, with and without vectors, and characters give the same pieces.
fn compare_pieces(text: &str) {
    for encoding in Encoding::ALL {
        let by_character = pieces_by_character(encoding, text);
        for way in Way::ALL {
            assert_eq!(pieces_by(way, encoding, text), by_character, "{way:?} in {encoding}");
        }
        let [fast, plain] = Way::ALL.map(|way| count_by(way, encoding, text));
        assert_eq!(fast, plain, "{encoding}");
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn every_way_to_find_pieces_finds_the_same(text in code_like()) {
        compare_pieces(&text);
    }

    #[test]
    fn cutting_where_allowed_leaves_the_count_as_it_is(text in code_like(), parts in 0_usize..9) {
        let mut own = Engines::new().own;
        for encoding in Encoding::ALL {
            let points = split_points(encoding, text.as_bytes(), parts);
            assert!(points.len() < parts.max(1), "{points:?}");
            let (mut from, mut sum) = (0, Tokens(0));
            for to in points.into_iter().chain([text.len()]) {
                sum += own.count(encoding, &text[from..to]).unwrap();
                from = to;
            }
            assert_eq!(sum, own.count(encoding, &text).unwrap());
        }
    }

    #[test]
    fn cutting_bytes_that_are_no_text_leaves_the_count_as_it_is(
        bytes in prop::collection::vec(prop_oneof![Just(0xE4), Just(0xB8), Just(0xAD), Just(b'a'), Just(b' '), any::<u8>()], 0..200)
    ) {
        let mut own = Engines::new().own;
        let count = |own: &mut Worker, bytes: &[u8]| own.count_bytes(Encoding::O200kBase, bytes).unwrap();
        let mut sum = Tokens(0);
        let mut from = 0;
        for to in split_points(Encoding::O200kBase, &bytes, 7).into_iter().chain([bytes.len()]) {
            sum += count(&mut own, &bytes[from..to]);
            from = to;
        }
        assert_eq!(sum, count(&mut own, &bytes));
    }

    #[test]
    fn invalid_bytes_count_as_replacement_characters(
        bytes in prop::collection::vec(prop_oneof![0x80_u8..=0xFF, any::<u8>()], 0..60)
    ) {
        let mut own = Engines::new().own;
        for encoding in Encoding::ALL {
            let counted = own.count_bytes(encoding, &bytes).unwrap();
            assert_eq!(counted, own.count(encoding, &replaced(&bytes)).unwrap());
        }
    }
}

/// Decodes as Python's `bytes.decode("utf-8", errors="replace")`, byte by byte.
fn replaced(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let whole = (1..=4).find_map(|len| {
            let one = std::str::from_utf8(bytes.get(at..at + len)?).ok()?;
            Some((one, len))
        });
        if let Some((one, len)) = whole {
            text.push_str(one);
            at += len;
            continue;
        }
        text.push('\u{FFFD}');
        // The longest begin of a character that could still have become one is replaced as a whole.
        let begins = |len: &usize| {
            let begin = bytes.get(at..at + len);
            begin.is_some_and(|begin| {
                std::str::from_utf8(begin).is_err_and(|it| it.error_len().is_none())
            })
        };
        at += (1..=3).rev().find(begins).unwrap_or(1);
    }
    text
}

#[test]
fn token_counting_basic() {
    let mut own = Engines::new().own;
    for (text, cl100k, o200k) in [
        ("hello world", 2, 2),
        ("fn main() {\n    print_it(\"hi\");\n}\n", 11, 11),
        ("größe", 2, 1),
        ("👩‍👩‍👧‍👦", 18, 11),
        ("<|endoftext|>", 7, 7),
    ] {
        assert_eq!(own.count(Encoding::Cl100kBase, text).unwrap(), Tokens(cl100k), "{text}");
        assert_eq!(own.count(Encoding::O200kBase, text).unwrap(), Tokens(o200k), "{text}");
    }
}

#[test]
fn token_counting_empty() {
    let mut engines = Engines::new();
    engines.compare("");
    assert_eq!(engines.own.count_bytes(Encoding::Cl100kBase, b"").unwrap(), Tokens(0));
}

#[test]
fn the_first_bytes_said_to_begin_letters_without_case_do() {
    for lead in [0xE5, 0xE6, 0xE7, 0xE8, 0xEB] {
        for (middle, last) in (0x80..0xC0).flat_map(|it| (0x80..0xC0).map(move |last| (it, last))) {
            assert_eq!(Class::at(&[lead, middle, last], 0), Some((Class::Caseless, 3)));
        }
    }
}
