//! The context: what is sent, what it costs, and what is done with it; and what is remembered.

use super::{
    fake::{Fake, counted},
    scene::{DJANGO, text},
    screens::at_each_size,
};
use crate::{
    model::{
        Command, ContextFormat, EventKind, FileStatus, MarkChange, MarkLevel, Order, Question,
        RepoPath, Sort, TextWanted, WorkView,
    },
    ui::{
        Action, Effect, Export, Message, Model, Remembered, Settings,
        saved::{Existing, Saved, SavedWish},
        update,
    },
};

/// Marks the file with 711 tokens.
fn marked(size: (u16, u16)) -> Fake {
    let mut fake = Fake::new(&DJANGO, size);
    fake.keys("* R E A D M E enter");
    fake
}

#[test]
fn the_context_looks_so_at_each_size() {
    at_each_size("context-sent", |size| {
        let mut fake = marked(size);
        fake.keys("* s e t t i n g s enter C j c");
        fake
    });
    at_each_size("saved", |size| {
        let mut fake = marked(size);
        fake.keys("L");
        let all = [("docs", 3), ("prerelease", 1), ("release", 12)];
        fake.tell(Message::Contexts(all.map(|(name, files)| saved(name, files)).to_vec()));
        fake.keys("r e l");
        fake
    });
    at_each_size("saved-replace", |size| {
        let mut fake = marked(size);
        fake.tell(Message::NameTaken(saved("release", 12)));
        fake
    });
    at_each_size("welcome", |size| {
        let mut fake = Fake::silent(&DJANGO, size);
        let settings = Settings { is_first: true, ..Settings::default() };
        fake.model = Model::new(&settings, size);
        fake.prompt = true;
        let snapshot = fake.snapshot.clone();
        fake.tell(Message::Subscribed(Box::new(snapshot)));
        fake
    });
}

#[test]
fn the_total_is_that_of_the_text_and_follows_every_change() {
    let mut fake = marked((120, 36));
    fake.keys("C");
    assert!(text(&fake).contains(" 731 tokens as sent"), "{}", text(&fake));
    assert!(text(&fake).contains("/ call") && text(&fake).contains("cached"));
    assert!(text(&fake).contains("│ django would add ≈994 k and 2 pending"), "{}", text(&fake));
    fake.keys("c");
    assert_eq!(
        fake.sent.last(),
        Some(&Command::Mark(MarkChange::NextLevel(vec![fake.at("README.rst")])))
    );
    assert!(text(&fake).contains(" 20 tokens as sent"), "{}", text(&fake));
    assert!(text(&fake).contains("name only"));
    fake.keys("space");
    assert!(text(&fake).contains("nothing is marked"));
}

#[test]
fn only_what_is_not_marked_yet_would_be_added() {
    let files = [
        ("src/a.rs", counted(1_000)),
        ("src/b.rs", counted(200)),
        ("late.rs", FileStatus::Pending),
        ("logo.png", FileStatus::Binary),
    ];
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut fake = Fake::new(&files, (columns, rows));
        fake.keys("l j space g C");
        assert!(text(&fake).contains("src would add ≈200 "), "{}", text(&fake));
        fake.keys("esc j j j C");
        let screen = text(&fake);
        assert!(screen.contains("late.rs is pending: what it would add"), "{screen}");
        assert!(!screen.contains('≈'), "{screen}");
        fake.keys("esc j C");
        assert!(text(&fake).contains("logo.png would add nothing"), "{}", text(&fake));
    }
}

#[test]
fn the_list_of_marked_files_is_filtered_while_typing() {
    let mut fake = marked((120, 36));
    fake.keys("* d o c s / enter C : f i l t e r");
    assert!(text(&fake).contains("Filter the list while typing"), "{}", text(&fake));
    fake.keys("esc");
    let (sent, marks) = (fake.sent.len(), fake.marked.clone());
    fake.prompt = false;
    // Each of these letters does something else in the list.
    fake.keys("/ c s");
    assert!(text(&fake).contains("│ /cs "), "{}", text(&fake));
    assert_eq!((fake.sent.len(), &fake.marked), (sent, &marks), "they are text");
    fake.rest();
    fake.answer_all();
    let screen = text(&fake);
    assert!(screen.contains("Context · 3 matches") && screen.contains("querysets"), "{screen}");
    assert!(screen.contains("tokens as sent"), "{screen}");
    fake.prompt = true;
    fake.keys("enter j space");
    assert_eq!(fake.marked.len(), marks.len() - 1);
    assert!(fake.model.has_marks() && text(&fake).contains("Context · 2 matches"));
    fake.keys("/ ?");
    assert!(text(&fake).contains("nothing matches"), "{}", text(&fake));
    fake.keys("esc");
    assert!(text(&fake).contains("Context · 3 files"), "{}", text(&fake));
    fake.keys("esc");
    assert!(fake.model.overlays.is_empty());
}

#[test]
fn the_context_is_copied_when_a_terminal_can_take_it() {
    let mut fake = marked((120, 36));
    fake.keys("Y");
    let Some(Effect::Copy(copied)) = fake.others.last() else { panic!("{:?}", fake.others) };
    assert_eq!(copied.len(), 731);
    assert!(text(&fake).contains("copied the context: 731 tokens"));
    fake.keys("* s e t t i n g s enter * t e s t s enter C Y");
    assert_eq!(fake.others.len(), 1);
    assert!(text(&fake).contains("too much to copy through a terminal"), "{}", text(&fake));
    let mut empty = Fake::new(&DJANGO, (80, 24));
    empty.keys("Y");
    assert!(empty.others.is_empty() && text(&empty).contains("nothing is marked"));
}

#[test]
fn the_context_is_exported_in_the_form_that_the_name_says() {
    for (name, format) in [
        ("a.xml", ContextFormat::Xml),
        ("a.json", ContextFormat::Json),
        ("a", ContextFormat::Markdown),
    ] {
        let mut fake = marked((80, 24));
        fake.keys("o");
        fake.tell(Message::Pasted(name.into()));
        fake.keys("enter");
        let asked = Question::ContextText(format, TextWanted::Text);
        assert!(fake.asked.contains(&asked), "{name}");
        let Some(Effect::Write(export)) = fake.others.last() else { panic!("{name}") };
        assert_eq!((export.path.to_str(), export.text.len()), (Some(name), 731));
        assert_eq!(export.left_out, 0);
    }
}

#[test]
fn a_file_that_is_there_is_replaced_after_a_question() {
    for (answer, written) in [("y", 2), ("esc", 1)] {
        let mut fake = marked((80, 24));
        fake.keys("o a enter");
        let Some(Effect::Write(export)) = fake.others.last().cloned() else { panic!() };
        fake.tell(Message::Exists(export.clone()));
        assert!(text(&fake).contains("Replace the file?"), "{}", text(&fake));
        fake.keys(answer);
        assert!(fake.model.overlays.is_empty());
        assert_eq!(fake.others.len(), written, "{answer}");
        let replaced = Export { existing: Existing::Replace, ..export };
        assert_eq!(fake.others.contains(&Effect::Write(replaced)), answer == "y");
    }
}

#[test]
fn an_export_knows_how_many_marked_files_are_not_in_it() {
    let mut fake = marked((80, 24));
    fake.keys("* l o g o enter o a enter");
    let Some(Effect::Write(export)) = fake.others.last() else { panic!("{:?}", fake.others) };
    assert_eq!(export.left_out, 1);
}

#[test]
fn no_name_is_asked_for_what_cannot_be_written() {
    for key in ["o", "W"] {
        let mut fake = Fake::new(&DJANGO, (80, 24));
        fake.keys(key);
        assert!(fake.model.overlays.is_empty(), "{key}");
        assert!(text(&fake).contains("nothing is marked"), "{key}: {}", text(&fake));
        // The engine has not told yet what was marked.
        let sent = update(&mut fake.model, Message::Pressed(Action::Mark));
        assert!(matches!(sent[..], [Effect::Send(Command::Mark(_))]), "{sent:?}");
        fake.keys(key);
        assert_eq!(fake.model.overlays.len(), 1, "{key}");
    }
}

fn saved(name: &str, files: u64) -> Saved {
    Saved { name: name.to_owned(), files: Some(files) }
}

/// What was wished for last with saved contexts.
fn last_wish(fake: &Fake) -> &SavedWish {
    let Some(Effect::Saved(wish)) = fake.others.last() else { panic!("{:?}", fake.others) };
    wish
}

#[test]
fn a_saved_context_is_not_replaced_without_a_question() {
    let mut fake = marked((80, 24));
    fake.keys("W r e l enter");
    assert_eq!(last_wish(&fake), &SavedWish::Save("rel".into(), Existing::Ask));
    fake.tell(Message::NameTaken(saved("rel", 12)));
    let screen = text(&fake);
    assert!(screen.contains("Replace the saved context?"), "{screen}");
    assert!(screen.contains("12 files saved under this name"), "{screen}");
    let before = fake.others.len();
    fake.keys("n");
    assert_eq!((fake.others.len(), fake.model.overlays.len()), (before, 0));
    fake.tell(Message::NameTaken(saved("rel", 12)));
    fake.keys("y");
    assert_eq!(last_wish(&fake), &SavedWish::Save("rel".into(), Existing::Replace));
    assert!(fake.model.overlays.is_empty());
    let before = fake.others.len();
    fake.keys("W enter");
    assert_eq!(fake.others.len(), before, "no name is no answer");
}

#[test]
fn a_saved_context_is_chosen_from_a_list_and_deleted_after_a_question() {
    let mut fake = marked((80, 24));
    fake.keys("L");
    assert_eq!(last_wish(&fake), &SavedWish::List);
    let all = vec![saved("docs", 3), saved("prerelease", 1), saved("release", 12)];
    fake.tell(Message::Contexts(all.clone()));
    let screen = text(&fake);
    assert!(screen.contains("Load a context · 3 saved"), "{screen}");
    assert!(screen.contains("12 files") && screen.contains("1 file "), "{screen}");
    fake.keys("down enter");
    assert_eq!(last_wish(&fake), &SavedWish::Load("prerelease".into()));
    // What is typed whole is meant, although another name holds it.
    fake.keys("L");
    fake.tell(Message::Contexts(all));
    fake.keys("r e l e a s e");
    assert!(text(&fake).contains("2 of 3"), "{}", text(&fake));
    fake.keys("delete");
    assert!(text(&fake).contains("Delete the saved context?"), "{}", text(&fake));
    fake.keys("n");
    assert_eq!(last_wish(&fake), &SavedWish::List);
    fake.keys("ctrl-d y");
    assert_eq!(last_wish(&fake), &SavedWish::Delete("release".into()));
    fake.tell(Message::Contexts(vec![saved("docs", 3)]));
    assert!(text(&fake).contains("none is called so"), "{}", text(&fake));
    fake.keys("esc");
    assert!(fake.model.overlays.is_empty());
    // A name that is typed before the list is there.
    fake.keys("L r e l enter");
    assert_eq!(last_wish(&fake), &SavedWish::Load("rel".into()));
}

#[test]
fn printing_at_the_end_is_switched_on_and_off() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("P");
    assert!(fake.model.print_context && text(&fake).contains("will be printed"));
    fake.keys("P");
    assert!(!fake.model.print_context);
}

#[test]
fn a_sitting_begins_as_the_last_one_was_left() {
    let mut first = Fake::new(&DJANGO, (120, 36));
    first.keys("l j l n n b 7");
    let last = first.model.remembered();
    assert_eq!((last.sort, last.order, last.open.len()), (Sort::Name, Order::Reverse, 2));
    let settings = Settings { remembered: Some(last.clone()), ..Settings::default() };
    let mut second = Fake::silent(&DJANGO, (120, 36));
    second.model = Model::new(&settings, (120, 36));
    assert_eq!(second.model.remembered(), last, "nothing is forgotten before it is found");
    second.prompt = true;
    let snapshot = second.snapshot.clone();
    second.tell(Message::Subscribed(Box::new(snapshot)));
    assert_eq!(second.model.remembered(), last);
    second.keys("1");
    assert!(text(&second).contains("contrib/") && text(&second).contains("name ▾"));
    assert!(second.model.is_settled());
}

#[test]
fn folders_that_are_gone_are_not_waited_for() {
    let open = vec![RepoPath::new(b"gone").unwrap()];
    let marks = vec![(RepoPath::new(b"README.rst").unwrap(), MarkLevel::Whole)];
    let last = Remembered { open, marks, ..Remembered::default() };
    let settings = Settings { remembered: Some(last), ..Settings::default() };
    let mut fake = Fake::silent(&DJANGO, (120, 36));
    fake.model = Model::new(&settings, (120, 36));
    fake.prompt = true;
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    assert!(fake.model.is_settled());
}

#[test]
fn the_welcome_goes_with_the_first_key() {
    let mut fake = Fake::silent(&DJANGO, (120, 36));
    let settings = Settings { is_first: true, ..Settings::default() };
    fake.model = Model::new(&settings, (120, 36));
    fake.prompt = true;
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    assert!(text(&fake).contains("welcome: "));
    assert!(!fake.model.is_moving(), "it takes no ticks");
    fake.keys("j");
    assert!(!text(&fake).contains("welcome: "));
}

#[test]
fn what_a_call_costs_stands_below_the_context() {
    for size in [(80, 24), (120, 36), (200, 60)] {
        let mut fake = marked(size);
        fake.keys("tab tab");
        let screen = text(&fake);
        let lines: Vec<&str> = screen.lines().collect();
        let gauge = lines.iter().position(|line| line.contains(" context  ")).unwrap();
        assert!(lines[gauge + 1].contains(" / call "), "{screen}");
    }
}

#[test]
fn the_end_of_long_work_is_said_and_that_of_short_work_is_not() {
    for (ms, is_said) in [(9_000, false), (14_000, true)] {
        for reduced_motion in [false, true] {
            let mut fake = Fake::new(&DJANGO, (120, 36));
            fake.model.settings.reduced_motion = reduced_motion;
            // It was idle for an hour, in which nothing ticks.
            fake.tell(Message::Ticked(1_000));
            fake.event(EventKind::WorkMoved(WorkView { busy: true, ..WorkView::default() }));
            assert!(fake.model.is_moving(), "its time is measured");
            fake.tell(Message::Ticked(3_600_000));
            fake.tell(Message::Ticked(3_600_000 + ms));
            assert_eq!(fake.model.is_spinning(), !reduced_motion);
            fake.event(EventKind::WorkMoved(WorkView::default()));
            assert_eq!(text(&fake).contains("done: 19 files in 14 s"), is_said);
        }
    }
}
