//! Paths inside a repository: relative, normalised, in raw bytes.

use std::{borrow::Cow, ffi::OsStr, fmt, os::unix::ffi::OsStrExt, path::Path};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Shown;

/// A path below the root of a repository: parts joined by `/`, no `.`, no `..`, empty for the root.
///
/// It holds bytes, because names need not be UTF-8; on the wire it is text when it can be and a
/// list of bytes otherwise.
#[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RepoPath(Vec<u8>);

/// A path that would leave the repository, or is not relative.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BadPath(pub String);

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a path inside the repository", Shown::text(&self.0))
    }
}

impl std::error::Error for BadPath {}

impl RepoPath {
    /// Returns the root itself.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Returns the path for `bytes`, after normalising `a//b`, `./a` and a trailing `/`.
    ///
    /// # Errors
    /// Fails when the path is absolute or holds `..` or a NUL byte.
    pub fn new(bytes: &[u8]) -> Result<Self, BadPath> {
        let bad = || BadPath(String::from_utf8_lossy(bytes).into_owned());
        if bytes.first() == Some(&b'/') || bytes.contains(&0) {
            return Err(bad());
        }
        let mut path = Vec::with_capacity(bytes.len());
        for part in bytes.split(|&b| b == b'/') {
            match part {
                b"" | b"." => {}
                b".." => return Err(bad()),
                name => {
                    if !path.is_empty() {
                        path.push(b'/');
                    }
                    path.extend_from_slice(name);
                }
            }
        }
        Ok(Self(path))
    }

    /// Returns the path of `path` below `root`, or `None` when it does not lie there.
    #[must_use]
    pub fn below(root: &Path, path: &Path) -> Option<Self> {
        let rest = path.strip_prefix(root).ok()?;
        Self::new(rest.as_os_str().as_bytes()).ok()
    }

    /// Returns the child called `name`.
    #[must_use]
    pub fn child(&self, name: &[u8]) -> Self {
        let mut path = self.0.clone();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Self(path)
    }

    /// Returns the folder that holds this, or `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.iter().rposition(|&b| b == b'/').unwrap_or(0);
        Some(Self(self.0[..end].to_vec()))
    }

    /// Returns the last part, empty for the root.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.0.rsplit(|&b| b == b'/').next().unwrap_or_default()
    }

    /// Returns the raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the path as the system takes it, relative to the root.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// Returns text, with U+FFFD where the bytes are not UTF-8.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Returns true for the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true when this is `folder` or lies below it.
    #[must_use]
    pub fn is_within(&self, folder: &Self) -> bool {
        folder.is_root()
            || self
                .0
                .strip_prefix(folder.0.as_slice())
                .is_some_and(|rest| rest.is_empty() || rest.first() == Some(&b'/'))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Shown::bytes(&self.0))
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => serializer.collect_seq(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for RepoPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrBytes;

        impl<'de> de::Visitor<'de> for TextOrBytes {
            type Value = RepoPath;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a relative path as text or as a list of bytes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RepoPath, E> {
                RepoPath::new(text.as_bytes()).map_err(E::custom)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<RepoPath, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                RepoPath::new(&bytes).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(TextOrBytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_stay_inside() {
        assert_eq!(RepoPath::new(b"./a//b/").unwrap().as_bytes(), b"a/b");
        assert!(RepoPath::new(b".").unwrap().is_root());
        for bad in [&b"/etc"[..], b"../x", b"a/../..", b"a\0b"] {
            assert!(RepoPath::new(bad).is_err());
        }
    }

    #[test]
    fn parents_and_names() {
        let path = RepoPath::new(b"a/b/c.rs").unwrap();
        assert_eq!(path.name(), b"c.rs");
        assert_eq!(path.parent().unwrap().as_bytes(), b"a/b");
        assert_eq!(RepoPath::new(b"a").unwrap().parent(), Some(RepoPath::root()));
        assert_eq!(RepoPath::root().parent(), None);
        assert_eq!(RepoPath::root().child(b"x").child(b"y").as_bytes(), b"x/y");
    }

    #[test]
    fn a_sibling_with_a_longer_name_is_not_within() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).unwrap();
        assert!(path("src/ui").is_within(&path("src")));
        assert!(path("src").is_within(&path("src")));
        assert!(!path("src2").is_within(&path("src")));
        assert!(path("src").is_within(&RepoPath::root()));
    }

    #[test]
    fn names_that_are_not_utf8_cross_the_wire() {
        for bytes in [&b"plain"[..], b"od\xffd"] {
            let path = RepoPath::new(bytes).unwrap();
            let wire = serde_json::to_string(&path).unwrap();
            assert_eq!(serde_json::from_str::<RepoPath>(&wire).unwrap(), path);
        }
    }
}
