//! The token cache that is one JSON object: path to entry.

use std::{fmt, io::BufReader, path::Path, path::PathBuf};

use serde::{
    Deserialize, Deserializer as _,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Deserializer, Value};

use crate::model::{Bytes, Encoding, Tokens};

use super::{
    Failure, ForeignCount, ImportError, Imported, LeftOut, Sha256,
    error::said,
    reading::Reading,
    source::{self, MAX_JSON},
};

/// An entry as it is written; fields that are not known are passed over.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) file_path: PathBuf,
    pub(super) content_hash: String,
    pub(super) token_count: u64,
    pub(super) last_updated: f64,
    pub(super) encoding_model: String,
    pub(super) file_size: u64,
    pub(super) mtime: f64,
}

impl Entry {
    /// Returns what the entry says, or why it says nothing that can be checked.
    pub(super) fn imported(self) -> Imported {
        let Ok(encoding) = self.encoding_model.parse::<Encoding>() else {
            return Imported::LeftOut(LeftOut::UnknownEncoding);
        };
        // `size:mtime` stands there when the file could not be read.
        let Some(content) = Sha256::parse(&self.content_hash) else {
            return Imported::LeftOut(LeftOut::Unverifiable);
        };
        Imported::Count(ForeignCount {
            path: self.file_path,
            content,
            encoding,
            tokens: Tokens(self.token_count),
            size: Bytes(self.file_size),
            modified: self.mtime,
            updated: self.last_updated,
        })
    }
}

/// Reads the token cache at `path`.
pub(super) fn read(path: &Path, reading: &mut Reading<'_>) -> Result<(), ImportError> {
    let (file, data) = source::open(path)?;
    match data.len() {
        0 => return Err(ImportError::Empty { path: path.to_owned() }),
        bytes if bytes > MAX_JSON => {
            return Err(ImportError::TooLarge { path: path.to_owned(), bytes, most: MAX_JSON });
        }
        bytes => reading.add_bytes(bytes),
    }
    // Read twice: a file that is damaged at its end gives nothing rather than a part.
    let mut entries = 0;
    walk::<IgnoredAny>(path, file, &mut |_, _| {
        entries += 1;
        Ok(())
    })?;
    reading.expect(entries);
    let (file, _) = source::open(path)?;
    walk::<Value>(path, file, &mut |name, value| match serde_json::from_value::<Entry>(value) {
        Ok(entry) => reading.give(entry.imported()),
        Err(error) => reading.fail(Failure::of_entry(&name, &said(&error))),
    })
}

/// Hands each member of the object that the file holds to `each`.
fn walk<'a, V: for<'de> Deserialize<'de> + 'a>(
    path: &Path,
    file: std::fs::File,
    each: &'a mut dyn FnMut(String, V) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut stopped = None;
    let mut json = Deserializer::from_reader(BufReader::with_capacity(1 << 16, file));
    let members = Members { each, stopped: &mut stopped };
    let result = json.deserialize_map(members).and_then(|()| json.end());
    match (stopped, result) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(ImportError::json(path, &error)),
        (None, Ok(())) => Ok(()),
    }
}

/// Takes an object apart without holding it whole.
struct Members<'a, V> {
    each: &'a mut dyn FnMut(String, V) -> Result<(), ImportError>,
    stopped: &'a mut Option<ImportError>,
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for Members<'_, V> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of entries by path")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry()? {
            if let Err(error) = (self.each)(name, value) {
                *self.stopped = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_hash_of_its_content_is_left_out_with_the_reason() {
        let of = |content_hash: &str| {
            let content_hash = content_hash.to_owned();
            let encoding_model = "o200k_base".to_owned();
            let entry = Entry {
                file_path: PathBuf::from("/a"),
                content_hash,
                token_count: 3,
                last_updated: 1.0,
                encoding_model,
                file_size: 12,
                mtime: 1.0,
            };
            entry.imported()
        };
        assert_eq!(of("12:1760000000.5"), Imported::LeftOut(LeftOut::Unverifiable));
        let hash = Sha256::of(b"text").to_string();
        assert!(matches!(of(&hash), Imported::Count(count) if count.tokens == Tokens(3)));
    }
}
