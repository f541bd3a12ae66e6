//! What is taken, what is refused, and the texts of help.

use std::fmt::Write as _;

use clap::CommandFactory;

use super::*;

fn parse(words: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("larder").chain(words.split_whitespace()))
}

fn refused(words: &str) -> bool {
    parse(words).is_err_and(|error| error.exit_code() == 2)
}

#[test]
fn the_definition_holds_together() {
    Cli::command().debug_assert();
}

#[test]
fn without_a_command_a_path_opens_the_dashboard() {
    let cli = parse("src --model gpt-4 --theme light --no-cache").unwrap();
    assert!(cli.command.is_none());
    assert_eq!(cli.dashboard.path, Some(PathBuf::from("src")));
    assert_eq!(cli.dashboard.model.as_deref(), Some("gpt-4"));
    assert!(cli.dashboard.no_cache);
    assert_eq!(cli.dashboard.once, None);
}

#[test]
fn once_takes_keys_only_after_an_equals_sign() {
    let cli = parse(". --once --size 80x24").unwrap();
    assert_eq!(cli.dashboard.once.as_deref(), Some(""));
    assert_eq!(cli.dashboard.size, ScreenSize { columns: 80, rows: 24 });
    assert_eq!(cli.dashboard.path, Some(PathBuf::from(".")));
    let cli = parse("--once=jj<enter> .").unwrap();
    assert_eq!(cli.dashboard.once.as_deref(), Some("jj<enter>"));
    assert!(refused(". --size 80x24"), "a size without --once");
    for size in ["80", "x", "0x24", "80x1001", "80x-1", "axb"] {
        assert!(refused(&format!("--once --size {size}")), "{size}");
    }
}

#[test]
fn count_takes_an_encoding_or_a_model() {
    let Some(Command::Count(args)) = parse("count a b --depth 3 --sort files").unwrap().command
    else {
        panic!("another command");
    };
    assert_eq!(args.paths.len(), 2);
    assert_eq!((args.depth, args.sort), (3, CountSort::Files));
    assert!(refused("count --encoding cl100k_base --model gpt-4"));
    assert!(refused("count --encoding cl100k"));
    assert!(refused("count --sort size"));
}

#[test]
fn evict_takes_at_most_one_target() {
    assert!(!refused("cache evict --dry-run"));
    assert!(refused("cache evict --percent 10 --entries 5"));
    assert!(refused("cache evict --percent 101"));
    assert!(refused("cache evict --to lots"));
    assert!(refused("cache evict --entries 5 --policy rarest"));
    let Some(Command::Cache(args)) =
        parse("cache evict --to 5MiB --policy lfu -y").unwrap().command
    else {
        panic!("another command");
    };
    let CacheCommand::Evict(args) = args.command else { panic!("another command") };
    assert_eq!(
        (args.to, args.policy, args.change.yes),
        (Some(Bytes(5 << 20)), Some(Policy::Lfu), true)
    );
}

#[test]
fn tasks_takes_its_folder_like_all_others_or_as_it_once_did() {
    let folder = |words| match parse(words).unwrap().command {
        Some(Command::Tasks(args)) => args.path.or(args.path_option),
        _ => None,
    };
    assert_eq!(folder("tasks src"), Some(PathBuf::from("src")));
    assert_eq!(folder("tasks --path src"), Some(PathBuf::from("src")));
    assert!(refused("tasks src --path src"));
}

#[test]
fn unknown_kinds_and_keys_are_refused() {
    assert!(refused("cache clear --kind results"));
    assert!(refused("cache inspect abc"));
    assert!(refused("cache invalidate"));
    assert!(refused("completions tcl"));
    assert!(!refused(&format!("cache inspect {}", "0a".repeat(32))));
}

#[test]
fn the_help_texts_are_as_reviewed() {
    let mut text = String::new();
    let mut command = Cli::command().term_width(100);
    command.build();
    help(&mut command, &mut text);
    insta::assert_snapshot!("help", text);
}

fn help(command: &mut clap::Command, text: &mut String) {
    write!(text, "{}\n\n", command.render_long_help()).unwrap();
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        help(inner, text);
    }
}
