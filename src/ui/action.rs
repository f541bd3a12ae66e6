//! What a key can ask for.
//!
//! The doc comment of an action is its help text; its kebab-case name is its name in
//! `config/keymap.toml`. Help, footer, `larder keys` and the README are walks over this table.

use strum::{EnumIter, EnumMessage, EnumString, IntoStaticStr};

/// An action that a key is bound to.
#[derive(
    Clone,
    Copy,
    Debug,
    EnumIter,
    EnumMessage,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    /// Move the cursor down.
    CursorDown,
    /// Move the cursor up.
    CursorUp,
    /// Move the cursor half a page down.
    HalfPageDown,
    /// Move the cursor half a page up.
    HalfPageUp,
    /// Move the cursor a page down.
    PageDown,
    /// Move the cursor a page up.
    PageUp,
    /// Go to the first entry.
    First,
    /// Go to the last entry.
    Last,
    /// Open the folder, or preview the file.
    Open,
    /// Close the folder, or go to the one that holds the entry.
    Close,
    /// Close every folder.
    CloseAll,
    /// Sort by name; again for the other direction.
    SortName,
    /// Sort by tokens; again for the other direction.
    SortTokens,
    /// Sort by number of files; again for the other direction.
    SortCount,
    /// Sort by time of change; again for the other direction.
    SortModified,
    /// Show bars, percent, both or neither.
    BarStyle,
    /// Find files: filter the whole tree while typing; a glob when it holds * ? or [.
    Filter,
    /// Filter the list while typing: keys, models, marked files, what was spent, entries of the cache.
    FilterList,
    /// Mark the entry into the context, or take it out, and move down.
    Mark,
    /// Mark what a glob, or a part of a path, matches in the whole tree.
    MarkGlob,
    /// Mark all entries of the list.
    MarkAll,
    /// Begin a range here, and mark it with the next press; in a file, weigh the lines from here on.
    MarkRange,
    /// Take the file out of the context, in the list of marked files.
    Unmark,
    /// Take everything out of the context.
    UnmarkAll,
    /// Go back to where the cursor was before it went far.
    JumpBack,
    /// Go forth again, after going back.
    JumpForth,
    /// Open the file in the editor that VISUAL or EDITOR names.
    Edit,
    /// Copy the path of the entry to the clipboard of the terminal.
    CopyPath,
    /// Send all of the marked file, or its name alone.
    MarkLevel,
    /// Copy the context to the clipboard of the terminal, as Markdown.
    CopyContext,
    /// Write the context into a file, as Markdown, XML or JSON.
    ExportContext,
    /// Save what is marked under a name, for this repository.
    SaveContext,
    /// List what was saved under a name, and mark one of them.
    LoadContext,
    /// Delete the chosen one of the saved contexts, after a question.
    DeleteContext,
    /// Print the context when larder is left, or not.
    PrintContext,
    /// Show what is known of the entry.
    Info,
    /// List the marked files.
    ShowContext,
    /// List the files that were not counted, with the reason.
    ShowSkipped,
    /// Show every setting, its value, and where that was set.
    ShowSettings,
    /// Compare the entry with the disk.
    Rescan,
    /// Compare the whole tree with the disk.
    RescanAll,
    /// Count what is pending in the entry before all else.
    Warm,
    /// Forget what the cache knows of the entry, and count it again.
    Invalidate,
    /// Evict entries from the cache: choose how, see which, confirm.
    Evict,
    /// Clear the cache, after a question.
    Clear,
    /// Take over the cache of another tool that was found here.
    ImportFound,
    /// Do not offer the cache of another tool any more.
    HideFound,
    /// Check every entry of the cache, and recount some files.
    Verify,
    /// Pause the work, or resume it.
    Pause,
    /// Choose the model: window, encoding and price follow.
    ChooseModel,
    /// Show all about the task.
    TaskDetail,
    /// Cancel the task.
    CancelTask,
    /// Cancel every queued task.
    CancelAll,
    /// Try the failed task again.
    RetryTask,
    /// Try every failed task again.
    RetryAll,
    /// Move the task one priority up.
    RaiseTask,
    /// Show Home: the tree, the cache, the budget and the tasks.
    ShowHome,
    /// Show what was spent.
    ShowSpend,
    /// Show the cache in full.
    ShowCache,
    /// Show the log.
    ShowLog,
    /// Show more or fewer records of the log: errors only, then one level more with each press.
    LogLevel,
    /// Follow the newest record of the log, or stop there.
    LogFollow,
    /// Go to the next pane.
    NextPane,
    /// Go to the pane before.
    PreviousPane,
    /// List all that can be done, find it by a few letters, and do it.
    Palette,
    /// Show the keys.
    Help,
    /// Go one step back.
    Back,
    /// Draw the whole screen again.
    Redraw,
    /// Leave larder in the background of the shell; `fg` comes back.
    Suspend,
    /// Leave larder.
    Quit,
    /// Agree, or take the chosen line.
    Accept,
    /// Refuse.
    Refuse,
    /// Choose the next value, or show the next view.
    NextValue,
    /// Choose the value before, or show the view before.
    PreviousValue,
    /// Count the next range of days: 7 days, 30 days, this month, all.
    NextRange,
    /// Count the range of days before.
    PreviousRange,
    /// Sort by what comes next: newest, dearest, most tokens; entries by last use, age, size, uses.
    NextOrder,
    /// Show what is behind the line: the requests of a group, or all about one.
    Inspect,
    /// Show every budget, forecast, window, saving, quality and skipped line in full.
    ShowFigures,
    /// Read the logs of all tools again.
    ReadLogs,
    /// List only entries of the next kind, or of all kinds.
    NextKind,
    /// Remove the entry from the cache; asks first when it cost money.
    ForgetEntry,
    /// Make the cache anew without what is gone, which gives space back.
    Compact,
    /// Delete the character before the cursor.
    EraseBack,
    /// Delete the word before the cursor.
    EraseWord,
    /// Delete all that was typed.
    EraseAll,
}

/// Where a key is valid; one that is not found in its scope is looked up in the ones around it.
#[derive(
    Clone,
    Copy,
    Debug,
    EnumIter,
    EnumMessage,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Scope {
    /// Everywhere outside editors, dialogs and lists on top.
    Global,
    /// In every list.
    List,
    /// In the tree pane.
    Tree,
    /// In the cache pane.
    Cache,
    /// In the budget pane.
    Budget,
    /// In the task pane.
    Tasks,
    /// On the Spend screen.
    Spend,
    /// On the Cache screen.
    Entries,
    /// On the Log screen.
    Log,
    /// While a filter is typed: other keys are text.
    Editor,
    /// In a question that wants yes or no, or a choice.
    Dialog,
    /// In a list on top of the panes: help, models, details.
    Overlay,
}

impl Scope {
    /// Returns the scopes in which a key pressed here is looked up, the first one first.
    #[must_use]
    pub const fn path(self) -> &'static [Self] {
        match self {
            Self::Global => &[Self::Global],
            Self::List => &[Self::List, Self::Global],
            Self::Tree => &[Self::Tree, Self::List, Self::Global],
            Self::Cache => &[Self::Cache, Self::List, Self::Global],
            Self::Budget => &[Self::Budget, Self::List, Self::Global],
            Self::Tasks => &[Self::Tasks, Self::List, Self::Global],
            Self::Spend => &[Self::Spend, Self::List, Self::Global],
            Self::Entries => &[Self::Entries, Self::List, Self::Global],
            Self::Log => &[Self::Log, Self::List, Self::Global],
            Self::Editor => &[Self::Editor],
            Self::Dialog => &[Self::Dialog],
            Self::Overlay => &[Self::Overlay, Self::List],
        }
    }

    /// Returns true where a key without a binding is text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Editor)
    }
}
