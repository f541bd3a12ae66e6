//! The command palette: what it lists where, how it is found, and that it is done there.

use super::{
    fake::Fake,
    scene::{DJANGO, tasks, text},
    screens::at_each_size,
};
use crate::{
    model::{Command, EventKind, NodeId},
    ui::{Action, Effect, Scope, overlays::Overlay},
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

#[test]
fn only_what_does_something_here_is_listed() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys(":");
    let at_first = listed(&fake);
    assert!(at_first.contains(&Action::Mark) && at_first.contains(&Action::ShowSpend));
    for missing in [
        Action::ShowHome,
        Action::ShowContext,
        Action::UnmarkAll,
        Action::CloseAll,
        Action::RetryAll,
        Action::CursorDown,
        Action::Palette,
        Action::TaskDetail,
        Action::LogLevel,
        Action::EraseWord,
    ] {
        assert!(!at_first.contains(&missing), "{missing:?}");
    }
    fake.keys("esc l space :");
    let later = listed(&fake);
    for there in [Action::ShowContext, Action::UnmarkAll, Action::CloseAll] {
        assert!(later.contains(&there), "{there:?}");
    }
    fake.keys("esc 7 :");
    let in_log = listed(&fake);
    assert!(in_log.contains(&Action::LogLevel) && in_log.contains(&Action::ShowHome));
    assert!(!in_log.contains(&Action::Mark) && !in_log.contains(&Action::NextPane));
}

#[test]
fn what_is_possible_with_a_task_follows_the_task() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.event(EventKind::TasksChanged(tasks()));
    fake.keys("tab tab tab :");
    let of_running = listed(&fake);
    assert!(of_running.contains(&Action::CancelTask) && !of_running.contains(&Action::RetryTask));
    fake.keys("esc j :");
    let of_failed = listed(&fake);
    assert!(of_failed.contains(&Action::RetryTask) && !of_failed.contains(&Action::RaiseTask));
}

#[test]
fn esc_closes_it_and_changes_nothing() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    let before = text(&fake);
    fake.keys(": x y z z y");
    assert!(text(&fake).contains("nothing here is called so"));
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
