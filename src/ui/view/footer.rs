//! The last line: a notice, or the keys that matter here; and how far the work is.

use ratatui::{buffer::Buffer, style::Style};

use crate::{
    model::NoticeLevel,
    ui::{
        action::{Action, Scope},
        canvas,
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::{Model, Shout},
        offers,
        overlays::Overlay,
        screens::{Screen, cache, spend},
        strip::Strip,
        update::can,
        widgets,
    },
};

/// Milliseconds that each picture of the spinner is shown.
const SPIN_MS: u64 = 100;
/// Columns from which on a notice that is cut leaves room for the key of the help.
const LEAST_FOR_HELP: usize = 70;
/// Columns of the progress bar.
const BAR: u16 = 16;

/// Keys named together, and the word for them.
pub(crate) type Hint = (&'static [Action], &'static str);

const MOVE: Hint = (&[Action::CursorDown, Action::CursorUp], "move");
const PANE: Hint = (&[Action::NextPane], "pane");
const SCREENS: [(Screen, &[Action], &str); 4] = [
    (Screen::Home, &[Action::ShowHome], "Home"),
    (Screen::Spend, &[Action::ShowSpend], "Spend"),
    (Screen::Cache, &[Action::ShowCache], "Cache"),
    (Screen::Log, &[Action::ShowLog], "Log"),
];
/// Columns that other keys have beside the names of the screens, and beside their keys alone.
const LEAST_HINTS: (usize, usize) = (64, 58);
const EVERYWHERE: [Hint; 6] = [
    (&[Action::ChooseModel], "model"),
    (&[Action::Evict], "evict"),
    (&[Action::Clear], "clear"),
    (&[Action::Verify], "verify"),
    (&[Action::Pause], "pause"),
    (&[Action::Quit], "quit"),
];
const TREE: [Hint; 13] = [
    MOVE,
    (&[Action::Open], "open"),
    (&[Action::Mark], "mark"),
    (&[Action::Filter], "filter"),
    (&[Action::SortName, Action::SortTokens, Action::SortCount, Action::SortModified], "sort"),
    (&[Action::Warm], "warm"),
    (&[Action::Evict], "evict"),
    (&[Action::ChooseModel], "model"),
    (&[Action::Info], "info"),
    (&[Action::ShowContext], "context"),
    PANE,
    (&[Action::Invalidate], "invalidate"),
    (&[Action::Pause], "pause"),
];
const TASKS: [Hint; 7] = [
    MOVE,
    (&[Action::TaskDetail], "detail"),
    (&[Action::CancelTask], "cancel"),
    (&[Action::RetryTask], "retry"),
    (&[Action::RaiseTask], "raise"),
    (&[Action::RetryAll], "retry all"),
    PANE,
];
const EDITOR: [Hint; 5] = [
    (&[Action::Accept], "keep"),
    (&[Action::Back], "clear"),
    (&[Action::CursorDown, Action::CursorUp], "move"),
    (&[Action::EraseWord], "erase word"),
    (&[Action::EraseAll], "erase all"),
];
const LOG: [Hint; 5] = [
    MOVE,
    (&[Action::Info], "read"),
    FILTER,
    (&[Action::LogLevel], "level"),
    (&[Action::LogFollow], "follow"),
];
const PROMPT: [Hint; 4] = [
    (&[Action::Accept], "do it"),
    BACK,
    (&[Action::EraseWord], "erase word"),
    (&[Action::EraseAll], "erase all"),
];
const PALETTE: [Hint; 5] = [
    (&[Action::Accept], "do it"),
    (&[Action::CursorDown, Action::CursorUp], "move"),
    BACK,
    (&[Action::EraseWord], "erase word"),
    (&[Action::EraseAll], "erase all"),
];
const SAVED: [Hint; 5] = [
    (&[Action::Accept], "load"),
    PALETTE[1],
    (&[Action::DeleteContext], "remove"),
    BACK,
    (&[Action::EraseAll], "erase all"),
];
const DIALOG: [Hint; 3] = [
    (&[Action::Accept], "yes"),
    (&[Action::Refuse], "no"),
    (&[Action::PreviousValue, Action::NextValue], "change"),
];
const IN_RANGE: [Hint; 3] =
    [(&[Action::MarkRange, Action::Mark], "mark to here"), (&[Action::Back], "give up"), MOVE];
const OTHER_CHOICE: Hint = (&[Action::CursorDown, Action::CursorUp], "other choice");
const PAGE: Hint = (&[Action::PageDown, Action::PageUp], "page");
const SCROLL: Hint = (&[Action::CursorDown, Action::CursorUp], "scroll");
const FILTER: Hint = (&[Action::FilterList], "filter");
const UNMARK: Hint = (&[Action::Unmark], "unmark");
const TAKE: Hint = (&[Action::Accept], "take");
const DETAILS: Hint = (&[Action::Accept], "details");
const RANGE: Hint = (&[Action::MarkRange], "weigh from here");
const EDIT: Hint = (&[Action::Edit], "edit");
const LEVEL: Hint = (&[Action::MarkLevel], "whole or name");
const COPY: Hint = (&[Action::CopyContext], "copy");
const EXPORT: Hint = (&[Action::ExportContext], "export");
const BACK: Hint = (&[Action::Back], "back");

/// Draws the footer.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer, area: Area) {
    let columns = usize::from(area.width);
    let progress = progress(model, look);
    let progress = if progress.width() + 30 > columns { Strip::default() } else { progress };
    // Who types needs the keys more than to hear what was done.
    let heard = |notice: &&Shout| notice.level != NoticeLevel::Info || !model.scope().is_text();
    let notice = model.notice.as_ref().filter(heard);
    let screens = screens(model, look, columns.saturating_sub(progress.width()));
    let needed = notice.map_or(0, |notice| format::width(&shout(notice, look).0));
    let has_room = needed + progress.width() + screens.width() < columns;
    let progress = if has_room { progress.join(screens) } else { progress };
    let room = columns.saturating_sub(progress.width() + 1);
    let left = match notice {
        Some(notice) => fitting(model, look, &shout(notice, look), room),
        None if model.hints_at_offers() => offer(model, look, room),
        None if model.is_first && model.overlays.is_empty() => first_hints(model, look, room),
        None => hints(model, look, room),
    };
    let line = left.against(progress, columns).on(look.theme.footer, columns);
    canvas::line(buffer, area, line);
}

/// Returns the picture of the spinner for now; a still one when nothing may move.
pub(crate) fn spinner(model: &Model, look: &Look) -> &'static str {
    if !model.is_spinning() {
        return look.glyphs.live;
    }
    let pictures = look.glyphs.spinner;
    let count = pictures.len().max(1) as u64;
    usize::try_from(model.now_ms / SPIN_MS % count)
        .ok()
        .and_then(|at| pictures.get(at))
        .copied()
        .unwrap_or(look.glyphs.live)
}

fn progress(model: &Model, look: &Look) -> Strip {
    if !model.known.as_ref().is_some_and(|known| known.work.busy) || model.ended {
        return Strip::default();
    }
    let gauge = widgets::gauge(model.progress, BAR, &look.glyphs);
    Strip::of(gauge.filled, look.theme.bar)
        .add(gauge.rest, look.theme.bar_back)
        .gap(1)
        .right(&floor_percent(model.progress), 5, look.theme.dim, &look.glyphs)
        .gap(1)
}

/// Returns the keys of the screens where they work, the one in front standing out; they never take
/// the room of what matters more.
fn screens(model: &Model, look: &Look, columns: usize) -> Strip {
    let theme = &look.theme;
    if !model.scope().path().contains(&Scope::Global) {
        return Strip::default();
    }
    let named = SCREENS.iter().fold(Strip::default(), |line, (screen, actions, word)| {
        let hint = hint(model, look, Scope::Global, (actions, word));
        line.join(if *screen == model.screen { hint.over(theme.cursor, 0) } else { hint })
    });
    let keys: Vec<String> = SCREENS
        .iter()
        .filter_map(|(_, actions, _)| {
            model.settings.keymap.keys_for(Scope::Global, actions[0]).into_iter().next()
        })
        .collect();
    let short = Strip::of(keys.join(" "), theme.key).add(" screens ", theme.dim);
    let lines = [(named, LEAST_HINTS.0), (short, LEAST_HINTS.1)];
    let fits = |(line, least): &(Strip, usize)| line.width() + least <= columns;
    lines.into_iter().find(fits).map(|(line, _)| line).unwrap_or_default()
}

/// Returns whole percent, rounded down: 100 % is said when all is done, not before.
fn floor_percent(share: f64) -> String {
    format::whole_percent((share * 100.0).floor() / 100.0)
}

fn shout(notice: &Shout, look: &Look) -> (String, Style) {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let (style, sign, word) = match notice.level {
        NoticeLevel::Info => (theme.text, "", ""),
        NoticeLevel::Warning => (theme.warning, glyphs.warning, " warning: "),
        NoticeLevel::Error => (theme.error, glyphs.failed, " error: "),
    };
    (format!(" {sign}{word}{}", notice.text), style)
}

/// Returns a notice and the keys that lead to all others; it says where to read it whole when it
/// does not fit.
fn fitting(model: &Model, look: &Look, (text, style): &(String, Style), room: usize) -> Strip {
    let whole = Strip::of(text.clone(), *style);
    let helps = helps(model, look);
    let help = hint(model, look, model.scope(), (&[Action::Help], "help"));
    let with = |keys: &Strip| whole.clone().gap(1).join(keys.clone());
    let line = Strip::first_fit([with(&helps), with(&help), whole], room);
    if line.width() > 0 {
        return line;
    }
    let log = hint(model, look, Scope::Global, (&[Action::ShowLog], "log"));
    let is_near = model.scope().path().contains(&Scope::Global) && model.screen != Screen::Log;
    let place =
        if is_near && log.width() > 0 { log } else { Strip::of(" see log ", look.theme.dim) };
    let place = if room < LEAST_FOR_HELP { place } else { place.join(help) };
    let place = if place.width() * 2 > room { Strip::default() } else { place };
    let cut = format::fit(text, room - place.width(), Keep::Start, &look.glyphs);
    Strip::of(cut, *style).join(place)
}

/// Returns what was found of another tool, and the keys for it.
fn offer(model: &Model, look: &Look, room: usize) -> Strip {
    let scope = model.scope();
    let keys = |import, hide| {
        let import = hint(model, look, scope, (&[Action::ImportFound], import));
        import.join(hint(model, look, scope, (&[Action::HideFound], hide)))
    };
    let words = offers::words(&model.offers.open).into_iter();
    let lines = words.map(|words| Strip::of(format!(" {words} "), look.theme.accent));
    let both = |line: Strip| {
        let long = line.clone().join(keys("imports it", "hides this"));
        [long, line.join(keys("import", "hide"))]
    };
    Strip::first_fit(lines.flat_map(both).chain([keys("import", "hide")]), room)
}

/// Returns what somebody needs who is here for the first time; it goes with the first key.
fn first_hints(model: &Model, look: &Look, room: usize) -> Strip {
    const FIRST: [Hint; 6] = [
        (&[Action::Palette], "finds everything that can be done"),
        (&[Action::Help], "lists the keys"),
        (&[Action::CursorDown, Action::CursorUp], "move"),
        (&[Action::Open], "opens"),
        (&[Action::Mark], "marks for the context"),
        (&[Action::Quit], "leaves"),
    ];
    let mut line = Strip::of(" welcome: ", look.theme.accent);
    for wanted in FIRST {
        let next = hint(model, look, model.scope(), wanted);
        if line.width() + next.width() <= room {
            line = line.join(next);
        }
    }
    line
}

fn hints(model: &Model, look: &Look, room: usize) -> Strip {
    let scope = model.scope();
    let of_screen = match model.screen {
        Screen::Home => Vec::new(),
        Screen::Spend => spend::hints(model),
        Screen::Cache => cache::hints(model),
        Screen::Log => LOG.to_vec(),
    };
    let has_task = can(model, scope, Action::TaskDetail);
    let can = |(actions, _): &&Hint| {
        let moves = actions.contains(&Action::CursorDown);
        (has_task || !moves) && actions.iter().all(|action| can(model, scope, *action))
    };
    let of_task: Vec<Hint> = TASKS.iter().filter(can).copied().collect();
    let lists: [&[Hint]; 2] = match scope {
        Scope::Tree if model.tree.range.is_some() => [&IN_RANGE, &[]],
        Scope::Tree => [&TREE, &[]],
        Scope::Tasks => [&of_task, &EVERYWHERE],
        Scope::Spend | Scope::Entries | Scope::Log => [&of_screen, &[]],
        Scope::Cache | Scope::Budget | Scope::List => [&[PANE, MOVE], &EVERYWHERE],
        Scope::Global => [&[PANE], &EVERYWHERE],
        Scope::Editor if !model.overlays.is_empty() => [typed_on_top(model), &[]],
        Scope::Editor => [&EDITOR, &[]],
        Scope::Dialog if model.overlays.is_empty() => [&of_screen, &[]],
        Scope::Overlay if model.overlays.is_empty() => [&[SCROLL, BACK], &[]],
        Scope::Dialog | Scope::Overlay => [on_top(model), &[]],
    };
    let help = helps(model, look);
    // On top of the panes there are few keys, and those matter more.
    let kept = if model.overlays.is_empty() { help.width() } else { 0 };
    let mut line = Strip::default();
    for wanted in lists.concat() {
        let next = hint(model, look, scope, wanted);
        if line.width() + next.width() + kept > room {
            break;
        }
        line = line.join(next);
    }
    if line.width() + help.width() <= room { line.join(help) } else { line }
}

/// Returns the keys that lead to all others.
fn helps(model: &Model, look: &Look) -> Strip {
    let scope = model.scope();
    let palette = hint(model, look, scope, (&[Action::Palette], "commands"));
    palette.join(hint(model, look, scope, (&[Action::Help], "help")))
}

/// Returns the hints while text is typed into what lies on top.
fn typed_on_top(model: &Model) -> &'static [Hint] {
    let is_line = matches!(
        model.overlays.last(),
        Some(Overlay::Palette(_) | Overlay::Prompt(_) | Overlay::Saved(_))
    );
    if is_line { on_top(model) } else { &EDITOR }
}

/// Returns the hints for what lies on top.
fn on_top(model: &Model) -> &'static [Hint] {
    match model.overlays.last() {
        Some(Overlay::Clear(_)) => &DIALOG,
        Some(Overlay::Forget(_) | Overlay::Replace(_) | Overlay::LoseSaved(_)) => {
            const { &[DIALOG[0], DIALOG[1]] }
        }
        Some(Overlay::Evict(_)) => const { &[DIALOG[0], DIALOG[1], DIALOG[2], OTHER_CHOICE] },
        Some(Overlay::Models(_)) => const { &[MOVE, TAKE, FILTER, BACK, PAGE] },
        Some(Overlay::Context(_)) if !model.has_marks() => const { &[BACK] },
        Some(Overlay::Context(_)) => {
            const { &[MOVE, UNMARK, LEVEL, COPY, EXPORT, BACK, FILTER, DETAILS] }
        }
        Some(Overlay::Skipped(_)) => const { &[MOVE, BACK] },
        Some(Overlay::Prompt(_)) => &PROMPT,
        Some(Overlay::Preview(_)) => const { &[MOVE, PAGE, RANGE, EDIT, BACK] },
        Some(Overlay::Palette(_)) => &PALETTE,
        Some(Overlay::Saved(_)) => &SAVED,
        Some(Overlay::Help(_)) => const { &[SCROLL, FILTER, BACK] },
        Some(Overlay::Settings(_)) => const { &[MOVE, EDIT, EVERYWHERE[1], EVERYWHERE[2], BACK] },
        Some(Overlay::Details(_) | Overlay::Task(_) | Overlay::Record(_)) => {
            const { &[SCROLL, BACK] }
        }
        None => &[],
    }
}

fn hint(model: &Model, look: &Look, scope: Scope, (actions, word): Hint) -> Strip {
    let keys: Vec<String> = actions
        .iter()
        .filter_map(|action| model.settings.keymap.keys_for(scope, *action).into_iter().next())
        .collect();
    if keys.is_empty() {
        return Strip::default();
    }
    let separator = if keys.len() == 2 { "/" } else { " " };
    Strip::default()
        .gap(1)
        .add(keys.join(separator), look.theme.key)
        .gap(1)
        .add(word, look.theme.dim)
        .gap(1)
}
