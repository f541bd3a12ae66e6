//! Journeys through dialogs, lists and tasks.

use super::{
    fake::{Fake, counted},
    scene::{DJANGO, busy, task, tasks, text},
};
use crate::{
    model::{
        Answer, Bytes, Command, EventKind, EvictRequest, EvictTarget, ExportReport, ImportReport,
        Kind, Policy, Question, TaskId, TaskKind, TaskState, TaskView, TasksView, VerifyReport,
        WorkView,
    },
    ui::Message,
};

#[test]
fn a_card_says_that_a_large_file_was_not_read_for_it() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.prompt = false;
    fake.keys("i");
    let asked = fake.open.pop().unwrap();
    let Some(Answer::Details(Some(mut details))) = fake.answer(&asked) else { panic!("{asked:?}") };
    (details.lines, details.unread_over) = (None, Some(Bytes(256 << 10)));
    fake.tell(Message::Answered(Box::new(Answer::Details(Some(details)))));
    for line in ["not read for this card: over 262 kB", "others not read for this card"] {
        assert!(text(&fake).contains(line), "{}", text(&fake));
    }
}

#[test]
fn the_cache_is_cleared_only_after_a_question() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("X");
    assert!(text(&fake).contains("48 120 entries · 188 MB will be lost"));
    fake.keys("n");
    assert_eq!(fake.sent, []);
    fake.keys("X esc X l y");
    assert_eq!(fake.sent, [Command::Clear(Some(Kind::Count))]);
    assert!(fake.model.overlays.is_empty());
}

#[test]
fn the_counts_of_a_folder_are_forgotten_only_after_a_question() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("I");
    assert!(text(&fake).contains("6 counts will be forgotten"), "{}", text(&fake));
    fake.keys("n");
    assert_eq!(fake.sent, []);
    fake.keys("I y");
    assert_eq!(fake.sent, [Command::Invalidate(fake.at("django"))]);
    assert!(fake.model.overlays.is_empty());
}

#[test]
fn the_count_of_a_file_is_forgotten_at_once() {
    let mut fake = Fake::new(&[("a.rs", counted(1))], (120, 36));
    fake.keys("I");
    assert_eq!(fake.sent, [Command::Invalidate(fake.at("a.rs"))]);
}

#[test]
fn an_eviction_shows_its_victims_and_asks_twice() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("E");
    assert!(text(&fake).contains("9 624 entries · 38 MB · 2 m 48 s to make again"));
    fake.keys("l j l enter");
    assert!(text(&fake).contains("Remove 9 624 entries?"));
    fake.keys("esc");
    assert_eq!(fake.model.overlays.len(), 1);
    fake.keys("enter enter");
    let request =
        EvictRequest { policy: Policy::Dearest, target: EvictTarget::Percent(30), kind: None };
    assert_eq!(fake.sent, [Command::Evict(request)]);
    assert!(fake.model.overlays.is_empty());
}

#[test]
fn a_preview_that_is_out_of_date_is_never_shown() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.prompt = false;
    fake.keys("E l l");
    let previews =
        |fake: &Fake| fake.open.iter().filter(|q| matches!(q, Question::Victims(..))).count();
    assert_eq!(previews(&fake), 1);
    fake.answer_one();
    assert_eq!(previews(&fake), 1);
    assert!(text(&fake).contains("looking it up"));
    fake.keys("enter");
    assert_eq!(fake.sent, []);
    fake.answer_all();
    assert!(text(&fake).contains("9 624 entries"));
}

#[test]
fn a_model_is_chosen_and_window_and_price_follow() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("M j enter");
    assert_eq!(fake.sent, [Command::ChooseModel("claude-sonnet-4.5".into())]);
    let screen = text(&fake);
    assert!(screen.contains("window 200 k") && screen.contains("unpriced"), "{screen}");
    assert!(screen.contains('≈'), "{screen}");
}

#[test]
fn models_are_filtered_while_typing() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("M / C L A");
    let screen = text(&fake);
    assert!(screen.contains("Models · 1") && screen.contains("/CLA"), "{screen}");
    fake.keys("z");
    assert!(text(&fake).contains("nothing matches"));
    fake.keys("enter enter");
    assert_eq!(fake.sent, []);
    fake.keys("esc");
    assert!(text(&fake).contains("Models · 2"));
    fake.keys("/ a n t h enter enter");
    assert_eq!(fake.sent, [Command::ChooseModel("claude-sonnet-4.5".into())]);
}

#[test]
fn tasks_are_cancelled_retried_and_raised() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.event(EventKind::TasksChanged(tasks()));
    fake.keys("tab tab tab x j t j + ctrl-x T");
    assert_eq!(
        fake.sent,
        [
            Command::Cancel(TaskId(11)),
            Command::Retry(TaskId(7)),
            Command::Raise(TaskId(13)),
            Command::CancelAll,
            Command::RetryAll,
        ]
    );
}

#[test]
fn a_long_task_shows_how_far_it_is() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    let at = |done| {
        let mut tasks = tasks();
        tasks.running[0].pieces = Some((done, 14_200));
        EventKind::TasksChanged(tasks)
    };
    fake.event(at(812));
    assert!(text(&fake).contains("812 of 14 200"), "{}", text(&fake));
    fake.event(at(9_000));
    fake.keys("tab tab tab enter");
    assert!(text(&fake).contains("9 000 of 14 200"), "{}", text(&fake));
}

#[test]
fn the_detail_of_a_task_follows_it_to_its_end() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.event(EventKind::TasksChanged(tasks()));
    fake.keys("tab tab tab j j enter");
    let screen = text(&fake);
    for fact in ["retrying", "3 of 4", "in 1.2 s", "resource busy", "django/urls.py"] {
        assert!(screen.contains(fact), "{fact}: {screen}");
    }
    fake.event(EventKind::TasksChanged(TasksView::default()));
    assert!(text(&fake).contains("done and forgotten"));
    fake.keys("esc");
    assert!(fake.model.overlays.is_empty());
}

#[test]
fn the_chosen_task_stays_chosen_while_others_end() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.event(EventKind::TasksChanged(tasks()));
    fake.keys("tab tab tab G");
    let mut fewer = tasks();
    fewer.running.clear();
    fewer.failed.clear();
    fake.event(EventKind::TasksChanged(fewer));
    fake.keys("x");
    assert_eq!(fake.sent, [Command::Cancel(TaskId(14))]);
}

#[test]
fn work_is_paused_and_resumed() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.event(EventKind::WorkMoved(busy()));
    fake.keys("p");
    fake.event(EventKind::WorkMoved(WorkView { paused: true, ..busy() }));
    assert!(text(&fake).contains("‖ paused") && fake.model.is_settled());
    fake.keys("p");
    assert_eq!(fake.sent, [Command::Pause, Command::Resume]);
}

#[test]
fn the_card_of_an_import_or_a_check_that_ended_says_so_and_waits_for_nothing() {
    let running = |kind| TasksView {
        running: vec![TaskView { kind, ..task(21, "x", TaskState::Running) }],
        ..TasksView::default()
    };
    for (kind, end) in [
        (TaskKind::Import, Answer::Imported(ImportReport::default())),
        (TaskKind::Export, Answer::Exported(ExportReport::default())),
        (TaskKind::Verify, Answer::Verified(VerifyReport::default())),
    ] {
        let mut fake = Fake::new(&DJANGO, (120, 36));
        fake.event(EventKind::TasksChanged(running(kind)));
        fake.keys("tab tab tab enter");
        assert!(text(&fake).contains("running"), "{kind}: {}", text(&fake));
        fake.prompt = false;
        fake.event(EventKind::TasksChanged(TasksView::default()));
        assert_eq!(fake.open.pop(), Some(Question::Task(TaskId(21))), "{kind}");
        fake.tell(Message::Answered(Box::new(end)));
        assert!(text(&fake).contains("completed"), "{kind}: {}", text(&fake));
        assert!(fake.model.is_settled(), "{kind}");
    }
}

#[test]
fn models_say_where_their_price_comes_from_while_nothing_is_marked() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("M");
    let screen = text(&fake);
    assert!(!screen.contains(" marked ") && screen.contains("openai.com/api"), "{screen}");
    fake.keys("esc space M");
    assert!(text(&fake).contains(" marked "), "{}", text(&fake));
}
