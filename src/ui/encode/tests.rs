//! What terminals show of encoded cells.

use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::*;

const AREA: Rect = Rect::new(0, 0, 40, 6);

fn terminal() -> vt100::Parser {
    let size = |cells: u16| std::num::NonZeroU16::new(cells).unwrap();
    vt100::Parser::new(size(AREA.height), size(AREA.width), 0)
}

fn sent(from: &Buffer, to: &Buffer) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out, to.area.width, from.diff(to).into_iter());
    out
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\x1b', "^")
}

fn colour() -> impl Strategy<Value = Color> {
    prop_oneof![
        Just(Color::Reset),
        Just(Color::Red),
        Just(Color::White),
        any::<u8>().prop_map(Color::Indexed),
        any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    let modifiers = prop::sample::select(vec![
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::ITALIC,
        Modifier::UNDERLINED,
        Modifier::REVERSED | Modifier::BOLD,
    ]);
    (colour(), colour(), modifiers)
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

fn screen() -> impl Strategy<Value = Buffer> {
    let word = prop::sample::select(vec![
        "a",
        "bc  d",
        "   ",
        "日本",
        "é",
        "█▌",
        "x y z",
        "│                  │",
        "                              ",
        "a long line that fills the whole width of it",
    ]);
    let column = prop_oneof![0_u16..AREA.width, Just(0)];
    let span = (column, 0..AREA.height, word, style());
    prop::collection::vec(span, 0..30).prop_map(|spans| {
        let mut buffer = Buffer::empty(AREA);
        for (x, y, text, style) in spans {
            buffer.set_stringn(x, y, text, usize::from(AREA.width - x), style);
        }
        buffer
    })
}

/// Returns what a terminal shows in a cell, its text colour only where there is text.
fn shown(parser: &vt100::Parser, x: u16, y: u16) -> String {
    let cell = parser.screen().cell(y, x).unwrap();
    let blank = cell.contents().trim().is_empty();
    let look = (cell.bgcolor(), cell.inverse(), cell.underline());
    if cell.is_wide_continuation() {
        return String::new();
    }
    if blank && !cell.inverse() {
        return format!("blank {look:?}");
    }
    // The parser knows bold or dim, terminals both.
    let more = (cell.fgcolor(), cell.bold() || cell.dim(), cell.italic());
    format!(
        "{} {look:?} {}",
        cell.contents(),
        if blank { String::new() } else { format!("{more:?}") }
    )
}

proptest! {
    #[test]
    fn a_terminal_shows_the_same_as_if_every_cell_were_told_in_full(
        first in screen(),
        second in screen(),
    ) {
        let blank = Buffer::empty(AREA);
        let (mut changed, mut fresh) = (terminal(), terminal());
        for (from, to) in [(&blank, &first), (&first, &second)] {
            changed.process(&sent(from, to));
            for cell in from.diff(to) {
                let mut one = Vec::new();
                encode(&mut one, AREA.width, std::iter::once(cell));
                fresh.process(&one);
            }
        }
        for position in AREA.positions() {
            prop_assert_eq!(
                shown(&changed, position.x, position.y),
                shown(&fresh, position.x, position.y),
                "at {:?}", position
            );
        }
    }
}

#[test]
fn nothing_changed_is_nothing_sent() {
    let buffer = Buffer::with_lines(["same"]);
    assert_eq!(sent(&buffer, &buffer), b"");
}

#[test]
fn steps_on_a_row_are_short_and_colour_is_told_once() {
    let from = Buffer::with_lines(["abcdefgh", "abc"]);
    let mut to = Buffer::with_lines(["Abcdef H", "abC"]);
    to.set_style(Rect::new(6, 0, 2, 1), Style::new().fg(Color::Red));
    assert_eq!(text(&sent(&from, &to)), "^[HA^[2;3HC^[1;7H^[31m H^[m");
}

#[test]
fn what_one_code_takes_away_together_is_set_again() {
    let from = Buffer::with_lines(["ab"]);
    let mut to = Buffer::with_lines(["AB"]);
    let both = Modifier::BOLD | Modifier::DIM;
    let style = Style::new().fg(Color::Indexed(200));
    to.set_style(Rect::new(0, 0, 1, 1), style.add_modifier(both));
    to.set_style(Rect::new(1, 0, 1, 1), style.add_modifier(Modifier::DIM));
    assert_eq!(text(&sent(&from, &to)), "^[H^[1;2;38;5;200mA^[22;2mB^[m");
}

#[test]
fn a_blank_changes_no_text_colour() {
    let from = Buffer::with_lines(["abc"]);
    let mut to = Buffer::with_lines(["x y"]);
    to.set_style(Rect::new(0, 0, 1, 1), Style::new().fg(Color::Red));
    to.set_style(Rect::new(2, 0, 1, 1), Style::new().fg(Color::Red));
    assert_eq!(text(&sent(&from, &to)), "^[H^[31mx y^[m");
}

#[test]
fn orders_hidden_in_a_cell_do_not_reach_the_terminal() {
    let from = Buffer::with_lines(["a"]);
    let mut to = from.clone();
    to[(0, 0)].set_symbol("\x1b[2J");
    assert_eq!(text(&sent(&from, &to)), "^[H?");
}

#[test]
fn all_of_a_pen_is_written_before_the_next_and_the_pen_is_new_where_that_is_shorter() {
    let from = Buffer::with_lines(["    ", "    ", "    "]);
    let mut to = Buffer::with_lines(["|ab|", "|cd|", "|ef|"]);
    let bold = Style::new().fg(Color::Indexed(74)).bg(Color::Red).add_modifier(Modifier::BOLD);
    for row in 0..3 {
        to.set_style(Rect::new(1, row, 2, 1), bold);
        to[(3, row)].set_fg(Color::Blue);
    }
    assert_eq!(
        text(&sent(&from, &to)),
        "^[H|^[2H|^[3H|^[1;2H^[1;38;5;74;41mab^[B\u{8}\u{8}cd^[B\u{8}\u{8}ef^[1;4H^[0;34m|^[2;4H|^[3;4H|^[m"
    );
}

#[test]
fn many_blanks_are_erased_unless_something_of_them_is_seen() {
    let from = Buffer::with_lines(["x".repeat(30), "x".repeat(30), "x".repeat(30)]);
    let mut to = Buffer::with_lines([
        format!("a{}b{}", " ".repeat(20), " ".repeat(8)),
        format!("a{}c", " ".repeat(28)),
        format!("a{}b", " ".repeat(28)),
    ]);
    // What stays is not sent.
    let mut stays = from.clone();
    stays[(29, 1)].set_symbol("c");
    to.set_style(Rect::new(1, 2, 28, 1), Style::new().bg(Color::Red));
    assert_eq!(
        text(&sent(&stays, &to)),
        format!("^[Ha^[20X^[20Cb^[K^[2Ha^[28X^[3Ha^[28Cb^[3;2H^[41m{}^[m", " ".repeat(28))
    );
}

#[test]
fn a_row_with_a_wide_sign_keeps_its_order() {
    let from = Buffer::with_lines(["abcd"]);
    let mut to = Buffer::with_lines(["x日y"]);
    to[(0, 0)].set_fg(Color::Red);
    assert_eq!(text(&sent(&from, &to)), "^[H^[31mx^[m日^[1;4Hy");
}
