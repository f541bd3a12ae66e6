//! Which entries belong: the ignore files of a folder and of all folders above it.

use std::{
    ffi::OsStr,
    iter,
    os::{fd::BorrowedFd, unix::ffi::OsStrExt},
    path::Path,
    sync::Arc,
};

use rustix::fs::CWD;

use crate::model::{RepoPath, Shown};

use super::{
    Options, WalkError, folder, git,
    rules::{Rules, Verdict},
};

/// The rules that hold in the whole walk.
pub(super) struct Filter<'a> {
    options: &'a Options,
    /// The root, absolute and without links.
    root: &'a [u8],
    /// Of the setting.
    exclude: Option<Rules>,
    /// Of the person's own excludes file.
    global: Option<Rules>,
}

/// The rules that a folder adds to those of the folders above it.
pub(super) struct Level {
    parent: Levels,
    /// Where the part of an absolute path begins that this folder's rules see.
    at: usize,
    larder: Option<Rules>,
    git: Option<Rules>,
    /// Of `info/exclude`.
    private: Option<Rules>,
    /// True when the folder holds `.git`: git's rules of the folders above end here.
    is_repository: bool,
}

/// The innermost folder with rules; folders without share those of their parent.
pub(super) type Levels = Option<Arc<Level>>;

/// A folder whose ignore files are to be read.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    /// An open folder that `path` begins in.
    pub(super) base: BorrowedFd<'p>,
    /// The way from there to the folder, empty when it is the same.
    pub(super) path: &'p [u8],
    /// The folder's absolute path.
    pub(super) absolute: &'p [u8],
    /// The folder's path in warnings, relative to the root where it lies below it.
    pub(super) shown: &'p [u8],
}

/// Which of the names that matter a folder holds.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    git_ignore: bool,
    larder_ignore: bool,
    git: bool,
}

impl Marks {
    /// Takes note of a name in the folder.
    pub(super) fn see(&mut self, name: &[u8]) {
        // Nearly all names end here; comparing each with three others showed in a profile.
        if name.first() != Some(&b'.') {
            return;
        }
        match name {
            b".gitignore" => self.git_ignore = true,
            b".larderignore" => self.larder_ignore = true,
            b".git" => self.git = true,
            _ => {}
        }
    }

    /// Returns those that `options` give a meaning.
    const fn wanted(self, options: &Options) -> Self {
        Self {
            git_ignore: self.git_ignore && options.git_ignore,
            larder_ignore: self.larder_ignore && options.larder_ignore,
            git: self.git && options.git_ignore,
        }
    }
}

impl<'a> Filter<'a> {
    /// Reads the rules that do not depend on a folder; `global` is the person's own excludes file.
    pub(super) fn new(
        root: &'a [u8],
        options: &'a Options,
        global: Option<&Path>,
        warnings: &mut Vec<String>,
    ) -> Result<Self, WalkError> {
        let exclude = Rules::from_setting(&options.exclude)
            .map_err(|(glob, message)| WalkError::BadGlob { glob, message })?;
        // A person may keep this file as a link, unlike those of a repository.
        let global =
            global.filter(|_| options.git_ignore).and_then(|path| path.canonicalize().ok());
        let global = global.and_then(|path| {
            let path = path.as_os_str().as_bytes();
            read_rules(CWD, path, &Shown::bytes(path), warnings)
        });
        Ok(Self { options, root, exclude, global })
    }

    /// Returns the rules that hold in `start` by the folders above it, those above the root too.
    pub(super) fn above(&self, start: &RepoPath, warnings: &mut Vec<String>) -> Levels {
        let whole = join(self.root, start.as_bytes());
        let mut levels = None;
        for end in (0..whole.len()).filter(|&at| whole[at] == b'/' && whole.len() > 1) {
            // The start itself reads its files when it is listed; the first slash is a folder too.
            let path = if end == 0 { &b"/"[..] } else { &whole[..end] };
            let inner = whole.get(inside(self.root)..end);
            let shown = if end < self.root.len() { path } else { inner.unwrap_or_default() };
            let marks = Marks { git_ignore: true, larder_ignore: true, git: git::has_git(path) };
            let place = Place { base: CWD, path, absolute: path, shown };
            levels = self.enter(levels, place, marks, warnings);
        }
        levels
    }

    /// Returns the rules that hold in a folder, given those above it and which names it holds.
    pub(super) fn enter(
        &self,
        parent: Levels,
        place: Place<'_>,
        marks: Marks,
        warnings: &mut Vec<String>,
    ) -> Levels {
        let marks = marks.wanted(self.options);
        let mut read = |wanted: bool, name: &[u8]| {
            let shown = Shown::bytes(&join(place.shown, name));
            wanted.then(|| read_rules(place.base, &join(place.path, name), &shown, warnings))?
        };
        let git = read(marks.git_ignore, b".gitignore");
        let larder = read(marks.larder_ignore, b".larderignore");
        let private =
            marks.git.then(|| git::exclude_file(Path::new(OsStr::from_bytes(place.absolute))));
        let private = private.flatten().and_then(|path| {
            let path = path.as_os_str().as_bytes();
            read_rules(CWD, path, &Shown::bytes(path), warnings)
        });
        if git.is_none() && larder.is_none() && private.is_none() && !marks.git {
            return parent;
        }
        let at = inside(place.absolute);
        Some(Arc::new(Level { parent, at, larder, git, private, is_repository: marks.git }))
    }

    /// Returns true when the entry at the absolute path `path` belongs.
    pub(super) fn takes(&self, levels: &Levels, path: &[u8], is_folder: bool) -> bool {
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        if name == b".git" {
            return false;
        }
        match self.verdict(levels, path, is_folder) {
            Verdict::Ignore => false,
            Verdict::Keep => true,
            Verdict::None => self.options.hidden || name.first() != Some(&b'.'),
        }
    }

    /// Returns what the strongest rule says: the setting, then `.larderignore`, then git's own.
    fn verdict(&self, levels: &Levels, path: &[u8], is_folder: bool) -> Verdict {
        let said = |rules: &Option<Rules>, at: usize| {
            let rules = rules.as_ref()?;
            let verdict = rules.verdict(path.get(at..).unwrap_or_default(), is_folder);
            (verdict != Verdict::None).then_some(verdict)
        };
        let global = || {
            let top = of_repository(levels).last().filter(|level| level.is_repository);
            said(&self.global, top.map_or(inside(self.root), |level| level.at))
        };
        said(&self.exclude, inside(self.root))
            .or_else(|| all(levels).find_map(|level| said(&level.larder, level.at)))
            .or_else(|| of_repository(levels).find_map(|level| said(&level.git, level.at)))
            .or_else(|| of_repository(levels).find_map(|level| said(&level.private, level.at)))
            .or_else(global)
            .unwrap_or(Verdict::None)
    }
}

/// Returns the levels from the innermost to the outermost.
fn all(levels: &Levels) -> impl Iterator<Item = &Level> {
    iter::successors(levels.as_deref(), |level| level.parent.as_deref())
}

/// Returns the levels that git looks at: from the innermost to the one that holds `.git`.
fn of_repository(levels: &Levels) -> impl Iterator<Item = &Level> {
    iter::successors(levels.as_deref(), |level| {
        level.parent.as_deref().filter(|_| !level.is_repository)
    })
}

/// Returns where the paths inside `folder` begin, in bytes of the absolute path.
fn inside(folder: &[u8]) -> usize {
    if folder == b"/" { 1 } else { folder.len() + 1 }
}

/// Returns `path` below `folder`; either may be empty.
pub(super) fn join(folder: &[u8], path: &[u8]) -> Vec<u8> {
    match (folder, path) {
        (b"", path) => path.to_vec(),
        (folder, b"") => folder.to_vec(),
        (b"/", path) => [b"/", path].concat(),
        (folder, path) => [folder, b"/", path].concat(),
    }
}

fn read_rules(
    base: BorrowedFd<'_>,
    path: &[u8],
    shown: &Shown,
    warnings: &mut Vec<String>,
) -> Option<Rules> {
    match folder::read_small(base, path) {
        Ok(text) => Rules::parse(&text?, shown, warnings),
        Err(error) => {
            warnings.push(format!("{shown}: {}", Shown::text(&error.to_string())));
            None
        }
    }
}
