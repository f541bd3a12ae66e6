//! Values in files of their own: what is large, and what cost money.
//!
//! A file is named after its key and says itself what it holds, so that it is found again when the
//! database is lost. Files of results lie in the data folder and are safe on the disk before they
//! count as kept; all others lie in the cache folder, are shared by its generations, and a damaged
//! one is a miss.

mod file;
mod folder;

pub(super) use self::{
    file::{Blob, Broken, compressed, expanded},
    folder::{Blobs, Found},
};
