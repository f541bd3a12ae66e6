//! How the tree looks.
//!
//! ```text
//! ┌ Tree · 9.81 M tokens · 6 941 files ──────────────── tokens ▾ ┐
//! │  ▾ django/              ███████▌   33 %   3.21 M      2 771  │
//! │      ▸ contrib/         ███▎       14 %   1.37 M  ·38/1 402  │
//! │ ✓      shortcuts.py     ▏           0 %    1 512             │
//! │        logo.png                        ·              binary │
//! │ marked 12 files · 171 204 tokens · $0.214 / call             │
//! └──────────────────────────────────────────────────────────────┘
//! ```

use super::columns;
use crate::{
    model::{Order, Shown, Snapshot, Sort},
    ui::{
        format::{self, Keep},
        layout::{Area, Pane},
        look::Look,
        model::Model,
        panes::{Drawn, budget},
        strip::Strip,
        view::spinner,
    },
};

/// Returns the pane.
pub(crate) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let columns = usize::from(inner.width);
    let Some(known) = &model.known else {
        return Drawn {
            title: Strip::of("Tree", look.theme.title),
            lines: vec![Strip::of(" opening the repository", look.theme.pending)],
            ..Drawn::default()
        };
    };
    let mut lines = list(model, known, look, inner);
    lines.truncate(usize::from(model.tree.height));
    let rows = usize::from(inner.height);
    lines.resize(rows.saturating_sub(usize::from(model.tree_lines_below())), Strip::default());
    if model.tree.filter.editing || model.tree.filter.is_on() {
        lines.push(filter_line(model, known, look, columns));
    }
    if model.has_marks() {
        lines.push(marks_line(model, known, look, columns));
    }
    let title = title(known, look, columns.saturating_sub(2));
    Drawn { title, remark: sort_remark(model, look), lines }
}

fn list(model: &Model, known: &Snapshot, look: &Look, inner: Area) -> Vec<Strip> {
    let tree = &model.tree;
    if tree.page.total == 0 {
        return nothing(model, known, look, usize::from(inner.width));
    }
    let shape = if tree.is_flat() { columns::Shape::Flat } else { columns::Shape::Tree };
    let widths = columns::Widths::of(usize::from(inner.width), tree.bars, shape);
    let focused = model.focus == Pane::Tree && model.overlays.is_empty();
    (0..u64::from(tree.height))
        .map(|line| tree.cursor.top.saturating_add(line))
        .take_while(|at| *at < tree.page.total)
        .map(|at| {
            let Some(row) = tree.row_at(at) else {
                return Strip::of(format!("    {}", look.glyphs.ellipsis), look.theme.pending);
            };
            let row = columns::row(model, known, look, (row, &widths, tree.is_in_range(at)));
            match (at == tree.cursor.at, focused) {
                (true, true) => row.over(look.theme.cursor, usize::from(inner.width)),
                (true, false) => row.over(look.theme.accent, usize::from(inner.width)),
                (false, _) => row,
            }
        })
        .collect()
}

/// Says why there are no rows.
fn nothing(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let say = |text: &str, style| {
        Strip::of(format::fit(&format!(" {text}"), columns, Keep::Start, glyphs), style)
    };
    if let Some(problem) = &model.tree.page.bad_filter {
        return vec![say(&format!("{} {}", glyphs.warning, Shown::text(problem)), theme.warning)];
    }
    if model.tree.filter.is_on() && model.tree.is_reshaping() {
        return vec![say(glyphs.ellipsis, theme.pending)];
    }
    if model.tree.filter.is_on() && model.tree.is_loaded() {
        let filter = Shown::text(&model.tree.filter.text);
        return vec![say(&format!("nothing matches {filter}"), theme.dim)];
    }
    if known.tree.walking || !model.tree.is_loaded() || known.tree.files > 0 {
        return vec![say(&format!("{} reading the folder", spinner(model, look)), theme.pending)];
    }
    let key = |action| model.settings.keymap.keys_for(model.scope(), action).into_iter().next();
    let rescan = key(crate::ui::Action::RescanAll).unwrap_or_default();
    if model.is_gone() {
        return vec![
            Strip::default(),
            say("There is nothing left here.", theme.warning),
            Strip::default(),
            say("The folder is gone, or all in it was removed.", theme.text),
            Strip::default(),
            say(&format!("{rescan} looks again."), theme.dim),
        ];
    }
    vec![
        Strip::default(),
        say("There is nothing to count here.", theme.accent),
        Strip::default(),
        say("The folder is empty, or all in it is hidden or ignored", theme.text),
        say("by .gitignore, .ignore or larder's own settings.", theme.text),
        Strip::default(),
        say("New files appear here by themselves.", theme.dim),
        say(&format!("{rescan} looks again."), theme.dim),
    ]
}

fn title(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let tree = &known.tree;
    let dot = format!(" {} ", glyphs.separator);
    let name = Strip::of("Tree", theme.title);
    let tokens = format::count(known.model.measure(tree.tokens), glyphs);
    let short = name.clone().add(dot.clone(), theme.dim).add(tokens.clone(), theme.text);
    let tokens = short.clone().add(" tokens", theme.dim);
    let files = tokens
        .clone()
        .add(dot.clone(), theme.dim)
        .add(format::number(tree.files), theme.text)
        .add(if tree.files == 1 { " file" } else { " files" }, theme.dim);
    let skipped = match tree.skipped.all() {
        0 => files.clone(),
        count => files
            .clone()
            .add(dot, theme.dim)
            .add(format::number(count), theme.text)
            .add(" skipped", theme.dim),
    };
    Strip::first_fit([skipped, files, tokens, short, name], columns)
}

fn sort_remark(model: &Model, look: &Look) -> Strip {
    let tree = &model.tree;
    let word = match tree.sort {
        Sort::Name => "name",
        Sort::Tokens => "tokens",
        Sort::Count => "files",
        Sort::Modified => "changed",
    };
    // Names begin with the smallest, all else with the largest.
    let rising = (tree.sort == Sort::Name) == (tree.order == Order::Natural);
    let arrow = if rising { look.glyphs.ascending } else { look.glyphs.descending };
    Strip::of(format!("{word} {arrow}"), look.theme.dim)
}

fn filter_line(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let (filter, page) = (&model.tree.filter, &model.tree.page);
    let line = Strip::of_filter(filter, look, columns);
    let room = columns.saturating_sub(line.width() + 1);
    let found = match page.bad_filter {
        _ if !filter.is_on() => Strip::of("type a part of a path, or a glob ", theme.dim),
        _ if model.tree.is_reshaping() => Strip::of(format!("{} ", glyphs.ellipsis), theme.pending),
        Some(_) => Strip::of("no valid glob ", theme.warning),
        None => super::found(known, look, (page.total, page.matched), room),
    };
    line.against(found, columns)
}

fn marks_line(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let dot = format!(" {} ", glyphs.separator);
    let tokens = budget::context_tokens(model, known);
    let sign = if tokens.exact { "" } else { glyphs.estimate };
    let marked = budget::marked(known, glyphs);
    let short = Strip::of(" marked ", theme.mark)
        .add(marked.files, theme.text)
        .add(dot.clone(), theme.dim)
        .add(format!("{sign}{}", format::grouped(tokens.tokens.0)), theme.text);
    let tokens = short.clone().add(" tokens", theme.dim);
    let price = budget::price_of_context(model, known, glyphs);
    let price = tokens.clone().add(dot, theme.dim).add(price, theme.text);
    let with_rest = |line: &Strip| {
        let line = line.clone().add(marked.pending.clone(), theme.pending);
        line.add(marked.unsent.clone(), theme.warning)
    };
    // The price is wanted more than what is pending: the header says that too.
    let unsent = price.clone().add(marked.unsent.clone(), theme.warning);
    let full = with_rest(&price);
    let lines = [full, unsent, with_rest(&tokens), with_rest(&short), price, tokens, short];
    Strip::first_fit(lines, columns)
}

/// Returns the pane in one line.
pub(crate) fn summary(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let tree = &known.tree;
    let tokens = format::count(known.model.measure(tree.tokens), glyphs);
    let short = Strip::of(tokens, theme.text).add(" tokens", theme.dim);
    let files = format!(" {} {}", glyphs.separator, format::some(tree.files, "file", "files"));
    let long = short.clone().add(files, theme.dim);
    let pending = match tree.pending {
        0 => long.clone(),
        count => {
            let text = format!(" {} {} pending", glyphs.separator, format::number(count));
            long.clone().add(text, theme.pending)
        }
    };
    Strip::first_fit([pending, long, short], columns)
}
