//! The screen as ratatui sees it: collects a frame's bytes, and has none when nothing changed.

use std::{convert::Infallible, io::Write as _};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use super::encode::encode;

/// Begins a frame that the terminal shows at once when it is complete.
const BEGIN: &[u8] = b"\x1b[?2026h";
/// Ends such a frame.
const END: &[u8] = b"\x1b[?2026l";

/// Collects the bytes of a frame.
#[derive(Debug)]
pub(super) struct Screen {
    size: Size,
    bytes: Vec<u8>,
    shown: Option<Position>,
    wanted: Option<Position>,
    place: Position,
}

impl Screen {
    /// Returns a screen of this size whose cursor is hidden.
    pub(super) const fn new(size: (u16, u16)) -> Self {
        Self {
            size: Size { width: size.0, height: size.1 },
            bytes: Vec::new(),
            shown: None,
            wanted: None,
            place: Position::ORIGIN,
        }
    }

    /// Takes another size; ratatui draws anew for it with the next frame.
    pub(super) const fn resize(&mut self, columns: u16, rows: u16) {
        self.size = Size { width: columns, height: rows };
    }

    /// Notes that the terminal was entered anew: it is empty and its cursor hidden.
    pub(super) const fn forget_cursor(&mut self) {
        self.shown = None;
    }

    /// Returns what has to be written since the last call, `None` when that is nothing.
    pub(super) fn take_frame(&mut self) -> Option<Vec<u8>> {
        let drawn = !self.bytes.is_empty();
        match (self.shown, self.wanted) {
            (Some(_), None) => self.bytes.extend_from_slice(b"\x1b[?25l"),
            (shown, Some(place)) if drawn || shown != Some(place) => {
                self.go(place);
                if shown.is_none() {
                    self.bytes.extend_from_slice(b"\x1b[?25h");
                }
            }
            (None | Some(_), Some(_)) | (None, None) => {}
        }
        self.shown = self.wanted;
        if self.bytes.is_empty() {
            return None;
        }
        let frame = [BEGIN, &self.bytes, END].concat();
        self.bytes.clear();
        Some(frame)
    }

    fn go(&mut self, place: Position) {
        let (row, column) = (u32::from(place.y) + 1, u32::from(place.x) + 1);
        // Writing to a vector cannot fail.
        let _ = write!(self.bytes, "\x1b[{row};{column}H");
    }
}

impl Backend for Screen {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        encode(&mut self.bytes, self.size.width, content);
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.wanted = Some(self.place);
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.place)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.place = position.into();
        self.wanted = self.wanted.map(|_| self.place);
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.go(self.place);
        self.bytes.extend_from_slice(match region {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        });
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> Result<(), Infallible> {
        self.bytes.extend(std::iter::repeat_n(b'\n', usize::from(lines)));
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        // The frame is taken whole when it is complete.
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::Terminal;

    use super::*;

    fn terminal(size: (u16, u16)) -> Terminal<Screen> {
        Terminal::new(Screen::new(size)).unwrap()
    }

    fn draw(terminal: &mut Terminal<Screen>, text: &str, cursor: Option<u16>) -> Option<Vec<u8>> {
        terminal
            .draw(|frame| {
                let area = frame.area();
                frame.buffer_mut().set_stringn(
                    0,
                    0,
                    text,
                    area.width.into(),
                    ratatui::style::Style::new(),
                );
                if let Some(column) = cursor {
                    frame.set_cursor_position((column, 0));
                }
            })
            .unwrap();
        terminal.backend_mut().take_frame()
    }

    #[test]
    fn an_equal_frame_sends_no_byte_with_and_without_a_cursor() {
        let mut terminal = terminal((20, 3));
        assert!(draw(&mut terminal, "hello", None).is_some());
        assert_eq!(draw(&mut terminal, "hello", None), None);
        let frame = draw(&mut terminal, "hello", Some(3)).unwrap();
        assert_eq!(frame, b"\x1b[?2026h\x1b[1;4H\x1b[?25h\x1b[?2026l");
        assert_eq!(draw(&mut terminal, "hello", Some(3)), None);
        let frame = draw(&mut terminal, "hello", Some(4)).unwrap();
        assert_eq!(frame, b"\x1b[?2026h\x1b[1;5H\x1b[?2026l");
        let frame = draw(&mut terminal, "hello", None).unwrap();
        assert_eq!(frame, b"\x1b[?2026h\x1b[?25l\x1b[?2026l");
    }

    #[test]
    fn one_frame_is_one_piece_in_brackets() {
        let mut terminal = terminal((20, 3));
        draw(&mut terminal, "hello", None);
        let frame = draw(&mut terminal, "hallo", None).unwrap();
        assert_eq!(frame, b"\x1b[?2026h\x1b[1;2Ha\x1b[?2026l");
    }

    #[test]
    fn a_new_size_draws_everything_again() {
        let mut terminal = terminal((20, 3));
        draw(&mut terminal, "hello", None);
        terminal.backend_mut().resize(10, 2);
        let frame = String::from_utf8(draw(&mut terminal, "hello", None).unwrap()).unwrap();
        assert!(frame.contains("\x1b[2J") || frame.contains("\x1b[J"), "{frame:?}");
        assert!(frame.contains("hello"), "{frame:?}");
    }

    proptest! {
        #[test]
        fn every_size_can_be_drawn_and_resized_to(
            a in (0_u16..=300, 0_u16..=300),
            b in (0_u16..=300, 0_u16..=300),
        ) {
            let mut terminal = terminal(a);
            let fill = |frame: &mut ratatui::Frame<'_>| {
                let area = frame.area();
                frame.render_widget(ratatui::widgets::Block::bordered(), area);
            };
            terminal.draw(fill).unwrap();
            terminal.backend_mut().take_frame();
            terminal.backend_mut().resize(b.0, b.1);
            terminal.draw(fill).unwrap();
        }
    }
}
