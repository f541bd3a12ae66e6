//! Which caches of other tools were imported or declined, so that they are not offered again: one
//! small file for all repositories, in the folder for state.

use std::{
    collections::BTreeSet,
    io,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use super::remembered::{read, write};

/// The file.
const FILE: &str = "offers.json";

/// What was answered.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Answers {
    folder: PathBuf,
    /// Names of places, hashed: where they are is nobody's business.
    known: BTreeSet<String>,
}

impl Answers {
    /// Reads what was answered; a file that cannot be read is as good as none.
    #[must_use]
    pub fn load(state: &Path) -> Self {
        let folder = state.join("dashboards");
        let known = match read(&folder.join(FILE)) {
            Ok(known) => known,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => {
                tracing::warn!(%error, "what was answered to offers cannot be read");
                BTreeSet::new()
            }
        };
        Self { folder, known }
    }

    /// Returns true when the cache at this place was imported or declined.
    #[must_use]
    pub fn has(&self, source: &Path) -> bool {
        self.known.contains(&name_of(source))
    }

    /// Notes that these were imported or declined.
    ///
    /// # Errors
    /// Fails when the file cannot be written; it is noted for this sitting all the same.
    pub fn add(&mut self, sources: &[PathBuf]) -> io::Result<()> {
        // Another larder may have added to it.
        if let Ok(newer) = read::<BTreeSet<String>>(&self.folder.join(FILE)) {
            self.known.extend(newer);
        }
        self.known.extend(sources.iter().map(|source| name_of(source)));
        write(&self.folder, FILE, &self.known)
    }
}

fn name_of(source: &Path) -> String {
    blake3::hash(source.as_os_str().as_bytes()).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn an_answer_is_remembered_for_its_place_and_no_other() {
        let state = TempDir::new().unwrap();
        let (here, there) = (PathBuf::from("/r/.aider.tags.cache.v4"), Path::new("/s/cache.db"));
        let mut answers = Answers::load(state.path());
        let mut other = Answers::load(state.path());
        answers.add(std::slice::from_ref(&here)).unwrap();
        other.add(&[there.to_owned()]).unwrap();
        let again = Answers::load(state.path());
        assert!(again.has(&here) && again.has(there));
        assert!(!again.has(Path::new("/r/.aider.tags.cache.v3")));
        let file = state.path().join("dashboards").join(FILE);
        assert!(!fs::read_to_string(&file).unwrap().contains("aider"));
        fs::write(&file, "{").unwrap();
        assert!(!Answers::load(state.path()).has(&here));
    }
}
