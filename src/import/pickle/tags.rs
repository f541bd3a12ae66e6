//! The value of an entry of aider: a mapping of `mtime` and a list of tags.

use super::machine::{Id, Machine, Node, PickleError};

/// The most bytes of the text of one tag: no identifier is longer.
const MAX_TEXT: usize = 64 << 10;

/// The most bytes of all texts together, each counted as often as it is used.
const MAX_TEXTS: usize = 128 << 20;

/// What an entry holds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) struct PickledTags<'a> {
    /// When the file was changed, in seconds since 1970.
    pub(in crate::import) mtime: f64,
    /// Its tags.
    pub(in crate::import) tags: Vec<PickledTag<'a>>,
}

/// A tag as aider has it, its texts as ranges of the pickle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::import) struct PickledTag<'a> {
    /// The file, relative to the repository.
    pub(in crate::import) relative: &'a [u8],
    /// The file, absolute.
    pub(in crate::import) file: &'a [u8],
    /// The line from 0, or -1.
    pub(in crate::import) line: i64,
    /// What is defined or referred to.
    pub(in crate::import) name: &'a [u8],
    /// `def` or `ref`.
    pub(in crate::import) kind: &'a [u8],
}

/// Reads the value of an entry.
pub(in crate::import) fn read_tags(bytes: &[u8]) -> Result<PickledTags<'_>, PickleError> {
    let (nodes, result) = Machine::run(bytes)?;
    let reader = Reader { bytes, nodes };
    let Node::Dict(members) = reader.node(result) else {
        return Err(PickleError::Shape("it is no mapping"));
    };
    // The last of two members with the same key counts, as in Python.
    let member = |name: &[u8]| {
        let found = members.iter().rev().find(|(key, _)| reader.text(*key) == Some(name));
        found.map(|(_, value)| *value)
    };
    let mtime = member(b"mtime").ok_or(PickleError::Shape("`mtime` is missing"))?;
    let data = member(b"data").ok_or(PickleError::Shape("`data` is missing"))?;
    Ok(PickledTags { mtime: reader.number(mtime)?, tags: reader.tags(data)? })
}

struct Reader<'a> {
    bytes: &'a [u8],
    nodes: Vec<Node>,
}

impl<'a> Reader<'a> {
    fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    fn text(&self, id: Id) -> Option<&'a [u8]> {
        let Node::Text(from, to) = self.node(id) else { return None };
        Some(&self.bytes[*from as usize..*to as usize])
    }

    #[expect(clippy::cast_precision_loss, reason = "a time in seconds")]
    fn number(&self, id: Id) -> Result<f64, PickleError> {
        if let Node::Float(number) = self.node(id) {
            return Ok(*number);
        }
        let Node::Int(number) = self.node(id) else {
            return Err(PickleError::Shape("`mtime` is no number"));
        };
        Ok(*number as f64)
    }

    fn tags(&self, id: Id) -> Result<Vec<PickledTag<'a>>, PickleError> {
        let Node::List(items) = self.node(id) else {
            return Err(PickleError::Shape("`data` is no list"));
        };
        let mut texts = 0_usize;
        items
            .iter()
            .map(|item| {
                let tag = self.tag(*item)?;
                texts = texts.saturating_add(tag.name.len());
                if texts > MAX_TEXTS {
                    return Err(PickleError::TooMuch("bytes of text"));
                }
                Ok(tag)
            })
            .collect()
    }

    fn tag(&self, id: Id) -> Result<PickledTag<'a>, PickleError> {
        let Node::Object([relative, file, line, name, kind]) = self.node(id) else {
            return Err(PickleError::Shape("`data` holds something else than tags"));
        };
        let text = |id: &Id| match self.text(*id) {
            Some(text) if text.len() <= MAX_TEXT => Ok(text),
            Some(_) => Err(PickleError::TooMuch("bytes in one name")),
            None => Err(PickleError::Shape("a tag's name or path is no text")),
        };
        let Node::Int(line) = self.node(*line) else {
            return Err(PickleError::Shape("a tag's line is no number"));
        };
        Ok(PickledTag {
            relative: text(relative)?,
            file: text(file)?,
            line: *line,
            name: text(name)?,
            kind: text(kind)?,
        })
    }
}
