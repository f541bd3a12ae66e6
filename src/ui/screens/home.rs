//! Home: the tree, the cache, the budget and the tasks, beside each other or as tabs.

use ratatui::buffer::Buffer;

use crate::ui::{
    canvas,
    layout::{Area, Layout, Pane, tab_width},
    look::Look,
    model::Model,
    panes::{
        Drawn, budget::draw as budget, cache::draw as cache, tasks::draw as tasks,
        tree::draw as tree,
    },
    strip::Strip,
};

/// Draws the panes that are shown.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer) {
    for pane in Pane::ALL {
        if let Some(area) = model.area(pane) {
            draw_pane(model, look, buffer, (pane, area));
        }
    }
    if let Layout::Tabs { tabs, summaries, .. } = model.layout() {
        canvas::line(buffer, tabs, tab_line(model, look));
        let columns = usize::from(summaries.width).saturating_sub(10);
        let others = Pane::ALL.into_iter().filter(|pane| *pane != model.focus);
        let lines = others.map(|pane| {
            let name = Strip::of(format!(" {:<7} ", pane.title().to_lowercase()), look.theme.dim);
            name.join(summary(model, look, pane, columns))
        });
        canvas::lines(buffer, summaries, lines);
    }
}

fn draw_pane(model: &Model, look: &Look, buffer: &mut Buffer, (pane, area): (Pane, Area)) {
    let drawn = content(model, look, pane, area.inner());
    let focused = model.focus == pane;
    let style = if focused { look.theme.border_focus } else { look.theme.border };
    let around = |strip: Strip| match strip.width() {
        0 => strip,
        _ => Strip::of(" ", style).join(strip).add(" ", style),
    };
    let edge = canvas::Edge { style, look };
    canvas::frame(buffer, area, around(drawn.title), around(drawn.remark), edge);
    canvas::lines(buffer, area.inner(), drawn.lines);
}

fn content(model: &Model, look: &Look, pane: Pane, inner: Area) -> Drawn {
    match pane {
        Pane::Tree => tree::content(model, look, inner),
        Pane::Cache => cache::content(model, look, inner),
        Pane::Budget => budget::content(model, look, inner),
        Pane::Tasks => tasks::content(model, look, inner),
    }
}

fn summary(model: &Model, look: &Look, pane: Pane, columns: usize) -> Strip {
    let Some(known) = &model.known else { return Strip::default() };
    match pane {
        Pane::Tree => tree::summary(known, look, columns),
        Pane::Cache => cache::summary(known, look, columns),
        Pane::Budget => budget::summary(model, known, look, columns),
        Pane::Tasks => tasks::summary(known, look, columns),
    }
}

fn tab_line(model: &Model, look: &Look) -> Strip {
    let mut line = Strip::default();
    for pane in Pane::ALL {
        let style = if pane == model.focus { look.theme.cursor } else { look.theme.dim };
        let (before, after) = if pane == model.focus { ("[", "]") } else { (" ", " ") };
        let name = format!("{before}{}{after}", pane.title());
        line = line.left(&name, usize::from(tab_width(pane)), style, &look.glyphs);
        if pane != Pane::Tasks {
            line = line.add(look.glyphs.lines.vertical, look.theme.border);
        }
    }
    line
}
