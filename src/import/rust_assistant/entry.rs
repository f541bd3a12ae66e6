//! One entry, whichever way it is kept.

use std::path::Path;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, de::IgnoredAny};

use crate::model::{Bytes, Tokens, UnixNanos};

use super::{
    super::{ForeignResult, Sha256, error::said, json_span},
    DEFAULT_SCHEMA, default_prompt, estimated_cost,
};

/// An entry as it is written in JSON; the first version had fewer fields.
#[derive(Deserialize)]
struct Written {
    file_path: String,
    file_hash: String,
    #[serde(default)]
    cache_key: String,
    analyzed_at: String,
    provider: String,
    model: String,
    #[serde(default)]
    prompt_hash: String,
    #[serde(default = "first_schema")]
    schema_version: u32,
    #[expect(dead_code, reason = "must be there; its text is taken as it was written")]
    result: IgnoredAny,
    tokens_used: Option<u64>,
    #[serde(default)]
    file_size: u64,
    cache_type: Option<String>,
}

const fn first_schema() -> u32 {
    DEFAULT_SCHEMA
}

/// An entry in plain fields, not checked yet.
pub(super) struct Fields {
    pub(super) of: String,
    pub(super) file: String,
    pub(super) hash: String,
    pub(super) key: String,
    pub(super) provider: String,
    pub(super) model: String,
    pub(super) prompt: String,
    pub(super) schema: u32,
    pub(super) value: Vec<u8>,
    pub(super) tokens: Option<u64>,
    pub(super) size: u64,
    pub(super) created: UnixNanos,
    pub(super) used: Option<UnixNanos>,
    pub(super) uses: u64,
}

impl Fields {
    /// Checks the fields and returns the result.
    pub(super) fn result(self, repository: &Path) -> Result<ForeignResult, String> {
        let content = Sha256::parse(&self.hash)
            .ok_or_else(|| format!("`{}` is no SHA-256 of a content", self.hash))?;
        if self.of.is_empty() {
            return Err("it has no type".to_owned());
        }
        let tokens = self.tokens.map(Tokens);
        // An entry of the first version was made with the only prompt that its type had.
        let prompt =
            if self.prompt.is_empty() { default_prompt(&self.of).into() } else { self.prompt };
        Ok(ForeignResult {
            repository: repository.to_owned(),
            file: self.file,
            content,
            key: self.key,
            prompt,
            schema: self.schema,
            value: self.value,
            tokens,
            cost: tokens.and_then(|used| estimated_cost(&self.provider, &self.model, used)),
            of: self.of,
            provider: self.provider,
            model: self.model,
            size: Bytes(self.size),
            created: self.created,
            used: self.used,
            uses: self.uses,
        })
    }
}

/// Returns the fields of an entry of JSON; `of` is its type and `modified` its time when it says
/// none that can be read.
pub(super) fn from_json(json: &[u8], of: &str, modified: UnixNanos) -> Result<Fields, String> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    let at = |error: &serde_json::Error| {
        format!("{} at line {}, column {}", said(error), error.line(), error.column())
    };
    let written: Written = serde_json::from_slice(json).map_err(|error| at(&error))?;
    let value = json_span::member(json, b"result").ok_or("its `result` cannot be found")?;
    Ok(Fields {
        of: written.cache_type.unwrap_or_else(|| of.to_owned()),
        file: written.file_path,
        hash: written.file_hash,
        key: written.cache_key,
        provider: written.provider,
        model: written.model,
        prompt: written.prompt_hash,
        schema: written.schema_version,
        value,
        tokens: written.tokens_used,
        size: written.file_size,
        created: moment(&written.analyzed_at).unwrap_or(modified),
        used: None,
        uses: 0,
    })
}

/// Returns the moment that a text names: RFC 3339, or `YYYY-MM-DD HH:MM:SS` in UTC.
pub(super) fn moment(text: &str) -> Option<UnixNanos> {
    let exact = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<DateTime>().ok()?;
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })?;
    i64::try_from(exact.as_nanosecond()).ok().map(UnixNanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_forms() {
        let second = UnixNanos(1_770_184_800_000_000_000);
        assert_eq!(moment("2026-02-04T06:00:00+00:00"), Some(second));
        assert_eq!(moment("2026-02-04T07:00:00.5+01:00"), Some(UnixNanos(second.0 + 500_000_000)));
        assert_eq!(moment("2026-02-04 06:00:00"), Some(second));
        assert_eq!(moment("yesterday"), None);
        assert_eq!(moment("9999-01-01T00:00:00Z"), None);
    }

    const OLD: &str = r#"{"file_path": "src/a.rs", "file_hash":
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "analyzed_at": "2026-02-04T06:00:00Z", "provider": "xai", "model": "grok-beta",
        "result": {"z": 1.0, "a": []}, "tokens_used": null, "file_size": 0, "cache_type": "docs"}"#;

    #[test]
    fn an_entry_of_the_first_version_gets_what_it_did_not_say() {
        let fields = from_json(OLD.as_bytes(), "todos", UnixNanos(0)).unwrap();
        let result = fields.result(Path::new("/repo")).unwrap();
        assert_eq!((result.of.as_str(), result.schema), ("docs", 1));
        assert_eq!((result.prompt.as_str(), result.key.as_str()), ("c60c523a24bf573e", ""));
        assert_eq!((result.tokens, result.cost), (None, None));
        assert_eq!(result.value, br#"{"z":1.0,"a":[]}"#);
    }

    #[test]
    fn a_damaged_entry_says_where() {
        let error = |json: &str| from_json(json.as_bytes(), "docs", UnixNanos(0)).err().unwrap();
        assert!(
            error("{\"file_path\": \"a\", \"file_hash\": ")
                .contains("EOF while parsing a value at line 1")
        );
        assert!(error("{}").contains("missing field `file_path`"));
        assert!(error(&OLD.replace("\"result\"", "\"other\"")).contains("missing field `result`"));
        let bad_hash = OLD.replace("e3b0", "size");
        let fields = from_json(bad_hash.as_bytes(), "docs", UnixNanos(0)).unwrap();
        assert!(fields.result(Path::new("/")).unwrap_err().contains("no SHA-256"));
    }

    #[test]
    fn an_entry_without_a_time_has_that_of_its_file() {
        let json = OLD.replace("2026-02-04T06:00:00Z", "now");
        assert_eq!(from_json(json.as_bytes(), "docs", UnixNanos(7)).unwrap().created, UnixNanos(7));
    }
}
