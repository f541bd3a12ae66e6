//! What an event of the system means: a pure function, so that rare events can be tested.

use std::path::{Path, PathBuf};

use notify::{
    Event, EventKind,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};

use crate::model::{RepoPath, Shown};

use super::debounce::Pending;

/// Paths that are remembered one by one; with more, every watch is looked at again instead.
const MOST_PATHS: usize = 16_384;

/// The places that events are held against, absolute and without links.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) root: PathBuf,
    /// The folder in which `HEAD` lies.
    pub(super) git_dir: Option<PathBuf>,
}

/// What an event means.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Hint {
    /// What to report.
    pub(super) pending: Pending,
    /// What is not where it was any more; when it was a folder, its watch is lost.
    pub(super) lost: Vec<RepoPath>,
    /// What changed its mode: a folder may be readable again, or not any more.
    pub(super) changed: Vec<RepoPath>,
    /// True when it is not known any more which watches still stand.
    pub(super) unsure: bool,
}

impl Hint {
    /// Returns true when it means nothing.
    pub(super) fn is_empty(&self) -> bool {
        let nothing = self.lost.is_empty() && self.changed.is_empty();
        self.pending.is_empty() && nothing && !self.unsure
    }

    /// Takes in what `other` holds.
    pub(super) fn merge(&mut self, other: Self) {
        self.pending.merge(other.pending);
        self.lost.extend(other.lost);
        self.unsure |= other.unsure;
        self.changed.extend(other.changed);
        if self.lost.len() + self.changed.len() > MOST_PATHS {
            (self.lost, self.changed) = (Vec::new(), Vec::new());
            self.unsure = true;
            self.pending.merge(Self::all("more changed than can be remembered").pending);
        }
    }

    /// Returns the hint that everything has to be compared.
    fn all(reason: &str) -> Self {
        let all = Some(Shown::text(reason).to_string());
        Self { pending: Pending { all, ..Pending::default() }, ..Self::default() }
    }

    /// Returns the same, where events were lost.
    fn unsure(reason: &str) -> Self {
        Self { unsure: true, ..Self::all(reason) }
    }
}

/// Returns what `event` means.
pub(super) fn translate(event: &notify::Result<Event>, places: &Places) -> Hint {
    let event = match event {
        Ok(event) => event,
        Err(error) => return Hint::unsure(&format!("the watch failed: {error}")),
    };
    // Before all else: such an event has no path, and may be the only sign that others were lost.
    if event.need_rescan() {
        return Hint::unsure("the system dropped events");
    }
    if is_only_a_look(event.kind) {
        return Hint::default();
    }
    let mut hint = Hint::default();
    for (index, path) in event.paths.iter().enumerate() {
        hint.merge(translate_path(event.kind, index, path, places));
    }
    hint
}

/// Returns true when nothing was written; larder itself causes these by reading.
const fn is_only_a_look(kind: EventKind) -> bool {
    let is_written = matches!(kind, EventKind::Access(AccessKind::Close(AccessMode::Write)));
    matches!(kind, EventKind::Access(_)) && !is_written
}

fn translate_path(kind: EventKind, index: usize, path: &Path, places: &Places) -> Hint {
    let mut hint = Hint::default();
    if path.file_name().is_some_and(|name| name == "HEAD")
        && path.parent().is_some_and(|folder| Some(folder) == places.git_dir.as_deref())
    {
        hint.pending.head = true;
        return hint;
    }
    if places.git_dir.as_deref() == Some(path) && path != places.root {
        // It comes, goes or is another one; what else happens to it says nothing.
        hint.pending.head = takes_away(kind, index)
            || matches!(kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        return hint;
    }
    let Some(inner) = RepoPath::below(&places.root, path) else { return hint };
    let Some(parent) = inner.parent() else {
        // Whether the root is still there is asked whenever something is reported.
        hint.pending.folders.insert(inner);
        return hint;
    };
    if parent.as_bytes().split(|&byte| byte == b'/').any(|name| name == b".git") {
        return hint;
    }
    match inner.name() {
        b".git" => hint.pending.head = true,
        b".gitignore" | b".larderignore" => return Hint::all(&format!("{inner:?} changed")),
        _ => {}
    }
    if takes_away(kind, index) {
        hint.lost.push(inner);
    } else if matches!(kind, EventKind::Modify(ModifyKind::Metadata(_) | ModifyKind::Any)) {
        hint.changed.push(inner);
    }
    hint.pending.folders.insert(parent);
    hint
}

/// Returns true when nothing is at that path of the event any more.
const fn takes_away(kind: EventKind, index: usize) -> bool {
    match kind {
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => true,
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => index == 0,
        EventKind::Any
        | EventKind::Access(_)
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag, MetadataKind, RemoveKind};

    use super::*;

    fn places() -> Places {
        Places { root: "/r".into(), git_dir: Some("/r/.git".into()) }
    }

    fn of(kind: EventKind, paths: &[&str]) -> Hint {
        let event = paths.iter().fold(Event::new(kind), |event, path| event.add_path(path.into()));
        translate(&Ok(event), &places())
    }

    fn folders(hint: &Hint) -> Vec<String> {
        hint.pending.folders.iter().map(|path| format!("{path:?}")).collect()
    }

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CREATED: EventKind = EventKind::Create(CreateKind::Any);
    const REMOVED: EventKind = EventKind::Remove(RemoveKind::Any);

    const fn renamed(mode: RenameMode) -> EventKind {
        EventKind::Modify(ModifyKind::Name(mode))
    }

    #[test]
    fn an_overflow_without_a_path_compares_everything() {
        let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        let hint = translate(&Ok(event), &places());
        assert_eq!(hint.pending.all.as_deref(), Some("the system dropped events"));
        let event = Event::new(CREATED).add_path("/r/a".into()).set_flag(Flag::Rescan);
        assert!(translate(&Ok(event), &places()).unsure);
    }

    #[test]
    fn a_failed_watch_compares_everything() {
        let hint = translate(&Err(notify::Error::generic("bad\x1b")), &places());
        assert_eq!(hint.pending.all.as_deref(), Some("the watch failed: bad\\x1b"));
    }

    #[test]
    fn reading_is_no_change_but_closing_after_writing_is() {
        let open = EventKind::Access(AccessKind::Open(AccessMode::Any));
        assert!(of(open, &["/r/a"]).is_empty());
        assert!(of(EventKind::Access(AccessKind::Close(AccessMode::Read)), &["/r/a"]).is_empty());
        let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
        assert_eq!(folders(&of(close, &["/r/a/b"])), ["a"]);
    }

    #[test]
    fn a_change_is_one_of_the_folder_that_holds_it() {
        for kind in [WRITTEN, CREATED, REMOVED, renamed(RenameMode::From), EventKind::Any] {
            assert_eq!(folders(&of(kind, &["/r/src/a.rs"])), ["src"]);
            assert_eq!(folders(&of(kind, &["/r/a.rs"])), [""]);
        }
    }

    #[test]
    fn a_rename_changes_both_folders_and_loses_the_first_path() {
        let hint = of(renamed(RenameMode::Both), &["/r/a/x", "/r/b/y"]);
        assert_eq!(folders(&hint), ["a", "b"]);
        assert_eq!(hint.lost, [RepoPath::new(b"a/x").unwrap()]);
        assert!(of(renamed(RenameMode::To), &["/r/b/y"]).lost.is_empty());
    }

    #[test]
    fn what_changes_its_mode_is_looked_at_itself() {
        let hint = of(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), &["/r/a/b"]);
        assert_eq!(folders(&hint), ["a"]);
        assert_eq!(hint.changed, [RepoPath::new(b"a/b").unwrap()]);
    }

    #[test]
    fn only_the_head_of_git_matters() {
        assert!(of(WRITTEN, &["/r/.git/HEAD"]).pending.head);
        assert!(of(renamed(RenameMode::To), &["/r/.git/HEAD"]).pending.head);
        assert!(of(CREATED, &["/r/.git/index.lock"]).is_empty());
        assert!(of(WRITTEN, &["/r/sub/.git/HEAD"]).is_empty());
        assert!(of(REMOVED, &["/r/.git"]).pending.head);
        let far = Places { root: "/r".into(), git_dir: Some("/main/.git/worktrees/r".into()) };
        let event = Event::new(CREATED).add_path("/main/.git/worktrees/r/HEAD".into());
        assert!(translate(&Ok(event), &far).pending.head);
    }

    #[test]
    fn a_new_repository_has_a_head() {
        let none = Places { root: "/r".into(), git_dir: None };
        let event = Event::new(CREATED).add_path("/r/.git".into());
        assert!(translate(&Ok(event), &none).pending.head);
    }

    #[test]
    fn other_rules_compare_everything() {
        for name in ["/r/.gitignore", "/r/a/.larderignore"] {
            assert!(of(WRITTEN, &[name]).pending.all.is_some());
        }
    }

    #[test]
    fn an_event_of_the_root_itself_is_a_change_in_it() {
        assert_eq!(folders(&of(REMOVED, &["/r"])), [""]);
        assert_eq!(folders(&of(renamed(RenameMode::From), &["/r"])), [""]);
        assert!(of(REMOVED, &["/elsewhere/x"]).is_empty());
    }

    #[test]
    fn removing_more_than_can_be_remembered_doubts_every_watch() {
        let mut hint = Hint::default();
        for index in 0..=MOST_PATHS {
            hint.merge(of(REMOVED, &[&format!("/r/{index}")]));
        }
        assert!(hint.unsure && hint.lost.is_empty() && hint.pending.all.is_some());
    }
}
