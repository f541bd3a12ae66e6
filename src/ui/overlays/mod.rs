//! What lies on top of the panes: help, dialogs, lists and cards. One file each for what it knows
//! and does; `draw/` has one file each for how it looks.

pub(crate) mod clear;
pub(crate) mod details;
pub(crate) mod draw;
pub(crate) mod evict;
pub(crate) mod forget;
pub(crate) mod help;
pub(crate) mod models;
pub(crate) mod paged;
pub(crate) mod palette;
pub(crate) mod preview;
pub(crate) mod prompt;
pub(crate) mod record;
pub(crate) mod saved;
pub(crate) mod settings;
pub(crate) mod task;

pub(crate) use clear::ClearDialog;
pub(crate) use details::DetailsCard;
pub(crate) use evict::EvictDialog;
pub(crate) use forget::ForgetDialog;
pub(crate) use help::Help;
pub(crate) use models::ModelList;
pub(crate) use paged::Paged;
pub(crate) use palette::Palette;
pub(crate) use preview::PreviewCard;
pub(crate) use prompt::Prompt;
pub(crate) use record::RecordCard;
pub(crate) use saved::{SavedDialog, SavedList};
pub(crate) use task::TaskCard;

use super::{
    action::Scope,
    cursor::Cursor,
    inquiry::Inquiry,
    layout::{Area, Layout},
    message::Export,
    screens,
};
use crate::model::{Row, SkippedFile};

/// Something on top of the panes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Overlay {
    /// All keys.
    Help(Help),
    /// Clear the cache?
    Clear(ClearDialog),
    /// Evict entries?
    Evict(EvictDialog),
    /// Forget the counts of a folder?
    Forget(ForgetDialog),
    /// Replace a file that is there?
    Replace(Export),
    /// The models to choose from.
    Models(ModelList),
    /// All about an entry.
    Details(DetailsCard),
    /// The files that were not counted.
    Skipped(Paged<SkippedFile>),
    /// The marked files.
    Context(Paged<Row>),
    /// All about a task.
    Task(TaskCard),
    /// All that can be done here.
    Palette(Palette),
    /// A question that is answered with a line of text.
    Prompt(Prompt),
    /// The saved contexts to choose from.
    Saved(SavedList),
    /// Replace or delete a saved context?
    LoseSaved(SavedDialog),
    /// A file to read.
    Preview(PreviewCard),
    /// One record of the log.
    Record(RecordCard),
    /// Every setting; holds the chosen line.
    Settings(Cursor),
}

impl Overlay {
    /// Returns the scope in which keys are looked up while it is on top.
    pub(crate) const fn scope(&self) -> Scope {
        match self {
            Self::Clear(_)
            | Self::Evict(_)
            | Self::Forget(_)
            | Self::Replace(_)
            | Self::LoseSaved(_) => Scope::Dialog,
            Self::Palette(_) | Self::Prompt(_) | Self::Saved(_) => Scope::Editor,
            Self::Help(help) if help.filter.editing => Scope::Editor,
            Self::Models(list) if list.filter.editing => Scope::Editor,
            Self::Context(list) if list.filter.editing => Scope::Editor,
            Self::Help(_)
            | Self::Models(_)
            | Self::Details(_)
            | Self::Skipped(_)
            | Self::Context(_)
            | Self::Task(_)
            | Self::Preview(_)
            | Self::Record(_)
            | Self::Settings(_) => Scope::Overlay,
        }
    }
}

impl Overlay {
    /// Returns where it is on a screen of this size: a file has all between header and footer.
    pub(crate) fn area(&self, size: (u16, u16)) -> Area {
        match self {
            Self::Preview(_) => screens::body(size),
            Self::Palette(palette) => Layout::overlay_up_to(size, palette.columns()),
            Self::Help(_)
            | Self::Clear(_)
            | Self::Evict(_)
            | Self::Forget(_)
            | Self::Replace(_)
            | Self::Models(_)
            | Self::Details(_)
            | Self::Skipped(_)
            | Self::Context(_)
            | Self::Task(_)
            | Self::Prompt(_)
            | Self::Record(_)
            | Self::Saved(_)
            | Self::LoseSaved(_)
            | Self::Settings(_) => Layout::overlay(size),
        }
    }
}

/// The questions that overlays ask: they outlive an overlay that is closed before its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Asks {
    /// All about an entry.
    pub(crate) details: Inquiry,
    /// Files that were not counted.
    pub(crate) skipped: Inquiry,
    /// Marked files.
    pub(crate) marked: Inquiry,
    /// What an eviction would remove.
    pub(crate) victims: Inquiry,
    /// What a clear would remove.
    pub(crate) inventory: Inquiry,
    /// The models.
    pub(crate) models: Inquiry,
    /// One task.
    pub(crate) task: Inquiry,
    /// Lines of a file.
    pub(crate) preview: Inquiry,
}

impl Asks {
    /// Returns true when no answer is awaited.
    pub(crate) fn are_settled(self) -> bool {
        let first = [self.details, self.skipped, self.marked, self.victims];
        let rest = [self.inventory, self.models, self.task, self.preview];
        first.into_iter().chain(rest).all(Inquiry::is_idle)
    }
}
