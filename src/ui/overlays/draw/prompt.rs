//! A question that is answered with a line of text.

use super::Sheet;
use crate::{
    model::Shown,
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        overlays::Prompt,
        strip::Strip,
    },
};

pub(super) fn sheet(look: &Look, prompt: &Prompt, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let text = Shown::text(&prompt.line.text).to_string();
    let text = format::fit(&text, columns.saturating_sub(5), Keep::End, glyphs);
    let line = Strip::of(" > ", theme.key).add(text, theme.text).add(" ", theme.cursor);
    let hint = format::fit(prompt.asking.hint(), columns.saturating_sub(2), Keep::Start, glyphs);
    let lines = vec![line, Strip::default().gap(1).add(hint, theme.dim)];
    Sheet { title: prompt.asking.title().to_owned(), lines, snug: true, foot: None }
}
