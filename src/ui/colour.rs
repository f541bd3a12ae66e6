//! Colours: what a terminal can show, and the nearest of it to what a theme asks for.

use std::str::FromStr;

use ratatui::style::Color;

/// How many colours a terminal can show.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum ColourDepth {
    /// No colour, by the wish of `NO_COLOR` or because the terminal has none.
    None,
    /// The 16 colours of ANSI, whose shades the user chose.
    Sixteen,
    /// The 256 colours of xterm.
    TwoFiftySix,
    /// 24 bits.
    True,
}

/// What the environment says of the terminal.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TerminalHints<'a> {
    /// `NO_COLOR`: set and not empty means no colour.
    pub no_color: Option<&'a str>,
    /// `COLORTERM`: `truecolor` or `24bit` means 24 bits.
    pub colorterm: Option<&'a str>,
    /// `TERM`.
    pub term: Option<&'a str>,
}

impl ColourDepth {
    /// Returns what the environment promises.
    #[must_use]
    pub fn detect(hints: TerminalHints<'_>) -> Self {
        let term = hints.term.unwrap_or_default();
        if hints.no_color.is_some_and(|value| !value.is_empty()) {
            return Self::None;
        }
        if matches!(term, "" | "dumb" | "vt100" | "vt102" | "vt220") || term.ends_with("-m") {
            return Self::None;
        }
        if hints.colorterm.is_some_and(|value| matches!(value, "truecolor" | "24bit"))
            || term.ends_with("-direct")
        {
            return Self::True;
        }
        if term.contains("256color") || term.contains("kitty") || term.contains("alacritty") {
            return Self::TwoFiftySix;
        }
        Self::Sixteen
    }
}

/// A colour as a theme names it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A text that is no colour.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no colour: write it as #rrggbb")]
pub struct BadColour(pub String);

impl FromStr for Rgb {
    type Err = BadColour;

    fn from_str(text: &str) -> Result<Self, BadColour> {
        let bad = || BadColour(text.to_owned());
        let digits = text.strip_prefix('#').ok_or_else(bad)?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(bad());
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| bad());
        Ok(Self(part(0)?, part(2)?, part(4)?))
    }
}

/// The usual shades of the 16 colours: what xterm shows.
const ANSI: [(Rgb, Color); 16] = [
    (Rgb(0, 0, 0), Color::Black),
    (Rgb(205, 0, 0), Color::Red),
    (Rgb(0, 205, 0), Color::Green),
    (Rgb(205, 205, 0), Color::Yellow),
    (Rgb(0, 0, 238), Color::Blue),
    (Rgb(205, 0, 205), Color::Magenta),
    (Rgb(0, 205, 205), Color::Cyan),
    (Rgb(229, 229, 229), Color::Gray),
    (Rgb(127, 127, 127), Color::DarkGray),
    (Rgb(255, 0, 0), Color::LightRed),
    (Rgb(0, 255, 0), Color::LightGreen),
    (Rgb(255, 255, 0), Color::LightYellow),
    (Rgb(92, 92, 255), Color::LightBlue),
    (Rgb(255, 0, 255), Color::LightMagenta),
    (Rgb(0, 255, 255), Color::LightCyan),
    (Rgb(255, 255, 255), Color::White),
];

/// The least contrast of text: below it, yellow and cyan on white would be left.
pub(super) const LEAST_CONTRAST: f64 = 2.0;

/// Below this spread between its channels a colour is seen as a grey.
const GREY: u8 = 40;

/// Colours that are taken for each other.
#[derive(Clone, Copy)]
enum Family {
    Grey,
    Red,
    Yellow,
    Green,
    Cyan,
    Blue,
    Magenta,
}

impl Family {
    fn of(Rgb(red, green, blue): Rgb) -> Self {
        let most = red.max(green).max(blue);
        let spread = most - red.min(green).min(blue);
        if spread < GREY {
            return Self::Grey;
        }
        let part = |a: u8, b: u8| (f64::from(a) - f64::from(b)) / f64::from(spread);
        let hue = match most {
            _ if most == red => part(green, blue).rem_euclid(6.0),
            _ if most == green => 2.0 + part(blue, red),
            _ => 4.0 + part(red, green),
        };
        // A sixth of the circle each, around its pure colour.
        match hue {
            hue if !(0.5..5.5).contains(&hue) => Self::Red,
            hue if hue < 1.5 => Self::Yellow,
            hue if hue < 2.5 => Self::Green,
            hue if hue < 3.5 => Self::Cyan,
            hue if hue < 4.5 => Self::Blue,
            _ => Self::Magenta,
        }
    }

    /// Returns what is taken where nothing of this family can be read.
    ///
    /// Magenta for yellow: the red that could be read on white says that something is wrong.
    const fn other(self) -> Option<Self> {
        match self {
            Self::Cyan => Some(Self::Blue),
            Self::Blue => Some(Self::Cyan),
            Self::Yellow => Some(Self::Magenta),
            Self::Grey | Self::Red | Self::Green | Self::Magenta => None,
        }
    }

    const fn members(self) -> &'static [Color] {
        match self {
            Self::Grey => &[Color::Black, Color::DarkGray, Color::Gray, Color::White],
            Self::Red => &[Color::Red, Color::LightRed],
            Self::Yellow => &[Color::Yellow, Color::LightYellow],
            Self::Green => &[Color::Green, Color::LightGreen],
            Self::Cyan => &[Color::Cyan, Color::LightCyan],
            Self::Blue => &[Color::Blue, Color::LightBlue],
            Self::Magenta => &[Color::Magenta, Color::LightMagenta],
        }
    }
}

/// The steps of one channel in the 6×6×6 cube of the 256 colours.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Rgb {
    /// Returns the nearest colour that a terminal of this depth shows; `None` when it shows none.
    #[must_use]
    pub fn at(self, depth: ColourDepth) -> Option<Color> {
        match depth {
            ColourDepth::None => None,
            ColourDepth::Sixteen => Some(self.nearest_ansi()),
            ColourDepth::TwoFiftySix => Some(Color::Indexed(self.nearest_indexed())),
            ColourDepth::True => Some(Color::Rgb(self.0, self.1, self.2)),
        }
    }

    /// Returns the nearest colour for text on `background`; `None` when the terminal's own is best.
    ///
    /// Of 16 colours the nearest is often a grey, or one that cannot be read: there the hue decides
    /// among those that stand out.
    #[must_use]
    pub fn on(self, background: Self, depth: ColourDepth) -> Option<Color> {
        if depth != ColourDepth::Sixteen {
            return self.at(depth);
        }
        let best = |family: Family| {
            self.nearest_of(ANSI.iter().filter(|(shade, name)| {
                family.members().contains(name) && shade.contrast(background) >= LEAST_CONTRAST
            }))
        };
        let family = Family::of(self);
        best(family).or_else(|| family.other().and_then(best))
    }

    /// Returns the shade that a picture shows for a terminal's colour; `None` for the default.
    #[must_use]
    pub fn shade(colour: Color) -> Option<Self> {
        match colour {
            Color::Reset => None,
            Color::Rgb(r, g, b) => Some(Self(r, g, b)),
            Color::Indexed(index) => Some(Self::indexed(index)),
            Color::Black
            | Color::Red
            | Color::Green
            | Color::Yellow
            | Color::Blue
            | Color::Magenta
            | Color::Cyan
            | Color::Gray
            | Color::DarkGray
            | Color::LightRed
            | Color::LightGreen
            | Color::LightYellow
            | Color::LightBlue
            | Color::LightMagenta
            | Color::LightCyan
            | Color::White => ANSI.iter().find(|(_, name)| *name == colour).map(|(rgb, _)| *rgb),
        }
    }

    fn indexed(index: u8) -> Self {
        match index {
            0..=15 => ANSI[usize::from(index)].0,
            16..=231 => {
                let at = usize::from(index - 16);
                Self(STEPS[at / 36], STEPS[at / 6 % 6], STEPS[at % 6])
            }
            232..=255 => {
                let grey = 8 + 10 * (index - 232);
                Self(grey, grey, grey)
            }
        }
    }

    /// The first 16 are left out: users change their shades.
    fn nearest_indexed(self) -> u8 {
        (16..=255).min_by_key(|&index| self.distance(Self::indexed(index))).unwrap_or(16)
    }

    fn nearest_ansi(self) -> Color {
        self.nearest_of(ANSI.iter()).unwrap_or(Color::Reset)
    }

    fn nearest_of<'a>(self, among: impl Iterator<Item = &'a (Self, Color)>) -> Option<Color> {
        among.min_by_key(|(shade, _)| self.distance(*shade)).map(|(_, name)| *name)
    }

    /// Returns how much two colours stand out from each other, from 1 to 21, as WCAG has it.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (light, dark) = (self.luminance(), other.luminance());
        (light.max(dark) + 0.05) / (light.min(dark) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| (f64::from(channel) / 255.0).powf(2.2);
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Squared distance with the weights that come near to the eye's ("redmean").
    fn distance(self, other: Self) -> u32 {
        let mean = u32::midpoint(u32::from(self.0), u32::from(other.0));
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        ((512 + mean) * square(self.0, other.0)
            + 1024 * square(self.1, other.1)
            + (767 - mean) * square(self.2, other.2))
            >> 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_follows_the_environment() {
        let cases = [
            (None, None, Some("xterm-256color"), ColourDepth::TwoFiftySix),
            (None, Some("truecolor"), Some("xterm-256color"), ColourDepth::True),
            (None, Some("24bit"), Some("screen"), ColourDepth::True),
            (None, Some("yes"), Some("xterm"), ColourDepth::Sixteen),
            (None, None, Some("linux"), ColourDepth::Sixteen),
            (None, None, Some("xterm-direct"), ColourDepth::True),
            (None, None, Some("dumb"), ColourDepth::None),
            (None, None, None, ColourDepth::None),
            (Some("1"), Some("truecolor"), Some("xterm-256color"), ColourDepth::None),
            (Some(""), Some("truecolor"), Some("xterm"), ColourDepth::True),
        ];
        for (no_color, colorterm, term, depth) in cases {
            let hints = TerminalHints { no_color, colorterm, term };
            assert_eq!(ColourDepth::detect(hints), depth, "{hints:?}");
        }
    }

    #[test]
    fn colours_are_read_or_refused() {
        assert_eq!("#1a2B3c".parse(), Ok(Rgb(0x1a, 0x2b, 0x3c)));
        for bad in ["", "red", "#12345", "#1234567", "#gg0000", "#日本"] {
            assert!(bad.parse::<Rgb>().is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn the_nearest_colour_is_near() {
        assert_eq!(Rgb(250, 5, 5).at(ColourDepth::Sixteen), Some(Color::LightRed));
        assert_eq!(Rgb(0, 0, 0).at(ColourDepth::Sixteen), Some(Color::Black));
        assert_eq!(Rgb(95, 135, 175).at(ColourDepth::TwoFiftySix), Some(Color::Indexed(67)));
        assert_eq!(Rgb(1, 2, 3).at(ColourDepth::True), Some(Color::Rgb(1, 2, 3)));
        assert_eq!(Rgb(1, 2, 3).at(ColourDepth::None), None);
    }

    #[test]
    fn with_16_colours_dark_text_on_black_is_still_seen() {
        let black = Rgb(10, 10, 10);
        assert_eq!(Rgb(40, 40, 40).on(black, ColourDepth::Sixteen), Some(Color::DarkGray));
        assert_eq!(Rgb(40, 40, 40).on(black, ColourDepth::True), Some(Color::Rgb(40, 40, 40)));
    }

    #[test]
    fn with_16_colours_the_hue_is_kept_and_a_pale_red_is_no_grey() {
        let dark = Rgb(0x14, 0x17, 0x1c);
        let cases = [
            (Rgb(0xf0, 0x80, 0x80), Color::LightRed),
            (Rgb(0xe3, 0xc0, 0x7b), Color::Yellow),
            (Rgb(0x7f, 0xbf, 0x8f), Color::Green),
            (Rgb(0x4f, 0x8f, 0xb8), Color::Cyan),
            (Rgb(0x60, 0x70, 0xf0), Color::LightBlue),
            (Rgb(0x90, 0x30, 0x80), Color::Magenta),
            (Rgb(0x86, 0x8d, 0x99), Color::DarkGray),
        ];
        for (asked, shown) in cases {
            assert_eq!(asked.on(dark, ColourDepth::Sixteen), Some(shown), "{asked:?}");
        }
    }

    #[test]
    fn with_16_colours_on_white_nothing_is_pale_and_a_brown_is_no_red() {
        let light = Rgb(0xfb, 0xfb, 0xf9);
        let cases = [
            (Rgb(0x8a, 0x5a, 0x00), Some(Color::Magenta)),
            (Rgb(0x1f, 0x6f, 0x9c), Some(Color::LightBlue)),
            (Rgb(0xb4, 0x23, 0x18), Some(Color::Red)),
            (Rgb(0x2c, 0x7a, 0x41), Some(Color::Green)),
            (Rgb(0xb4, 0xba, 0xc2), Some(Color::DarkGray)),
        ];
        for (asked, shown) in cases {
            assert_eq!(asked.on(light, ColourDepth::Sixteen), shown, "{asked:?}");
        }
    }

    #[test]
    fn a_colour_of_the_palette_is_its_own_nearest() {
        for index in 16..=255 {
            let shade = Rgb::indexed(index);
            assert_eq!(Rgb::shade(Color::Indexed(shade.nearest_indexed())), Some(shade));
        }
        for (shade, name) in ANSI {
            assert_eq!(shade.nearest_ansi(), name);
            assert_eq!(Rgb::shade(name), Some(shade));
        }
    }
}
