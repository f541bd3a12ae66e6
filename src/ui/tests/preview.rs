//! Reading a file: its lines, its running count, and the weight of a range.

use super::{
    fake::Fake,
    scene::{DJANGO, text},
    screens::at_each_size,
};
use crate::{
    model::{Bytes, EventKind, FileStatus, Question},
    ui::overlays::Overlay,
};

/// Opens the file with 711 tokens: 71 lines.
fn opened(size: (u16, u16)) -> Fake {
    let mut fake = Fake::new(&DJANGO, size);
    fake.keys("/ R E A D enter enter");
    fake
}

#[test]
fn a_file_looks_so_at_each_size() {
    at_each_size("preview", opened);
    at_each_size("preview-range", |size| {
        let mut fake = opened(size);
        fake.keys("j j v j j");
        fake
    });
    at_each_size("preview-nothing", |size| {
        let mut fake = Fake::new(&DJANGO, size);
        fake.keys("/ l o g o enter enter");
        fake
    });
}

#[test]
fn enter_reads_a_file_page_by_page_and_esc_goes_back_to_it() {
    let mut fake = opened((80, 24));
    assert!(text(&fake).contains("README.rst · Python · 71 lines · 711 tokens"), "{}", text(&fake));
    fake.keys("G");
    assert!(text(&fake).contains("line 71 of 71"));
    let pages = fake.asked.iter().filter(|asked| matches!(asked, Question::Preview { .. })).count();
    assert_eq!(pages, 2);
    fake.keys("esc");
    assert!(fake.model.overlays.is_empty());
}

#[test]
fn nothing_in_a_file_reaches_the_terminal() {
    let fake = opened((120, 36));
    let screen = text(&fake);
    assert!(screen.contains("over\\x1b[2J(日本語=1):  # why"), "{screen}");
    assert!(!screen.contains('\u{1b}') && !screen.contains('\t'));
}

#[test]
fn a_range_of_lines_is_weighed_in_both_directions() {
    let mut fake = opened((80, 24));
    fake.keys("j j v j j");
    assert!(text(&fake).contains("lines 3 to 5: 30 tokens"), "{}", text(&fake));
    fake.keys("k k k k");
    assert!(text(&fake).contains("lines 1 to 3: 30 tokens"), "{}", text(&fake));
    fake.keys("esc");
    assert!(text(&fake).contains("line 1 of 71"));
    assert!(matches!(fake.model.overlays.last(), Some(Overlay::Preview(_))));
}

#[test]
fn what_cannot_be_read_says_why() {
    let mut fake = Fake::new(&[("a.bin", FileStatus::Binary)], (80, 24));
    fake.keys("enter");
    assert!(text(&fake).contains("it is no text"));
    fake.keys("esc");
    fake.prompt = false;
    fake.keys("enter");
    let question = fake.open.pop().unwrap();
    fake.tell(crate::ui::Message::Unanswered(Box::new(question), "entry 1 is gone".into()));
    assert!(text(&fake).contains("! entry 1 is gone"));
    assert!(fake.model.is_settled());
}

#[test]
fn a_file_that_changes_is_read_again_and_the_cursor_stays() {
    let mut fake = opened((80, 24));
    fake.keys("j j j");
    let asked = fake.asked.len();
    fake.tree_changed();
    assert!(fake.asked[asked..].iter().any(|asked| matches!(asked, Question::Preview { .. })));
    let Some(Overlay::Preview(card)) = fake.model.overlays.last() else { panic!() };
    assert_eq!(card.list.cursor.at, 3);
    fake.event(EventKind::WorkMoved(crate::model::WorkView {
        bytes_per_second: Bytes(1),
        ..crate::model::WorkView::default()
    }));
}
