//! Which entries of the whole tree a filter keeps.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::{NodeKind, Tree};
use crate::model::{Encoding, Filter, Order, Sort};

/// The last filter's matches, kept while nothing comes or goes.
#[derive(Debug)]
pub(super) struct Matches {
    filter: Filter,
    structure: u64,
    sorted: (Sort, Order, Encoding),
    ids: Arc<[u32]>,
}

/// What a filter's text means.
enum Pattern {
    Glob(GlobMatcher),
    /// Part of the path, in lower case unless `exact`.
    Part {
        text: Vec<u8>,
        exact: bool,
    },
}

impl Tree {
    /// Returns the entries whose path matches, in order.
    ///
    /// # Errors
    /// Fails with what is wrong when the text is no valid glob.
    pub(super) fn matching(
        &mut self,
        filter: &Filter,
        sort: Sort,
        order: Order,
    ) -> Result<Arc<[u32]>, String> {
        let sorted = (sort, order, self.encoding);
        let known = self
            .matches
            .take()
            .filter(|known| known.filter == *filter && known.structure == self.structure);
        let mut ids = match known {
            Some(known) if known.sorted == sorted && sort == Sort::Name => {
                let ids = Arc::clone(&known.ids);
                self.matches = Some(known);
                return Ok(ids);
            }
            Some(known) => known.ids.to_vec(),
            None => self.search(&Pattern::parse(&filter.0)?),
        };
        ids.sort_by(|&a, &b| self.compare(a, b, sort, order));
        let ids: Arc<[u32]> = ids.into();
        self.matches = Some(Matches {
            filter: filter.clone(),
            structure: self.structure,
            sorted,
            ids: Arc::clone(&ids),
        });
        Ok(ids)
    }

    fn search(&self, pattern: &Pattern) -> Vec<u32> {
        let mut found = Vec::new();
        let mut path = Vec::new();
        // Each entry remembers how long the path above it is, so that no path is built twice.
        let mut open: Vec<(u32, usize)> =
            self.folders[0].children.iter().map(|&child| (child, 0)).collect();
        while let Some((id, above)) = open.pop() {
            path.truncate(above);
            let node = self.nodes[id as usize];
            path.extend_from_slice(self.name(&node));
            if pattern.keeps(&path) {
                found.push(id);
            }
            if node.kind == NodeKind::Folder {
                path.push(b'/');
                let above = path.len();
                let children = &self.folders[node.slot as usize].children;
                open.extend(children.iter().map(|&child| (child, above)));
            }
        }
        found
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let exact = text.chars().any(char::is_uppercase);
        if !text.contains(['*', '?', '[']) {
            let text = if exact { text.to_owned() } else { text.to_lowercase() };
            return Ok(Self::Part { text: text.into_bytes(), exact });
        }
        // A glob without a slash is about names, so it may begin in any folder.
        let anywhere = if text.contains('/') { text.to_owned() } else { format!("**/{text}") };
        GlobBuilder::new(&anywhere)
            .case_insensitive(!exact)
            .literal_separator(true)
            .build()
            .map(|glob| Self::Glob(glob.compile_matcher()))
            .map_err(|error| error.kind().to_string())
    }

    fn keeps(&self, path: &[u8]) -> bool {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
        match self {
            Self::Glob(glob) => glob.is_match(OsStr::from_bytes(path)),
            Self::Part { text, exact: true } => memchr::memmem::find(path, text).is_some(),
            Self::Part { text, exact: false } => {
                let lower = String::from_utf8_lossy(path).to_lowercase();
                memchr::memmem::find(lower.as_bytes(), text).is_some()
            }
        }
    }
}
