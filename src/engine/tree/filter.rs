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
    kept: Kept,
}

/// The entries that a filter keeps.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// All of them, in order.
    pub(super) ids: Arc<[u32]>,
    /// Those that lie in no folder that is kept too: their totals are all that is kept, once.
    pub(super) tops: Arc<[u32]>,
}

/// What a filter's text means.
pub(super) enum Pattern {
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
    ) -> Result<Kept, String> {
        let sorted = (sort, order, self.encoding);
        let known = self
            .matches
            .take()
            .filter(|known| known.filter == *filter && known.structure == self.structure);
        let (mut ids, tops) = match known {
            Some(known) if known.sorted == sorted && sort == Sort::Name => {
                let kept = known.kept.clone();
                self.matches = Some(known);
                return Ok(kept);
            }
            Some(known) => (known.kept.ids.to_vec(), known.kept.tops),
            None => self.search(&Pattern::parse(&filter.0)?),
        };
        ids.sort_by(|&a, &b| self.compare(a, b, sort, order));
        let kept = Kept { ids: ids.into(), tops };
        let (filter, structure) = (filter.clone(), self.structure);
        self.matches = Some(Matches { filter, structure, sorted, kept: kept.clone() });
        Ok(kept)
    }

    /// Returns all entries that are kept, and those of them that lie in no folder that is.
    fn search(&self, pattern: &Pattern) -> (Vec<u32>, Arc<[u32]>) {
        let (mut found, mut tops) = (Vec::new(), Vec::new());
        let mut path = Vec::new();
        // Each entry remembers how long the path above it is, so that no path is built twice, and
        // whether a folder above it is kept.
        let mut open: Vec<(u32, usize, bool)> =
            self.folders[0].children.iter().map(|&child| (child, 0, false)).collect();
        while let Some((id, above, is_below)) = open.pop() {
            path.truncate(above);
            let node = self.nodes[id as usize];
            path.extend_from_slice(self.name(&node));
            let is_kept = pattern.keeps(&path);
            if is_kept {
                found.push(id);
            }
            if is_kept && !is_below {
                tops.push(id);
            }
            if node.kind == NodeKind::Folder {
                path.push(b'/');
                let (above, is_below) = (path.len(), is_below || is_kept);
                let children = &self.folders[node.slot as usize].children;
                open.extend(children.iter().map(|&child| (child, above, is_below)));
            }
        }
        (found, tops.into())
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let exact = text.chars().any(char::is_uppercase);
        if !text.contains(['*', '?', '[']) {
            return Ok(Self::part(text));
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

    /// Returns what the text means; one that is no valid glob is a part of the path.
    pub(super) fn or_part(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self::part(text))
    }

    fn part(text: &str) -> Self {
        let exact = text.chars().any(char::is_uppercase);
        let text = if exact { text.to_owned() } else { text.to_lowercase() };
        Self::Part { text: text.into_bytes(), exact }
    }

    pub(super) fn keeps(&self, path: &[u8]) -> bool {
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
