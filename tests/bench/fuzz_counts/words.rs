//! Words of the vocabularies, and rulers: the pieces that merging makes the longest words of.

use larder::model::Encoding;

/// What rulers and blank lines are made of.
const SIGNS: &str = "-/|=*_#~.+<>!?&%$\\:;,'\"`^@() \t\n\r\u{a0}\u{3000}─━═█";

/// Words from here on are long: few, and most of them rulers.
const LONG: usize = 16;

/// The words of all vocabularies that are text.
pub(crate) struct Words {
    all: Vec<String>,
    long: Vec<String>,
    signs: Vec<char>,
}

impl Words {
    /// Reads the vocabularies of the reference.
    pub(crate) fn read() -> Self {
        let all: Vec<String> = Encoding::ALL
            .map(|encoding| match encoding {
                Encoding::Cl100kBase => tiktoken_rs::cl100k_base_singleton(),
                Encoding::O200kBase => tiktoken_rs::o200k_base_singleton(),
                Encoding::P50kBase => tiktoken_rs::p50k_base_singleton(),
                Encoding::R50kBase => tiktoken_rs::r50k_base_singleton(),
            })
            .into_iter()
            .flat_map(|words| (0..1 << 18).filter_map(|rank| words.decode_bytes(&[rank]).ok()))
            .filter_map(|word| String::from_utf8(word).ok())
            .collect();
        let long = all.iter().filter(|word| word.len() >= LONG).cloned().collect();
        Self { all, long, signs: SIGNS.chars().collect() }
    }

    /// Makes words stand beside each other, or repeats one, or puts signs around it.
    pub(crate) fn some(&self, below: &mut impl FnMut(usize) -> usize) -> String {
        let mut text = String::new();
        for _ in 0..=below(6) {
            let from = if below(2) == 0 { &self.all } else { &self.long };
            let word = &from[below(from.len())];
            match below(4) {
                0 => text.push_str(&word.repeat(1 + below(9))),
                1 => text.extend([self.ruler(below).as_str(), word]),
                2 => text.extend([word, self.ruler(below).as_str()]),
                _ => text.push_str(word),
            }
        }
        text
    }

    /// Makes a run of up to 200 signs: one repeated, two in turn, or two in any order.
    pub(crate) fn ruler(&self, below: &mut impl FnMut(usize) -> usize) -> String {
        let two = [0; 2].map(|_| self.signs[below(self.signs.len())]);
        let (len, kind, turn) = (below(201), below(3), 1 + below(80));
        (0..len)
            .map(|at| match kind {
                0 => two[0],
                1 => two[at / turn % 2],
                _ => two[below(2)],
            })
            .collect()
    }
}
