//! A question that is answered with a line of text.

use super::Sheet;
use crate::{
    model::Shown,
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::{Prompt, prompt::Asking},
        panes::tree,
        strip::Strip,
    },
};

pub(super) fn sheet(model: &Model, look: &Look, prompt: &Prompt, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let text = Shown::text(&prompt.line.text).to_string();
    let text = format::fit(&text, columns.saturating_sub(5), Keep::End, glyphs);
    let line = Strip::of(" > ", theme.key).add(text, theme.text).add(" ", theme.cursor);
    let found = found(model, look, prompt, columns.saturating_sub(line.width() + 1));
    let line = line.against(found, columns);
    let hint = format::fit(prompt.asking.hint(), columns.saturating_sub(2), Keep::Start, glyphs);
    let lines = vec![line, Strip::default().gap(1).add(hint, theme.dim)];
    Sheet { title: prompt.asking.title().to_owned(), lines, snug: true, foot: Vec::new() }
}

/// Says what a glob would mark.
fn found(model: &Model, look: &Look, prompt: &Prompt, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let text = prompt.line.text.trim();
    let Some(known) = model.known.as_ref().filter(|_| !text.is_empty()) else {
        return Strip::default();
    };
    let weighed = model.tree.weighed.as_ref().filter(|weighed| weighed.filter.0 == text);
    match (prompt.asking, weighed) {
        (Asking::Export | Asking::Save, _) => Strip::default(),
        (Asking::Glob, None) => Strip::of(format!("{} ", glyphs.ellipsis), theme.pending),
        (Asking::Glob, Some(weighed)) if weighed.is_bad => {
            Strip::of("no valid glob ", theme.warning)
        }
        (Asking::Glob, Some(weighed)) => tree::to_mark(known, look, weighed.matched, columns),
    }
}
