//! What the words of a program are, roughly: comments, texts, keywords and numbers, for reading.
//!
//! Deliberately not here: grammars. A wrong colour harms nobody; a parser for thirty languages
//! would cost start-up time and a megabyte each.

mod languages;
mod lexer;

pub(super) use languages::Language;
pub(super) use lexer::Lexer;
