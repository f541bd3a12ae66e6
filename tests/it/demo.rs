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
