//! Caches of other tools, written as these write them.

use std::fs;

use super::Home;

/// An entry of `RustAssistant` about a content that hashes to this, which is that of `abc`.
pub(crate) const ASSISTANT_ENTRY: &str = r#"{"file_path": "src/jar.txt", "file_hash":
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "analyzed_at": "2026-02-04T06:00:00Z", "provider": "xai", "model": "grok-beta",
    "result": {"score": 9}, "tokens_used": 120, "file_size": 3, "cache_type": "docs"}"#;

impl Home {
    /// Writes a cache of `RustAssistant` into the repository: one entry, and so many damaged ones.
    pub(crate) fn assistant(&self, damaged: usize) {
        let cache = self.repo().join(".rustassistant/cache/docs");
        fs::create_dir_all(&cache).unwrap();
        fs::write(cache.join("src_jar_txt.json"), ASSISTANT_ENTRY).unwrap();
        for number in 0..damaged {
            fs::write(cache.join(format!("bad_{number}.json")), "{").unwrap();
        }
    }
}
