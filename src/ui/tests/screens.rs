//! The screens as people see them, with their styles, at the sizes that matter.

use super::{
    fake::{Fake, claude, counted},
    scene::{self, DJANGO, busy, hostile, look, picture, tasks, text},
};
use crate::{
    model::{
        Bytes, EventKind, FileStatus, Notice, NoticeLevel, StoreMode, TasksView, UnixNanos,
        WatchState,
    },
    ui::{Look, Message},
};

/// Large, usual, and smallest.
const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

pub(super) fn check(name: &str, fake: &Fake) {
    check_as(name, fake, &look());
}

/// Compares a picture of a screen but Home.
pub(super) fn check_at(name: &str, fake: &Fake) {
    compare(name, fake, &look());
}

fn check_as(name: &str, fake: &Fake, look: &Look) {
    compare(&format!("home-{name}"), fake, look);
}

fn compare(name: &str, fake: &Fake, look: &Look) {
    let (width, height) = fake.model.size;
    let picture = picture(fake, look);
    let settings = || {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../tests/snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings
    };
    settings().bind(|| {
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), picture.styled());
    });
}

pub(super) fn at_each_size(name: &str, make: impl Fn((u16, u16)) -> Fake) {
    for size in SIZES {
        check(name, &make(size));
    }
}

fn opened(size: (u16, u16)) -> Fake {
    let mut fake = Fake::new(&DJANGO, size);
    fake.keys("l j l");
    fake
}

fn warming(size: (u16, u16)) -> Fake {
    let mut fake = opened(size);
    fake.event(EventKind::WorkMoved(busy()));
    fake.event(EventKind::TasksChanged(tasks()));
    for hits in [40, 90, 200, 260, 300, 500, 900] {
        let mut cache = scene::cache();
        for tier in &mut cache.tiers {
            tier.session_hits += hits * 7;
            tier.session_misses += 100 + hits;
        }
        fake.event(EventKind::CacheChanged(cache));
    }
    fake
}

#[test]
fn before_the_engine_has_told_anything() {
    at_each_size("opening", |size| Fake::silent(&DJANGO, size));
}

#[test]
fn all_is_counted() {
    at_each_size("settled", |size| {
        let mut fake = Fake::new(&DJANGO[..6], size);
        fake.keys("l j l");
        fake
    });
}

#[test]
fn files_are_being_counted() {
    at_each_size("warming", warming);
}

#[test]
fn large_screens_and_the_smallest_with_four_panes_are_used() {
    check("warming", &warming((200, 60)));
    check("warming", &warming((100, 30)));
}

#[test]
fn marks_are_summed_and_held_against_the_window() {
    at_each_size("marked", |size| {
        let mut fake = opened(size);
        fake.keys("j space j space G k space");
        fake
    });
}

#[test]
fn estimates_carry_their_sign_and_missing_prices_are_said() {
    let mut fake = opened((120, 36));
    fake.keys("G space");
    fake.event(EventKind::ModelChosen(claude()));
    check("estimated", &fake);
}

#[test]
fn work_is_paused_and_the_store_is_not_well() {
    let mut fake = warming((120, 36));
    let mut work = busy();
    work.paused = true;
    fake.event(EventKind::WorkMoved(work));
    fake.event(EventKind::TasksChanged(TasksView { paused: true, ..tasks() }));
    let mut cache = scene::cache();
    cache.mode = StoreMode::MemoryOnly("another larder owns the store (process 4711)".into());
    cache.exact = false;
    fake.event(EventKind::CacheChanged(cache));
    check("degraded", &fake);
}

#[test]
fn a_folder_with_nothing_to_count_says_so() {
    at_each_size("empty", |size| Fake::new(&[], size));
}

#[test]
fn a_filter_is_typed() {
    at_each_size("filter", |size| {
        let mut fake = opened(size);
        fake.keys("/ m o d e l");
        fake
    });
    let mut fake = opened((80, 24));
    fake.keys("/ x y z enter");
    check("filter-none", &fake);
    fake.keys("/ [");
    check("filter-bad", &fake);
}

#[test]
fn hostile_and_wide_names_are_harmless_and_aligned() {
    for size in SIZES {
        let mut fake = Fake::silent(&[], size);
        for (path, status) in hostile() {
            fake.add(&path, status);
        }
        fake.prompt = true;
        fake.snapshot.tree = fake.summary();
        let snapshot = fake.snapshot.clone();
        fake.tell(Message::Subscribed(Box::new(snapshot)));
        check("hostile", &fake);
    }
}

#[test]
fn each_overlay_is_drawn() {
    for (name, keys) in [
        ("help", "?"),
        ("clear", "X"),
        ("evict", "E l j l"),
        ("evict-confirm", "E enter"),
        ("models", "M"),
        ("info", "G i"),
        ("skipped", "S"),
        ("task", "tab tab tab j enter"),
    ] {
        at_each_size(name, |size| {
            let mut fake = warming(size);
            fake.keys(keys);
            fake
        });
    }
    at_each_size("context", |size| {
        let mut fake = warming(size);
        fake.keys("a C j");
        fake
    });
}

#[test]
fn each_pane_can_be_in_front() {
    for (name, keys) in [("cache", "tab"), ("budget", "tab tab"), ("tasks", "tab tab tab")] {
        for size in SIZES {
            let mut fake = warming(size);
            fake.keys("a");
            fake.keys(keys);
            check(&format!("front-{name}"), &fake);
        }
    }
}

#[test]
fn notices_stand_in_the_footer() {
    for (name, level) in [
        ("info", NoticeLevel::Info),
        ("warning", NoticeLevel::Warning),
        ("error", NoticeLevel::Error),
    ] {
        let mut fake = opened((80, 24));
        let text = "12 folders cannot be watched: raise fs.inotify.max_user_watches".into();
        fake.event(EventKind::NoticeRaised(Notice { level, text, at: UnixNanos(0) }));
        fake.event(EventKind::WatchChanged(WatchState::Polling {
            watched: 812,
            folders: 824,
            reason: "the limit of watches is reached".into(),
        }));
        check(&format!("notice-{name}"), &fake);
    }
}

#[test]
fn ascii_and_no_colour_say_the_same() {
    let mut fake = warming((120, 36));
    fake.keys("j space");
    check_as("ascii", &fake, &Look::ascii());
    let plain = Look::of(crate::ui::BuiltIn::Plain, crate::ui::ColourDepth::None);
    check_as("plain", &fake, &plain);
    let mut all = Fake::new(&[("a.rs", counted(1)), ("b.rs", FileStatus::Pending)], (40, 12));
    all.keys("j");
    check_as("ascii", &all, &Look::ascii());
}

#[test]
fn a_long_name_of_a_repository_stands_apart_from_the_model() {
    for name in 10..60 {
        let mut fake = Fake::silent(&DJANGO, (80, 24));
        fake.prompt = true;
        fake.snapshot.tree.name = "n".repeat(name);
        let snapshot = fake.snapshot.clone();
        fake.tell(Message::Subscribed(Box::new(snapshot)));
        let screen = text(&fake);
        assert!(!screen.contains("ngpt"), "{name}: {}", screen.lines().next().unwrap_or_default());
    }
}

#[test]
fn what_the_store_takes_is_not_said_before_it_was_measured() {
    let mut fake = Fake::silent(&DJANGO, (120, 36));
    fake.prompt = true;
    fake.snapshot.cache.disk_use = Bytes(0);
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    let home = text(&fake);
    assert!(!home.lines().any(|line| line.contains("folder") && line.contains("0 B")), "{home}");
    fake.keys("3");
    let cache = text(&fake);
    assert!(cache.contains("not saved yet") && !cache.contains("0 B on disk"), "{cache}");
}
