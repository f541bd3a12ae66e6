//! The table and the JSON of a small report.

use std::path::PathBuf;

use super::*;
use crate::{
    cli::args::CountSort,
    config::Paths,
    model::{Bytes, CountedFile, CountedFolder, Encoding, FileStatus, RepoPath, Tokens},
};

fn path(bytes: &[u8]) -> RepoPath {
    RepoPath::new(bytes).unwrap()
}

fn file(name: &[u8], status: FileStatus, bytes: u64) -> CountedFile {
    CountedFile { path: path(name), status, bytes: Bytes(bytes), message: None }
}

fn folder(name: &[u8], files: u64, skipped: u64, tokens: u64) -> CountedFolder {
    CountedFolder { path: path(name), files, skipped, tokens: Tokens(tokens), bytes: Bytes(40) }
}

fn report() -> CountReport {
    let counted = |tokens| FileStatus::Counted(Tokens(tokens));
    CountReport {
        root: PathBuf::from("/r"),
        encoding: Encoding::O200kBase,
        files: vec![
            file(b"bin.dat", FileStatus::Binary, 6),
            file(b"od\xffd", counted(0), 0),
            file(b"src/deep/x\x1b[2J.rs", counted(7), 4),
            file(b"src/main.rs", counted(1200), 30),
        ],
        folders: vec![
            folder(b"", 4, 1, 1207),
            folder(b"src", 2, 0, 1207),
            folder(b"src/deep", 1, 0, 7),
        ],
        hits: 1,
        computed: 2,
        warnings: Vec::new(),
    }
}

fn args(depth: u16, sort: CountSort) -> CountArgs {
    CountArgs {
        paths: Vec::new(),
        encoding: None,
        model: None,
        depth,
        sort,
        no_cache: false,
        json: false,
    }
}

fn config() -> Config {
    Config::defaults(Paths::below(std::path::Path::new("/x")))
}

#[test]
fn the_json_has_the_documented_shape() {
    let config = config();
    let measure = Measure { model: Some(config.chosen_model()) };
    let json = serde_json::to_value(json::Report::of(&report(), measure)).unwrap();
    assert_eq!(json["root"], "/r");
    assert_eq!(json["encoding"], "o200k_base");
    assert_eq!(json["model"], "gpt-5");
    let expected = serde_json::json!(
        {"path": "src/main.rs", "tokens": 1200, "bytes": 30, "exact": true, "status": "counted"}
    );
    assert_eq!(json["files"][3], expected);
    let binary = serde_json::json!(
        {"path": "bin.dat", "tokens": null, "bytes": 6, "exact": false, "status": "binary"}
    );
    assert_eq!(json["files"][0], binary);
    assert_eq!(json["files"][1]["path"], "od\u{fffd}d");
    assert_eq!(json["files"][1]["path_bytes"], "6f64ff64");
    assert_eq!(json["files"][2]["path"], "src/deep/x\u{1b}[2J.rs");
    assert_eq!(json["folders"][0]["path"], "");
    assert_eq!(json["folders"][1]["tokens"], 1207);
    let total = serde_json::json!(
        {"files": 4, "tokens": 1207, "bytes": 40, "skipped": 1, "exact": true}
    );
    assert_eq!(json["total"], total);
}

#[test]
fn an_estimating_model_scales_and_says_so() {
    let config = config();
    let measure =
        Measure { model: config.models.iter().find(|one| one.name == "claude-sonnet-4-5") };
    let json = serde_json::to_value(json::Report::of(&report(), measure)).unwrap();
    assert_eq!(json["files"][3]["tokens"], 1560);
    assert_eq!(json["files"][3]["exact"], false);
    assert_eq!(json["total"]["exact"], false);
    let text = listing::text(&report(), measure, &args(1, CountSort::Tokens));
    assert!(text.contains("≈ 1 569  "), "{text}");
    assert!(
        text.contains("≈ is the count in o200k_base times 1.3, for claude-sonnet-4-5"),
        "{text}"
    );
}

#[test]
fn the_table_shows_folders_to_a_depth_with_the_total_below() {
    let measure = Measure { model: None };
    let text = listing::text(&report(), measure, &args(1, CountSort::Tokens));
    assert_eq!(
        text,
        "\
tokens  files  size  path
 1 207      2  40 B  src/
     0      1   0 B  od\\xffd
binary      1   6 B  bin.dat
 1 207      4  40 B  total
not counted: 1 binary
counted in o200k_base
"
    );
    let deep = listing::text(&report(), measure, &args(9, CountSort::Name));
    let lines: Vec<_> = deep.lines().skip(3).take(4).map(|line| &line[21..]).collect();
    assert_eq!(lines, ["src/", "  deep/", "    x\\x1b[2J.rs", "  main.rs"]);
    let only_total = listing::text(&report(), measure, &args(0, CountSort::Files));
    assert_eq!(only_total.lines().count(), 4);
}

#[test]
fn a_flag_for_a_model_sets_aside_an_encoding_from_the_settings() {
    let mut args = args(1, CountSort::Tokens);
    args.model = Some("gpt-4".to_owned());
    let keys: Vec<_> = flags(&args).into_iter().map(|flag| (flag.key, flag.value)).collect();
    assert_eq!(keys, [("model", "gpt-4".to_owned()), ("encoding", "model".to_owned())]);
}
