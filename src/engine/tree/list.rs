//! A copy of all files that another thread can walk over.

use std::collections::HashMap;

use super::{File, Node, NodeKind, Tree};
use crate::model::RepoPath;

/// The files of a tree as they were, without the totals.
#[derive(Debug)]
pub(in crate::engine) struct FileList {
    nodes: Vec<Node>,
    names: Vec<u8>,
    files: Vec<File>,
}

impl Tree {
    /// Returns a copy of the files: three copies of memory, however deep the tree is.
    pub(in crate::engine) fn file_list(&self) -> FileList {
        FileList { nodes: self.nodes.clone(), names: self.names.clone(), files: self.files.clone() }
    }
}

impl FileList {
    /// Returns every file with its path, one at a time.
    pub(in crate::engine) fn into_iter(self) -> impl Iterator<Item = (RepoPath, File)> {
        // An entry is made after its folder, so the folder's path is known by then.
        let mut folders: HashMap<u32, RepoPath> = HashMap::from([(0, RepoPath::root())]);
        let Self { nodes, names, files } = self;
        (1..).zip(nodes.into_iter().skip(1)).filter_map(move |(at, node)| {
            let start = node.name_at as usize;
            let name = &names[start..start + usize::from(node.name_len)];
            let path = folders.get(&node.parent).map(|folder| folder.child(name));
            match node.kind {
                NodeKind::Folder => {
                    folders.insert(at, path?);
                    None
                }
                NodeKind::File => Some((path?, files[node.slot as usize])),
                NodeKind::Gone => None,
            }
        })
    }
}
