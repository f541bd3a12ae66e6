//! Themes: a style for each thing on the screen, from a TOML file, at the terminal's colour depth.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use super::colour::{BadColour, ColourDepth, Rgb};

const DARK: &str = include_str!("../../config/themes/dark.toml");
const LIGHT: &str = include_str!("../../config/themes/light.toml");
const PLAIN: &str = include_str!("../../config/themes/plain.toml");

/// The styles of one theme. Meaning is never told by them alone: a sign or a word goes with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// Text that matters less.
    pub dim: Style,
    /// The title of a pane.
    pub title: Style,
    /// The border of a pane.
    pub border: Style,
    /// The border of the pane that keys go to.
    pub border_focus: Style,
    /// The first line.
    pub header: Style,
    /// The last line.
    pub footer: Style,
    /// The name of a key.
    pub key: Style,
    /// What should be seen first.
    pub accent: Style,
    /// The line of the cursor.
    pub cursor: Style,
    /// The sign of a marked entry.
    pub mark: Style,
    /// The name of a folder.
    pub folder: Style,
    /// The name of a file.
    pub file: Style,
    /// What is not known yet.
    pub pending: Style,
    /// The filled part of a bar.
    pub bar: Style,
    /// The rest of a bar.
    pub bar_back: Style,
    /// All is well.
    pub good: Style,
    /// A limit is near.
    pub warning: Style,
    /// A limit is very near or passed.
    pub alert: Style,
    /// Something failed.
    pub error: Style,
    /// What pictures show where the terminal would show its own colours.
    pub paper: Paper,
}

/// The colours of a picture where the terminal would show its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Paper {
    /// Of text.
    pub foreground: Rgb,
    /// Of what is behind it.
    pub background: Rgb,
}

/// A theme that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ThemeError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// A theme that comes with the program.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Eq,
    PartialEq,
    Deserialize,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum BuiltIn {
    /// For dark terminals.
    #[default]
    Dark,
    /// For light terminals.
    Light,
    /// Without colours.
    Plain,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Sheet {
    /// Where what is not named here comes from.
    base: Option<BuiltIn>,
    paper: Option<PaperFile>,
    text: Option<StyleFile>,
    dim: Option<StyleFile>,
    title: Option<StyleFile>,
    border: Option<StyleFile>,
    border_focus: Option<StyleFile>,
    header: Option<StyleFile>,
    footer: Option<StyleFile>,
    key: Option<StyleFile>,
    accent: Option<StyleFile>,
    cursor: Option<StyleFile>,
    mark: Option<StyleFile>,
    folder: Option<StyleFile>,
    file: Option<StyleFile>,
    pending: Option<StyleFile>,
    bar: Option<StyleFile>,
    bar_back: Option<StyleFile>,
    good: Option<StyleFile>,
    warning: Option<StyleFile>,
    alert: Option<StyleFile>,
    error: Option<StyleFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PaperFile {
    foreground: Spanned<String>,
    background: Spanned<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct StyleFile {
    fg: Option<Spanned<String>>,
    bg: Option<Spanned<String>>,
    attributes: Vec<Attribute>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Attribute {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
}

impl BuiltIn {
    /// Returns the theme's file, the best example for a new one.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Dark => DARK,
            Self::Light => LIGHT,
            Self::Plain => PLAIN,
        }
    }
}

impl Theme {
    /// Returns a theme that comes with the program.
    ///
    /// # Panics
    /// Never: a test loads each at every depth.
    #[must_use]
    pub fn built_in(theme: BuiltIn, depth: ColourDepth) -> Self {
        Self::load(theme.text(), depth).expect("themes that come with the program are tested")
    }

    /// Returns the dark theme.
    #[must_use]
    pub fn dark(depth: ColourDepth) -> Self {
        Self::built_in(BuiltIn::Dark, depth)
    }

    /// Returns the light theme.
    #[must_use]
    pub fn light(depth: ColourDepth) -> Self {
        Self::built_in(BuiltIn::Light, depth)
    }

    /// Returns the theme without colours.
    #[must_use]
    pub fn plain() -> Self {
        Self::built_in(BuiltIn::Plain, ColourDepth::None)
    }

    /// Reads a theme: a whole one, or what differs from the built-in one that it names as `base`.
    ///
    /// # Errors
    /// Fails with the line of what is missing, unknown or no colour.
    pub fn load(text: &str, depth: ColourDepth) -> Result<Self, ThemeError> {
        let file: Sheet = toml::from_str(text).map_err(|error| ThemeError {
            line: line_at(text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        let base = file.base.map(|base| Self::built_in(base, depth));
        let missing = |name: &str| ThemeError {
            line: line_at(text, text.len()),
            reason: format!("missing [{name}]; with base = \"dark\" only what differs is needed"),
        };
        let paper = match (&file.paper, &base) {
            (Some(paper), _) => Paper {
                foreground: read_rgb(text, &paper.foreground)?,
                background: read_rgb(text, &paper.background)?,
            },
            (None, Some(base)) => base.paper,
            (None, None) => return Err(missing("paper")),
        };
        let reader = Reader { text, depth, paper };
        let part = |name: &str, own: Option<&StyleFile>, of: fn(&Self) -> Style| match own {
            Some(style) => reader.style(style),
            None => base.as_ref().map(of).ok_or_else(|| missing(name)),
        };
        Ok(Self {
            text: part("text", file.text.as_ref(), |base| base.text)?,
            dim: part("dim", file.dim.as_ref(), |base| base.dim)?,
            title: part("title", file.title.as_ref(), |base| base.title)?,
            border: part("border", file.border.as_ref(), |base| base.border)?,
            border_focus: part("border-focus", file.border_focus.as_ref(), |base| {
                base.border_focus
            })?,
            header: part("header", file.header.as_ref(), |base| base.header)?,
            footer: part("footer", file.footer.as_ref(), |base| base.footer)?,
            key: part("key", file.key.as_ref(), |base| base.key)?,
            accent: part("accent", file.accent.as_ref(), |base| base.accent)?,
            cursor: part("cursor", file.cursor.as_ref(), |base| base.cursor)?,
            mark: part("mark", file.mark.as_ref(), |base| base.mark)?,
            folder: part("folder", file.folder.as_ref(), |base| base.folder)?,
            file: part("file", file.file.as_ref(), |base| base.file)?,
            pending: part("pending", file.pending.as_ref(), |base| base.pending)?,
            bar: part("bar", file.bar.as_ref(), |base| base.bar)?,
            bar_back: part("bar-back", file.bar_back.as_ref(), |base| base.bar_back)?,
            good: part("good", file.good.as_ref(), |base| base.good)?,
            warning: part("warning", file.warning.as_ref(), |base| base.warning)?,
            alert: part("alert", file.alert.as_ref(), |base| base.alert)?,
            error: part("error", file.error.as_ref(), |base| base.error)?,
            paper,
        })
    }
}

/// Returns the line, from 1, of a byte of `text`.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
}

fn read_rgb(text: &str, name: &Spanned<String>) -> Result<Rgb, ThemeError> {
    name.get_ref().parse().map_err(|error: BadColour| ThemeError {
        line: line_at(text, name.span().start),
        reason: error.to_string(),
    })
}

struct Reader<'a> {
    text: &'a str,
    depth: ColourDepth,
    paper: Paper,
}

impl Reader<'_> {
    fn style(&self, file: &StyleFile) -> Result<Style, ThemeError> {
        let mut style = Style::new();
        for attribute in &file.attributes {
            style = style.add_modifier(attribute.modifier());
        }
        if let Some(name) = &file.fg {
            style.fg = read_rgb(self.text, name)?.on(self.paper.background, self.depth);
        }
        let Some(name) = &file.bg else { return Ok(style) };
        let background = read_rgb(self.text, name)?.at(self.depth);
        // With few colours a shade behind text is either gone or too loud: swapping is safe, once
        // the colours below are gone, which would make the line a patchwork.
        Ok(match self.depth {
            ColourDepth::None => Style { fg: None, ..style }.add_modifier(Modifier::REVERSED),
            ColourDepth::Sixteen => {
                style.fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED)
            }
            ColourDepth::TwoFiftySix | ColourDepth::True => Style { bg: background, ..style },
        })
    }
}

impl Attribute {
    const fn modifier(self) -> Modifier {
        match self {
            Self::Bold => Modifier::BOLD,
            Self::Dim => Modifier::DIM,
            Self::Italic => Modifier::ITALIC,
            Self::Underlined => Modifier::UNDERLINED,
            Self::Reversed => Modifier::REVERSED,
        }
    }
}

#[cfg(test)]
mod tests;
