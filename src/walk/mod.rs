//! Which files belong to a repository, and how we know that one of them changed.
//!
//! [`walk`] lists what lies below a folder, with one `lstat` per file; [`Reader`] reads one file
//! whole and says whether it held still; [`branch`] reads where git stands. Every name is opened
//! relative to an open folder, so paths may be longer than the system takes at once.
//! Deliberately not here: counting, hashing, and the tree that the findings go into.

mod filter;
mod fingerprint;
mod folder;
mod found;
mod git;
mod look;
mod options;
mod queue;
mod read;
mod rules;
mod walker;

pub use fingerprint::fingerprint;
pub use found::{Found, WalkError, Walked};
pub use git::{branch, git_dir};
pub use look::look;
pub use options::Options;
pub use read::{ReadError, ReadFile, Reader, Stream};
pub use walker::walk;

#[cfg(test)]
mod tests;
