//! Comfort in the tree: ranges, globs, places to go back to, the editor, the clipboard.

use super::{
    fake::{Fake, counted},
    scene::{DJANGO, text},
    screens::at_each_size,
};
use crate::{
    model::{Command, MarkChange, NodeId, RepoPath},
    ui::{Effect, Message},
};

fn chosen(fake: &Fake) -> String {
    fake.model.tree.chosen().map(|row| row.path.to_text().into_owned()).unwrap_or_default()
}

fn marked(fake: &Fake) -> Vec<String> {
    let path = |id: &NodeId| fake.nodes[id.0 as usize].0.to_text().into_owned();
    fake.marked.iter().map(path).collect()
}

#[test]
fn ranges_prompts_and_the_card_look_so_at_each_size() {
    at_each_size("range", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("l j v j j");
        fake
    });
    at_each_size("glob", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("* * . p y");
        fake
    });
    at_each_size("models-fit", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("j space M");
        fake
    });
}

#[test]
fn a_range_is_marked_from_where_it_began_to_the_cursor() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("n j j v j j v");
    let wanted = ["empty.txt", "logo.png", "tests/queries/tests.py"];
    let is = marked(&fake);
    assert!(wanted.iter().all(|path| is.contains(&(*path).to_owned())), "{is:?}");
    assert!(is.iter().all(|path| !path.starts_with('d') && path != "README.rst"), "{is:?}");
    fake.keys("u G v k space");
    assert_eq!(marked(&fake).len(), 5);
}

#[test]
fn an_open_folder_in_a_range_leaves_its_rows_to_speak_for_themselves() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("n l v j v");
    let inside = marked(&fake);
    assert!(!inside.is_empty() && inside.iter().all(|path| path.starts_with("django/contrib")));
}

#[test]
fn esc_gives_a_range_up_and_a_new_order_too() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("v j j esc");
    assert!(fake.model.tree.range.is_none());
    fake.keys("v j s");
    assert!(fake.model.tree.range.is_none());
    assert!(marked(&fake).is_empty());
}

#[test]
fn a_range_over_many_pages_is_marked_whole() {
    let mut fake = Fake::silent(&[], (80, 24));
    for n in 0..200 {
        fake.add(format!("f{n:04}.rs").as_bytes(), counted(1));
    }
    fake.prompt = true;
    fake.snapshot.tree = fake.summary();
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.keys("j v G k v");
    assert_eq!(fake.marked.len(), 198);
    assert!(fake.model.is_settled());
}

#[test]
fn a_glob_marks_what_it_matches_and_says_when_that_is_nothing() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("* s e t t i n g s enter");
    assert_eq!(marked(&fake), ["docs/ref/settings.txt"]);
    fake.keys("* n o n e - s u c h enter");
    assert!(text(&fake).contains("nothing matches"), "{}", text(&fake));
    fake.keys("* [ enter");
    assert!(text(&fake).contains("unclosed character class"));
    fake.keys("* a esc");
    assert!(fake.model.overlays.is_empty() && fake.marked.len() == 1);
}

#[test]
fn a_glob_says_how_many_files_it_would_mark() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("* m o d e l s");
    assert!(text(&fake).contains(" 4 files · "), "{}", text(&fake));
    fake.keys("enter");
    assert_eq!(fake.marked.len(), 4);
    fake.keys("/ q q q q enter a");
    assert!(text(&fake).contains("nothing matches: no more is marked"), "{}", text(&fake));
    assert_eq!(fake.marked.len(), 4);
}

#[test]
fn the_cursor_goes_back_to_where_it_was_and_forth_again() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("l j G");
    assert_eq!(chosen(&fake), "logo.png");
    fake.keys("ctrl-o");
    assert_eq!(chosen(&fake), "django/contrib");
    fake.keys("~");
    assert_eq!(chosen(&fake), "logo.png");
    fake.keys("` -");
    assert!(!text(&fake).contains("contrib"));
    fake.keys("`");
    assert_eq!(chosen(&fake), "django/contrib");
    assert!(text(&fake).contains("contrib"));
}

#[test]
fn a_path_is_copied_and_a_file_edited_and_looked_at_again() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("n j j j y e");
    let path = RepoPath::new(chosen(&fake).as_bytes()).unwrap();
    let id = fake.at(&chosen(&fake));
    let copy = Effect::Copy(path.as_bytes().to_vec());
    assert_eq!(fake.others, [copy, Effect::Edit(id, path)]);
    fake.tell(Message::Edited(id));
    assert_eq!(fake.sent.last(), Some(&Command::Rescan(id)));
    fake.tell(Message::Uneditable("`ed` is not found".into()));
    assert!(text(&fake).contains("error: `ed` is not found"));
    fake.others.clear();
    fake.keys("g j e");
    assert_eq!(fake.others, [], "a folder has no editor");
}

#[test]
fn every_model_says_whether_what_is_marked_fits() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("M");
    assert!(!text(&fake).contains("98 % ✓"));
    fake.keys("esc j space M");
    let screen = text(&fake);
    assert!(screen.contains("98 % ✓"), "{screen}");
    assert!(screen.contains("≈158 % ✗"), "{screen}");
    assert_eq!(fake.sent, [Command::Mark(MarkChange::Toggle(vec![fake.at("tests")]))]);
}

#[test]
fn the_footer_says_how_a_range_goes_on() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("v j");
    let footer = text(&fake).lines().last().unwrap().to_owned();
    assert!(footer.contains("v/space mark to here") && footer.contains("esc give up"), "{footer}");
    fake.keys("esc");
    assert!(!text(&fake).contains("give up"));
}

#[test]
fn what_was_done_does_not_hide_the_keys_from_who_types() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    let footer = |fake: &Fake| text(fake).lines().last().unwrap().to_owned();
    fake.keys("r");
    assert!(footer(&fake).contains("comparing with the disk"), "{}", footer(&fake));
    fake.keys("/");
    assert!(footer(&fake).contains("enter keep  esc clear"), "{}", footer(&fake));
    fake.tell(Message::Refused("the queue is full".into()));
    assert!(footer(&fake).contains("the queue is full"), "{}", footer(&fake));
}

#[test]
fn a_file_that_is_read_is_edited_with_the_same_key_as_in_the_tree() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.keys("/ q u e r y . p y enter enter e");
    let path = RepoPath::new(b"django/db/models/query.py").unwrap();
    assert_eq!(fake.others, [Effect::Edit(fake.id(&path).unwrap(), path)]);
    let footer = text(&fake).lines().last().unwrap().to_owned();
    assert!(footer.contains("e edit"), "{footer}");
}

#[test]
fn a_filtered_list_gives_its_room_to_paths() {
    let long = "applications/accounting/reports/yearly/summary.py";
    let mut fake = Fake::new(&[(long, counted(400)), ("b.py", counted(2))], (120, 36));
    fake.keys("/ y e a r l y / s");
    assert!(text(&fake).contains("ing/reports/yearly/summary.py "), "{}", text(&fake));
}
