//! The dashboard without a terminal, by the real program.

use crate::support::{Home, Run};

fn home() -> Home {
    let home = Home::with(&[("readme.md", "# words\n"), ("src/main.rs", "fn main() {}\n")]);
    home.tree().many(20);
    home
}

/// Returns how many columns a line takes; the screens here hold no wide characters.
fn columns(line: &str) -> usize {
    line.chars().count()
}

#[test]
fn every_size_is_filled_and_not_exceeded() {
    let home = home();
    for (size, width, height) in [
        ("120x36", 120, 36),
        ("80x24", 80, 24),
        ("40x12", 40, 12),
        ("1x1", 1, 1),
        ("200x60", 200, 60),
    ] {
        let screen = home.once("", size).ended_with(0).out;
        assert!(screen.lines().count() <= height, "{size}:\n{screen}");
        assert!(screen.lines().all(|line| columns(line) <= width), "{size}:\n{screen}");
        assert!(!screen.contains('\x1b'), "{size}");
    }
}

#[test]
fn odd_sizes_never_fail() {
    let home = home();
    for size in ["1x60", "200x1", "2x2", "3x9", "17x5", "300x100", "1000x2"] {
        home.once("?", size).ended_with(0);
    }
}

#[test]
fn the_four_panes_show_real_content() {
    let home = home();
    let total = home.true_total()["tokens"].to_string();
    let screen = home.once("", "120x36").ended_with(0).out;
    for word in ["Tree", "Cache", "Budget", "Tasks", "readme.md", "all counted", "22 files"] {
        assert!(screen.contains(word), "no {word}:\n{screen}");
    }
    let digits = |line: &str| line.chars().filter(char::is_ascii_digit).collect::<String>();
    assert!(screen.lines().any(|line| digits(line).contains(&total)), "no {total}:\n{screen}");
}

#[test]
fn a_filter_is_typed_and_its_match_shown() {
    let home = home();
    let screen = home.once("/readme<enter>", "120x36").ended_with(0).out;
    assert!(screen.contains("readme.md") && screen.contains("1 match"), "{screen}");
    assert!(!screen.contains("src/"), "{screen}");
}

#[test]
fn a_folder_is_opened_and_its_file_marked() {
    let home = home();
    let screen = home.once("/main.rs<enter><space>", "120x36").ended_with(0).out;
    let marked = screen.lines().find(|line| line.contains("marked 1 file")).unwrap_or_default();
    assert!(screen.contains('✓') && marked.contains(" tokens"), "{screen}");
    assert!(!marked.contains('≈'), "the count of the text is waited for: {screen}");
}

#[test]
fn help_lists_keys_and_escape_leaves_it() {
    let home = home();
    let help = home.once("?", "120x36").ended_with(0).out;
    assert!(help.contains("Keys") && help.contains("Leave larder"), "{help}");
    let after = home.once("?<esc>", "120x36").ended_with(0).out;
    assert!(!after.contains("Keys") && after.contains("Budget"), "{after}");
}

#[test]
fn the_first_screen_is_complete_every_time() {
    for _ in 0..5 {
        let home = home();
        let screen = home.once("", "120x36").ended_with(0).out;
        let pending = screen.lines().find(|line| line.contains("·1/1") || line.contains("pending"));
        assert_eq!(pending, None, "it says that all is counted:\n{screen}");
    }
}

#[test]
fn an_empty_folder_is_shown_once_the_store_is_open() {
    for _ in 0..3 {
        let home = Home::with(&[]);
        let screen = home.once("", "120x36").ended_with(0).out;
        assert!(!screen.contains("opening store"), "{screen}");
    }
}

#[test]
fn a_picture_is_written_where_it_is_wanted() {
    let home = home();
    let path = home.path().join("screen.svg");
    let args = ["--once", "--size", "100x30", "--svg", path.to_str().unwrap()];
    home.run(&args).ended_with(0);
    let picture = std::fs::read_to_string(&path).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("readme.md"), "{picture:.300}");
    let nowhere = ["--once", "--svg", "/nowhere/at/all.svg"];
    home.run(&nowhere).ended_with(1).says(&["/nowhere/at/all.svg"]);
}

#[test]
fn a_dashboard_without_a_watch_works() {
    let home = home();
    let mut command = home.larder(&["--once"]);
    let run = Run::of(command.env("LARDER_WATCH_ENABLED", "false")).ended_with(0);
    assert_eq!(run.err, "");
    assert!(run.out.contains("all counted"), "{}", run.out);
}

#[test]
fn no_setting_makes_the_dashboard_panic() {
    let home = home();
    for (name, value) in [
        ("LARDER_WATCH_DEBOUNCE_MS", "10"),
        ("LARDER_WORK_WORKERS", "1"),
        ("LARDER_WORK_WORKERS", "64"),
        ("LARDER_WORK_QUEUE_LIMIT", "16"),
        ("LARDER_STORE_MEMORY_BYTES", "1 MiB"),
        ("LARDER_STORE_STRICT", "true"),
        ("LARDER_COUNT_ENGINE", "reference"),
        ("LARDER_WALK_THREADS", "1"),
        ("LARDER_WALK_HIDDEN", "true"),
        ("LARDER_UI_ASCII", "true"),
        ("LARDER_UI_COLOUR", "16"),
        ("LARDER_UI_THEME", "light"),
        ("LARDER_LOG", "trace"),
        ("LARDER_MODEL", "claude-sonnet-4-5"),
    ] {
        let mut command = home.larder(&["--once"]);
        let run = Run::of(command.env(name, value)).ended_with(0);
        assert_eq!(run.err, "", "{name}={value}");
        assert!(
            run.out.contains("all counted") || name.contains("HIDDEN"),
            "{name}={value}: {}",
            run.out
        );
    }
}
