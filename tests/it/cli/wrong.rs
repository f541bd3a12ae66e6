//! Wrong input: named with its place, and the exit code that says so.

use crate::support::{Home, Run};

fn home() -> Home {
    Home::with(&[("a.rs", "fn main() {}\n")])
}

#[test]
fn an_unknown_encoding_is_named_with_the_known_ones() {
    let args = ["count", "--encoding", "cl1k"];
    home().run(&args).ended_with(2).says(&["cl1k", "cl100k_base", "o200k_base"]);
}

#[test]
fn an_unknown_model_is_named_with_one_that_is_near() {
    let args = ["count", "--model", "gpt-55"];
    home().run(&args).ended_with(2).says(&["gpt-55", "did you mean", "gpt-5"]);
}

#[test]
fn an_ill_typed_setting_is_named_with_file_and_line() {
    let home = home();
    home.settings("model = \"gpt-5\"\n[store]\ndisk-bytes = \"much\"\n");
    home.run(&["count"]).ended_with(2).says(&["larder.toml:3", "store.disk-bytes", "much"]);
}

#[test]
fn a_setting_out_of_range_is_named_with_what_is_allowed() {
    let home = home();
    home.settings("[budget]\nwarning = 101\n");
    home.run(&["count"]).ended_with(2).says(&["larder.toml:2", "budget.warning", "100"]);
}

#[test]
fn an_unknown_setting_is_named_with_file_and_line_and_ignored() {
    let home = home();
    home.settings("[store]\ndisk-byte = 1\n");
    home.run(&["count"]).ended_with(0).says(&["larder.toml:2", "disk-byte", "disk-bytes"]);
}

#[test]
fn a_file_of_settings_that_is_no_toml_is_named_with_its_line() {
    let home = home();
    home.settings("model = \"gpt-5\"\n[store\n");
    home.run(&["count"]).ended_with(2).says(&["larder.toml:2"]);
}

#[test]
fn a_repository_may_not_set_what_concerns_the_machine() {
    let home = home();
    home.tree().file(".larder.toml", "cache-dir = \"/elsewhere\"\n");
    home.run(&["count"]).ended_with(0).says(&[".larder.toml:1", "cache-dir", "repository"]);
    assert!(home.cache().exists());
}

#[test]
fn a_wrong_variable_is_named() {
    let home = home();
    let mut command = home.larder(&["count"]);
    let run = Run::of(command.env("LARDER_STORE_STRICT", "perhaps"));
    run.ended_with(2).says(&["LARDER_STORE_STRICT", "perhaps"]);
}

#[test]
fn a_wrong_key_is_named_with_file_and_line() {
    let home = home();
    home.settings("");
    std::fs::write(home.path().join("config/larder/keymap.toml"), "[tree]\nj = \"fly\"\n").unwrap();
    home.run(&["keys"]).ended_with(2).says(&["keymap.toml:2", "fly"]);
}

#[test]
fn a_path_that_is_missing_is_named() {
    let home = home();
    home.run(&["count", "nowhere.rs"]).ended_with(1).says(&["nowhere.rs"]);
    home.run(&["cache", "invalidate", "nowhere.rs"]).ended_with(1).says(&["nowhere.rs"]);
    home.run(&["nowhere", "--once"]).ended_with(2).says(&["nowhere", "no such folder"]);
}

#[test]
fn a_missing_folder_is_named_before_the_missing_terminal() {
    let home = home();
    let run = home.run(&["nothere"]).ended_with(2).says(&["nothere: there is no such folder"]);
    assert!(!run.err.contains("terminal") && !run.err.contains("did you mean"), "{run:?}");
    home.run(&["coutn"]).ended_with(2).says(&["did you mean `larder count`?"]);
    home.run(&["a.rs"]).ended_with(2).says(&["a.rs", "folder"]);
    home.run(&["."]).ended_with(1).says(&["terminal"]);
}

#[test]
fn a_key_of_no_entry_fails() {
    let home = home();
    home.run(&["cache", "inspect", &"0".repeat(64)]).ended_with(1).says(&["no entry"]);
    home.run(&["cache", "inspect", "12"]).ended_with(2).says(&["64"]);
}

#[test]
fn arguments_that_do_not_exist_end_with_two() {
    let home = home();
    for args in [
        &["count", "--nope"][..],
        &["cache", "evict", "--percent", "5", "--entries", "5", "--yes"],
        &["cache", "evict", "--percent", "101", "--yes"],
        &["cache", "list", "--kind", "nope"],
        &["--size", "80x24"],
        &["--once", "--size", "0x5"],
        &["--once=<nokey>"],
        &["completions", "nosh"],
    ] {
        let run = home.run(args).ended_with(2);
        assert!(!run.err.is_empty() && run.out.is_empty(), "{args:?}: {run:?}");
    }
}

#[test]
fn a_home_that_is_not_set_or_relative_is_refused() {
    let home = home();
    for value in [None, Some("relative/home")] {
        let mut command = home.larder(&["count"]);
        command.env_clear();
        if let Some(value) = value {
            command.env("HOME", value);
        }
        let run = Run::of(&mut command).ended_with(2);
        assert!(run.err.contains("HOME"), "{run:?}");
        assert!(!home.repo().join("relative").exists(), "it wrote into the repository");
    }
}

#[test]
fn folders_default_to_those_of_the_specification() {
    let home = home();
    let mut command = home.larder(&["count"]);
    command.env_clear().env("HOME", home.path()).env("XDG_CACHE_HOME", "relative/is/ignored");
    Run::of(&mut command).ended_with(0);
    assert!(home.path().join(".cache/larder/CURRENT").exists());
    assert!(home.path().join(".local/state/larder").exists());
}

#[test]
fn a_model_without_a_price_is_said_with_names_that_are_near() {
    let home = home();
    let run = home.run(&["prices", "claude-sonet-4-5"]).ended_with(1);
    run.says(&["no price is known for `claude-sonet-4-5`", "`anthropic/claude-sonnet-4-5`"]);
    home.run(&["prices", "no-such-model-at-all"]).ended_with(1).says(&["prices.toml"]);
    home.run(&["prices", "gpt-5.4", "--at", "yesterday"]).ended_with(2).says(&["2026-05-31"]);
}

#[test]
fn own_prices_are_shown_and_what_is_wrong_with_them_is_said() {
    let home = home();
    let file = home.settings("").with_file_name("prices.toml");
    let good = "[[models]]\nname = \"my/model\"\ninput = 1.5\noutput = 2\n";
    std::fs::write(&file, good).unwrap();
    let run = home.run(&["prices", "my/model"]).ended_with(0);
    assert!(run.out.contains("1.50") && run.out.contains("prices.toml"), "{run:?}");
    std::fs::write(&file, good.replace("1.5", "cheap")).unwrap();
    home.run(&["prices", "gpt-5.4"]).ended_with(2).says(&["prices.toml:3: "]);
}

#[test]
fn the_doctor_reports_wrong_settings_and_goes_on() {
    let home = home();
    for (text, place) in [
        ("[store]\ndisk-bytes = \"much\"\nnope = 1\n", "larder.toml:2: `store.disk-bytes`"),
        ("model = \"gpt-5\"\n[store\n", "larder.toml:2"),
    ] {
        home.settings(text);
        let run = home.run(&["doctor"]).ended_with(3);
        let row = run.out.lines().find(|line| line.starts_with("settings ")).unwrap();
        assert!(row.contains("FAILED") && row.contains(place), "{row}");
        assert_eq!(row.contains("store.nope"), text.contains("nope"), "{row}");
        assert!(run.out.lines().any(|line| line.starts_with("store ")), "{run:?}");
    }
}

#[test]
fn a_cache_that_is_damaged_fails_its_check_with_three() {
    let home = home();
    home.count();
    let file = home.cache();
    std::fs::remove_dir_all(&file).unwrap();
    std::fs::write(&file, "").unwrap();
    home.run(&["doctor"]).ended_with(3);
}
