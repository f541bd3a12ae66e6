//! What the marked files weigh: one number everywhere, counted on the text that would be sent.

use super::{
    fake::{Fake, counted, gpt},
    scene::text,
};
use crate::{
    model::{
        ContextFormat, Event, EventKind, FileStatus, Millis, ModelInfo, Question, Sequence,
        TextWanted, Tokens,
    },
    ui::{Effect, Message, update},
};

const COUNT: Question = Question::ContextText(ContextFormat::Markdown, TextWanted::Count);

/// Two files, none marked, and a window of a thousand tokens.
fn two(tokens: [u64; 2]) -> Fake {
    let files = [("a.rs", counted(tokens[0])), ("b.rs", counted(tokens[1]))];
    let mut fake = Fake::silent(&files, (120, 36));
    fake.prompt = true;
    fake.snapshot.model = ModelInfo { window: Tokens(1_000), ..gpt() };
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake
}

fn counts_asked(fake: &Fake) -> usize {
    fake.asked.iter().filter(|question| **question == COUNT).count()
}

/// Answers what is asked, but lets nothing rest.
fn answered(fake: &mut Fake, keys: &str) {
    fake.prompt = false;
    fake.keys(keys);
    fake.answer_all();
}

#[test]
fn the_total_is_an_estimate_until_the_text_is_counted_and_the_same_everywhere() {
    let mut fake = two([700, 5]);
    answered(&mut fake, "space");
    let screen = text(&fake);
    assert!(screen.contains(" marked 1 file · ≈714 tokens · ≈$"), "{screen}");
    assert!(screen.contains("≈71 %     ≈714 ✓ calm"), "{screen}");
    assert!(!fake.model.is_settled(), "a screen without a terminal waits for it");
    assert_eq!(counts_asked(&fake), 0, "the hands do not rest yet");
    fake.rest();
    fake.answer_all();
    assert_eq!(counts_asked(&fake), 1);
    let screen = text(&fake);
    assert!(screen.contains(" marked 1 file · 720 tokens · $"), "{screen}");
    assert!(screen.contains(" 72 %      720 ✓ calm"), "{screen}");
    assert!(fake.model.is_settled());
    fake.prompt = true;
    fake.keys("C");
    assert!(text(&fake).contains(" 720 tokens as sent · $"), "{}", text(&fake));
    assert_eq!(counts_asked(&fake), 1, "nothing changed since");
    // What stood around the counted files is the better estimate of the next ones.
    fake.keys("esc");
    answered(&mut fake, "G space");
    assert!(text(&fake).contains("marked 2 files · ≈745 tokens"), "{}", text(&fake));
}

#[test]
fn one_count_is_asked_for_at_a_time_and_the_last_marks_are_counted() {
    let mut fake = two([700, 5]);
    fake.prompt = false;
    fake.keys("space");
    let first = fake.rests.take().unwrap();
    fake.keys("space");
    fake.tell(Message::MarksRested(first));
    assert_eq!(counts_asked(&fake), 0, "the hands went on");
    fake.rest();
    let late = fake.answer(&COUNT);
    fake.keys("g space");
    fake.rest();
    assert_eq!(counts_asked(&fake), 1, "one is under way");
    assert!(!fake.model.is_settled());
    fake.open.retain(|question| *question != COUNT);
    fake.tell(Message::Answered(Box::new(late.unwrap())));
    assert!(text(&fake).contains("marked 1 file · ≈"), "{}", text(&fake));
    fake.rest();
    assert_eq!(counts_asked(&fake), 2, "it was out of date");
    fake.answer_all();
    assert!(text(&fake).contains("marked 1 file · 25 tokens"), "{}", text(&fake));
    assert!(fake.model.is_settled());
}

#[test]
fn a_count_that_takes_long_is_made_a_small_part_of_the_time() {
    let mut fake = two([700, 5]);
    fake.took = Millis(500);
    fake.keys("space");
    assert_eq!((counts_asked(&fake), fake.cools.take()), (1, Some(Millis(5_000))));
    for _ in 0..3 {
        fake.event(EventKind::ContextChanged(fake.model.known.as_ref().unwrap().context));
    }
    assert_eq!(counts_asked(&fake), 1, "files change, but it counted lately");
    assert!(text(&fake).contains("≈720 tokens"), "{}", text(&fake));
    fake.tell(Message::Cooled);
    assert_eq!((counts_asked(&fake), fake.cools.take()), (2, Some(Millis(5_000))));
    assert!(text(&fake).contains(" 720 tokens"), "{}", text(&fake));
    fake.tell(Message::Cooled);
    assert_eq!((counts_asked(&fake), fake.cools.take()), (2, None), "nothing changed");
}

#[test]
fn news_of_the_same_context_ask_for_nothing() {
    let mut fake = two([700, 5]);
    fake.keys("space");
    let known = fake.model.known.as_ref().unwrap();
    let kind = EventKind::ContextChanged(known.context);
    let event = Event { sequence: Sequence(known.sequence.0 + 1), kind };
    let effects = update(&mut fake.model, Message::Told(Box::new(event)));
    let weighs = |effect: &Effect| {
        matches!(effect, Effect::RestMarks(_) | Effect::Cool(_)) || *effect == Effect::Ask(COUNT)
    };
    assert!(!effects.iter().any(weighs), "{effects:?}");
}

#[test]
fn a_crossing_is_said_once_and_by_the_text() {
    // The files alone take 99 percent.
    let mut fake = two([990, 5]);
    answered(&mut fake, "space");
    assert_eq!(fake.model.notice, None, "nothing is said of an estimate");
    fake.rest();
    fake.answer_all();
    let said = "context does not fit: 101 % of the window";
    assert!(text(&fake).contains(said), "{}", text(&fake));
    fake.model.notice = None;
    fake.event(EventKind::ContextChanged(fake.model.known.as_ref().unwrap().context));
    fake.rest();
    fake.answer_all();
    assert_eq!(fake.model.notice, None);
    assert!(text(&fake).contains("101 %    1 010 ✗ exceeded"), "{}", text(&fake));
}

#[test]
fn whether_a_model_takes_the_context_is_told_by_the_text() {
    // The files alone fit into 272 000 tokens.
    let mut fake = Fake::new(&[("a.rs", counted(271_990))], (120, 36));
    fake.keys("space M");
    assert!(text(&fake).contains(" 100 % ✗"), "{}", text(&fake));
}

#[test]
fn a_context_that_cannot_be_counted_stays_an_estimate_and_says_why() {
    let mut fake = two([700, 5]);
    answered(&mut fake, "space");
    fake.rest();
    let question = fake.open.pop().unwrap();
    assert_eq!(question, COUNT);
    let why = "the context: it has more than 128 MiB";
    fake.tell(Message::Unanswered(Box::new(question), why.into()));
    fake.rest();
    fake.tell(Message::Cooled);
    assert_eq!(counts_asked(&fake), 1, "it would be refused again");
    assert!(fake.model.is_settled() && fake.model.notice.is_none());
    assert!(text(&fake).contains("≈714 tokens"), "{}", text(&fake));
    fake.prompt = true;
    fake.keys("C");
    assert!(text(&fake).contains("≈714 tokens · the context: it has more"), "{}", text(&fake));
    fake.keys("esc G space");
    assert_eq!(counts_asked(&fake), 2, "other marks may be less");
}

#[test]
fn a_file_that_is_still_pending_is_in_the_counted_text() {
    let files = [("a.rs", counted(100)), ("b.rs", FileStatus::Pending)];
    let mut fake = Fake::new(&files, (120, 36));
    answered(&mut fake, "a");
    assert!(text(&fake).contains("· pending"), "{}", text(&fake));
    fake.rest();
    fake.answer_all();
    let screen = text(&fake);
    assert!(screen.contains("140 ✓ calm") && screen.contains("2 files · 1 pending"), "{screen}");
}

#[test]
fn a_file_marked_by_its_name_alone_is_weighed_on_home() {
    let mut fake = two([700, 5]);
    fake.keys("space C c esc");
    let screen = text(&fake);
    assert!(screen.contains(" marked 0 files and 1 name · 20 tokens · $"), "{screen}");
    assert!(screen.contains("  2 %       20 ✓ calm"), "{screen}");
    assert!(screen.contains("/ call · 0 files and 1 name"), "{screen}");
    assert!(!screen.contains("nothing marked"), "{screen}");
    fake.keys("G space");
    assert!(text(&fake).contains("marked 1 file and 1 name · 45 tokens"), "{}", text(&fake));
}
