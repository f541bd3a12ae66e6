//! The Log screen: what is shown, what is chosen, and what a record says in full.

use super::{
    fake::Fake,
    scene::{DJANGO, text},
    screens::at_each_size,
};
use crate::{
    model::{LogLevel, LogRecord, UnixNanos},
    ui::{Message, Scope},
};

fn record(number: u64, level: LogLevel, target: &str, text: &str) -> LogRecord {
    let at = UnixNanos(1_780_000_000_000_000_000 + 1_300_000_000 * number.cast_signed());
    LogRecord { number, at, level, target: ["larder", target].join("::"), text: text.into() }
}

/// What an ordinary start logs, and something hostile.
pub(super) fn records() -> Vec<LogRecord> {
    vec![
        record(1, LogLevel::Info, "store::opening", "opened generation 7  entries=48120"),
        record(2, LogLevel::Debug, "engine::accept", "command Look([])"),
        record(3, LogLevel::Warning, "walk::walker", "cannot read `tests/secret.key`\u{1b}[2J"),
        record(4, LogLevel::Info, "engine::keep", "the path index is written  bytes=811004"),
        record(
            5,
            LogLevel::Error,
            "engine::jobs::count",
            "counting \"日本語.md\" panicked: index out of bounds\nat src/count/merge.rs:88\nplease report it",
        ),
        record(6, LogLevel::Trace, "watch::rounds", "3 changes"),
    ]
}

fn opened(size: (u16, u16)) -> Fake {
    let mut fake = Fake::new(&DJANGO, size);
    fake.tell(Message::Logged(records()));
    fake.keys("7");
    fake
}

fn chosen(fake: &Fake) -> u64 {
    fake.model.log.chosen().map_or(0, |record| record.number)
}

#[test]
fn the_log_looks_so_at_each_size() {
    at_each_size("log", opened);
    at_each_size("log-filter", |size| {
        let mut fake = opened(size);
        fake.keys("l l / c o u n t");
        fake
    });
    at_each_size("log-record", |size| {
        let mut fake = opened(size);
        fake.keys("enter");
        fake
    });
    at_each_size("log-empty", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("7");
        fake
    });
}

#[test]
fn each_level_shows_more_until_it_begins_again() {
    use LogLevel::{Debug, Error, Info, Trace, Warning};
    let mut fake = opened((120, 36));
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push((fake.model.log.level, fake.model.log.total()));
        fake.keys("l");
    }
    assert_eq!(seen, [(Info, 4), (Debug, 5), (Trace, 6), (Error, 1), (Warning, 2)]);
    assert_eq!(fake.model.log.level, Info);
}

#[test]
fn the_newest_record_is_followed_until_the_cursor_leaves_it() {
    let mut fake = opened((120, 36));
    assert_eq!(chosen(&fake), 5);
    fake.tell(Message::Logged(vec![record(7, LogLevel::Info, "ui", "seven")]));
    assert_eq!(chosen(&fake), 7);
    fake.keys("k");
    fake.tell(Message::Logged(vec![record(8, LogLevel::Info, "ui", "eight")]));
    assert_eq!(chosen(&fake), 5);
    assert!(text(&fake).contains("stopped"));
    fake.keys("G");
    fake.tell(Message::Logged(vec![record(9, LogLevel::Info, "ui", "nine")]));
    assert_eq!(chosen(&fake), 9);
    fake.keys("f k f");
    assert_eq!(chosen(&fake), 9);
}

#[test]
fn the_cursor_stays_on_its_record_when_old_ones_go_and_filters_change() {
    let mut fake = opened((80, 24));
    fake.keys("g j");
    assert_eq!(chosen(&fake), 3);
    let many = (7..2_003).map(|n| record(n, LogLevel::Info, "ui", "more")).collect();
    fake.tell(Message::Logged(many));
    assert_eq!(fake.model.log.records.len(), crate::client::RECORDS_KEPT);
    assert_eq!(chosen(&fake), 3);
    fake.keys("l l");
    assert_eq!(chosen(&fake), 3);
    fake.tell(Message::Logged(vec![record(2_003, LogLevel::Info, "ui", "more")]));
    assert_eq!(chosen(&fake), 4, "the record went, the one after it is chosen");
}

#[test]
fn what_is_logged_behind_another_screen_is_there_when_the_log_comes_to_the_front() {
    let mut fake = opened((80, 24));
    fake.keys("k 1");
    let many = (7..3_000).map(|n| record(n, LogLevel::Info, "ui", "more")).collect();
    fake.tell(Message::Logged(many));
    fake.tell(Message::Logged(vec![record(3_000, LogLevel::Error, "ui", "the last")]));
    assert_eq!(fake.model.log.total(), 4, "nobody looked for what is shown");
    fake.keys("7");
    assert_eq!(fake.model.log.total(), 2_000);
    assert_eq!(chosen(&fake), 1_001, "its record went");
    fake.keys("G");
    assert!(text(&fake).contains("the last"), "{}", text(&fake));
}

#[test]
fn a_filter_is_typed_kept_and_cleared_before_the_screen_is_left() {
    let mut fake = opened((80, 24));
    fake.keys("/ I N D E X");
    assert_eq!(fake.model.scope(), Scope::Editor);
    assert_eq!(fake.model.log.total(), 2);
    fake.keys("enter");
    assert_eq!(fake.model.scope(), Scope::Log);
    fake.keys("esc");
    assert_eq!(fake.model.log.total(), 4);
    fake.keys("esc");
    assert_eq!(fake.model.scope(), Scope::Tree);
}

#[test]
fn a_record_is_read_in_full_and_nothing_in_it_reaches_the_terminal() {
    let mut fake = opened((80, 24));
    fake.keys("enter");
    let screen = text(&fake);
    assert!(screen.contains("please report it") && screen.contains("engine::jobs::count"));
    fake.keys("esc k k enter");
    let screen = text(&fake);
    assert!(screen.contains("secret.key`\\x1b[2J") && !screen.contains('\u{1b}'), "{screen}");
}

#[test]
fn the_mouse_chooses_a_record_and_the_wheel_moves() {
    let mut fake = opened((80, 24));
    fake.tell(Message::Clicked(10, 3));
    assert_eq!(chosen(&fake), 3);
    fake.tell(Message::Scrolled(10, 3, 1));
    assert_eq!(chosen(&fake), 4);
}
