//! The keys of a repository map and of a rendered tree, as the cache of repository maps has them.
//!
//! Those caches live in memory, so there is nothing to import; the keys are here so that a script
//! which knows them finds the same names.

use std::fmt::Write as _;

use super::Sha256;

/// The version that is part of every key.
const VERSION: u32 = 4;

/// How many hexadecimal digits a key has.
const DIGITS: usize = 16;

/// All that a map depends on.
#[derive(Clone, Copy, Debug, Default)]
pub struct MapFactors<'a> {
    /// Files of the chat.
    pub chat: &'a [&'a str],
    /// Other files.
    pub other: &'a [&'a str],
    /// The most tokens.
    pub tokens: u64,
    /// Files that are mentioned.
    pub files: &'a [&'a str],
    /// Identifiers that are mentioned.
    pub identifiers: &'a [&'a str],
}

/// Returns the key of a map; the order of files and identifiers does not matter.
#[must_use]
pub fn map_key(factors: &MapFactors<'_>) -> String {
    let json = format!(
        "{{\"chat\": {}, \"fnames\": {}, \"idents\": {}, \"other\": {}, \"tokens\": {}, \
         \"version\": {VERSION}}}",
        list(factors.chat),
        list(factors.files),
        list(factors.identifiers),
        list(factors.other),
        factors.tokens,
    );
    Sha256::of(json.as_bytes()).short(DIGITS)
}

/// Returns the key of a rendered tree; the order of lines does not matter.
#[must_use]
pub fn tree_key(file: &str, lines: &[u32], modified: f64) -> String {
    let mut sorted = lines.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let lines: Vec<String> = sorted.iter().map(u32::to_string).collect();
    let text = format!("{file}:{}:{modified}:{VERSION}", lines.join(","));
    Sha256::of(text.as_bytes()).short(DIGITS)
}

/// Returns the key of the tags of a file.
#[must_use]
pub fn tag_key(file: &str) -> String {
    format!("tags:{file}")
}

/// Returns a sorted list as Python's `json.dumps` writes it.
fn list(items: &[&str]) -> String {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    let quoted: Vec<String> = sorted.iter().map(|item| quote(item)).collect();
    format!("[{}]", quoted.join(", "))
}

/// Returns a text in quotes with everything escaped that is not ASCII.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_files_and_lines_does_not_change_a_key() {
        let key = |chat: &[&str]| map_key(&MapFactors { chat, tokens: 1024, ..<_>::default() });
        assert_eq!(key(&["b.py", "a.py"]), key(&["a.py", "b.py"]));
        assert_ne!(key(&["a.py"]), key(&["a.py", "b.py"]));
        assert_eq!(tree_key("a.py", &[3, 1, 2], 0.0), tree_key("a.py", &[1, 2, 3, 3], 0.0));
        assert_ne!(tree_key("a.py", &[1], 0.0), tree_key("a.py", &[2], 0.0));
        assert_eq!(tag_key("a.py"), "tags:a.py");
    }

    #[test]
    fn every_factor_of_a_map_changes_its_key() {
        let base = MapFactors { tokens: 1024, ..<_>::default() };
        let keys = [
            map_key(&base),
            map_key(&MapFactors { chat: &["x"], ..base }),
            map_key(&MapFactors { other: &["x"], ..base }),
            map_key(&MapFactors { files: &["x"], ..base }),
            map_key(&MapFactors { identifiers: &["x"], ..base }),
            map_key(&MapFactors { tokens: 1025, ..base }),
        ];
        let mut unique = keys.to_vec();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), keys.len());
    }

    #[test]
    fn text_is_escaped_as_python_does() {
        assert_eq!(
            quote("grö\"\\\n\u{1}\u{7f}𝄞"),
            "\"gr\\u00f6\\\"\\\\\\n\\u0001\\u007f\\ud834\\udd1e\""
        );
    }
}
