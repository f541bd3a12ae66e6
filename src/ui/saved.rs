//! Contexts that were saved under a name: what is known of one, and what can be wished for.

/// A saved context.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Saved {
    /// The name it was saved under.
    pub name: String,
    /// Files in it; `None` when it cannot be read.
    pub files: Option<u64>,
}

/// What happens to a context or a file that has the name already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Existing {
    /// It stays, and a question is asked.
    Ask,
    /// It is replaced.
    Replace,
}

/// What is wished for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SavedWish {
    /// Tell which there are.
    List,
    /// Save what is marked under this name.
    Save(String, Existing),
    /// Mark what was saved under this name, and nothing else.
    Load(String),
    /// Delete the one of this name.
    Delete(String),
}
