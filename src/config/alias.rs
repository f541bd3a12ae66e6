//! Variables of another tool, the repository map of the cache guide, that mean what settings mean.
//!
//! They lie below larder's own variables, which win. A value that cannot be meant is an error that
//! names the variable.

use std::path::{Path, PathBuf};

use toml::Value;

use super::{
    Fault, Origin,
    layer::{Given, Raw},
};
use crate::model::Shown;

/// Settings with their values, or why there are none.
type Meant = Result<Vec<(&'static str, Value)>, Fault>;

/// A variable, and what it says of which settings.
struct Alias {
    name: &'static str,
    means: fn(&str, &Path) -> Meant,
    /// The setting that is named when the value cannot be meant.
    key: &'static str,
}

const ALIASES: [Alias; 4] = [
    Alias { name: "REPO_MAP_CACHE_DIR", means: folder, key: "cache-dir" },
    Alias { name: "REPO_MAP_CACHE_SIZE_MB", means: megabytes, key: "store.disk-bytes" },
    Alias { name: "REPO_MAP_CACHE_L1_SIZE", means: entries, key: "store.memory-entries" },
    Alias { name: "REPO_MAP_CACHE_REFRESH_MODE", means: refresh, key: "watch.enabled" },
];

/// Returns what the variables say; `here` is what a relative folder is relative to.
pub(super) fn of_environment(
    variables: &[(std::ffi::OsString, std::ffi::OsString)],
    here: &Path,
) -> Vec<Given> {
    let mut given = Vec::new();
    for alias in &ALIASES {
        let Some((_, text)) = variables.iter().find(|(name, _)| name == alias.name) else {
            continue;
        };
        let origin = || Origin::Environment(alias.name.to_owned());
        let one = |key: &str, value| Given { key: key.to_owned(), value, origin: origin() };
        match (alias.means)(&text.to_string_lossy(), here) {
            Ok(settings) => {
                let settings = settings.into_iter();
                given.extend(settings.map(|(key, value)| one(key, Raw::Typed(value))));
            }
            Err(fault) => given.push(one(alias.key, Raw::Wrong(fault))),
        }
    }
    given
}

fn folder(text: &str, here: &Path) -> Meant {
    let path: PathBuf = here.join(text);
    if text.is_empty() || !path.is_absolute() {
        return Err(mismatch("a folder", text));
    }
    let path: PathBuf = path.components().collect();
    Ok(vec![("cache-dir", Value::String(path.to_string_lossy().into_owned()))])
}

/// A megabyte is 1,048,576 bytes here, as it is in the guide.
fn megabytes(text: &str, _: &Path) -> Meant {
    let number = whole("a whole number of megabytes", text)?;
    let bytes = number.checked_mul(1 << 20).unwrap_or(i64::MAX);
    Ok(vec![("store.disk-bytes", Value::Integer(bytes))])
}

fn entries(text: &str, _: &Path) -> Meant {
    let number = whole("a whole number of entries", text)?;
    Ok(vec![("store.memory-entries", Value::Integer(number))])
}

/// When what is known is compared with the files again.
fn refresh(text: &str, _: &Path) -> Meant {
    let watched = |yes| ("watch.enabled", Value::Boolean(yes));
    match text {
        // Changes are watched, and everything is compared from time to time.
        "auto" => Ok(vec![watched(true)]),
        // Only what somebody asks for.
        "manual" => Ok(vec![watched(false)]),
        // Whatever the times of a file say, its content is read.
        "always" => Ok(vec![watched(true), ("store.strict", Value::Boolean(true))]),
        // Only what the watch reports.
        "files" => Ok(vec![watched(true), ("watch.rescan-seconds", Value::Integer(0))]),
        _ => Err(mismatch("auto, manual, always or files", text)),
    }
}

fn whole(expected: &str, text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_| mismatch(expected, text))
}

fn mismatch(expected: &str, text: &str) -> Fault {
    let found = format!("\"{}\"", Shown::text(text));
    Fault::Type { expected: expected.to_owned(), found }
}
