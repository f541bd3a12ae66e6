//! The own engine's ways to find and count pieces, side by side: what tests and fuzzing compare.
//!
//! All of them give the same; the dashboard only ever uses the fastest.

use super::{
    engine::{Cl100k, Grammar, Memory, O200k, P50k, Scan, count, fastest},
    masks::{Look, Plain, WINDOW},
};
use crate::model::{Encoding, Tokens};

/// A way of the own engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// 64 bytes at a time, by the vectors of this processor where it has them.
    Fastest,
    /// 64 bytes at a time, without vectors: what other processors use.
    Plain,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Fastest, Self::Plain];
}

/// Returns how many tokens the text has, found by a counter that remembers nothing.
#[must_use]
pub fn count_by(way: Way, encoding: Encoding, text: &str) -> Tokens {
    let mut memory = Memory::new();
    Tokens(match way {
        Way::Fastest => memory.count(encoding, text),
        Way::Plain => memory.count_plainly(encoding, text),
    })
}

/// Returns where the pieces of the text end.
#[must_use]
pub fn pieces_by(way: Way, encoding: Encoding, text: &str) -> Vec<usize> {
    match encoding {
        Encoding::Cl100kBase => ends::<Cl100k>(way, text),
        Encoding::O200kBase => ends::<O200k>(way, text),
        Encoding::P50kBase | Encoding::R50kBase => ends::<P50k>(way, text),
    }
}

/// Returns where the pieces of the text end, found one character after the other.
#[must_use]
pub fn pieces_by_character(encoding: Encoding, text: &str) -> Vec<usize> {
    let end = match encoding {
        Encoding::Cl100kBase => Cl100k::end,
        Encoding::O200kBase => O200k::end,
        Encoding::P50kBase | Encoding::R50kBase => P50k::end,
    };
    let mut ends = Vec::new();
    let mut at = 0;
    while at < text.len() {
        at = end(text.as_bytes(), at);
        ends.push(at);
    }
    ends
}

fn ends<G: Grammar>(way: Way, text: &str) -> Vec<usize> {
    let mut pieces = Ends::<G> { all: Vec::new(), grammar: std::marker::PhantomData };
    match way {
        Way::Fastest => fastest(&mut pieces, text.as_bytes()),
        Way::Plain => count::<_, Plain>(&mut pieces, text.as_bytes()),
    };
    pieces.all
}

/// Writes down where the pieces end that it takes.
struct Ends<G> {
    all: Vec<usize>,
    grammar: std::marker::PhantomData<G>,
}

impl<G: Grammar> Scan for Ends<G> {
    type Grammar = G;

    fn take<L: Look>(&mut self, _: &[u8; WINDOW], _: usize, len: usize) {
        self.all.push(self.all.last().unwrap_or(&0) + len);
    }

    fn take_any<L: Look>(&mut self, piece: &[u8]) {
        self.all.push(self.all.last().unwrap_or(&0) + piece.len());
    }

    fn tokens<L: Look>(&mut self) -> u64 {
        self.all.len() as u64
    }
}
