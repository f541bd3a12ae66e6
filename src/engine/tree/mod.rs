//! The tree of the open repository: an arena with totals per folder, kept up to date as counts
//! arrive.
//!
//! Deliberately not here: the disk, the queue, the store. It is told what is there.

mod cold;
mod encoding;
mod file;
mod filter;
mod list;
mod marks;
mod pages;
mod rows;
mod sort;
mod sweep;
mod totals;

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasher,
};

pub(super) use file::{File, FileState};
pub(super) use list::FileList;
pub(super) use totals::Totals;

use filter::Matches;
use hashbrown::{DefaultHashBuilder, HashTable};
use pages::{Names, Pages};

use crate::model::{Encoding, MarkLevel, NodeId, Order, RepoPath, SkipTotals, Sort};

/// A file or folder: who holds it, its name, and where the rest of it is.
#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    name_at: u32,
    name_len: u16,
    depth: u16,
    /// Index into `folders` or `files`.
    slot: u32,
    /// The scan that saw it last.
    seen: u32,
    kind: NodeKind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum NodeKind {
    Folder,
    File,
    /// Was removed; its number is never given again, so that a stale number finds nothing.
    Gone,
}

/// What a folder holds.
#[derive(Debug, Default)]
struct Folder {
    children: Vec<u32>,
    totals: Totals,
    /// How `children` are ordered, when they are.
    sorted: Option<(Sort, Order)>,
}

/// The whole tree.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Pages<Node>,
    names: Names,
    folders: Vec<Folder>,
    files: Pages<File>,
    lookup: HashTable<u32>,
    hasher: DefaultHashBuilder,
    messages: HashMap<NodeId, String>,
    encoding: Encoding,
    /// Paths of marked files that went, to be marked when they come back.
    marks_gone: HashMap<RepoPath, MarkLevel>,
    /// Marked files of which only the name is sent.
    names_only: HashSet<NodeId>,
    /// Moves on when what is sent of the marked files may have changed.
    version: u64,
    newly_gone: u64,
    skips: SkipTotals,
    folder_count: u64,
    matches: Option<Matches>,
    /// Moves on when an entry comes or goes.
    structure: u64,
}

impl Tree {
    /// Returns a tree with nothing but its root.
    pub(super) fn new(encoding: Encoding) -> Self {
        let root = Node {
            parent: 0,
            name_at: 0,
            name_len: 0,
            depth: 0,
            slot: 0,
            seen: 0,
            kind: NodeKind::Folder,
        };
        let mut nodes = Pages::new();
        nodes.push(root);
        Self {
            nodes,
            names: Names::default(),
            folders: vec![Folder::default()],
            files: Pages::new(),
            lookup: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            messages: HashMap::new(),
            encoding,
            marks_gone: HashMap::new(),
            names_only: HashSet::new(),
            version: 0,
            newly_gone: 0,
            skips: SkipTotals::default(),
            folder_count: 0,
            matches: None,
            structure: 0,
        }
    }

    /// Returns the encoding of the totals.
    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns the totals of the root.
    pub(super) fn totals(&self) -> &Totals {
        &self.folders[0].totals
    }

    /// Returns how many files are skipped, by reason.
    pub(super) const fn skips(&self) -> SkipTotals {
        self.skips
    }

    /// Returns how many folders there are below the root.
    pub(super) const fn folder_count(&self) -> u64 {
        self.folder_count
    }

    /// Returns the entry at `path`.
    pub(super) fn find(&self, path: &RepoPath) -> Option<NodeId> {
        let mut at = 0;
        if path.is_root() {
            return Some(NodeId::ROOT);
        }
        for name in path.as_bytes().split(|&b| b == b'/') {
            at = self.child(at, name)?;
        }
        Some(NodeId(at))
    }

    /// Returns the entry called `name` in a folder.
    pub(super) fn find_in(&self, folder: NodeId, name: &[u8]) -> Option<NodeId> {
        self.child(folder.0, name).map(NodeId)
    }

    /// Returns true when the entry exists.
    pub(super) fn has(&self, id: NodeId) -> bool {
        self.nodes.get(id.0 as usize).is_some_and(|node| node.kind != NodeKind::Gone)
    }

    /// Returns true when the entry is a folder.
    pub(super) fn is_folder(&self, id: NodeId) -> bool {
        self.nodes.get(id.0 as usize).is_some_and(|node| node.kind == NodeKind::Folder)
    }

    /// Returns the file, or `None` for a folder or an entry that is gone.
    pub(super) fn file(&self, id: NodeId) -> Option<&File> {
        let node = self.nodes.get(id.0 as usize)?;
        (node.kind == NodeKind::File).then(|| &self.files[node.slot as usize])
    }

    /// Returns what is known about why a file could not be read.
    pub(super) fn message(&self, id: NodeId) -> Option<&str> {
        self.messages.get(&id).map(String::as_str)
    }

    /// Returns the path of an entry, also of one that is gone.
    pub(super) fn path(&self, id: NodeId) -> RepoPath {
        let mut parts = Vec::new();
        let mut at = id.0;
        while at != 0 {
            let Some(node) = self.nodes.get(at as usize) else { return RepoPath::root() };
            parts.push(self.name(node));
            at = node.parent;
        }
        parts.iter().rev().fold(RepoPath::root(), |path, name| path.child(name))
    }

    /// Returns the folder at `path`, made with all that lead to it, and marks them as seen.
    pub(super) fn folder(&mut self, path: &RepoPath, seen: u32) -> NodeId {
        let mut at = 0;
        if path.is_root() {
            return NodeId::ROOT;
        }
        for name in path.as_bytes().split(|&b| b == b'/') {
            at = match self.child(at, name) {
                Some(child) if self.nodes[child as usize].kind == NodeKind::Folder => child,
                Some(child) => {
                    self.remove(NodeId(child));
                    self.add_folder(at, name)
                }
                None => self.add_folder(at, name),
            };
            self.nodes[at as usize].seen = seen;
        }
        NodeId(at)
    }

    /// Puts a file below `parent`, or changes the one that is there.
    pub(super) fn put_file(
        &mut self,
        parent: NodeId,
        name: &[u8],
        file: File,
        seen: u32,
    ) -> NodeId {
        let existing = self.child(parent.0, name);
        let id = match existing {
            Some(child) if self.nodes[child as usize].kind == NodeKind::File => {
                self.change(NodeId(child), |old| *old = file.marked_as(old.marked));
                child
            }
            Some(child) => {
                self.remove(NodeId(child));
                self.add_file(parent.0, name, file)
            }
            None => self.add_file(parent.0, name, file),
        };
        self.nodes[id as usize].seen = seen;
        NodeId(id)
    }

    /// Notes that a scan saw an entry that did not change.
    pub(super) fn see(&mut self, id: NodeId, seen: u32) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.seen = seen;
        }
    }

    /// Changes a file and the totals of every folder above it.
    pub(super) fn change(&mut self, id: NodeId, change: impl FnOnce(&mut File)) {
        let Some(node) = self.nodes.get(id.0 as usize).copied() else { return };
        if node.kind != NodeKind::File {
            return;
        }
        let file = &mut self.files[node.slot as usize];
        let before = Totals::of(file, self.encoding);
        let status_before = file.status(self.encoding);
        let old = *file;
        change(file);
        if file.is_sent_otherwise(&old) {
            self.version += 1;
        }
        let after = Totals::of(file, self.encoding);
        let status_after = file.status(self.encoding);
        if let Some(slot) = self.skips.slot(status_before) {
            *slot = slot.saturating_sub(1);
        }
        if let Some(slot) = self.skips.slot(status_after) {
            *slot += 1;
        }
        self.spread(node.parent, &before, &after);
    }

    /// Notes whether the cache holds the counts of every file below an entry.
    pub(super) fn set_kept(&mut self, id: NodeId, kept: bool) {
        let mut slots = Vec::new();
        self.each_file(id, |id, _| slots.push(self.nodes[id.0 as usize].slot));
        for slot in slots {
            self.files[slot as usize].kept = kept;
        }
    }

    /// Sets or clears the reason that is shown with a file.
    pub(super) fn explain(&mut self, id: NodeId, message: Option<String>) {
        match message {
            Some(message) => self.messages.insert(id, message),
            None => self.messages.remove(&id),
        };
    }

    /// Calls `each` with every file below an entry, or with the entry itself when it is a file.
    pub(super) fn each_file(&self, id: NodeId, mut each: impl FnMut(NodeId, &File)) {
        let mut open = vec![id.0];
        while let Some(at) = open.pop() {
            let Some(node) = self.nodes.get(at as usize) else { continue };
            match node.kind {
                NodeKind::File => each(NodeId(at), &self.files[node.slot as usize]),
                NodeKind::Folder => open.extend(&self.folders[node.slot as usize].children),
                NodeKind::Gone => {}
            }
        }
    }

    /// Returns the files that lie directly in a folder.
    pub(super) fn direct_files(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &File)> {
        let children = self.is_folder(id).then(|| self.nodes[id.0 as usize].slot);
        children
            .into_iter()
            .flat_map(|slot| &self.folders[slot as usize].children)
            .filter_map(|&child| Some((NodeId(child), self.file(NodeId(child))?)))
    }

    fn name(&self, node: &Node) -> &[u8] {
        self.names.get(node.name_at as usize, usize::from(node.name_len))
    }

    fn hash(&self, parent: u32, name: &[u8]) -> u64 {
        self.hasher.hash_one((parent, name))
    }

    fn child(&self, parent: u32, name: &[u8]) -> Option<u32> {
        let same = |&id: &u32| {
            let node = &self.nodes[id as usize];
            node.parent == parent && self.name(node) == name
        };
        self.lookup.find(self.hash(parent, name), same).copied()
    }

    fn add_folder(&mut self, parent: u32, name: &[u8]) -> u32 {
        let slot = number(self.folders.len());
        self.folders.push(Folder::default());
        self.folder_count += 1;
        self.add_node(parent, name, NodeKind::Folder, slot)
    }

    fn add_file(&mut self, parent: u32, name: &[u8], file: File) -> u32 {
        let (file, level) = self.marked_again(parent, name, file);
        self.version += u64::from(file.marked);
        let slot = number(self.files.len());
        let after = Totals::of(&file, self.encoding);
        if let Some(slot) = self.skips.slot(file.status(self.encoding)) {
            *slot += 1;
        }
        self.files.push(file);
        let id = self.add_node(parent, name, NodeKind::File, slot);
        if let Some(level) = level {
            self.set_level(NodeId(id), level);
        }
        self.spread(parent, &Totals::default(), &after);
        id
    }

    fn add_node(&mut self, parent: u32, name: &[u8], kind: NodeKind, slot: u32) -> u32 {
        let id = number(self.nodes.len());
        let holder = self.nodes[parent as usize];
        let name_at = number(self.names.push(name));
        self.nodes.push(Node {
            parent,
            name_at,
            name_len: u16::try_from(name.len()).expect("a name has at most 255 bytes"),
            depth: holder.depth.saturating_add(1),
            slot,
            seen: 0,
            kind,
        });
        let folder = &mut self.folders[holder.slot as usize];
        folder.children.push(id);
        folder.sorted = None;
        let hash = self.hash(parent, name);
        let (nodes, names, hasher) = (&self.nodes, &self.names, &self.hasher);
        self.lookup.insert_unique(hash, id, |&id| {
            let node = &nodes[id as usize];
            let name = names.get(node.name_at as usize, usize::from(node.name_len));
            hasher.hash_one((node.parent, name))
        });
        self.structure += 1;
        id
    }

    /// Adds the difference between two shares to every folder from `parent` up.
    fn spread(&mut self, parent: u32, before: &Totals, after: &Totals) {
        if before == after {
            return;
        }
        let mut at = parent;
        loop {
            let node = self.nodes[at as usize];
            let folder = &mut self.folders[node.slot as usize];
            folder.totals.replace(before, after);
            folder.sorted = folder.sorted.filter(|(sort, _)| *sort == Sort::Name);
            if at == 0 {
                return;
            }
            at = node.parent;
        }
    }
}

/// Returns an index as it is kept: four billion entries fill no memory that we know of.
fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 entries")
}
