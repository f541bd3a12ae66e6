//! Counts a file that is too large to be held: it is read a part at a time, once for its hash and,
//! when nobody knows its count, once more for its tokens.

use std::time::Duration;

use super::count::{Tools, Workshop, failure_of};
use crate::{
    count::{VERSION, cut_before, is_binary},
    engine::{
        report::{CountFailure, FileRead},
        retry::ErrorKind,
        tree::FileState,
    },
    model::{Bytes, ContentHash, Encoding, RepoPath, Tokens},
    store::CountKey,
    walk::Stream,
};

/// Files over this are read a part at a time.
pub(super) const HELD: Bytes = Bytes(64 << 20);

/// Bytes of a part.
pub(super) const PART: usize = 8 << 20;

impl Workshop {
    /// Counts a file in parts of about so many bytes.
    pub(super) fn count_huge(
        &self,
        tools: &mut Tools,
        path: &RepoPath,
        encoding: Encoding,
        part: usize,
    ) -> Result<FileRead, CountFailure> {
        let read_at = self.clock.wall();
        let mut head = Vec::new();
        let mut stream = self.open(path)?;
        let before = stream.fingerprint();
        stream.take(&mut head, part).map_err(|error| failure_of(&error))?;
        let binary = FileRead {
            fingerprint: before,
            read_at,
            state: FileState::Binary,
            hash: ContentHash([0; 32]),
            encoding,
            tokens: None,
            from: None,
            spent: Duration::ZERO,
        };
        if is_binary(&head) {
            return Ok(binary);
        }
        drop((stream, head));
        let mut spent = Duration::ZERO;
        let (hash, tokens, from) = if let Some(store) = &self.store {
            let hash = self.hash_parts(path, part)?;
            let key = CountKey { hash, encoding, version: VERSION };
            let (tokens, from) = store.count_or_compute(key, || {
                let began = self.clock.monotonic();
                let (again, tokens) = self.count_parts(tools, path, encoding, part)?;
                spent = self.clock.monotonic().saturating_sub(began);
                if again == hash { Ok((tokens, spent)) } else { Err(changed()) }
            })?;
            (hash, tokens, from)
        } else {
            let (hash, tokens) = self.count_parts(tools, path, encoding, part)?;
            (hash, tokens, None)
        };
        // Whoever opens it now sees what was read, or it has changed in between.
        if self.open(path)?.fingerprint() != before {
            return Err(changed());
        }
        Ok(FileRead { state: FileState::Text, hash, tokens: Some(tokens), from, spent, ..binary })
    }

    fn open(&self, path: &RepoPath) -> Result<Stream, CountFailure> {
        Stream::open(&self.root, path, self.max_file).map_err(|error| failure_of(&error))
    }

    fn hash_parts(&self, path: &RepoPath, part: usize) -> Result<ContentHash, CountFailure> {
        let (mut stream, mut buffer) = (self.open(path)?, Vec::new());
        let mut hash = blake3::Hasher::new();
        while stream.take(&mut buffer, part).map_err(|error| failure_of(&error))? > 0 {
            hash.update(&buffer);
            buffer.clear();
        }
        is_whole(stream)?;
        Ok(ContentHash(*hash.finalize().as_bytes()))
    }

    /// Cuts only where a cut changes no count: a word that is longer than a part is held whole.
    fn count_parts(
        &self,
        tools: &mut Tools,
        path: &RepoPath,
        encoding: Encoding,
        part: usize,
    ) -> Result<(ContentHash, Tokens), CountFailure> {
        let (mut stream, mut buffer) = (self.open(path)?, Vec::new());
        let (mut hash, mut tokens) = (blake3::Hasher::new(), Tokens(0));
        loop {
            let held = buffer.len();
            let took = stream.take(&mut buffer, part).map_err(|error| failure_of(&error))?;
            hash.update(&buffer[held..]);
            let end =
                if took == 0 { Some(buffer.len()) } else { cut_before(&buffer, 0, buffer.len()) };
            if let Some(end) = end {
                tokens.0 += self.tokenise(tools.worker(), encoding, &buffer[..end])?.0;
                buffer.drain(..end);
            }
            if took == 0 {
                break;
            }
        }
        is_whole(stream)?;
        Ok((ContentHash(*hash.finalize().as_bytes()), tokens))
    }
}

fn is_whole(stream: Stream) -> Result<(), CountFailure> {
    let (_, stable) = stream.end().map_err(|error| failure_of(&error))?;
    if stable { Ok(()) } else { Err(changed()) }
}

fn changed() -> CountFailure {
    CountFailure::of(ErrorKind::Transient, "changed while it was read".to_owned())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc};

    use proptest::prelude::*;

    use super::*;
    use crate::{
        count::{Counter, Options},
        model::{SystemClock, Tier},
        store::{Places, Store},
    };

    fn workshop(root: &Path, store: Option<Store>) -> Workshop {
        Workshop {
            root: root.to_owned(),
            max_file: Bytes(1 << 30),
            counter: Counter::new(&Options::default()),
            store,
            hashes: true,
            clock: Arc::new(SystemClock::start()),
            threads: 1,
        }
    }

    /// Counts a content whole, and in parts.
    fn both(content: &[u8], part: usize, encoding: Encoding) -> [(ContentHash, Option<Tokens>); 2] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("huge.txt"), content).unwrap();
        let workshop = workshop(folder.path(), None);
        let (mut tools, path) = (workshop.tools(), RepoPath::new(b"huge.txt").unwrap());
        let whole = workshop.count(&mut tools, &path, encoding).unwrap();
        let parts = workshop.count_huge(&mut tools, &path, encoding, part).unwrap();
        [whole, parts].map(|read| (read.hash, read.tokens))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn parts_count_and_hash_as_the_whole(
            bits in prop::collection::vec(
                prop_oneof![
                    "[a-z]{1,9}[ .'\n]{0,3}".prop_map(String::into_bytes),
                    "床前明月光，|é́ß'll|  +|\t\n\n|0123456789".prop_map(String::into_bytes),
                    "[a-z]{300,1500}".prop_map(String::into_bytes),
                    Just(vec![0xff, 0xe5, 0xba]),
                ],
                0..150,
            ),
            part in 1_usize..2_000,
        ) {
            let content = bits.concat();
            for encoding in Encoding::ALL {
                let [whole, parts] = both(&content, part, encoding);
                prop_assert_eq!(&whole, &parts);
            }
        }
    }

    #[test]
    fn a_huge_file_is_looked_up_by_its_hash_and_a_binary_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("huge.txt"), "words of a huge file, ".repeat(5_000)).unwrap();
        fs::write(folder.path().join("huge.bin"), b"\0".repeat(50_000)).unwrap();
        let cache = tempfile::tempdir().unwrap();
        let places = Places::new(cache.path(), &cache.path().join("data"));
        let clock = Arc::new(SystemClock::start());
        let store = Store::open(&places, &crate::store::Options::default(), clock);
        let workshop = workshop(folder.path(), Some(store));
        let mut tools = workshop.tools();
        let mut count = |name: &[u8]| {
            let path = RepoPath::new(name).unwrap();
            workshop.count_huge(&mut tools, &path, Encoding::O200kBase, 4_096).unwrap()
        };
        let (first, again, binary) = (count(b"huge.txt"), count(b"huge.txt"), count(b"huge.bin"));
        assert_eq!((first.from, again.from), (None, Some(Tier::Memory)));
        assert_eq!((first.tokens, first.hash), (again.tokens, again.hash));
        assert_eq!(first.tokens, Some(Tokens(30_001)));
        assert_eq!((binary.state, binary.tokens), (FileState::Binary, None));
    }
}
