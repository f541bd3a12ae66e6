//! The command palette: what it lists where, how it is found, and that it is done there.

use strum::IntoEnumIterator as _;

use super::{
    fake::Fake,
    scene::{DJANGO, tasks, text},
    screens::at_each_size,
};
use crate::{
    model::{Command, EventKind, MarkChange, NodeId},
    ui::{
        Action, Effect, Scope,
        overlays::{Overlay, palette::Way},
    },
};

fn listed(fake: &Fake) -> Vec<Action> {
    let Some(Overlay::Palette(palette)) = fake.model.overlays.last() else { return Vec::new() };
    palette.shown().iter().map(|(entry, _)| entry.action).collect()
}

#[test]
fn the_palette_looks_so_at_each_size() {
    at_each_size("palette", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys(":");
        fake
    });
    at_each_size("palette-typed", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("ctrl-p c a c h e down");
        fake
    });
}

#[test]
fn what_was_found_is_done_where_the_palette_was_opened() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("j : w a r m enter");
    assert_eq!(fake.sent, [Command::Warm(fake.at("tests"))]);
    assert!(fake.model.overlays.is_empty());
    fake.keys(": r e s c a n - a l l enter");
    assert_eq!(fake.sent.last(), Some(&Command::Rescan(NodeId::ROOT)));
    fake.keys(": m o d e l enter");
    assert!(matches!(fake.model.overlays.last(), Some(Overlay::Models(_))));
    fake.keys("esc : q u i t enter");
    assert_eq!(fake.others, [Effect::Quit]);
}

/// Returns what is listed so, in its order.
fn listed_as(fake: &Fake, is_wanted: impl Fn(Way) -> bool) -> Vec<Action> {
    let Some(Overlay::Palette(palette)) = fake.model.overlays.last() else { return Vec::new() };
    let shown = palette.shown().into_iter().map(|(entry, _)| entry);
    shown.filter(|entry| is_wanted(entry.way)).map(|entry| entry.action).collect()
}

fn here(fake: &Fake) -> Vec<Action> {
    listed_as(fake, |way| way == Way::Here)
}

#[test]
fn what_does_something_here_comes_before_what_does_elsewhere_and_what_lacks_something() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys(":");
    let at_first = here(&fake);
    assert!(at_first.contains(&Action::Mark) && at_first.contains(&Action::ShowSpend));
    let elsewhere = listed_as(&fake, |way| matches!(way, Way::There(_)));
    assert!(elsewhere.contains(&Action::LogLevel) && elsewhere.contains(&Action::ReadLogs));
    let lacking = listed_as(&fake, |way| matches!(way, Way::Needs(_)));
    for action in [
        Action::ShowContext,
        Action::UnmarkAll,
        Action::CloseAll,
        Action::RetryAll,
        Action::TaskDetail,
        Action::Unmark,
    ] {
        assert!(lacking.contains(&action), "{action:?}");
    }
    assert_eq!(listed(&fake), [at_first, elsewhere_or_chosen(&fake), lacking].concat());
    for action in [Action::ShowHome, Action::CursorDown, Action::Palette, Action::EraseWord] {
        assert!(!listed(&fake).contains(&action), "{action:?}");
    }
    fake.keys("esc l space :");
    let later = here(&fake);
    for there in [Action::ShowContext, Action::UnmarkAll, Action::CloseAll] {
        assert!(later.contains(&there), "{there:?}");
    }
    fake.keys("esc 7 :");
    let in_log = here(&fake);
    assert!(in_log.contains(&Action::LogLevel) && in_log.contains(&Action::ShowHome));
    assert!(!in_log.contains(&Action::Mark) && !listed(&fake).contains(&Action::NextPane));
}

fn elsewhere_or_chosen(fake: &Fake) -> Vec<Action> {
    listed_as(fake, |way| matches!(way, Way::There(_) | Way::Choose(..)))
}

#[test]
fn what_is_possible_with_a_task_follows_the_task() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.event(EventKind::TasksChanged(tasks()));
    fake.keys("tab tab tab :");
    let of_running = here(&fake);
    assert!(of_running.contains(&Action::CancelTask) && !of_running.contains(&Action::RetryTask));
    fake.keys("esc j :");
    let of_failed = here(&fake);
    assert!(of_failed.contains(&Action::RetryTask) && !of_failed.contains(&Action::RaiseTask));
}

#[test]
fn every_action_is_found_from_everywhere() {
    let all: Vec<Action> = Action::iter().collect();
    for keys in ["", "tab", "tab tab", "tab tab tab", "2", "3", "7", "space C", "j i", "?"] {
        let mut fake = Fake::new(&DJANGO, (120, 36));
        fake.keys(keys);
        fake.keys(":");
        let listed = listed(&fake);
        let missing: Vec<_> = all.iter().filter(|action| !listed.contains(action)).collect();
        let is_of_hands = |action: &&&Action| {
            let name: &str = (**action).into();
            let words = ["cursor-", "page-", "half-", "erase-", "next-", "previous-", "show-"];
            // A saved context is deleted where it is chosen, which one of these opens.
            let own = ["first", "last", "palette", "back", "accept", "refuse", "delete-context"];
            words.iter().any(|word| name.starts_with(word)) || own.contains(&name)
        };
        let lost: Vec<_> = missing.iter().filter(|action| !is_of_hands(action)).collect();
        assert!(lost.is_empty(), "`{keys}`: {lost:?}");
    }
}

#[test]
fn what_is_done_elsewhere_is_found_by_its_name_and_done_there() {
    for (keys, typed) in [("tab", "w a r m"), ("3", "w a r m"), ("2", "w a r m"), ("7", "w a r m")]
    {
        let mut fake = Fake::new(&DJANGO, (80, 24));
        fake.keys(&format!("j {keys} : {typed}"));
        assert_eq!(listed(&fake).first(), Some(&Action::Warm), "{keys}");
        assert!(text(&fake).contains("in the tree"), "{}", text(&fake));
        fake.keys("enter");
        assert_eq!(fake.sent, [Command::Warm(fake.at("tests"))], "{keys}");
        assert_eq!(fake.model.scope(), Scope::Tree);
    }
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("j 2 : m a r k enter");
    let marked = Command::Mark(MarkChange::Toggle(vec![fake.at("tests")]));
    assert_eq!(fake.sent.last(), Some(&marked));
    fake.keys("2 : e x p o r t enter");
    assert!(matches!(fake.model.overlays.last(), Some(Overlay::Prompt(_))));
    fake.keys("esc C : w a r m enter");
    assert!(fake.model.overlays.is_empty());
    assert!(matches!(fake.sent.last(), Some(Command::Warm(_))));
    fake.keys("C : l o g - l e v e l enter");
    assert_eq!(fake.model.scope(), Scope::Log);
}

#[test]
fn what_lacks_something_says_what_and_what_wants_a_choice_goes_there() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("2 : e x p o r t enter");
    assert!(text(&fake).contains("export-context needs marked files"), "{}", text(&fake));
    assert_eq!(fake.model.scope(), Scope::Spend);
    fake.keys(": f o r g e t - e n t r y enter");
    assert!(text(&fake).contains("choose an entry, then press d"), "{}", text(&fake));
    assert_eq!(fake.model.scope(), Scope::Entries);
    assert!(fake.sent.is_empty());
}

#[test]
fn esc_closes_it_and_changes_nothing() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    let before = text(&fake);
    fake.keys(": x y z z y");
    assert!(text(&fake).contains("nothing is called so"));
    fake.keys("enter");
    assert_eq!(text(&fake), before);
    fake.keys(": w esc");
    assert_eq!(text(&fake), before);
    assert_eq!(fake.model.scope(), Scope::Tree);
    assert!(fake.sent.is_empty() && fake.others.is_empty());
}

#[test]
fn the_cursor_moves_while_typing_with_arrows_and_ctrl_n_and_ctrl_p() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys(": s o r t ctrl-n down ctrl-p enter");
    assert_eq!(fake.model.tree.sort, crate::model::Sort::Tokens);
    assert_eq!(fake.model.tree.order, crate::model::Order::Reverse);
}

#[test]
fn what_is_called_so_comes_first_and_what_says_more_later() {
    for (typed, first) in [("m a r k", Action::Mark), ("l e a v e", Action::Quit)] {
        let mut fake = Fake::new(&DJANGO, (120, 36));
        fake.keys(&format!(": {typed}"));
        assert_eq!(listed(&fake).first(), Some(&first), "{typed}");
    }
}
