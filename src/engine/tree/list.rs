//! A copy of all files that another thread can walk over.

use std::collections::HashMap;

use super::{
    File, Node, NodeKind, Tree,
    pages::{Names, Pages},
};
use crate::model::RepoPath;

/// The files of a tree as they were, without the totals.
#[derive(Debug)]
pub(in crate::engine) struct FileList {
    nodes: Pages<Node>,
    names: Names,
    files: Pages<File>,
}

impl Tree {
    /// Returns a copy of the files, which costs memory only where the tree changes meanwhile.
    pub(in crate::engine) fn file_list(&self) -> FileList {
        FileList { nodes: self.nodes.clone(), names: self.names.clone(), files: self.files.clone() }
    }
}

impl FileList {
    /// Returns every file with its path, one at a time.
    pub(in crate::engine) fn iter(&self) -> impl Iterator<Item = (RepoPath, File)> + Clone {
        // An entry is made after its folder, so the folder's path is known by then.
        let mut folders: HashMap<u32, RepoPath> = HashMap::from([(0, RepoPath::root())]);
        (1..).zip(self.nodes.iter().skip(1)).filter_map(move |(at, node)| {
            let name = self.names.get(node.name_at as usize, usize::from(node.name_len));
            let path = folders.get(&node.parent).map(|folder| folder.child(name));
            match node.kind {
                NodeKind::Folder => {
                    folders.insert(at, path?);
                    None
                }
                NodeKind::File => Some((path?, self.files[node.slot as usize])),
                NodeKind::Gone => None,
            }
        })
    }
}
