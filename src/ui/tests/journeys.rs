//! Keys in through the default keymap; screens, questions and commands out.

use super::{
    fake::{Fake, counted},
    scene::{DJANGO, tasks, text},
};
use crate::{
    model::{Command, EventKind, FileStatus, MarkChange, NodeId, Question, RowsQuery, Sort},
    ui::{Action, Effect, Message, Saved},
};

fn chosen(fake: &Fake) -> String {
    fake.model.tree.chosen().map(|row| row.path.to_text().into_owned()).unwrap_or_default()
}

fn rows_asked(fake: &Fake) -> Vec<&RowsQuery> {
    fake.asked
        .iter()
        .filter_map(
            |question| if let Question::Rows(query) = question { Some(query) } else { None },
        )
        .collect()
}

#[test]
fn a_folder_is_opened_and_closed_and_the_engine_hears_of_it() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    assert_eq!(chosen(&fake), "django");
    fake.keys("l");
    assert_eq!(chosen(&fake), "django");
    assert_eq!(fake.sent, [Command::Look(vec![fake.at("django")])]);
    fake.keys("j j h");
    assert_eq!(chosen(&fake), "django");
    fake.keys("h");
    assert_eq!(fake.sent.last(), Some(&Command::Look(vec![])));
    assert!(!text(&fake).contains("contrib"));
}

#[test]
fn the_cursor_stays_on_its_entry_through_sorts_and_refreshes() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("l j j");
    let before = chosen(&fake);
    for key in ["n", "n", "c", "s", "s", "m"] {
        fake.keys(key);
        assert_eq!(chosen(&fake), before, "after {key}");
    }
    fake.keys("s");
    fake.set("django/urls.py", counted(9_000_000));
    assert_eq!(chosen(&fake), before);
    assert!(text(&fake).contains("9.00 M"));
}

#[test]
fn a_sort_key_pressed_again_turns_the_direction() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    assert!(text(&fake).contains("tokens ▾"));
    fake.keys("s");
    assert!(text(&fake).contains("tokens ▴"));
    fake.keys("n");
    assert!(text(&fake).contains("name ▴"));
    assert_eq!(rows_asked(&fake).last().unwrap().sort, Sort::Name);
    fake.keys("n");
    assert!(text(&fake).contains("name ▾"));
}

#[test]
fn twenty_keys_in_a_burst_are_all_done_with_one_question_at_a_time() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.prompt = false;
    let keys = "l j j space k s j n j space j j k s c j space G k g";
    assert_eq!(keys.split_whitespace().count(), 20);
    for key in keys.split_whitespace() {
        fake.key(key);
        let rows = fake.open.iter().filter(|asked| matches!(asked, Question::Rows(_))).count();
        assert!(rows <= 1, "{rows} questions at {key}");
    }
    fake.answer_all();
    fake.rest();
    fake.answer_all();
    assert!(fake.model.is_settled());
    let mut slow = Fake::new(&DJANGO, (80, 24));
    slow.keys(keys);
    assert_eq!(chosen(&fake), chosen(&slow));
    let marks = |fake: &Fake| -> Vec<Command> {
        fake.sent.iter().filter(|sent| matches!(sent, Command::Mark(_))).cloned().collect()
    };
    assert_eq!(marks(&fake), marks(&slow));
    assert_eq!(marks(&fake).len(), 3);
}

#[test]
fn a_filter_is_kept_with_enter_and_what_it_found_stays_chosen_without_it() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("j / t e s t s . p enter");
    assert!(text(&fake).contains("2 matches"), "{}", text(&fake));
    assert_eq!(chosen(&fake), "tests/admin_views/tests.py");
    fake.keys("j j");
    assert_eq!(fake.model.scope(), crate::ui::Scope::Tree);
    let found = chosen(&fake);
    fake.keys("esc");
    assert!(!text(&fake).contains("matches"));
    assert_eq!((chosen(&fake), found.as_str()), (found.clone(), "tests/queries/tests.py"));
    let opened = ["tests", "tests/queries"].map(|path| fake.at(path));
    assert_eq!(fake.sent.last(), Some(&Command::Look(opened.into())));
    fake.keys("`");
    assert_eq!(chosen(&fake), "tests");
    assert!(fake.others.is_empty());
}

#[test]
fn esc_while_a_filter_is_typed_leaves_all_as_it_was() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("j / t e s t s . p esc");
    assert_eq!(chosen(&fake), "tests");
    fake.keys("/ q q q q enter esc");
    assert_eq!(chosen(&fake), "tests");
    assert!(fake.sent.is_empty(), "{:?}", fake.sent);
}

#[test]
fn a_found_folder_is_opened_in_the_whole_tree() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("/ m o d e l s enter");
    while chosen(&fake) != "django/db/models" {
        fake.keys("j");
    }
    fake.keys("l");
    assert!(fake.model.overlays.is_empty() && !fake.model.tree.filter.is_on());
    assert_eq!(chosen(&fake), "django/db/models");
    assert!(text(&fake).contains("query.py"), "{}", text(&fake));
    fake.keys("h");
    assert!(!text(&fake).contains("query.py"));
}

#[test]
fn fast_hands_leave_a_filter_as_slow_ones_do() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.prompt = false;
    fake.keys("/ u r l s enter esc space");
    fake.answer_all();
    assert_eq!(marked_last(&fake), fake.at("django/urls.py"));
}

/// Returns what was marked last.
fn marked_last(fake: &Fake) -> NodeId {
    let Some(Command::Mark(MarkChange::Toggle(ids))) = fake.sent.last() else {
        panic!("{:?}", fake.sent)
    };
    ids[0]
}

#[test]
fn all_matches_are_marked() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("/ m o d e l s / enter a");
    let Some(Command::Mark(MarkChange::Add(ids))) = fake.sent.last() else {
        panic!("{:?}", fake.sent)
    };
    assert!(ids.contains(&fake.at("django/db/models/query.py")));
    assert!(!ids.contains(&fake.at("django/shortcuts.py")));
    fake.keys("esc u");
    assert_eq!(fake.sent.last(), Some(&Command::Mark(MarkChange::Clear)));
    fake.keys("a");
    assert_eq!(fake.sent.last(), Some(&Command::Mark(MarkChange::Add(vec![NodeId::ROOT]))));
}

#[test]
fn a_mark_moves_down_and_the_sum_is_shown() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("j space");
    assert_eq!(fake.sent, [Command::Mark(MarkChange::Toggle(vec![fake.at("tests")]))]);
    assert_eq!(chosen(&fake), "docs");
    let screen = text(&fake);
    assert!(screen.contains("marked 2 files · 269 247 tokens · $0.337 / call"), "{screen}");
    fake.keys("k space");
    assert!(!text(&fake).contains("marked 2"));
}

#[test]
fn an_entry_that_vanishes_leaves_the_cursor_on_its_folder() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("l j l j");
    assert_eq!(chosen(&fake), "django/contrib/admin");
    fake.keys("-");
    assert_eq!(chosen(&fake), "django");
}

#[test]
fn a_long_list_is_asked_for_by_the_page() {
    let mut fake = Fake::silent(&[], (80, 24));
    for n in 0..400 {
        fake.add(format!("f{n:04}.rs").as_bytes(), counted(1));
    }
    fake.prompt = true;
    fake.snapshot.tree = fake.summary();
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.keys("G");
    assert_eq!(chosen(&fake), "f0399.rs");
    fake.keys("k space");
    assert_eq!(chosen(&fake), "f0399.rs");
    fake.keys("g pgdn ctrl-d ctrl-u pgup");
    assert_eq!(chosen(&fake), "f0000.rs");
    assert!(rows_asked(&fake).iter().all(|query| query.len <= 64));
    assert!(!text(&fake).contains('…'));
}

#[test]
fn the_entry_is_warmed_rescanned_and_invalidated() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    let id = fake.at("tests");
    fake.keys("j w r I y R V");
    assert_eq!(
        fake.sent,
        [
            Command::Warm(id),
            Command::Rescan(id),
            Command::Invalidate(id),
            Command::Rescan(NodeId::ROOT),
            Command::Verify { sample: 5 },
        ]
    );
}

#[test]
fn esc_goes_one_step_back_and_never_leaves() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("? / m o v e enter");
    assert!(text(&fake).contains("Move the cursor down."));
    assert!(!text(&fake).contains("Leave larder."));
    fake.keys("esc");
    assert!(text(&fake).contains("Leave larder."));
    fake.keys("esc tab esc esc esc esc");
    assert!(fake.model.overlays.is_empty() && fake.others.is_empty());
    fake.keys("q");
    assert_eq!(fake.others, [Effect::Quit]);
}

#[test]
fn the_mouse_chooses_panes_and_rows() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.tell(Message::Clicked(5, 3));
    assert_eq!(chosen(&fake), "tests");
    fake.tell(Message::Scrolled(5, 3, 1));
    assert_eq!(chosen(&fake), "docs");
    fake.tell(Message::Clicked(100, 3));
    assert_eq!(fake.model.scope(), crate::ui::Scope::Cache);
    let mut small = Fake::new(&DJANGO, (80, 24));
    small.tell(Message::Clicked(25, 1));
    assert_eq!(small.model.scope(), crate::ui::Scope::Tasks);
}

#[test]
fn a_refused_question_is_not_repeated_for_ever() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.prompt = false;
    fake.tree_changed();
    for _ in 0..4 {
        let Some(question) = fake.open.pop() else { break };
        fake.tell(Message::Unanswered(Box::new(question), "no repository is open".into()));
    }
    assert!(fake.open.is_empty() && fake.model.is_settled());
    fake.keys("E");
    let question = fake.open.pop().unwrap();
    fake.tell(Message::Unanswered(Box::new(question), "the store is read-only".into()));
    assert!(text(&fake).contains("the store is read-only"));
}

#[test]
fn events_that_are_already_known_change_nothing() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.set("django/urls.py", counted(5));
    let before = text(&fake);
    let old = crate::model::Event {
        sequence: crate::model::Sequence(1),
        kind: EventKind::TreeChanged(crate::model::TreeSummary::default()),
    };
    fake.tell(Message::Told(Box::new(old)));
    assert_eq!(text(&fake), before);
}

#[test]
fn keys_before_the_first_rows_wait_for_them() {
    let mut fake = Fake::silent(&DJANGO, (120, 36));
    fake.keys("j l");
    assert!(fake.sent.is_empty());
    let snapshot = fake.snapshot.clone();
    fake.prompt = true;
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    assert_eq!(fake.sent, [Command::Look(vec![fake.at("tests")])]);
}

#[test]
fn no_key_is_dead() {
    use strum::IntoEnumIterator as _;
    // Each action does something somewhere: it changes the state, or has an effect.
    for action in Action::iter() {
        let moved = [
            "",
            "l",
            "l j",
            "space",
            "/ a",
            "G",
            "tab tab tab",
            "tab tab tab G",
            "E",
            "E j",
            "?",
            "M",
            "S",
            "C",
            "a C",
            "X",
            "tab",
            "tab tab",
            "2",
            "2 l l",
            "2 l l enter",
            "3",
            "3 / a",
            "3 l",
            "/ t e enter",
            "7",
            "/ R E A D enter enter",
            "L",
        ]
        .into_iter()
        .any(|keys| {
            let mut fake = Fake::new(&DJANGO, (120, 12));
            fake.event(EventKind::TasksChanged(tasks()));
            fake.keys(keys);
            let saved = Saved { name: "rel".into(), files: Some(1) };
            fake.tell(Message::Contexts(vec![saved]));
            let before = format!("{:?}", fake.model);
            let effects = (fake.sent.len(), fake.asked.len(), fake.others.len());
            fake.press(action);
            before != format!("{:?}", fake.model)
                || effects != (fake.sent.len(), fake.asked.len(), fake.others.len())
        });
        assert!(moved, "{action:?} does nothing");
    }
}

#[test]
fn a_status_word_stands_where_no_count_can_be() {
    let mut fake = Fake::new(
        &[("a", FileStatus::Binary), ("b", FileStatus::Link), ("c", FileStatus::Special)],
        (80, 24),
    );
    let screen = text(&fake);
    for word in ["binary", "link", "special", "3 skipped"] {
        assert!(screen.contains(word), "{word}");
    }
    fake.keys("S");
    assert!(text(&fake).contains("Skipped · 3 files"));
}

#[test]
fn until_a_key_is_pressed_the_list_is_seen_from_its_start() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.set("docs/ref/settings.txt", counted(50_000_000));
    assert_eq!(chosen(&fake), "docs");
    fake.keys("j k");
    fake.set("tests/queries/tests.py", counted(90_000_000));
    assert_eq!(chosen(&fake), "docs");
    assert_eq!(fake.model.tree.cursor, crate::ui::cursor::Cursor { at: 1, top: 0 });
}

#[test]
fn the_folder_around_is_found_even_when_it_is_far_above() {
    let mut fake = Fake::silent(&[], (80, 24));
    for n in 0..300 {
        fake.add(format!("deep/f{n:04}.rs").as_bytes(), counted(1));
    }
    fake.prompt = true;
    fake.snapshot.tree = fake.summary();
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.keys("l G");
    assert_eq!(chosen(&fake), "deep/f0299.rs");
    fake.keys("h");
    assert_eq!(chosen(&fake), "deep");
    assert!(fake.asked.iter().any(|question| matches!(question, Question::Find(_))));
}
