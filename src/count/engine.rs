//! The own engine: cuts text into pieces and adds up what each counts.

use super::{
    cache::{Cache, Key, MIDDLE_MOST, SHORT_MOST},
    long::Long,
    masks::{Look, Masks, Plain, WIDTH, WINDOW},
    pattern, starts,
    tables::Table,
    waiting::Waiting,
};
use crate::model::Encoding;

/// The pattern of an encoding, twice: by bits, and by characters.
pub(super) trait Grammar {
    /// Returns where pieces begin among the first bytes of a window.
    fn starts(masks: &mut Masks, window: &[u8; WINDOW]) -> u64;

    /// Returns where the piece ends that begins at an offset.
    fn end(text: &[u8], at: usize) -> usize;
}

macro_rules! grammar {
    ($name:ident, $pattern:ident) => {
        #[doc = concat!("`pattern::", stringify!($pattern), "` and `starts::", stringify!($pattern), "`.")]
        #[derive(Debug)]
        pub(super) struct $name;

        impl Grammar for $name {
            #[inline(always)]
            fn starts(masks: &mut Masks, window: &[u8; WINDOW]) -> u64 {
                starts::$pattern(masks, window)
            }

            fn end(text: &[u8], at: usize) -> usize {
                pattern::$pattern(text, at)
            }
        }
    };
}

// A macro because each is a name for a pair of functions and nothing else.
grammar!(Cl100k, cl100k);
grammar!(O200k, o200k);
grammar!(P50k, p50k);

/// What is done with each piece.
pub(super) trait Scan {
    /// How text becomes pieces.
    type Grammar: Grammar;

    /// Takes a piece at an offset of a window, of up to 64 bytes.
    fn take<L: Look>(&mut self, window: &[u8; WINDOW], from: usize, len: usize);

    /// Takes a piece of any length.
    fn take_any<L: Look>(&mut self, piece: &[u8]);

    /// Returns how many tokens all pieces had.
    fn tokens<L: Look>(&mut self) -> u64;
}

/// Cuts a text into pieces, all of which the scan takes in their order; returns their tokens.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn count<S: Scan, L: Look>(scan: &mut S, text: &[u8]) -> u64 {
    let mut at = 0;
    while let Some(window) = text.get(at..).and_then(<[u8]>::first_chunk::<WINDOW>) {
        let taken = take_window::<S, L>(scan, window, WIDTH);
        at += if taken == 0 { take_one::<S, L>(scan, text, at) } else { taken };
    }
    let rest = &text[at..];
    let mut padded = [0; 2 * WINDOW];
    padded[..rest.len()].copy_from_slice(rest);
    let mut at = 0;
    while at < rest.len() {
        let window = padded[at..].first_chunk().expect("the padding is as long as a window");
        let taken = take_window::<S, L>(scan, window, WIDTH.min(rest.len() - at));
        at += if taken == 0 { take_one::<S, L>(scan, rest, at) } else { taken };
    }
    scan.tokens::<L>()
}

/// Takes the pieces that surely end within the window; returns how many bytes they are.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn take_window<S: Scan, L: Look>(scan: &mut S, window: &[u8; WINDOW], len: usize) -> usize {
    let mut masks = Masks::of::<L>(window, len);
    let mut starts = S::Grammar::starts(&mut masks, window) & !1;
    let mut from = 0;
    while starts != 0 {
        let next = starts.trailing_zeros() as usize;
        starts &= starts - 1;
        scan.take::<L>(window, from, next - from);
        from = next;
    }
    from
}

#[inline(never)]
fn take_one<S: Scan, L: Look>(scan: &mut S, text: &[u8], at: usize) -> usize {
    let end = S::Grammar::end(text, at);
    scan.take_any::<L>(&text[at..end]);
    end - at
}

/// Counts pieces by the merges of a table and remembers them.
#[derive(Debug)]
pub(super) struct Counting<'a, G> {
    table: &'static Table,
    memory: &'a mut Memory,
    tokens: u64,
    grammar: std::marker::PhantomData<G>,
}

/// What one thread remembers of one encoding.
#[derive(Debug)]
pub(super) struct Memory {
    cache: Cache,
    waiting: Waiting,
    long: Long,
}

impl Memory {
    /// Returns an empty memory.
    pub(super) fn new() -> Self {
        Self { cache: Cache::new(), waiting: Waiting::new(), long: Long::default() }
    }

    /// Returns how many tokens a text has.
    pub(super) fn count(&mut self, encoding: Encoding, text: &str) -> u64 {
        match encoding {
            Encoding::Cl100kBase => self.count_by::<Cl100k>(encoding, text),
            Encoding::O200kBase => self.count_by::<O200k>(encoding, text),
            Encoding::P50kBase | Encoding::R50kBase => self.count_by::<P50k>(encoding, text),
        }
    }

    /// Returns how many tokens a text has, found without the vectors of the processor.
    pub(super) fn count_plainly(&mut self, encoding: Encoding, text: &str) -> u64 {
        let text = text.as_bytes();
        match encoding {
            Encoding::Cl100kBase => count::<_, Plain>(&mut self.counting::<Cl100k>(encoding), text),
            Encoding::O200kBase => count::<_, Plain>(&mut self.counting::<O200k>(encoding), text),
            Encoding::P50kBase | Encoding::R50kBase => {
                count::<_, Plain>(&mut self.counting::<P50k>(encoding), text)
            }
        }
    }

    fn count_by<G: Grammar>(&mut self, encoding: Encoding, text: &str) -> u64 {
        fastest(&mut self.counting::<G>(encoding), text.as_bytes())
    }

    fn counting<G: Grammar>(&mut self, encoding: Encoding) -> Counting<'_, G> {
        let table = Table::of(encoding);
        Counting { table, memory: self, tokens: 0, grammar: std::marker::PhantomData }
    }
}

/// Counts in the fastest way this processor has.
pub(super) fn fastest<S: Scan>(scan: &mut S, text: &[u8]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if let Some(tokens) = super::simd::count(scan, text) {
        return tokens;
    }
    count::<S, Plain>(scan, text)
}

impl<G: Grammar> Scan for Counting<'_, G> {
    type Grammar = G;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
    fn take<L: Look>(&mut self, window: &[u8; WINDOW], from: usize, len: usize) {
        if len > SHORT_MOST {
            self.take_any::<L>(&window[from..from + len]);
            return;
        }
        let Some(bytes) = window.get(from..).and_then(<[u8]>::first_chunk) else { return };
        let key = Key::of(bytes, len);
        let known = self.memory.cache.short(key);
        self.tokens +=
            if known.wrapping_sub(1) < SHORT_MOST as u64 { known } else { self.miss::<L>(key) };
    }

    #[inline(never)]
    fn take_any<L: Look>(&mut self, piece: &[u8]) {
        let len = piece.len();
        if len <= SHORT_MOST {
            let mut bytes = [0; 16];
            bytes[..len].copy_from_slice(piece);
            let key = Key::of(&bytes, len);
            let known = self.memory.cache.short(key);
            self.tokens +=
                if known.wrapping_sub(1) < SHORT_MOST as u64 { known } else { self.miss::<L>(key) };
        } else if len <= MIDDLE_MOST {
            let table = self.table;
            self.tokens += self.memory.cache.middle(piece, || L::merged(table, piece));
        } else {
            self.tokens += self.memory.long.count::<L>(self.table, piece);
        }
    }

    fn tokens<L: Look>(&mut self) -> u64 {
        self.tokens += self.memory.waiting.count::<L>(self.table, &mut self.memory.cache);
        self.tokens
    }
}

impl<G> Counting<'_, G> {
    /// Returns what there is to count when a short piece was not asked for last at its place.
    #[cold]
    #[inline(never)]
    fn miss<L: Look>(&mut self, key: Key) -> u64 {
        self.memory.waiting.push::<L>(self.table, &mut self.memory.cache, key)
    }
}
