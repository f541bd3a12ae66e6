//! The pictures of the README, drawn by the program itself.
//!
//! `LARDER_WRITE=1 cargo test --test it pictures` draws them anew into `screenshots/`; without it
//! the test compares what is drawn now with what lies there. Numbers may differ from machine to
//! machine (times, bytes on disk), everything else may not.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::demo;

/// Name, size, keys.
const PICTURES: &[(&str, &str, &str)] = &[
    ("home", "120x36", "l<down><space><down><space>"),
    ("filter", "120x36", "/guide<enter>"),
    ("evict", "120x36", "E"),
    ("models", "120x36", "M"),
    ("help", "120x36", "?"),
    ("spend", "120x36", "2ll"),
    ("cache", "120x36", "3"),
    ("preview", "120x36", "/guide<enter><down><down><enter>"),
    ("commands", "120x36", ":mark"),
    ("small", "80x24", "l<down><space>"),
];

#[test]
fn the_pictures_show_what_the_program_draws() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("orchard");
    demo::write(&root);
    demo::spend(home.path());
    // Once to fill the cache: the pictures show a warm start.
    run(home.path(), &root, &["--once"]);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let mut stale = Vec::new();
    for (name, size, keys) in PICTURES {
        let drawn = home.path().join(format!("{name}.svg"));
        let once = format!("--once={keys}");
        run(home.path(), &root, &[&once, "--size", size, "--svg", drawn.to_str().unwrap()]);
        let drawn = std::fs::read_to_string(drawn).unwrap();
        let kept = folder.join(format!("{name}.svg"));
        if std::env::var_os("LARDER_WRITE").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&kept, &drawn).unwrap();
            write_png(&kept);
        } else if words(&drawn) != words(&std::fs::read_to_string(&kept).unwrap_or_default()) {
            stale.push(*name);
        }
    }
    assert!(
        stale.is_empty(),
        "stale pictures {stale:?}: run LARDER_WRITE=1 cargo test --test it pictures"
    );
}

fn run(home: &Path, root: &Path, args: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_larder"))
        .arg(root)
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("COLORTERM", "truecolor")
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{args:?} ended with {status}");
}

/// Returns the letters of a picture: what is left when numbers, units, keys and the gaps that depend
/// on them are taken out.
fn words(svg: &str) -> String {
    let mut text = String::new();
    for piece in svg.split('>').filter_map(|rest| rest.split('<').next()) {
        for word in piece.split_whitespace().filter(|word| !is_volatile(word)) {
            text.extend(word.chars().filter(|c| c.is_alphabetic()));
        }
    }
    text
}

/// Returns true for what differs from run to run: units of times and sizes, keys of entries.
fn is_volatile(word: &str) -> bool {
    let is_key = word.len() == 12 && word.chars().all(|c| c.is_ascii_hexdigit());
    is_key || matches!(word, "ms" | "s" | "m" | "B" | "kB" | "MB" | "&lt;1")
}

fn write_png(svg: &Path) {
    let png = svg.with_extension("png");
    let drawn = Command::new("rsvg-convert").arg("-o").arg(&png).arg(svg).status();
    assert!(drawn.is_ok_and(|status| status.success()), "rsvg-convert (librsvg2-bin) draws PNG");
}
