//! What happens to the dashboard, and what it wants to happen.

use std::path::PathBuf;

use super::{
    action::Action,
    reread::{Place, SettingsNow},
    saved::{Existing, Saved, SavedWish},
};
use crate::model::{
    Answer, Command, Event, LogRecord, Millis, NodeId, NoticeLevel, Question, RepoPath, Snapshot,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The engine's state at the start, or after events were lost.
    Subscribed(Box<Snapshot>),
    /// The engine told a fact.
    Told(Box<Event>),
    /// The engine answered a question.
    Answered(Box<Answer>),
    /// The engine refused a command; holds why, safe to show.
    Refused(String),
    /// The engine refused a question; holds why, safe to show.
    Unanswered(Box<Question>, String),
    /// The import of what lies at this place ended well, or not: holds why, safe to show.
    Imported(PathBuf, Result<(), String>),
    /// The program logged these.
    Logged(Vec<LogRecord>),
    /// The settings were edited, and read again.
    SettingsRead(Box<SettingsNow>),
    /// The editor that was opened on this file has ended.
    Edited(NodeId),
    /// Something was done outside of the dashboard; holds what to say, safe to show.
    Said(NoticeLevel, String),
    /// These contexts are saved, by name.
    Contexts(Vec<Saved>),
    /// A context is to be saved under the name of this one.
    NameTaken(Saved),
    /// A file is there already that this was to be written into.
    Exists(Export),
    /// The editor could not be opened; holds why, safe to show.
    Uneditable(String),
    /// A key that is bound to an action was pressed.
    Pressed(Action),
    /// A character was typed where keys are text.
    Typed(char),
    /// Text was pasted.
    Pasted(String),
    /// Nothing was typed for a while after the change of this number.
    Rested(u64),
    /// Nothing was marked for a while after the change of this number.
    MarksRested(u64),
    /// What is marked may be counted again.
    Cooled,
    /// The terminal has this size now, in columns and rows.
    Resized(u16, u16),
    /// A left click on this cell.
    Clicked(u16, u16),
    /// The wheel was turned over this cell, by so many lines, down when positive.
    Scrolled(u16, u16, i16),
    /// Time moved on while something on the screen moves; holds milliseconds since the start.
    Ticked(u64),
}

/// Something that must happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Tell the engine to change something.
    Send(Command),
    /// Ask the engine.
    Ask(Question),
    /// Tell when nothing was typed for a while after the change of this number.
    Rest(u64),
    /// Tell when nothing was marked for a while after the change of this number.
    RestMarks(u64),
    /// Tell after so long that what is marked may be counted again.
    Cool(Millis),
    /// Open the editor on this file, and give it the terminal.
    Edit(NodeId, RepoPath),
    /// Open the editor on a file of settings, and read them again.
    EditSettings(Place),
    /// Put this into the clipboard of the terminal.
    Copy(Vec<u8>),
    /// Write a text into a file.
    Write(Export),
    /// Do this with saved contexts.
    Saved(SavedWish),
    /// Remember that the caches of other tools at these places were imported or declined.
    Answer(Vec<PathBuf>),
    /// Keep a notice in the log.
    Log(NoticeLevel, String),
    /// Draw every cell again.
    Redraw,
    /// Stop until the shell brings the program back.
    Suspend,
    /// Leave.
    Quit,
}

/// A text that is written into a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Export {
    /// The file.
    pub path: PathBuf,
    /// What is written.
    pub text: String,
    /// How many marked files are not in it.
    pub left_out: u64,
    /// What is done with a file that is there.
    pub existing: Existing,
}
