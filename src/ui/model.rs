//! All that the dashboard knows: the root of its state.
//!
//! Deliberately not here: how it changes (`update`) and how it looks (`view`).

use super::{
    action::Scope,
    context::Sending,
    cursor::Cursor,
    format::share,
    layout::{Area, Layout, Pane},
    offers::Offers,
    overlays::{
        Asks, Overlay,
        settings::{self, Line},
    },
    panes::{
        cache::{self, History},
        tasks::Tasks,
        tree::Tree,
    },
    remembered::Remembered,
    reread::SettingsNow,
    screens::{
        Screen,
        cache::{self as cache_screen, Entries},
        log,
        spend::{self, Spend},
    },
    settings::Settings,
    typing::Typing,
    update::weigh::Fullness,
};
use crate::model::{Mark, NoticeLevel, Row, Snapshot, StoreMode};

/// A list of marked files with fewer lines keeps them for files.
const LEAST_FOR_TWO: u16 = 10;

/// The state of the dashboard.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Model {
    pub(crate) settings: Settings,
    pub(crate) size: (u16, u16),
    /// What the engine told; `None` before it told anything.
    pub(crate) known: Option<Box<Snapshot>>,
    /// True once the tree held anything.
    pub(crate) had_entries: bool,
    /// True once the engine has ended.
    pub(crate) ended: bool,
    /// The screen in front.
    pub(crate) screen: Screen,
    pub(crate) focus: Pane,
    pub(crate) tree: Tree,
    pub(crate) history: History,
    pub(crate) tasks: Tasks,
    /// How far the cache pane is scrolled, when it is too low for all its lines.
    pub(crate) cache_cursor: Cursor,
    /// How far the budget pane is scrolled.
    pub(crate) budget_cursor: Cursor,
    /// What the Cache screen remembers.
    pub(crate) entries: Entries,
    /// What the Spend screen remembers.
    pub(crate) spend: Spend,
    /// What lies on top, the last one topmost.
    pub(crate) log: log::Log,
    pub(crate) sending: Sending,
    /// How full the context was, and what was said of that.
    pub(crate) fullness: Fullness,
    /// Caches of other tools that may be taken over.
    pub(crate) offers: Offers,
    /// True when the context is to be printed once the dashboard is left.
    pub(crate) print_context: bool,
    /// True until the first key, when nothing is remembered of this repository.
    pub(crate) is_first: bool,
    /// When the work began that goes on.
    pub(crate) busy_since: Option<u64>,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) asks: Asks,
    pub(crate) notice: Option<Shout>,
    /// Notices that are still to be kept in the log.
    pub(crate) raised: Vec<(NoticeLevel, String)>,
    pub(crate) typing: Typing,
    /// The share of the work that is done, from 0 to 1; it never goes back while work goes on.
    pub(crate) progress: f64,
    /// What the settings were when they were read again.
    pub(crate) settings_now: Option<Box<SettingsNow>>,
    /// Milliseconds since the start, as of the last tick.
    pub(crate) now_ms: u64,
}

/// The notice in the footer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Shout {
    /// How much it matters.
    pub(crate) level: NoticeLevel,
    /// One line, safe to show.
    pub(crate) text: String,
    /// What it is about.
    pub(crate) about: About,
    /// When it goes; set by the first tick that sees it.
    pub(crate) until_ms: Option<u64>,
}

/// What a notice is about: one about something that changes goes when that does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum About {
    /// Something that happened.
    #[default]
    Event,
    /// How full the context is.
    Context,
}

impl Model {
    /// Returns a dashboard that knows nothing yet, for a terminal of so many columns and rows.
    #[must_use]
    pub fn new(settings: &Settings, size: (u16, u16)) -> Self {
        let mut model = Self {
            settings: settings.clone(),
            size,
            known: None,
            had_entries: false,
            ended: false,
            screen: Screen::default(),
            focus: Pane::Tree,
            tree: Tree::new(),
            history: History::default(),
            tasks: Tasks::default(),
            cache_cursor: Cursor::default(),
            budget_cursor: Cursor::default(),
            entries: Entries::default(),
            spend: Spend::default(),
            log: log::Log::default(),
            sending: Sending::default(),
            fullness: Fullness::default(),
            offers: Offers::default(),
            print_context: settings.print_context,
            is_first: settings.is_first,
            busy_since: None,
            overlays: Vec::new(),
            asks: Asks::default(),
            notice: None,
            raised: Vec::new(),
            typing: Typing::default(),
            progress: 0.0,
            settings_now: None,
            now_ms: 0,
        };
        if let Some(last) = &settings.remembered {
            model.screen = last.screen;
            model.tree.remember(last);
            if !last.marks.is_empty() {
                model.sending.begin_marking();
            }
        }
        model.fit_panes();
        model
    }

    /// Returns what is to be remembered, but for the marks: the engine has them.
    pub(crate) fn remembered(&self) -> Remembered {
        Remembered {
            open: self.tree.open_folders(),
            sort: self.tree.sort,
            order: self.tree.order,
            bars: self.tree.bars,
            screen: self.screen,
            marks: Vec::new(),
        }
    }

    /// Returns the scope in which the next key is looked up.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if let Some(overlay) = self.overlays.last() {
            return overlay.scope();
        }
        match self.screen {
            Screen::Home => self.home_scope(),
            Screen::Spend => spend::scope(self),
            Screen::Cache => cache_screen::scope(self),
            Screen::Log => log::scope(self),
        }
    }

    fn home_scope(&self) -> Scope {
        match self.focus {
            Pane::Tree if self.tree.filter.editing => Scope::Editor,
            Pane::Tree => Scope::Tree,
            Pane::Cache => Scope::Cache,
            Pane::Budget => Scope::Budget,
            Pane::Tasks => Scope::Tasks,
        }
    }

    /// Returns true while something on the screen changes by itself: ticks are wanted.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.notice.is_some() || self.is_working()
    }

    /// Returns true while work goes on that is shown by a moving sign.
    #[must_use]
    pub fn is_spinning(&self) -> bool {
        self.is_working() && !self.settings.reduced_motion
    }

    /// Returns true while work goes on; how long it takes is measured.
    pub(crate) fn is_working(&self) -> bool {
        let busy = self.known.as_ref().is_some_and(|known| known.work.busy && !known.work.paused);
        busy && !self.ended
    }

    /// Returns true when all is known and no work goes on.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let Some(known) = &self.known else { return self.ended };
        let is_open = known.cache.mode != StoreMode::Opening;
        let idle = (!known.work.busy && is_open) || known.work.paused || self.ended;
        let screen = match self.screen {
            Screen::Home => true,
            Screen::Spend => spend::is_settled(self),
            Screen::Cache => cache_screen::is_settled(self),
            Screen::Log => log::is_settled(self),
        };
        idle && (self.ended
            || (screen
                && self.tree.is_settled()
                && self.asks.are_settled()
                && self.sending.is_settled()
                && self.offers.are_settled()
                && !self.typing.waits()))
    }

    /// Notes how far the work is; files that are found meanwhile do not move the bar back.
    pub(crate) fn note_progress(&mut self) {
        let Some(known) = &self.known else { return };
        let work = known.work;
        self.progress = if work.busy {
            self.progress.max(share(work.done.min(work.total), work.total))
        } else {
            0.0
        };
    }

    /// Notes whether the tree ever held anything.
    pub(crate) fn note_entries(&mut self) {
        let holds = |known: &Snapshot| known.tree.files + known.tree.folders > 0;
        self.had_entries |= self.known.as_deref().is_some_and(holds);
    }

    /// Returns true when all that the tree held is gone.
    pub(crate) fn is_gone(&self) -> bool {
        let is_empty =
            |known: &Snapshot| known.tree.files + known.tree.folders == 0 && !known.tree.walking;
        self.had_entries && self.known.as_deref().is_some_and(is_empty)
    }

    /// Returns the layout of the screen.
    pub(crate) fn layout(&self) -> Layout {
        Layout::of(self.size)
    }

    /// Returns where a pane is, if it is shown.
    pub(crate) fn area(&self, pane: Pane) -> Option<Area> {
        self.layout().pane(pane, self.focus)
    }

    /// Returns the rows that a list on top of the panes has.
    pub(crate) fn overlay_height(&self) -> u16 {
        // One row for the heading of the columns.
        let top = self.overlays.last();
        let below = match top {
            Some(Overlay::Preview(_) | Overlay::Settings(_)) => 1,
            Some(Overlay::Context(_)) => 1 + self.foot_lines(),
            Some(Overlay::Saved(_)) => 2,
            Some(_) | None => 0,
        };
        let area = top.map_or_else(|| Layout::overlay(self.size), |top| top.area(self.size));
        area.inner().height.saturating_sub(1 + below)
    }

    /// Returns the lines below the list of marked files, and the gap above them is one more: the
    /// total, and where there is room what the chosen entry would add.
    pub(crate) fn foot_lines(&self) -> u16 {
        let is_high = Layout::overlay(self.size).inner().height >= LEAST_FOR_TWO;
        1 + u16::from(is_high && self.next_to_mark().is_some())
    }

    /// Returns the chosen entry of the tree while not all of it is marked.
    pub(crate) fn next_to_mark(&self) -> Option<&Row> {
        self.tree.chosen().filter(|row| matches!(row.mark, Mark::None | Mark::Some))
    }

    /// Returns the lines of what lies on top, seen or not.
    pub(crate) fn top_lines(&self) -> u64 {
        match self.overlays.last() {
            Some(Overlay::Help(help)) => help
                .lines(&self.settings.keymap, usize::from(Layout::overlay(self.size).inner().width))
                .len() as u64,
            Some(Overlay::Models(list)) => list.shown().len() as u64,
            Some(Overlay::Skipped(list)) => list.total.unwrap_or(0),
            Some(Overlay::Context(list)) => list.total.unwrap_or(0),
            Some(Overlay::Details(card)) => card.lines(),
            Some(Overlay::Task(card)) => card.lines(),
            Some(Overlay::Preview(card)) => card.list.total.unwrap_or(0),
            Some(Overlay::Palette(palette)) => palette.shown().len() as u64,
            Some(Overlay::Saved(list)) => list.shown().len() as u64,
            Some(Overlay::Settings(_)) => self.setting_lines().len() as u64,
            Some(Overlay::Record(card)) => {
                card.lines(usize::from(Layout::overlay(self.size).inner().width))
            }
            Some(
                Overlay::Prompt(_)
                | Overlay::Clear(_)
                | Overlay::Evict(_)
                | Overlay::Forget(_)
                | Overlay::LoseSaved(_)
                | Overlay::Replace(_),
            )
            | None => 0,
        }
    }

    /// Returns the lines of the list of settings, seen or not.
    pub(crate) fn setting_lines(&self) -> Vec<Line<'_>> {
        let columns = usize::from(Layout::overlay(self.size).inner().width);
        settings::lines(&self.settings, self.settings_now.as_deref(), columns)
    }

    /// Returns the lines of the cache pane, seen or not.
    pub(crate) fn cache_lines(&self) -> u64 {
        self.known.as_ref().map_or(0, |known| cache::lines(&known.cache))
    }

    /// Returns the rows inside the pane that has the focus.
    pub(crate) fn height(&self) -> u16 {
        self.area(self.focus).map_or(0, |area| area.inner().height)
    }

    /// Returns the rows of the tree pane below its list: filter and marks.
    pub(crate) fn tree_lines_below(&self) -> u16 {
        let filter = self.tree.filter.editing || self.tree.filter.is_on();
        u16::from(filter) + u16::from(self.has_marks())
    }

    /// Returns true when anything is marked.
    pub(crate) fn has_marks(&self) -> bool {
        self.known.as_ref().is_some_and(|known| {
            let context = known.context;
            context.files + context.pending + context.skipped + context.names > 0
        })
    }

    /// Tells each pane how many rows it has.
    pub(crate) fn fit_panes(&mut self) {
        let below = self.tree_lines_below();
        if let Some(area) = self.area(Pane::Tree) {
            self.tree.height = area.inner().height.saturating_sub(below);
            self.tree.cursor.fit(self.tree.page.total, self.tree.height);
        }
        if let Some(area) = self.area(Pane::Tasks) {
            self.tasks.height = area.inner().height;
            if let Some(known) = &self.known {
                self.tasks.follow(&known.tasks);
            }
        }
    }
}
