//! The screens: which panes lie where. Today there is one.

pub(crate) mod home;
