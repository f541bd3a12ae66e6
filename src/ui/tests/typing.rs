//! Text that is typed: what is seen at once, and what is asked for when the hands rest.

use super::{
    fake::Fake,
    scene::{DJANGO, text},
};
use crate::{
    model::{Command, MarkChange},
    ui::Message,
};

fn chosen(fake: &Fake) -> String {
    fake.model.tree.chosen().map(|row| row.path.to_text().into_owned()).unwrap_or_default()
}

#[test]
fn a_burst_of_typing_loses_no_character_and_asks_once_when_the_hands_rest() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("/");
    fake.prompt = false;
    let asked = fake.asked.len();
    let mut rests = Vec::new();
    for c in "django/db/models/que".chars() {
        fake.tell(Message::Typed(c));
        rests.extend(fake.typed.take());
        let screen = text(&fake);
        assert!(screen.contains(&format!(" /{}", fake.model.tree.filter.text)), "{screen}");
    }
    let last = rests.pop().unwrap();
    assert_eq!(rests.len(), 19);
    for earlier in rests {
        fake.tell(Message::Rested(earlier));
    }
    assert_eq!(fake.asked.len(), asked);
    assert!(!fake.model.is_settled());
    fake.tell(Message::Rested(last));
    assert_eq!(fake.asked.len() - asked, 1);
    fake.tell(Message::Rested(last));
    fake.answer_all();
    assert_eq!(fake.asked.len() - asked, 1);
    assert_eq!(fake.model.tree.filter.text, "django/db/models/que");
    assert_eq!(chosen(&fake), "django/db/models/query.py");
    assert!(fake.model.is_settled());
}

#[test]
fn a_key_after_typed_text_does_not_wait_for_the_hands_to_rest() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("/");
    fake.prompt = false;
    fake.keys("q u e r y . p y");
    let asked = fake.asked.len();
    fake.keys("enter");
    assert_eq!(fake.asked.len() - asked, 1);
    fake.answer_all();
    fake.rest();
    assert_eq!(fake.asked.len() - asked, 1);
    assert_eq!(chosen(&fake), "django/db/models/query.py");
}

#[test]
fn the_old_rows_keep_their_look_until_the_filter_is_answered() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("l l");
    fake.prompt = false;
    fake.keys("/ q u e");
    let screen = text(&fake);
    assert!(screen.contains("▸ contrib/") && screen.contains(" /que"), "{screen}");
    fake.rest();
    fake.answer_all();
    let screen = text(&fake);
    assert!(screen.contains("django/db/models/query.py"), "{screen}");
    assert!(screen.contains("matches · "), "{screen}");
}

#[test]
fn what_a_filter_and_a_glob_match_is_counted_while_they_are_typed() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("/ t e s t s / enter");
    assert!(text(&fake).contains("7 matches · 269 k tokens"), "{}", text(&fake));
    fake.keys("esc *");
    let found = |fake: &Fake| {
        let screen = text(fake);
        screen.lines().find(|line| line.contains("│ > ")).unwrap().to_owned()
    };
    fake.keys("m o");
    assert!(found(&fake).contains(" files · "), "{}", found(&fake));
    fake.keys("d e l s . p y");
    assert!(found(&fake).contains("  1 file · 4 410 tokens "), "{}", found(&fake));
    assert!(!fake.sent.iter().any(|sent| matches!(sent, Command::Mark(_))), "{:?}", fake.sent);
    // What is pending is said, where the number alone would be too small.
    fake.keys("ctrl-u u r l s");
    assert!(text(&fake).contains("1 file · 0 tokens · 1 pending"), "{}", text(&fake));
    fake.keys("ctrl-u [");
    assert!(text(&fake).contains("no valid glob"), "{}", text(&fake));
    fake.keys("ctrl-u m o d e l s . p y enter");
    let Some(Command::Mark(MarkChange::Add(ids))) = fake.sent.last() else { panic!() };
    assert_eq!(ids, &[fake.at("django/contrib/auth/models.py")]);
}
