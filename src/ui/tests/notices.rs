//! Notices: they are kept in the log, and one that is too long says where it can be read.

use super::{
    fake::Fake,
    scene::{DJANGO, tasks, text},
};
use crate::{
    model::{Command, EventKind, Notice, NoticeLevel, UnixNanos, WorkView},
    ui::Message,
};

const LONG: &str =
    "cannot write /proc/nope/this/is/a/long/path/that/does/not/end/a.md: no such file";

fn footer(fake: &Fake) -> String {
    text(fake).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn every_notice_of_the_dashboard_is_kept_in_the_log_at_its_level() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.tell(Message::Said(NoticeLevel::Error, LONG.to_owned()));
    fake.tell(Message::Refused("no\u{1b}[2J".to_owned()));
    fake.keys("w y");
    let logged = |level, text: &str| (level, text.to_owned());
    assert_eq!(
        fake.logged,
        [
            logged(NoticeLevel::Error, LONG),
            logged(NoticeLevel::Error, "no\\x1b[2J"),
            logged(NoticeLevel::Info, "counting what is pending there first"),
            logged(NoticeLevel::Info, "copied django"),
        ]
    );
}

#[test]
fn what_the_engine_has_logged_is_not_logged_again() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    let notice = Notice { level: NoticeLevel::Info, text: "hello".into(), at: UnixNanos(0) };
    fake.event(EventKind::NoticeRaised(notice));
    assert!(footer(&fake).contains("hello") && fake.logged.is_empty());
}

#[test]
fn a_notice_that_does_not_fit_says_where_it_can_be_read() {
    for (size, keys, place) in [
        ((80, 24), "", "… 7 log  ? help"),
        ((80, 24), "C", "… see log"),
        ((80, 24), "7", "… see log  ? help"),
        ((120, 36), "", "a.md: no such file"),
    ] {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("space");
        fake.keys(keys);
        fake.tell(Message::Said(NoticeLevel::Error, LONG.to_owned()));
        let footer = footer(&fake);
        assert!(footer.contains(" error: cannot write /proc/nope"), "{footer}");
        assert!(footer.contains(place), "{size:?} {keys}: {footer}");
    }
}

#[test]
fn while_counting_is_paused_nothing_is_said_to_be_counted() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.event(EventKind::WorkMoved(WorkView { paused: true, ..WorkView::default() }));
    for (keys, said) in [
        ("w", "counting is paused: p resumes it"),
        ("I y", "forgotten; counting is paused: p resumes it"),
    ] {
        fake.keys(keys);
        assert!(footer(&fake).contains(said), "{keys}: {}", footer(&fake));
    }
    assert!(matches!(fake.sent[..], [Command::Warm(_), Command::Invalidate(_)]));
}

#[test]
fn a_short_notice_leaves_the_keys_that_lead_to_all_others() {
    for keys in ["", "2", "7"] {
        let mut fake = Fake::new(&DJANGO, (80, 24));
        fake.keys(keys);
        let said = "budget all month: 92 % of $30.00 is spent";
        fake.tell(Message::Said(NoticeLevel::Warning, said.to_owned()));
        let footer = footer(&fake);
        assert!(footer.contains(said) && footer.contains("? help"), "`{keys}`: {footer}");
    }
}

#[test]
fn only_keys_that_do_something_with_the_task_are_named() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("tab tab tab");
    for dead in ["move", "detail", "cancel", "retry", "raise"] {
        assert!(!footer(&fake).contains(dead), "{dead}: {}", footer(&fake));
    }
    fake.event(EventKind::TasksChanged(tasks()));
    let of_running = footer(&fake);
    assert!(of_running.contains("x cancel") && of_running.contains("enter detail"), "{of_running}");
    assert!(!of_running.contains("t retry"), "{of_running}");
    fake.keys("j");
    assert!(footer(&fake).contains("t retry"), "{}", footer(&fake));
}

#[test]
fn a_help_that_lists_no_key_says_so() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("? / z z z z");
    assert!(text(&fake).contains("nothing matches"), "{}", text(&fake));
}
