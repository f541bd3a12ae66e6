//! The Cache screen: pictures and journeys.

use super::{
    fake::Fake,
    fake_cache::status,
    scene::{DJANGO, busy, look, picture, text},
    screens::check_at,
};
use crate::{
    model::{
        CacheStatus, Command, EntryKey, EntryOrder, EntryQuery, EventKind, EvictRequest,
        EvictTarget, Kind, Policy, Question, StoreMode, WorkView,
    },
    ui::{Message, Scope},
};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

/// A dashboard whose engine has a full cache.
fn caching(size: (u16, u16)) -> Fake {
    let mut fake = Fake::silent(&DJANGO, size);
    fake.prompt = true;
    fake.snapshot.cache = status();
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake
}

fn at_each_size(name: &str, keys: &str) {
    for size in SIZES {
        let mut fake = caching(size);
        for hits in [40, 90, 200, 260] {
            let mut cache = status();
            for tier in &mut cache.tiers {
                tier.session_hits += hits * 7;
                tier.session_misses += 100 + hits;
            }
            fake.event(EventKind::CacheChanged(cache));
        }
        fake.keys(keys);
        check_at(name, &fake);
    }
}

fn last_query(fake: &Fake) -> &EntryQuery {
    let mut asked = fake.asked.iter().rev();
    asked
        .find_map(|asked| if let Question::Entries(query) = asked { Some(query) } else { None })
        .unwrap()
}

#[test]
fn the_matrix_the_entries_and_the_report_are_drawn() {
    at_each_size("cache-entries", "3 j j");
    at_each_size("cache-inspect", "3 j j enter");
    at_each_size("cache-filter", "3 / g p t");
    at_each_size("cache-remove", "3 j j j d");
    at_each_size("cache-report", "3 l");
    let mut large = caching((200, 60));
    large.keys("3");
    check_at("cache-entries", &large);
}

#[test]
fn only_kinds_that_are_there_are_shown() {
    let mut fake = caching((120, 36));
    fake.keys("3");
    let screen = text(&fake);
    for kind in ["count", "tags", "result"] {
        assert!(screen.contains(&format!("│ {kind} ")), "{kind}: {screen}");
    }
    assert!(!screen.contains("│ map") && !screen.contains("│ fetch"), "{screen}");
    let mut kinds = Vec::new();
    for _ in 0..4 {
        fake.keys("f");
        kinds.push(last_query(&fake).kind);
    }
    assert_eq!(kinds, [Some(Kind::Count), Some(Kind::Tags), Some(Kind::Result), None]);
}

#[test]
fn entries_are_sorted_filtered_and_asked_for_by_the_page() {
    let mut fake = caching((120, 36));
    fake.keys("3");
    for order in [EntryOrder::Oldest, EntryOrder::Largest, EntryOrder::Used, EntryOrder::Recent] {
        fake.keys("s");
        assert_eq!(last_query(&fake).order, order);
    }
    fake.keys("G");
    assert!(last_query(&fake).from > 150);
    assert!(!text(&fake).contains(" … "));
    fake.keys("/ s r c / f 3");
    assert_eq!(fake.model.scope(), Scope::Editor);
    assert_eq!(last_query(&fake).text.as_deref(), Some("src/f3"));
    assert_eq!(last_query(&fake).from, 0);
    fake.keys("enter f esc");
    assert_eq!(last_query(&fake).text, None);
    assert_eq!(last_query(&fake).kind, Some(Kind::Count));
    fake.keys("esc");
    assert_eq!(last_query(&fake).kind, None);
    fake.keys("/ q q q");
    assert!(text(&fake).contains("nothing matches"));
}

#[test]
fn what_can_be_computed_is_removed_at_once_and_what_cost_money_after_a_question() {
    let mut fake = caching((120, 36));
    fake.keys("3 d");
    assert_eq!(fake.sent, [Command::Forget(EntryKey([0; 32]))]);
    fake.keys("j j j x");
    assert_eq!(fake.model.scope(), Scope::Dialog);
    assert!(text(&fake).contains("$0.0213 is what asking again would cost"), "{}", text(&fake));
    fake.keys("n");
    assert_eq!(fake.sent.len(), 1);
    fake.keys("x y");
    assert_eq!(fake.sent.last(), Some(&Command::Forget(EntryKey([3; 32]))));
    assert_eq!(fake.model.scope(), Scope::Entries);
    fake.keys("c");
    assert_eq!(fake.sent.last(), Some(&Command::Compact));
}

#[test]
fn an_entry_that_nobody_sees_is_neither_removed_nor_opened() {
    for key in ["d", "x", "enter"] {
        let mut fake = caching((120, 36));
        fake.keys(&format!("3 j j j l {key}"));
        assert!(fake.sent.is_empty(), "{key}: {:?}", fake.sent);
        assert_eq!(fake.model.scope(), Scope::Entries, "{key} asks or opens");
        assert!(text(&fake).contains("Entries · "), "{key}: {}", text(&fake));
    }
    let mut fake = caching((120, 36));
    fake.keys("3 l d d");
    assert_eq!(fake.sent, [Command::Forget(EntryKey([0; 32]))]);
}

#[test]
fn all_about_an_entry_is_shown_and_left() {
    let mut fake = caching((120, 36));
    fake.keys("3 j j enter");
    assert_eq!(fake.model.scope(), Scope::Overlay);
    let screen = text(&fake);
    for word in ["6 definitions", "memory, disk", "django/shortcuts.py", "evil\\x1b[2J.py"] {
        assert!(screen.contains(word), "{word}: {screen}");
    }
    fake.keys("esc esc");
    assert!(text(&fake).contains("Tree"));
}

#[test]
fn a_store_that_is_not_ours_keeps_what_it_has() {
    let mut fake = caching((120, 36));
    let mode = StoreMode::ReadOnly("the disk is read-only".into());
    fake.event(EventKind::CacheChanged(CacheStatus { mode, ..status() }));
    fake.keys("3");
    for key in ["d", "c"] {
        fake.model.notice = None;
        fake.keys(key);
        assert!(text(&fake).contains("the cache is read-only: the disk"), "{key}");
    }
    assert!(fake.sent.is_empty());
}

#[test]
fn an_eviction_can_be_of_one_kind() {
    let mut fake = caching((120, 36));
    fake.keys("3 E k l l l enter enter");
    let request = EvictRequest {
        policy: Policy::default(),
        target: EvictTarget::Percent(20),
        kind: Some(Kind::Result),
    };
    assert_eq!(fake.sent, [Command::Evict(request)]);
}

#[test]
fn entries_are_listed_anew_when_some_came_or_went_and_the_work_rests() {
    let mut fake = caching((120, 36));
    fake.keys("3");
    let asked = |fake: &Fake| {
        fake.asked.iter().filter(|asked| matches!(asked, Question::Entries(_))).count()
    };
    assert_eq!(asked(&fake), 1);
    fake.event(EventKind::CacheChanged(status()));
    assert_eq!(asked(&fake), 1);
    fake.event(EventKind::WorkMoved(busy()));
    let mut more = status();
    more.kinds[0].entries += 5;
    fake.event(EventKind::CacheChanged(more));
    assert_eq!(asked(&fake), 1);
    fake.event(EventKind::WorkMoved(WorkView::default()));
    assert_eq!(asked(&fake), 2);
    fake.keys("1");
    let mut most = status();
    most.kinds[0].entries += 9;
    fake.event(EventKind::CacheChanged(most));
    assert_eq!(asked(&fake), 2);
}

#[test]
fn the_age_of_the_oldest_is_awaited_then_known_and_else_said_to_be_unknown() {
    let line = |fake: &Fake, words: &[&str]| {
        let screen = text(fake);
        let found = screen.lines().find(|line| words.iter().all(|word| line.contains(word)));
        found.unwrap_or_else(|| panic!("{words:?} in {screen}")).to_owned()
    };
    let mut unknown = status();
    for cell in unknown.cells.iter_mut().filter(|cell| cell.kind == Kind::Tags) {
        cell.oldest = None;
    }
    let mut fake = caching((200, 60));
    fake.prompt = false;
    fake.event(EventKind::CacheChanged(unknown.clone()));
    fake.keys("3");
    assert!(line(&fake, &["disk", "6 204"]).contains('…'), "{}", text(&fake));
    fake.answer_all();
    fake.event(EventKind::CacheChanged(status()));
    assert!(line(&fake, &["disk", "6 204"]).contains("2026-03-01"), "{}", text(&fake));
    assert!(line(&fake, &["disk", "85.5 %"]).contains("2026-03-01"), "{}", text(&fake));
    fake.event(EventKind::CacheChanged(unknown));
    assert!(line(&fake, &["disk", "6 204"]).contains('?'), "{}", text(&fake));
    assert!(line(&fake, &["disk", "85.5 %"]).contains('?'), "{}", text(&fake));
    assert!(line(&fake, &["disk", "48 120", "98.0 %"]).contains("2026-03-01"), "{}", text(&fake));
    assert!(text(&fake).contains("the oldest is known once entries are listed again"));
}

#[test]
fn the_report_scrolls_and_a_refusal_is_said() {
    let mut fake = caching((80, 24));
    fake.keys("3 l");
    assert!(text(&fake).contains("Reads by kind"));
    fake.keys("G");
    let screen = text(&fake);
    assert!(screen.contains("What would help") && !screen.contains("Reads by kind"), "{screen}");
    fake.keys("h");
    fake.prompt = false;
    fake.keys("l");
    let question = fake.open.pop().unwrap();
    fake.tell(Message::Unanswered(Box::new(question), "the store cannot do this".into()));
    assert_eq!(text(&fake).matches("the store cannot do this").count(), 2);
    assert!(fake.model.is_settled());
}

#[test]
fn the_mouse_chooses_views_and_entries() {
    let mut fake = caching((120, 36));
    fake.keys("3");
    fake.tell(Message::Clicked(13, 1));
    assert!(text(&fake).contains("How well it works"));
    fake.tell(Message::Clicked(3, 1));
    let screen = text(&fake);
    let y = screen.lines().position(|line| line.contains("1636 tokens")).unwrap();
    let y = u16::try_from(y).unwrap();
    fake.tell(Message::Clicked(20, y));
    fake.tell(Message::Clicked(20, y));
    assert!(text(&fake).contains("┌ Entry ─"), "{}", text(&fake));
}

#[test]
fn no_entry_does_harm() {
    let mut fake = caching((120, 36));
    for keys in ["3", "G d", "n enter", "esc l G"] {
        fake.keys(keys);
        for cell in picture(&fake, &look()).buffer().content() {
            assert!(!cell.symbol().chars().any(char::is_control), "{keys}: {:?}", cell.symbol());
        }
    }
}
