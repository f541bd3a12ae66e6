//! The files that entries speak of, as they are now.

use std::path::{Path, PathBuf};

use crate::model::{Bytes, ContentHash, RepoPath};

use super::{
    ForeignCount, ForeignResult, ForeignTags, ImportError, LeftOut, Sha256,
    source::{self, python_mtime},
};

/// Finds the files of entries.
pub(super) struct Places {
    /// What relative paths are relative to.
    root: PathBuf,
    /// Larger files are not read.
    most: Bytes,
}

/// A file that is what its entry says.
pub(super) struct Same {
    /// Its content.
    pub(super) bytes: Vec<u8>,
    /// The hash by which larder knows it.
    pub(super) content: ContentHash,
}

impl Same {
    /// Returns its size.
    pub(super) const fn size(&self) -> Bytes {
        Bytes(self.bytes.len() as u64)
    }
}

impl Places {
    pub(super) const fn new(root: PathBuf, most: Bytes) -> Self {
        Self { root, most }
    }

    /// Returns the file that was counted, when it still has the same content.
    pub(super) fn counted(&self, count: &ForeignCount) -> Result<Same, LeftOut> {
        self.same(&self.root.join(&count.path), count.size, &count.content)
    }

    /// Returns the file that has these tags, when it was not changed since.
    pub(super) fn tagged(&self, tags: &ForeignTags) -> Result<Same, LeftOut> {
        let path = self.root.join(&tags.path);
        let (bytes, data) = source::read(&path, self.most.0).map_err(|error| left_out(&error))?;
        // Exactly as the tool compares them.
        #[expect(clippy::float_cmp, reason = "the same bits or another time")]
        let is_same = python_mtime(&data) == tags.modified;
        let content = hash(&bytes);
        if is_same { Ok(Same { bytes, content }) } else { Err(LeftOut::Changed) }
    }

    /// Returns the hash of the file that a result is about, when it is there unchanged.
    pub(super) fn sent(&self, result: &ForeignResult) -> Option<ContentHash> {
        let inside = RepoPath::new(result.file.as_bytes()).ok().filter(|path| !path.is_root())?;
        let file = self.root.join(&result.repository).join(inside.as_path());
        self.same(&file, result.size, &result.content).ok().map(|same| same.content)
    }

    fn same(&self, path: &Path, size: Bytes, content: &Sha256) -> Result<Same, LeftOut> {
        let data = path.metadata().map_err(ImportError::unreadable(path));
        let data = data.map_err(|error| left_out(&error))?;
        if data.is_file() && Bytes(data.len()) != size {
            return Err(LeftOut::Changed);
        }
        let (bytes, _) = source::read(path, self.most.0).map_err(|error| left_out(&error))?;
        if Sha256::of(&bytes) != *content {
            return Err(LeftOut::Changed);
        }
        let content = hash(&bytes);
        Ok(Same { bytes, content })
    }
}

fn hash(bytes: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(bytes).as_bytes())
}

/// Returns why a file is of no use.
const fn left_out(error: &ImportError) -> LeftOut {
    if matches!(error, ImportError::Missing { .. }) {
        LeftOut::Gone
    } else if matches!(error, ImportError::TooLarge { .. }) {
        LeftOut::TooLarge
    } else {
        LeftOut::Unreadable
    }
}
