//! A repository for pictures: always the same, and like a real one.

use std::{fmt::Write as _, fs, path::Path};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

/// Folders with the number of files, their lines at most, and their ending.
const FOLDERS: &[(&str, u32, u32, &str)] = &[
    ("src", 4, 160, "rs"),
    ("src/parser", 9, 420, "rs"),
    ("src/parser/grammar", 6, 700, "rs"),
    ("src/render", 12, 260, "rs"),
    ("src/storage", 7, 380, "rs"),
    ("src/storage/backends", 5, 300, "rs"),
    ("tests", 14, 220, "rs"),
    ("tests/fixtures", 20, 90, "json"),
    ("docs", 11, 180, "md"),
    ("docs/guide", 8, 240, "md"),
    ("web/components", 16, 150, "ts"),
    ("web/styles", 4, 200, "css"),
    ("scripts", 5, 60, "py"),
];
const WORDS: &[&str] = &[
    "parse", "token", "stream", "value", "folder", "render", "cache", "entry", "return", "match",
    "count", "buffer", "index", "window", "reader", "writer", "error", "result", "budget", "model",
];

/// Writes the repository to an empty folder.
pub(crate) fn write(root: &Path) {
    let mut dice = Dice(7);
    for &(folder, files, lines, ending) in FOLDERS {
        for file in 0..files {
            let name = format!("{}_{}", dice.word(), WORDS[file as usize % WORDS.len()]);
            let lines = lines / 4 + dice.below(lines);
            put(root, &format!("{folder}/{name}.{ending}"), text(&mut dice, lines).as_bytes());
        }
    }
    put(root, "README.md", text(&mut dice, 60).as_bytes());
    put(root, "Cargo.toml", text(&mut dice, 20).as_bytes());
    put(root, "docs/日本語.md", "larder は、コードのトークンを数えます。\n".repeat(40).as_bytes());
    put(root, "web/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    put(root, ".gitignore", b"target/\n");
    put(root, ".git/HEAD", b"ref: refs/heads/main\n");
}

/// Models with their share of the requests in twelve.
const MODELS: &[(&str, u64)] = &[
    ("claude-sonnet-4-5-20250929", 7),
    ("claude-opus-4-1-20250805", 1),
    ("claude-haiku-4-5-20251001", 4),
];

/// Writes the log of a tool that asked for little on each of the last thirty days: never so much
/// that a budget changes its colour before the month ends.
pub(crate) fn spend(home: &Path) {
    let folder = home.join(".claude/projects/-home-ada-orchard");
    fs::create_dir_all(&folder).unwrap();
    let now = jiff::Timestamp::now().as_second();
    let mut dice = Dice(11);
    let mut log = String::new();
    for number in 0..360_i64 {
        let day = number / 12;
        let at = jiff::Timestamp::from_second(now - day * 86_400 - number % 12 * 600 - 60).unwrap();
        let mut turn = u64::try_from(number % 12).unwrap();
        let model = MODELS.iter().find(|(_, share)| {
            let is_it = turn < *share;
            turn = turn.saturating_sub(*share);
            is_it
        });
        let (model, _) = model.unwrap();
        let (input, output) = (20 + dice.below(300), 40 + dice.below(400));
        let (read, write) = (4_000 + dice.below(20_000), dice.below(900));
        writeln!(
            log,
            r#"{{"type":"assistant","sessionId":"s{day}","cwd":"/home/ada/orchard","timestamp":"{at}","requestId":"r{number}","message":{{"id":"m{number}","role":"assistant","model":"{model}","content":[{{"type":"text","text":"ok"}}],"usage":{{"input_tokens":{input},"output_tokens":{output},"cache_read_input_tokens":{read},"cache_creation_input_tokens":{write}}}}}}}"#
        )
        .unwrap();
    }
    fs::write(folder.join("orchard.jsonl"), log).unwrap();
}

fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    // A file changed a moment ago would be read twice, and the pictures would show it.
    let old = Timespec { tv_sec: 1_700_000_000, tv_nsec: 0 };
    let times = Timestamps { last_access: old, last_modification: old };
    utimensat(CWD, &path, &times, AtFlags::empty()).unwrap();
}

fn text(dice: &mut Dice, lines: u32) -> String {
    let mut text = String::new();
    for _ in 0..lines {
        let indent = " ".repeat(4 * dice.below(4) as usize);
        writeln!(text, "{indent}{}({}, {});", dice.word(), dice.word(), dice.below(1000)).unwrap();
    }
    text
}

/// Numbers that look random and are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap()
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(u32::try_from(WORDS.len()).unwrap()) as usize]
    }
}
