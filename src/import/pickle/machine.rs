//! The stack machine: a pickle's bytes become nodes in one arena.
//!
//! Nodes name each other by number, so that nothing here recurses and a list that holds itself does
//! no harm.

use std::collections::HashMap;

/// The class that may be named, by module and name.
const CLASS: (&[u8], &[u8]) = (b"aider.repomap", b"Tag");

/// The fields of that class.
pub(super) const FIELDS: usize = 5;

/// The most bytes of a pickle: no file has tags for more.
pub(super) const MAX_BYTES: usize = 32 << 20;

/// The most nodes: a quarter of a million tags.
const MAX_NODES: usize = 2 << 20;

/// The most entries of the stack; a tool puts at most a thousand items on it at once.
const MAX_STACK: usize = 64 << 10;

/// The most open marks: depth, in other words.
const MAX_DEPTH: usize = 64;

/// Why a pickle is not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(in crate::import) enum PickleError {
    /// It ends too early.
    #[error("it ends in its middle")]
    Truncated,
    /// It holds an instruction that is not carried out.
    #[error("instruction 0x{code:02x} at byte {at} is not allowed")]
    Forbidden {
        /// Which.
        code: u8,
        /// Where.
        at: usize,
    },
    /// It names a class or function that is not allowed.
    #[error("it names `{0}`, which is not allowed")]
    Global(String),
    /// It is larger than a limit.
    #[error("it has too many {0}")]
    TooMuch(&'static str),
    /// Its instructions do not fit together.
    #[error("it is damaged at byte {at}: {why}")]
    Damaged {
        /// Where.
        at: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// It holds something else than tags.
    #[error("it does not hold tags: {0}")]
    Shape(&'static str),
}

/// The number of a node.
pub(super) type Id = u32;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// None, and everything that is of no interest.
    Nothing,
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text, as a range of the pickle's bytes.
    Text(u32, u32),
    /// A list.
    List(Vec<Id>),
    /// A tuple.
    Tuple(Vec<Id>),
    /// A mapping.
    Dict(Vec<(Id, Id)>),
    /// The class itself.
    Class,
    /// An object of the class.
    Object([Id; FIELDS]),
}

/// The machine.
pub(super) struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    /// Runs the pickle to its end and returns the nodes and the number of the result.
    pub(super) fn run(bytes: &'a [u8]) -> Result<(Vec<Node>, Id), PickleError> {
        if bytes.len() > MAX_BYTES {
            return Err(PickleError::TooMuch("bytes"));
        }
        let mut machine = Self {
            bytes,
            at: 0,
            nodes: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
        };
        while machine.step()? {}
        let result = machine.pop()?;
        let whole = machine.stack.is_empty() && machine.at == bytes.len();
        if whole {
            Ok((machine.nodes, result))
        } else {
            Err(machine.damaged("more than one value"))
        }
    }

    /// Carries out one instruction and returns false after the last.
    fn step(&mut self) -> Result<bool, PickleError> {
        let start = self.at;
        let code = self.byte()?;
        match code {
            b'.' => return Ok(false),
            0x80 => self.protocol()?,
            0x95 => self.frame()?,
            b'N' | 0x88 | 0x89 => self.push(Node::Nothing)?,
            b'}' => self.push(Node::Dict(Vec::new()))?,
            b']' => self.push(Node::List(Vec::new()))?,
            b')' => self.push(Node::Tuple(Vec::new()))?,
            b'(' => self.mark()?,
            b'K' | b'M' | b'J' | 0x8a | b'G' => self.number(code)?,
            0x8c | b'X' | 0x8d => self.text(code)?,
            0x94 | b'q' | b'r' => self.remember(code)?,
            b'h' | b'j' => self.recall(code)?,
            b't' | 0x85..=0x87 => self.tuple(code)?,
            b'a' | b'e' => self.append(code)?,
            b's' | b'u' => self.set(code)?,
            b'c' | 0x93 => self.global(code)?,
            0x81 => self.object()?,
            code => return Err(PickleError::Forbidden { code, at: start }),
        }
        Ok(true)
    }

    fn protocol(&mut self) -> Result<(), PickleError> {
        match self.byte()? {
            2..=5 => Ok(()),
            _ => Err(self.damaged("of an unknown protocol")),
        }
    }

    fn frame(&mut self) -> Result<(), PickleError> {
        let length = u64::from_le_bytes(self.array()?);
        let left = (self.bytes.len() - self.at) as u64;
        if length > left { Err(PickleError::Truncated) } else { Ok(()) }
    }

    fn mark(&mut self) -> Result<(), PickleError> {
        if self.marks.len() >= MAX_DEPTH {
            return Err(PickleError::TooMuch("levels"));
        }
        self.marks.push(self.stack.len());
        Ok(())
    }

    fn number(&mut self, code: u8) -> Result<(), PickleError> {
        let node = match code {
            b'K' => Node::Int(i64::from(self.byte()?)),
            b'M' => Node::Int(i64::from(u16::from_le_bytes(self.array()?))),
            b'J' => Node::Int(i64::from(i32::from_le_bytes(self.array()?))),
            b'G' => Node::Float(f64::from_be_bytes(self.array()?)),
            _ => Node::Int(self.long()?),
        };
        self.push(node)
    }

    /// Reads a number of as many bytes as its first byte says, the least significant first.
    fn long(&mut self) -> Result<i64, PickleError> {
        let length = usize::from(self.byte()?);
        if length > 8 {
            return Err(self.damaged("a number that is too large"));
        }
        let bytes = self.take(length)?;
        let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut whole = if is_negative { [0xff; 8] } else { [0; 8] };
        whole[..length].copy_from_slice(bytes);
        Ok(i64::from_le_bytes(whole))
    }

    fn text(&mut self, code: u8) -> Result<(), PickleError> {
        let length = match code {
            0x8c => u64::from(self.byte()?),
            b'X' => u64::from(u32::from_le_bytes(self.array()?)),
            _ => u64::from_le_bytes(self.array()?),
        };
        let length = usize::try_from(length).map_err(|_| PickleError::Truncated)?;
        let start = self.at;
        self.take(length)?;
        // Both fit because the whole pickle is shorter.
        let place = |at| u32::try_from(at).map_err(|_| PickleError::TooMuch("bytes"));
        self.push(Node::Text(place(start)?, place(self.at)?))
    }

    fn remember(&mut self, code: u8) -> Result<(), PickleError> {
        let place = match code {
            0x94 => u32::try_from(self.memo.len()).map_err(|_| PickleError::TooMuch("values"))?,
            b'q' => u32::from(self.byte()?),
            _ => u32::from_le_bytes(self.array()?),
        };
        if self.memo.len() >= MAX_NODES {
            return Err(PickleError::TooMuch("values"));
        }
        let top = self.top()?;
        self.memo.insert(place, top);
        Ok(())
    }

    fn recall(&mut self, code: u8) -> Result<(), PickleError> {
        let place = match code {
            b'h' => u32::from(self.byte()?),
            _ => u32::from_le_bytes(self.array()?),
        };
        let found = self.memo.get(&place).copied();
        let id = found.ok_or_else(|| self.damaged("it recalls what it never kept"))?;
        self.push_id(id)
    }

    fn tuple(&mut self, code: u8) -> Result<(), PickleError> {
        let items = match code {
            b't' => self.since_mark()?,
            code => {
                let items = usize::from(code - 0x84);
                let floor = self.marks.last().copied().unwrap_or(0);
                if self.stack.len() < floor + items {
                    return Err(self.damaged("a tuple of too little"));
                }
                self.stack.split_off(self.stack.len() - items)
            }
        };
        self.push(Node::Tuple(items))
    }

    fn append(&mut self, code: u8) -> Result<(), PickleError> {
        let mut items = if code == b'a' { vec![self.pop()?] } else { self.since_mark()? };
        let id = self.top()?;
        let Node::List(list) = &mut self.nodes[id as usize] else {
            return Err(self.damaged("it appends to what is no list"));
        };
        list.append(&mut items);
        Ok(())
    }

    fn set(&mut self, code: u8) -> Result<(), PickleError> {
        let items = if code == b's' {
            let value = self.pop()?;
            vec![self.pop()?, value]
        } else {
            self.since_mark()?
        };
        let id = self.top()?;
        let (pairs, []) = items.as_chunks::<2>() else {
            return Err(self.damaged("a key without a value"));
        };
        let Node::Dict(dict) = &mut self.nodes[id as usize] else {
            return Err(self.damaged("it sets a key of what is no mapping"));
        };
        dict.extend(pairs.iter().map(|[key, value]| (*key, *value)));
        Ok(())
    }

    fn global(&mut self, code: u8) -> Result<(), PickleError> {
        let (module, name) = if code == b'c' {
            (self.line()?, self.line()?)
        } else {
            let (name, module) = (self.pop()?, self.pop()?);
            match (&self.nodes[module as usize], &self.nodes[name as usize]) {
                (&Node::Text(from, to), &Node::Text(start, end)) => {
                    (self.range(from, to), self.range(start, end))
                }
                _ => return Err(self.damaged("a class whose name is no text")),
            }
        };
        if (module, name) == CLASS {
            return self.push(Node::Class);
        }
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        Err(PickleError::Global(format!("{}.{}", text(module), text(name))))
    }

    fn object(&mut self) -> Result<(), PickleError> {
        let (fields, class) = (self.pop()?, self.pop()?);
        let Node::Class = self.nodes[class as usize] else {
            return Err(self.damaged("an object of no class"));
        };
        let fields = if let Node::Tuple(items) = &self.nodes[fields as usize] {
            <[Id; FIELDS]>::try_from(items.as_slice()).ok()
        } else {
            None
        };
        let fields = fields.ok_or_else(|| self.damaged("an object with other fields"))?;
        self.push(Node::Object(fields))
    }

    fn push(&mut self, node: Node) -> Result<(), PickleError> {
        if self.nodes.len() >= MAX_NODES {
            return Err(PickleError::TooMuch("values"));
        }
        let id = Id::try_from(self.nodes.len()).map_err(|_| PickleError::TooMuch("values"))?;
        self.nodes.push(node);
        self.push_id(id)
    }

    fn push_id(&mut self, id: Id) -> Result<(), PickleError> {
        if self.stack.len() >= MAX_STACK {
            return Err(PickleError::TooMuch("values at once"));
        }
        self.stack.push(id);
        Ok(())
    }

    /// Takes the topmost value, which must lie above the last mark.
    fn pop(&mut self) -> Result<Id, PickleError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn top(&self) -> Result<Id, PickleError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        match self.stack.last() {
            Some(id) if self.stack.len() > floor => Ok(*id),
            _ => Err(self.damaged("a value is missing")),
        }
    }

    fn since_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        let mark = self.marks.pop().ok_or_else(|| self.damaged("a mark is missing"))?;
        Ok(self.stack.split_off(mark))
    }

    fn byte(&mut self) -> Result<u8, PickleError> {
        Ok(self.array::<1>()?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| PickleError::Truncated)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], PickleError> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..length).ok_or(PickleError::Truncated)?;
        self.at += length;
        Ok(taken)
    }

    /// Takes a line without its end.
    fn line(&mut self) -> Result<&'a [u8], PickleError> {
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b'\n', rest).ok_or(PickleError::Truncated)?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    fn range(&self, from: u32, to: u32) -> &'a [u8] {
        &self.bytes[from as usize..to as usize]
    }

    const fn damaged(&self, why: &'static str) -> PickleError {
        PickleError::Damaged { at: self.at, why }
    }
}
