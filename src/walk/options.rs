//! The settings of the walk.

use serde::Deserialize;

use crate::model::Bytes;

/// What a walk takes in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Options {
    /// Takes in names that begin with a dot.
    pub hidden: bool,
    /// Leaves out what git would: `.gitignore` of every folder and those above, `info/exclude`, and
    /// the person's own excludes file.
    pub git_ignore: bool,
    /// Leaves out what `.larderignore` files say, which win over git's.
    pub larder_ignore: bool,
    /// Does not enter folders on another file system.
    pub same_file_system: bool,
    /// Larger files are reported as too large.
    pub max_file_bytes: Bytes,
    /// Threads of a walk; 0 for one per core.
    pub threads: usize,
    /// Left out before all else: lines as in a `.gitignore` of the root.
    pub exclude: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hidden: false,
            git_ignore: true,
            larder_ignore: true,
            same_file_system: false,
            max_file_bytes: Bytes(64 << 20),
            threads: 0,
            exclude: Vec::new(),
        }
    }
}
