//! Looks for a text that the own engine counts otherwise than the reference, for some seconds.
//!
//! `cargo run --release --example fuzz-counts [SECONDS [SEED [FOLDER]]]`
//!
//! Texts are made of parts that the patterns are about, of any characters, of hostile runs, of words
//! of the vocabularies and rulers of one or two signs, and of the files of a folder (this
//! repository's own if none is named) with pieces cut, doubled and swapped. Each is counted in all
//! encodings, with and without vectors, by a counter that has counted all before it, in parts, and as
//! bytes that are no text; the places where its pieces end are compared too. The first difference is
//! made as small as it gets, printed, and ends it with 1.

#![expect(clippy::print_stdout, reason = "this is what it is for")]

#[path = "fuzz_counts/words.rs"]
mod words;

use std::{env, error::Error, fs, path::PathBuf, process::ExitCode, rc::Rc, time::Duration};

use fancy_regex::Regex;
use larder::{
    count::{
        Counter, EngineChoice, Options, Worker, split_points,
        twins::{Way, count_by, pieces_by, pieces_by_character},
    },
    model::{Clock, Encoding, SystemClock, Tokens},
};
use words::Words;

/// How long CI looks.
const SECONDS: u64 = 60;

/// The patterns as tiktoken has them, of `p50k_base` and `r50k_base`, `cl100k_base`, `o200k_base`.
const P50K: &str =
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s";
const CL100K: &str = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s";
const O200K: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
);

/// Parts of code and prose that lie at the borders of the patterns.
const PARTS: &[&str] = &[
    "'s",
    "'S",
    "'ſ",
    "'ll",
    "'RE",
    "'ve",
    "don't",
    "IT'S",
    "HTTPServer",
    "camelCase",
    "snake_case",
    "fn main() {\n",
    "    return x;\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\u{2028}",
    "\u{85}",
    "123",
    "1234567",
    "½",
    "Ⅳ",
    "١٢٣",
    "、",
    "中文",
    "日本語",
    "한국어",
    "Привет",
    "ǅ",
    "ʰ",
    "e\u{301}",
    "\u{301}",
    "👩‍👩‍👧",
    "\u{e0001}",
    "//",
    "/*",
    "*/",
    "{}",
    "();\n",
    "\n\n  ",
    " \n \n",
    "<|endoftext|>",
    "\0",
    "\u{feff}",
    "ﬁ",
    "'",
    "\"",
    "./",
    "x1",
    "नम",
    "ไทย",
    "العربية",
    "ΑΒΓδ",
    "İi",
    "a",
    "B",
    "word",
    " the",
    " of",
    "0xDEADBEEF",
    "==",
    "->",
    "::",
];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let seconds = args.next().map_or(Ok(SECONDS), |word| word.parse())?;
    let clock = SystemClock::start();
    let seed = args.next().map_or(Ok(clock.wall().0.unsigned_abs()), |word| word.parse())?;
    let folder = args.next().unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned() + "/src");
    println!("fuzzing for {seconds} s, seed {seed}, files of {folder}");
    let mut makes = Makes { state: seed, files: texts(folder.into()), words: Words::read().into() };
    let mut engines = Engines::new()?;
    let until = clock.monotonic() + Duration::from_secs(seconds);
    let (mut tried, mut bytes) = (0_u64, 0);
    while clock.monotonic() < until {
        let text = makes.text();
        let junk = makes.junk(&text);
        let parts = makes.below(9);
        if let Some(difference) = engines.difference(&text, &junk, parts) {
            println!("after {tried} texts: {difference}");
            smallest(&text, &junk, parts)?;
            return Ok(ExitCode::FAILURE);
        }
        tried += 1;
        bytes += text.len() + junk.len();
    }
    println!(
        "{tried} texts, {bytes} bytes, {} encodings: no difference; the reference gave up on {}",
        Encoding::ALL.len(),
        engines.given_up,
    );
    Ok(ExitCode::SUCCESS)
}

/// Who is compared.
struct Engines {
    own: Worker,
    reference: Worker,
    patterns: [Regex; Encoding::ALL.len()],
    given_up: u64,
}

impl Engines {
    fn new() -> Result<Self, Box<dyn Error>> {
        let worker = |engine| Counter::new(&Options { engine }).worker();
        let pattern = |encoding| match encoding {
            Encoding::Cl100kBase => Regex::new(CL100K),
            Encoding::O200kBase => Regex::new(O200K),
            Encoding::P50kBase | Encoding::R50kBase => Regex::new(P50K),
        };
        let [first, second, third, fourth] = Encoding::ALL.map(pattern);
        Ok(Self {
            own: worker(EngineChoice::Own),
            reference: worker(EngineChoice::Reference),
            patterns: [first?, second?, third?, fourth?],
            given_up: 0,
        })
    }

    /// Says what differs, if anything does.
    fn difference(&mut self, text: &str, junk: &[u8], parts: usize) -> Option<String> {
        let lossy = String::from_utf8_lossy(junk);
        for (encoding, index) in Encoding::ALL.into_iter().zip(0..) {
            let found = (self.counts(encoding, text))
                .or_else(|| self.counts(encoding, &lossy))
                .or_else(|| self.pieces(encoding, index, text))
                .or_else(|| self.parts(encoding, text.as_bytes(), parts))
                .or_else(|| self.parts(encoding, junk, parts));
            if let Some(found) = found {
                return Some(format!("{encoding}: {found}"));
            }
        }
        None
    }

    fn counts(&mut self, encoding: Encoding, text: &str) -> Option<String> {
        let fresh = Way::ALL.map(|way| (way, count_by(way, encoding, text)));
        let Ok(expected) = self.reference.count(encoding, text) else {
            self.given_up += 1;
            let [(_, fast), (_, plain)] = fresh;
            return (fast != plain).then(|| format!("{fast:?} with vectors, {plain:?} without"));
        };
        if let Some((way, counted)) = fresh.into_iter().find(|(_, counted)| *counted != expected) {
            return Some(format!(
                "{counted:?} in the way {way:?}, the reference says {expected:?}"
            ));
        }
        match self.own.count(encoding, text) {
            Ok(counted) if counted == expected => None,
            other => Some(format!("{other:?} after other texts, expected {expected:?}")),
        }
    }

    fn pieces(&self, encoding: Encoding, index: usize, text: &str) -> Option<String> {
        let expected = pieces_by_character(encoding, text);
        for way in Way::ALL {
            if pieces_by(way, encoding, text) != expected {
                return Some(format!("other pieces in the way {way:?} than by character"));
            }
        }
        let ends: Result<Vec<usize>, _> =
            self.patterns[index].find_iter(text).map(|it| it.map(|it| it.end())).collect();
        // The reference's pattern gives up on long runs of blanks.
        let ends = ends.ok()?;
        let differs = ends.iter().zip(&expected).position(|(left, right)| left != right);
        (ends != expected).then(|| format!("other pieces than the pattern's, from {differs:?} on"))
    }

    fn parts(&mut self, encoding: Encoding, bytes: &[u8], parts: usize) -> Option<String> {
        let whole = self.own.count_bytes(encoding, bytes).ok()?;
        let (mut sum, mut from) = (Tokens(0), 0);
        for to in split_points(encoding, bytes, parts).into_iter().chain([bytes.len()]) {
            sum += self.own.count_bytes(encoding, &bytes[from..to]).ok()?;
            from = to;
        }
        (sum != whole).then(|| format!("{sum:?} in {parts} parts, {whole:?} as a whole"))
    }
}

/// Cuts away what the difference does not need, and prints what is left.
fn smallest(text: &str, junk: &[u8], parts: usize) -> Result<(), Box<dyn Error>> {
    let text: Vec<char> = text.chars().collect();
    let text = shrink(text, |it| {
        let text: String = it.iter().collect();
        differs(&text, &[], parts)
    })?;
    let junk = shrink(junk.to_vec(), |it| differs("", it, parts))?;
    println!("text: {:?}\nbytes: {junk:?}\nin {parts} parts", text.iter().collect::<String>());
    if let Some(left) = difference_alone(&text.iter().collect::<String>(), &junk, parts)? {
        println!("{left}");
    }
    Ok(())
}

/// Makes a list as short as it gets while it still differs; one that never did stays whole.
fn shrink<T: Clone>(
    mut all: Vec<T>,
    differs: impl Fn(&[T]) -> Result<bool, Box<dyn Error>>,
) -> Result<Vec<T>, Box<dyn Error>> {
    let mut chunk = if differs(&all)? { all.len() / 2 } else { 0 };
    while chunk > 0 {
        let mut at = 0;
        while at < all.len() {
            let mut fewer = all.clone();
            fewer.drain(at..(at + chunk).min(all.len()));
            if differs(&fewer)? {
                all = fewer;
            } else {
                at += chunk;
            }
        }
        chunk /= 2;
    }
    Ok(all)
}

fn differs(text: &str, junk: &[u8], parts: usize) -> Result<bool, Box<dyn Error>> {
    Ok(difference_alone(text, junk, parts)?.is_some())
}

/// Compares without anything remembered from other texts.
fn difference_alone(
    text: &str,
    junk: &[u8],
    parts: usize,
) -> Result<Option<String>, Box<dyn Error>> {
    Ok(Engines::new()?.difference(text, junk, parts))
}

/// Reads the texts of a folder.
fn texts(folder: PathBuf) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(path)
                && !text.is_empty()
            {
                found.push(text);
            }
        }
    }
    found.sort();
    found
}

/// Makes texts; the same ones from the same seed and files.
struct Makes {
    state: u64,
    files: Vec<String>,
    words: Rc<Words>,
}

impl Makes {
    /// Draws a number below a bound (splitmix64).
    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.state;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((it ^ (it >> 31)) >> 16).unwrap_or(0) % bound.max(1)
    }

    fn text(&mut self) -> String {
        let words = Rc::clone(&self.words);
        match self.below(8) {
            5 => words.some(&mut |bound| self.below(bound)),
            6 | 7 => self.repeat(5, |it| words.ruler(&mut |bound| it.below(bound))),
            0 => self.repeat(120, Self::part),
            1 => self.repeat(200, |it| it.character().to_string()),
            2 => self.repeat(6, Self::run),
            3 => self.mutated(),
            _ => self.repeat(40, |it| match it.below(4) {
                0 => it.character().to_string(),
                1 => it.run(),
                _ => it.part(),
            }),
        }
    }

    fn repeat(&mut self, most: usize, make: impl Fn(&mut Self) -> String) -> String {
        (0..self.below(most)).map(|_| make(self)).collect()
    }

    fn part(&mut self) -> String {
        PARTS[self.below(PARTS.len())].to_owned()
    }

    /// Draws a character, from planes of very different size.
    fn character(&mut self) -> char {
        let planes = [0x80, 0x250, 0x800, 0x3100, 0xFFFF, 0x2_0000, 0x11_0000];
        let bound = planes[self.below(planes.len())];
        u32::try_from(self.below(bound)).ok().and_then(char::from_u32).unwrap_or('\u{FFFD}')
    }

    /// Makes one long run: of one part, or of a small alphabet without blanks.
    fn run(&mut self) -> String {
        let len = 1 + self.below(400);
        if self.below(2) == 0 {
            return self.part().repeat(len.min(150));
        }
        let alphabets = ["abcdefghijklmnopqrstuvwxyz", "ACGT", "-=_", "aA中é", "0123456789abcdef"];
        let alphabet: Vec<char> = alphabets[self.below(alphabets.len())].chars().collect();
        (0..len).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }

    /// Takes some of a file and cuts, doubles, swaps, or puts something in.
    fn mutated(&mut self) -> String {
        if self.files.is_empty() {
            return self.part();
        }
        let file = self.below(self.files.len());
        let all = self.files[file].chars().count();
        let (skip, take) = (self.below(all), self.below(3_000));
        let mut text: Vec<char> = self.files[file].chars().skip(skip).take(take).collect();
        for _ in 0..self.below(12) {
            let from = self.below(text.len());
            let to = (from + self.below(80)).min(text.len());
            let some = text[from..to].to_vec();
            let at = self.below(text.len());
            match self.below(4) {
                0 => drop(text.drain(from..to)),
                1 => drop(text.splice(at..at, some)),
                2 => drop(text.splice(from..to, self.part().chars())),
                _ => drop(text.splice(at..at, [self.character()])),
            }
        }
        text.into_iter().collect()
    }

    /// Makes bytes that are no text out of one.
    fn junk(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes()[..text.len().min(600)].to_vec();
        for _ in 0..=self.below(20) {
            let at = self.below(bytes.len());
            let byte = self.below(256).to_le_bytes()[0];
            if self.below(2) == 0 || bytes.is_empty() {
                bytes.insert(at, byte);
            } else {
                bytes[at] = byte;
            }
        }
        bytes
    }
}
