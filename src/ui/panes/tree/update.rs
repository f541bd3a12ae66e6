//! What keys do in the tree.
//!
//! A key that needs a row which is still on its way waits for it, in order, so that fast hands
//! lose nothing.

use super::{Tree, reveal::Itself};
use crate::{
    model::{Command, MarkChange, NodeId, Order, Question, Row, RowKind, Sort},
    ui::{cursor::Step, message::Effect},
};

/// Keys that wait at most: more than hands type while an answer is on its way.
const MOST_WAITING: usize = 256;

/// What a key can do in the tree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TreeKey {
    /// Move the cursor.
    Step(Step),
    /// Sort, or turn the direction.
    Sort(Sort),
    /// Close every folder.
    CloseAll,
    /// Mark every row of the list.
    MarkAll,
    /// Go to where the cursor was before.
    JumpBack,
    /// Go to where the cursor was before going back.
    JumpForth,
    /// Do something with the chosen row.
    OnRow(RowKey),
}

/// What a key can do with a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RowKey {
    /// Open the folder, or read the file.
    Open,
    /// Close the folder, or go to the one around.
    Close,
    /// Mark it, or unmark it, and move down.
    Mark,
    /// Begin a range of marks, or mark it.
    Range,
    /// Edit the file.
    Edit,
    /// Copy its path.
    CopyPath,
    /// Show what is known of it.
    Info,
    /// Compare it with the disk.
    Rescan,
    /// Count what is pending in it first.
    Warm,
    /// Forget its counts and count again.
    Invalidate,
    /// Leave the filter that found it.
    LeaveFilter,
}

impl Tree {
    /// Presses a key; it waits when the row it is about is not known yet.
    pub(crate) fn press(&mut self, key: TreeKey) -> Vec<Effect> {
        self.touched = true;
        if self.waiting.is_empty() && self.is_ready_for(key) {
            return self.press_now(key);
        }
        if self.waiting.len() < MOST_WAITING {
            self.waiting.push_back(key);
        }
        if self.asked.is_none() && !self.finding { self.ask() } else { Vec::new() }
    }

    /// Presses the keys that waited, as far as their rows are known now.
    pub(super) fn press_waiting(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(&key) = self.waiting.front() {
            if !self.is_ready_for(key) {
                break;
            }
            self.waiting.pop_front();
            effects.extend(self.press_now(key));
        }
        effects
    }

    fn is_ready_for(&self, key: TreeKey) -> bool {
        if self.is_reshaping() || self.finding {
            return false;
        }
        match key {
            TreeKey::OnRow(_) => self.chosen().is_some() || self.page.total == 0,
            TreeKey::Step(_)
            | TreeKey::Sort(_)
            | TreeKey::CloseAll
            | TreeKey::MarkAll
            | TreeKey::JumpBack
            | TreeKey::JumpForth => true,
        }
    }

    fn press_now(&mut self, key: TreeKey) -> Vec<Effect> {
        match key {
            TreeKey::Step(step) => {
                if matches!(step, Step::First | Step::Last) {
                    self.note_place();
                }
                self.step(step)
            }
            TreeKey::Sort(sort) => self.sort_by(sort),
            TreeKey::CloseAll => {
                self.note_place();
                self.open.clear();
                self.reshape_and_look()
            }
            TreeKey::MarkAll => self.mark_all(),
            TreeKey::JumpBack => self.jump(true),
            TreeKey::JumpForth => self.jump(false),
            TreeKey::OnRow(key) => match self.chosen().cloned() {
                Some(row) => self.press_on(key, &row),
                None if key == RowKey::LeaveFilter => self.cancel_filter(),
                None => Vec::new(),
            },
        }
    }

    fn press_on(&mut self, key: RowKey, row: &Row) -> Vec<Effect> {
        match key {
            RowKey::Open => self.open(row),
            RowKey::Close => self.close(row),
            RowKey::Mark | RowKey::Range if self.range.is_some() => self.mark_range(row),
            RowKey::Range => self.mark_range(row),
            RowKey::Edit => {
                self.edit_wanted = matches!(row.kind, RowKind::File { .. }).then(|| row.clone());
                Vec::new()
            }
            RowKey::CopyPath => {
                self.copy_wanted = Some(row.path.clone());
                Vec::new()
            }
            RowKey::Mark => {
                let toggle = MarkChange::Toggle(vec![row.id]);
                let mut effects = vec![Effect::Send(Command::Mark(toggle))];
                effects.extend(self.step(Step::Lines(1)));
                effects
            }
            RowKey::Info => {
                self.details_wanted = Some(row.id);
                Vec::new()
            }
            RowKey::LeaveFilter if self.filter.is_on() => self.reveal(row, Itself::Left),
            RowKey::LeaveFilter => Vec::new(),
            RowKey::Rescan => vec![Effect::Send(Command::Rescan(row.id))],
            RowKey::Warm => vec![Effect::Send(Command::Warm(row.id))],
            RowKey::Invalidate => match row.kind {
                RowKind::File { .. } => vec![Effect::Send(Command::Invalidate(row.id))],
                RowKind::Folder { .. } => {
                    self.forget_wanted = Some(row.clone());
                    Vec::new()
                }
            },
        }
    }

    fn step(&mut self, step: Step) -> Vec<Effect> {
        self.cursor.step(step, self.page.total, self.height);
        self.note_chosen();
        if self.is_near_edge() { self.ask() } else { Vec::new() }
    }

    /// Puts the cursor on the row that is so many lines below the first one seen.
    pub(crate) fn choose_line(&mut self, line: u16) -> Vec<Effect> {
        let at = self.cursor.top.saturating_add(u64::from(line));
        if at >= self.page.total || self.is_reshaping() {
            return Vec::new();
        }
        self.touched = true;
        self.cursor.at = at;
        self.step(Step::Lines(0))
    }

    fn sort_by(&mut self, sort: Sort) -> Vec<Effect> {
        self.order = match (self.sort == sort, self.order) {
            (true, Order::Natural) => Order::Reverse,
            (true, Order::Reverse) | (false, _) => Order::Natural,
        };
        self.sort = sort;
        self.reshape()
    }

    fn open(&mut self, row: &Row) -> Vec<Effect> {
        match row.kind {
            RowKind::Folder { open: false } if !self.filter.is_on() => {
                self.open.push(row.id);
                self.open_paths.push((row.id, row.path.clone()));
                self.reshape_and_look()
            }
            RowKind::Folder { open: true } if !self.filter.is_on() => self.step(Step::Lines(1)),
            RowKind::File { .. } => {
                self.preview_wanted = Some(row.clone());
                Vec::new()
            }
            RowKind::Folder { .. } => self.reveal(row, Itself::Opened),
        }
    }

    fn close(&mut self, row: &Row) -> Vec<Effect> {
        if self.filter.is_on() {
            return Vec::new();
        }
        if let Some(index) = self.open.iter().position(|id| *id == row.id) {
            self.open.remove(index);
            return self.reshape_and_look();
        }
        self.note_place();
        let Some(parent) = row.path.parent().filter(|parent| !parent.is_root()) else {
            return Vec::new();
        };
        if let Some(at) = self.index_of(|row| row.path == parent) {
            self.cursor.at = at;
            return self.step(Step::Lines(0));
        }
        self.finding = true;
        vec![Effect::Ask(Question::Find(parent))]
    }

    /// Goes to the entry that was looked for.
    pub(crate) fn found(&mut self, id: Option<NodeId>) -> Vec<Effect> {
        self.finding = false;
        if let Some(effects) = self.take_folder(id) {
            return effects;
        }
        if id.is_some() {
            self.on = id;
        }
        self.ask()
    }

    /// Asks for the list in its new shape; keys wait until it is there.
    pub(super) fn reshape(&mut self) -> Vec<Effect> {
        self.change_shape();
        self.ask()
    }

    /// Notes that the list will have another shape.
    pub(super) fn change_shape(&mut self) {
        self.shape += 1;
        self.marking = None;
        self.range = None;
    }

    pub(super) fn reshape_and_look(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Send(Command::Look(self.open.clone()))];
        effects.extend(self.reshape());
        effects
    }
}
