//! Entries in words, for people.

use crate::model::Kind;

use super::{
    counts::StoredCount,
    entry::{self, Form, View},
    results,
};

/// Returns a value in words.
pub(super) fn of_value(kind: Kind, value: &[u8]) -> String {
    match kind {
        Kind::Count => StoredCount::decode(value).map_or_else(String::new, |count| {
            format!("{} tokens in {}", spaced(count.tokens.0), count.of.encoding)
        }),
        Kind::Result => results::split(value)
            .and_then(|(meta, _)| results::Meta::read(meta))
            .map_or_else(|| bytes(value.len() as u64), |meta| meta.summary()),
        Kind::Tags | Kind::Tree | Kind::Map | Kind::Fetch => bytes(value.len() as u64),
    }
}

/// Returns a record in words, without reading the file of its value.
pub(super) fn of_record(view: &View<'_>) -> String {
    match view.form {
        Form::Plain => of_value(view.header.kind, view.value),
        Form::Zstd(raw) => bytes(u64::from(raw)),
        Form::Blob(raw, _) => {
            results::Meta::read(view.value).map_or_else(|| bytes(raw), |meta| meta.summary())
        }
    }
}

/// Returns true when file, repository or model of a result hold `text`, which is in small letters.
pub(super) fn names(record: &[u8], text: &str) -> bool {
    let Some(meta) = entry::peek(record).and_then(|view| results::Meta::read(view.value)) else {
        return false;
    };
    let (of, provider, model) = meta.class();
    let words = [of, provider, model, &meta.file, &meta.repository];
    words.iter().any(|word| word.to_lowercase().contains(text))
}

fn bytes(number: u64) -> String {
    format!("{} bytes", spaced(number))
}

/// Writes a number with a thin gap between thousands, as in `1 512`.
pub(super) fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::model::{ContentHash, Encoding, Tokens};

    use super::{super::counts::CountKey, *};

    #[test]
    fn a_summary_is_for_people() {
        let of = CountKey { hash: ContentHash([7; 32]), encoding: Encoding::O200kBase, version: 1 };
        let value = StoredCount { of, tokens: Tokens(1_512) }.encode();
        assert_eq!(of_value(Kind::Count, &value), "1 512 tokens in o200k_base");
        assert_eq!(of_value(Kind::Tree, &vec![0; 1_000_000]), "1 000 000 bytes");
    }
}
