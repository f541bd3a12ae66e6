//! Nothing breaks at any size, and a frame is cheap.

use proptest::prelude::*;

use super::{
    fake::{Fake, File},
    scene::{DJANGO, busy, look, picture, tasks},
};
use crate::{
    model::{EventKind, Question},
    ui::{Action, BuiltIn, ColourDepth, Look, Message, screen::Screen},
};

const EVERYTHING: [&str; 31] = [
    "a C c",
    "a o",
    "j v j",
    "* a",
    ":",
    ": e v",
    "7 l",
    "/ R E A D enter enter",
    "/ R E A D enter enter j v k",
    "7 enter",
    "",
    "/ m o",
    "?",
    "? / k",
    "X",
    "E",
    "E enter",
    "M",
    "a C",
    "S",
    "tab tab tab enter",
    "2",
    "2 l l / g",
    "2 enter",
    "2 enter enter",
    "2 i",
    "3",
    "3 G enter",
    "3 j j j d",
    "3 l",
    ", j e",
];

fn scene(files: &[File], keys: &str) -> Fake {
    let mut fake = Fake::new(files, (120, 36));
    fake.keys("l j l");
    fake.event(EventKind::WorkMoved(busy()));
    fake.event(EventKind::TasksChanged(tasks()));
    fake.tell(Message::Logged(super::log::records()));
    fake.keys(keys);
    // Sizes are tried by the thousand: their questions are not answered.
    fake.prompt = false;
    fake
}

fn draws_at(fake: &mut Fake, size: (u16, u16)) {
    fake.tell(Message::Resized(size.0, size.1));
    let drawn = picture(fake, &look());
    assert_eq!((drawn.buffer().area.width, drawn.buffer().area.height), size);
}

#[test]
fn every_small_size_is_survived_in_every_screen() {
    for keys in EVERYTHING {
        let mut fake = scene(&DJANGO, keys);
        for width in 0..=40 {
            for height in 0..=40 {
                draws_at(&mut fake, (width, height));
            }
        }
    }
}

#[test]
fn larger_sizes_are_survived_in_every_screen() {
    for keys in EVERYTHING {
        let mut fake = scene(&DJANGO, keys);
        for width in (0..=300).step_by(43) {
            for height in (0..=300).step_by(75) {
                draws_at(&mut fake, (width, height));
            }
        }
    }
}

#[test]
fn a_terminal_that_is_smaller_than_was_told_is_survived() {
    let fake = scene(&DJANGO, "?");
    for (width, height) in [(0, 0), (1, 1), (30, 9), (119, 35), (200, 80)] {
        let area = ratatui::layout::Rect::new(0, 0, width, height);
        let mut buffer = ratatui::buffer::Buffer::empty(area);
        crate::ui::draw_on(&fake.model, &Look::ascii(), &mut buffer);
    }
}

#[test]
fn the_first_frame_tells_each_colour_once_and_is_small() {
    let fake = scene(&DJANGO, "");
    let look = Look::of(BuiltIn::Dark, ColourDepth::TwoFiftySix);
    let mut terminal = ratatui::Terminal::new(Screen::new(fake.model.size)).unwrap();
    terminal.draw(|frame| crate::ui::draw_on(&fake.model, &look, frame.buffer_mut())).unwrap();
    let frame = String::from_utf8(terminal.backend_mut().take_frame().unwrap()).unwrap();
    let is_colour =
        |code: &&str| code.find(char::is_alphabetic).is_some_and(|at| code[at..].starts_with('m'));
    let colours = frame.split('\x1b').filter(is_colour).count();
    assert!(colours <= 20 && frame.len() <= 6_000, "{colours} colours, {} bytes", frame.len());
}

#[test]
fn too_small_a_terminal_gets_a_word() {
    let mut fake = scene(&DJANGO, "");
    fake.tell(Message::Resized(20, 3));
    assert!(picture(&fake, &look()).text().contains("too small"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn keys_changes_and_answers_in_any_order_end_settled_on_a_row(
        steps in prop::collection::vec(0_usize..24, 0..80), height in 8_u16..40,
    ) {
        const KEYS: [&str; 16] = [
            "j", "k", "l", "h", "g", "G", "n", "s", "c", "-", "space", "/", "m", "pgdn", "enter",
            "esc",
        ];
        let mut fake = Fake::new(&DJANGO, (120, height));
        fake.prompt = false;
        for step in steps {
            match KEYS.get(step) {
                Some(key) => fake.key(key),
                None if step < 20 && !fake.open.is_empty() => fake.answer_one(),
                None => {
                    let tokens = (step as u64).pow(4) * 7;
                    fake.set("django/shortcuts.py", super::fake::counted(tokens));
                }
            }
            let rows = |q: &&Question| matches!(q, Question::Rows(_));
            prop_assert!(fake.open.iter().filter(rows).count() <= 1);
        }
        // A mark may wait for rows, and its count for the hands.
        for _ in 0..3 {
            fake.rest();
            fake.answer_all();
        }
        prop_assert!(fake.model.is_settled());
        let tree = &fake.model.tree;
        prop_assert!(tree.page.total == 0 || tree.chosen().is_some());
    }

    #[test]
    fn any_keys_at_any_size_are_survived(
        actions in prop::collection::vec(0_usize..96, 0..60),
        sizes in prop::collection::vec((0_u16..200, 0_u16..60), 1..6),
        clicks in prop::collection::vec((0_u16..210, 0_u16..70, -5_i16..5), 0..12),
    ) {
        let mut fake = Fake::new(&DJANGO, (80, 24));
        let all: Vec<Action> = <Action as strum::IntoEnumIterator>::iter().collect();
        for (at, action) in actions.into_iter().enumerate() {
            fake.press(all[action % all.len()]);
            if let Some((x, y, by)) = clicks.get(at) {
                fake.tell(Message::Clicked(*x, *y));
                fake.tell(Message::Scrolled(*x, *y, *by));
            }
            if let Some(size) = sizes.get(at) {
                draws_at(&mut fake, *size);
            }
            picture(&fake, &look());
        }
        prop_assert!(fake.open.is_empty());
    }
}
