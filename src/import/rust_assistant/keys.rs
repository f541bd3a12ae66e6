//! The hashes and names that `RustAssistant` makes.

use std::path::Path;

use super::super::Sha256;

/// The version of results whose entry does not say it.
pub const DEFAULT_SCHEMA: u32 = 1;

/// Hashes of the prompts of the usual types.
const PROMPTS: [(&str, &str); 4] = [
    ("refactor", "acd151e433e330bf"),
    ("docs", "c60c523a24bf573e"),
    ("analysis", "909b87647cfe6792"),
    ("todos", "default"),
];

/// Returns the hash of the prompt of a type for entries that do not say it; empty when unknown.
#[must_use]
pub fn default_prompt(of: &str) -> &'static str {
    PROMPTS.iter().find(|(known, _)| *known == of).map_or("", |(_, prompt)| prompt)
}

/// Returns the key of an entry in `SQLite`.
#[must_use]
pub fn sql_key(content: &Sha256, model: &str, prompt: &str, schema: u32) -> String {
    Sha256::of(format!("{content}:{model}:{prompt}:{schema}").as_bytes()).to_string()
}

/// Returns the key of an entry as JSON.
#[must_use]
pub fn json_key(content: &Sha256, model: &str, prompt: &str, schema: u32) -> String {
    let mut key = sql_key(content, model, prompt, schema);
    key.truncate(32);
    key
}

/// Returns the key that its own migration gives an entry without one; nothing finds it there.
#[must_use]
pub fn migrated_key(content: &Sha256, model: &str, prompt: &str, schema: u32) -> String {
    Sha256::of(format!("{content}{model}{prompt}{schema}").as_bytes()).short(32)
}

/// Returns the name of the folder of a repository, whose path must be canonical.
#[must_use]
pub fn repository_hash(path: &Path) -> String {
    Sha256::of(path.as_os_str().as_encoded_bytes()).short(8)
}

/// Returns the name of the file of an entry; several paths may have the same.
#[must_use]
pub fn file_name(path: &str) -> String {
    format!("{}.json", path.replace(['/', '\\', '.', ':'], "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changing_any_factor_changes_the_key() {
        let (one, two) = (Sha256::of(b"one"), Sha256::of(b"two"));
        let base = sql_key(&one, "m", "p", 1);
        for other in [
            sql_key(&two, "m", "p", 1),
            sql_key(&one, "n", "p", 1),
            sql_key(&one, "m", "q", 1),
            sql_key(&one, "m", "p", 2),
        ] {
            assert_ne!(other, base);
        }
        assert_eq!(json_key(&one, "m", "p", 1), base[..32]);
        assert_ne!(migrated_key(&one, "m", "p", 1), base[..32]);
    }

    #[test]
    fn a_repository_has_the_hash_of_its_path() {
        assert_eq!(repository_hash(Path::new("/home/jordan/github/fks")), "5a931916");
    }

    #[test]
    fn unlike_paths_may_share_a_file() {
        for path in ["a/b.rs", "a_b.rs", "a.b.rs", "a:b.rs", "a\\b.rs"] {
            assert_eq!(file_name(path), "a_b_rs.json");
        }
    }
}
