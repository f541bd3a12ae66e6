use ratatui::{
    layout::Rect,
    style::{Modifier, Style},
};

use super::*;
use crate::ui::{ColourDepth, Rgb, Theme};

fn picture(lines: &[(&str, Style)]) -> Picture {
    let height = u16::try_from(lines.len()).unwrap();
    let mut buffer = Buffer::empty(Rect::new(0, 0, 12, height));
    for (row, (text, style)) in (0..).zip(lines) {
        buffer.set_string(0, row, text, *style);
    }
    Picture::new(buffer, Theme::dark(ColourDepth::True).paper)
}

#[test]
fn text_has_no_blanks_at_the_end_and_wide_characters_once() {
    let picture = picture(&[("ab", Style::new()), ("日本 x", Style::new()), ("", Style::new())]);
    assert_eq!(picture.text(), "ab\n日本 x\n\n");
}

#[test]
fn styles_are_listed_below_the_text() {
    let bold = Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD);
    let mut picture = picture(&[("abcd", Style::new())]);
    picture.buffer.set_style(Rect::new(1, 0, 2, 1), bold);
    assert_eq!(picture.styled(), "abcd\n---\n0:1-3 fg=#010203 bold\n");
}

#[test]
fn the_same_screen_is_the_same_svg() {
    let lines = [("┌─▌<&>", Style::new().bg(Color::Blue)), ("▃ ok", Style::new())];
    assert_eq!(picture(&lines).svg(None), picture(&lines).svg(None));
}

#[test]
fn svg_escapes_text_and_draws_blocks_and_lines_as_rectangles() {
    let svg = picture(&[("█│a<&\"", Style::new())]).svg(Some("a <title>"));
    assert!(svg.contains(">a &lt;title&gt;</text>"), "{svg}");
    assert!(svg.contains(">a&lt;&amp;&quot;</text>"), "{svg}");
    assert!(svg.contains("<rect x=\"9\" y=\"39\" width=\"9\" height=\"18\""), "{svg}");
    assert!(!svg.contains('█') && !svg.contains('│'), "{svg}");
}

#[test]
fn svg_puts_text_after_a_wide_character_on_the_grid() {
    let svg = picture(&[("日x", Style::new())]).svg(None);
    assert!(svg.contains("<text x=\"9\" y=\"23\" textLength=\"18\""), "{svg}");
    assert!(svg.contains("<text x=\"27\" y=\"23\" textLength=\"9\""), "{svg}");
}

#[test]
fn reversed_text_swaps_its_colours() {
    let svg = picture(&[("x", Style::new().add_modifier(Modifier::REVERSED))]).svg(None);
    let paper = Theme::dark(ColourDepth::True).paper;
    let Rgb(r, g, b) = paper.foreground;
    let back = format!("height=\"18\" fill=\"#{r:02x}{g:02x}{b:02x}\"");
    assert!(svg.contains(&back), "{svg}");
}

#[test]
fn pictures_of_nothing_are_possible() {
    let empty =
        Picture::new(Buffer::empty(Rect::new(0, 0, 0, 0)), Theme::dark(ColourDepth::True).paper);
    assert_eq!(empty.text(), "");
    assert!(empty.svg(None).ends_with("</svg>\n"));
}
