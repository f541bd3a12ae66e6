//! Python's pickles, read without Python: plain data and one named tuple, nothing else.
//!
//! A pickle is a program for a stack machine that may call any function. This machine knows no
//! calls, one class, and limits for everything that could grow.

mod machine;
mod tags;

pub(super) use tags::read_tags;

#[cfg(test)]
pub(super) use {machine::PickleError, tags::PickledTag};
