//! The offer of another tool's cache: said in the footer, never in the way, answered once.

use std::path::PathBuf;

use super::{
    fake::Fake,
    scene::{DJANGO, text},
    screens::at_each_size,
};
use crate::{
    model::{Command, EventKind, ImportRequest, Question, StoreMode},
    ui::{
        Action, Answers, Effect, Message, Model, Settings,
        overlays::{Overlay, palette::Way},
    },
};

const SOURCE: &str = "/home/ada/django/.aider.tags.cache.v4";

/// A dashboard that remembers answers, these among them.
fn found_with(answers: Answers, size: (u16, u16)) -> Fake {
    let mut fake = Fake::silent(&DJANGO, size);
    let root = PathBuf::from("/home/ada/django");
    let settings = Settings { answers: Some(answers), root, is_first: true, ..Settings::default() };
    fake.model = Model::new(&settings, size);
    fake.prompt = true;
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake
}

fn found(size: (u16, u16)) -> Fake {
    found_with(Answers::default(), size)
}

fn footer(fake: &Fake) -> String {
    text(fake).lines().last().unwrap().to_owned()
}

fn import() -> Command {
    Command::Import(ImportRequest { source: SOURCE.into(), backup: None, verify: true })
}

#[test]
fn the_offer_looks_so_at_each_size() {
    at_each_size("offer", found);
}

#[test]
fn an_offer_takes_the_last_line_and_nothing_else() {
    for size in [(80, 24), (40, 12), (120, 36), (200, 60)] {
        let fake = found(size);
        let mut without = found(size);
        without.model.offers.open.clear();
        let (with, without) = (text(&fake), text(&without));
        let above = |text: &str| text.lines().rev().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(above(&with), above(&without), "{size:?}");
        let last = footer(&fake);
        assert!(last.contains(" A import") && last.contains(" D hide"), "{size:?}: {last}");
        assert_eq!(last.contains("aider's tag cache: 1 234 entries"), size.0 >= 80, "{last}");
    }
}

#[test]
fn a_key_imports_what_was_found_and_the_answer_is_remembered() {
    let mut fake = found((80, 24));
    fake.keys("A");
    assert_eq!(fake.sent, [import()]);
    assert!(footer(&fake).contains("importing"), "{}", footer(&fake));
    fake.keys("A");
    assert_eq!(fake.sent.len(), 1, "it was imported twice");
    assert!(footer(&fake).contains("no cache of another tool"), "{}", footer(&fake));
    assert!(fake.others.is_empty() && !fake.model.is_settled(), "nobody knows yet how it ends");
    fake.tell(Message::Imported(SOURCE.into(), Ok(())));
    assert_eq!(fake.others, [Effect::Answer(vec![SOURCE.into()])]);
    assert!(fake.model.is_settled());
}

#[test]
fn an_import_that_failed_is_not_remembered_and_offered_again() {
    let mut fake = found((80, 24));
    fake.keys("A");
    fake.tell(Message::Imported(SOURCE.into(), Err("the database is locked".into())));
    assert!(fake.others.is_empty(), "{:?}", fake.others);
    assert!(footer(&fake).contains("the database is locked"), "{}", footer(&fake));
    fake.keys("3 A");
    assert_eq!(fake.sent, [import(), import()]);
}

#[test]
fn a_key_declines_what_was_found_and_says_how_to_import_it_later() {
    let mut fake = found((80, 24));
    fake.keys("D");
    assert!(fake.sent.is_empty());
    assert_eq!(fake.others, [Effect::Answer(vec![SOURCE.into()])]);
    assert!(footer(&fake).contains("larder cache import"), "{}", footer(&fake));
}

#[test]
fn the_hint_goes_with_the_first_key_and_the_offer_stays_in_the_palette_and_on_cache() {
    let mut fake = found((120, 36));
    fake.keys("j");
    assert!(!footer(&fake).contains("aider"), "{}", footer(&fake));
    fake.keys(":");
    let listed = |fake: &Fake| {
        let Some(Overlay::Palette(palette)) = fake.model.overlays.last() else { return false };
        palette
            .shown()
            .iter()
            .any(|(entry, _)| entry.action == Action::ImportFound && entry.way == Way::Here)
    };
    assert!(listed(&fake));
    fake.keys("esc 3");
    assert!(footer(&fake).contains("A import what was found"), "{}", footer(&fake));
    fake.keys(": i m p o r t enter");
    assert_eq!(fake.sent, [import()]);
    fake.keys(":");
    assert!(!listed(&fake), "nothing is left to import");
}

#[test]
fn the_welcome_comes_once_the_offer_was_seen_and_goes_with_the_next_key() {
    let mut fake = found((120, 36));
    assert!(!footer(&fake).contains("welcome"), "{}", footer(&fake));
    fake.keys("j");
    assert!(footer(&fake).contains("welcome"), "{}", footer(&fake));
    fake.keys("j");
    assert!(!footer(&fake).contains("welcome"), "{}", footer(&fake));
}

#[test]
fn what_was_answered_before_is_not_offered_again() {
    let state = tempfile::tempdir().unwrap();
    let mut answers = Answers::load(state.path());
    answers.add(&[SOURCE.into()]).unwrap();
    let fake = found_with(Answers::load(state.path()), (80, 24));
    assert!(fake.model.offers.open.is_empty());
    assert!(!footer(&fake).contains("aider"), "{}", footer(&fake));
}

#[test]
fn nothing_is_looked_for_where_answers_are_not_remembered_and_once_elsewhere() {
    let fake = Fake::new(&DJANGO, (80, 24));
    assert!(!fake.asked.iter().any(|question| matches!(question, Question::Offers(_))));
    let mut fake = found((80, 24));
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    let asked = fake.asked.iter().filter(|question| matches!(question, Question::Offers(_)));
    assert_eq!(asked.count(), 1);
}

#[test]
fn nothing_is_offered_that_the_store_could_not_keep() {
    let mut fake = found((80, 24));
    let mut cache = fake.snapshot.cache.clone();
    cache.mode = StoreMode::ReadOnly("the disk is full".to_owned());
    fake.event(EventKind::CacheChanged(cache));
    assert!(!footer(&fake).contains("aider"), "{}", footer(&fake));
    fake.keys("A");
    assert!(fake.sent.is_empty() && fake.others.is_empty());
    assert!(footer(&fake).contains("read-only"), "{}", footer(&fake));
    fake.model.notice = None;
    fake.keys("3");
    assert!(footer(&fake).contains("inspect"), "{}", footer(&fake));
    assert!(!footer(&fake).contains("what was found"), "{}", footer(&fake));
}
