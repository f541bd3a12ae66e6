//! The counter that threads share and the worker that each of them owns.

use std::collections::HashSet;

use thiserror::Error;

use super::{EngineChoice, Options, engine::Memory};
use crate::model::{Encoding, Tokens};

/// A text that an engine could not count.
#[derive(Debug, Error)]
pub enum CountError {
    /// The reference engine gave up: it does on long runs of blanks.
    #[error("the reference engine failed on {bytes} bytes in {encoding}: {reason}")]
    Reference {
        /// What it counted in.
        encoding: Encoding,
        /// The length of the text.
        bytes: usize,
        /// What it said.
        reason: String,
    },
}

/// Makes workers; costs nothing to make or to clone.
#[derive(Clone, Debug)]
pub struct Counter {
    engine: EngineChoice,
}

impl Counter {
    /// Returns a counter with these settings.
    #[must_use]
    pub const fn new(options: &Options) -> Self {
        Self { engine: options.engine }
    }

    /// Returns a worker for one thread.
    #[must_use]
    pub const fn worker(&self) -> Worker {
        Worker { engine: self.engine, memories: [const { None }; Encoding::ALL.len()] }
    }
}

/// Counts for one thread; remembers pieces it has counted, within a bound.
#[derive(Debug)]
pub struct Worker {
    engine: EngineChoice,
    memories: [Option<Memory>; Encoding::ALL.len()],
}

impl Worker {
    /// Returns how many tokens the text has; special tokens in it are ordinary text.
    ///
    /// # Errors
    ///
    /// Only the reference engine fails, on long runs of blanks.
    pub fn count(&mut self, encoding: Encoding, text: &str) -> Result<Tokens, CountError> {
        match self.engine {
            EngineChoice::Own => {
                let memory = &mut self.memories[usize::from(encoding.number())];
                let memory = memory.get_or_insert_with(Memory::new);
                Ok(Tokens(memory.count(encoding, text)))
            }
            EngineChoice::Reference => reference(encoding, text),
        }
    }

    /// Returns how many tokens the bytes have as UTF-8, what is invalid replaced by U+FFFD.
    ///
    /// # Errors
    ///
    /// Only the reference engine fails, on long runs of blanks.
    pub fn count_bytes(&mut self, encoding: Encoding, bytes: &[u8]) -> Result<Tokens, CountError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.count(encoding, text),
            // Alone it would give the same, but looks at valid bytes one by one.
            Err(_) => self.count(encoding, &String::from_utf8_lossy(bytes)),
        }
    }
}

fn reference(encoding: Encoding, text: &str) -> Result<Tokens, CountError> {
    let engine = match encoding {
        Encoding::Cl100kBase => tiktoken_rs::cl100k_base_singleton(),
        Encoding::O200kBase => tiktoken_rs::o200k_base_singleton(),
        Encoding::P50kBase => tiktoken_rs::p50k_base_singleton(),
        Encoding::R50kBase => tiktoken_rs::r50k_base_singleton(),
    };
    match engine.count(text, &HashSet::new()) {
        Ok(tokens) => Ok(Tokens(tokens as u64)),
        Err(error) => {
            Err(CountError::Reference { encoding, bytes: text.len(), reason: error.to_string() })
        }
    }
}
