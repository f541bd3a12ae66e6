//! What a setting takes: type, range, words.

use std::path::Path;

use humansize::{BINARY, format_size};
use toml::Value;

use super::{Fault, nearest, parse_size};
use crate::model::{Bytes, Shown};

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// True or false.
    Switch,
    /// A whole number.
    Whole {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// Bytes, as a number or as text such as `64 MiB`.
    Size {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A number.
    Decimal {
        /// The least.
        min: f64,
        /// The most.
        max: f64,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any text.
    Text,
    /// An absolute path, or empty.
    Folder,
    /// A list of texts.
    Texts,
}

impl Shape {
    /// Returns the value as the setting's own type, sizes as bytes.
    ///
    /// # Errors
    /// Fails when the type, the range or the word is another.
    pub fn check(self, value: &Value) -> Result<Value, Fault> {
        match (self, value) {
            (Self::Switch, Value::Boolean(_)) | (Self::Text, Value::String(_)) => Ok(value.clone()),
            (Self::Whole { min, max }, Value::Integer(number)) => {
                in_range(*number, min, max, |n| n.to_string())
            }
            (Self::Size { min, max }, Value::Integer(bytes)) => in_range(*bytes, min, max, size),
            (Self::Size { min, max }, Value::String(text)) => {
                let Bytes(bytes) = parse_size(text).ok_or_else(|| self.mismatch(value))?;
                in_range(i64::try_from(bytes).unwrap_or(i64::MAX), min, max, size)
            }
            #[expect(clippy::cast_precision_loss, reason = "a factor far below 2^52")]
            (Self::Decimal { min, max }, Value::Integer(number)) => {
                decimal(*number as f64, min, max)
            }
            (Self::Decimal { min, max }, Value::Float(number)) => decimal(*number, min, max),
            (Self::Word(words), Value::String(word)) => known_word(word, words),
            (Self::Folder, Value::String(path))
                if path.is_empty() || Path::new(path).is_absolute() =>
            {
                Ok(value.clone())
            }
            (Self::Texts, Value::Array(all)) if all.iter().all(Value::is_str) => Ok(value.clone()),
            _ => Err(self.mismatch(value)),
        }
    }

    /// Reads a value from an environment variable or a flag.
    ///
    /// # Errors
    /// Fails when the text is nothing the setting takes.
    pub fn read(self, text: &str) -> Result<Value, Fault> {
        let as_text = Value::String(text.to_owned());
        let read = match self {
            Self::Switch => match text {
                "true" | "1" => Some(Value::Boolean(true)),
                "false" | "0" => Some(Value::Boolean(false)),
                _ => None,
            },
            Self::Whole { .. } => text.parse().ok().map(Value::Integer),
            Self::Decimal { .. } => text.parse().ok().map(Value::Float),
            Self::Texts => Some(list(text)),
            Self::Size { .. } | Self::Word(_) | Self::Text | Self::Folder => Some(as_text.clone()),
        };
        self.check(&read.ok_or_else(|| self.mismatch(&as_text))?)
    }

    /// Returns what the setting takes, in words.
    #[must_use]
    pub fn expected(self) -> String {
        match self {
            Self::Switch => "true or false".to_owned(),
            Self::Whole { min, max } => format!("a whole number from {min} to {max}"),
            Self::Size { min, max } => {
                format!("bytes such as 1048576 or \"64 MiB\", from {} to {}", size(min), size(max))
            }
            Self::Decimal { min, max } => format!("a number from {min:?} to {max:?}"),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Text => "text".to_owned(),
            Self::Folder => "an absolute path, or empty text".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
        }
    }

    fn mismatch(self, value: &Value) -> Fault {
        let found = Shown::text(&value.to_string()).to_string();
        Fault::Type { expected: self.expected(), found }
    }
}

/// Returns bytes as people read them, exactly.
fn size(bytes: i64) -> String {
    let bytes = u64::try_from(bytes).unwrap_or_default();
    let text = format_size(bytes, BINARY);
    if parse_size(&text) == Some(Bytes(bytes)) { text } else { format!("{bytes} B") }
}

fn in_range(number: i64, min: i64, max: i64, show: fn(i64) -> String) -> Result<Value, Fault> {
    if (min..=max).contains(&number) {
        return Ok(Value::Integer(number));
    }
    let value = if number < 0 { number.to_string() } else { show(number) };
    Err(Fault::Range { value, allowed: format!("{} to {}", show(min), show(max)) })
}

fn decimal(number: f64, min: f64, max: f64) -> Result<Value, Fault> {
    if (min..=max).contains(&number) {
        return Ok(Value::Float(number));
    }
    Err(Fault::Range { value: number.to_string(), allowed: format!("{min:?} to {max:?}") })
}

fn known_word(word: &str, words: &[&str]) -> Result<Value, Fault> {
    if words.contains(&word) {
        return Ok(Value::String(word.to_owned()));
    }
    Err(Fault::Word {
        value: Shown::text(word).to_string(),
        allowed: words.join(", "),
        nearest: nearest(word, words.iter().copied()).map(str::to_owned),
    })
}

/// Returns the list that `text` holds: TOML in brackets, or the text as its only entry.
fn list(text: &str) -> Value {
    if text.is_empty() {
        return Value::Array(Vec::new());
    }
    let one = || Value::Array(vec![Value::String(text.to_owned())]);
    if text.starts_with('[') { text.parse().unwrap_or_else(|_| one()) } else { one() }
}
