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

/// How much of a file is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    /// Bytes that are read at once.
    part: usize,
    /// Bytes without a place to cut after which the file is given up.
    most: usize,
}

/// Parts are large enough for the threads that share one to be worth their start, and small enough
/// that a huge file takes no more memory than others.
pub(super) const HOLD: Hold = Hold { part: 8 << 20, most: 64 << 20 };

impl Workshop {
    /// Counts a file in parts.
    pub(super) fn count_huge(
        &self,
        tools: &mut Tools,
        path: &RepoPath,
        encoding: Encoding,
        hold: Hold,
    ) -> Result<FileRead, CountFailure> {
        let read_at = self.clock.wall();
        let stream = Stream::open(&self.root, path, self.max_file);
        let mut parts = Parts { stream: stream.map_err(|error| failure_of(&error))?, hold };
        let mut head = Vec::new();
        parts.next(&mut head)?;
        let read = FileRead {
            fingerprint: parts.stream.fingerprint(),
            read_at,
            state: FileState::Binary,
            hash: ContentHash([0; 32]),
            encoding,
            tokens: None,
            from: None,
            spent: Duration::ZERO,
        };
        if is_binary(&head) {
            return Ok(read);
        }
        let Some(store) = &self.store else {
            let (hash, tokens) = self.count_parts(tools, &mut parts, head, encoding)?;
            return Ok(FileRead { state: FileState::Text, hash, tokens: Some(tokens), ..read });
        };
        let hash = parts.hash(head)?;
        let mut spent = Duration::ZERO;
        let key = CountKey { hash, encoding, version: VERSION };
        let (tokens, from) = store.count_or_compute(key, || {
            let began = self.clock.monotonic();
            parts.rewind()?;
            let (again, tokens) = self.count_parts(tools, &mut parts, Vec::new(), encoding)?;
            spent = self.clock.monotonic().saturating_sub(began);
            // A write within one tick of the file's clock shows in no fingerprint.
            if again == hash { Ok((tokens, spent)) } else { Err(changed()) }
        })?;
        Ok(FileRead { state: FileState::Text, hash, tokens: Some(tokens), from, spent, ..read })
    }

    /// Counts what `buffer` holds and the parts after it.
    ///
    /// Cuts only where a cut changes no count: a word, or a run of blanks, that is longer than a part
    /// is held whole, and one that is longer than what may be held is not counted.
    fn count_parts(
        &self,
        tools: &mut Tools,
        parts: &mut Parts,
        mut buffer: Vec<u8>,
        encoding: Encoding,
    ) -> Result<(ContentHash, Tokens), CountFailure> {
        let (mut hash, mut tokens) = (blake3::Hasher::new(), Tokens(0));
        let (mut hashed, mut at_end) = (0, false);
        loop {
            hash.update(&buffer[hashed..]);
            let cut = cut_before(&buffer, 0, buffer.len());
            if let Some(end) = if at_end { Some(buffer.len()) } else { cut } {
                tokens.0 += self.tokenise(tools.worker(), encoding, &buffer[..end])?.0;
                buffer.drain(..end);
            }
            if at_end {
                return Ok((ContentHash(*hash.finalize().as_bytes()), tokens));
            }
            hashed = buffer.len();
            if hashed >= parts.hold.most {
                return Err(too_long(hashed));
            }
            at_end = parts.next(&mut buffer)? == 0;
        }
    }
}

/// A file that is read a part at a time, and is one file whatever its path says meanwhile.
struct Parts {
    stream: Stream,
    hold: Hold,
}

impl Parts {
    /// Appends the next part to `buffer`; returns its length, 0 once the file was read whole.
    fn next(&mut self, buffer: &mut Vec<u8>) -> Result<usize, CountFailure> {
        let took = self.stream.take(buffer, self.hold.part).map_err(|error| failure_of(&error))?;
        if took == 0 && !self.stream.held_still().map_err(|error| failure_of(&error))? {
            return Err(changed());
        }
        Ok(took)
    }

    /// Returns the hash of what `buffer` holds and the parts after it.
    fn hash(&mut self, mut buffer: Vec<u8>) -> Result<ContentHash, CountFailure> {
        let mut hash = blake3::Hasher::new();
        loop {
            hash.update(&buffer);
            buffer.clear();
            if self.next(&mut buffer)? == 0 {
                return Ok(ContentHash(*hash.finalize().as_bytes()));
            }
        }
    }

    fn rewind(&mut self) -> Result<(), CountFailure> {
        self.stream.rewind().map_err(|error| failure_of(&error))
    }
}

fn too_long(bytes: usize) -> CountFailure {
    let message = format!("{bytes} bytes without the end of a word");
    let failure = CountFailure::of(ErrorKind::Permanent, message);
    CountFailure { state: FileState::TooLarge, ..failure }
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

    const SMALL: Hold = Hold { part: 4_096, most: 8_192 };

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
        let hold = Hold { part, most: usize::MAX };
        let parts = workshop.count_huge(&mut tools, &path, encoding, hold).unwrap();
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
    fn what_cannot_be_cut_is_not_counted_rather_than_held() {
        let folder = tempfile::tempdir().unwrap();
        let path = RepoPath::new(b"blanks.txt").unwrap();
        let workshop = workshop(folder.path(), None);
        let counted = |blanks: usize| {
            let content = [" ".repeat(blanks), " a word, another".to_owned()].concat();
            fs::write(folder.path().join("blanks.txt"), content).unwrap();
            workshop.count_huge(&mut workshop.tools(), &path, Encoding::O200kBase, SMALL)
        };
        assert!(counted(SMALL.part).is_ok());
        let failure = counted(SMALL.most + SMALL.part).unwrap_err();
        assert_eq!((failure.kind, failure.state), (ErrorKind::Permanent, FileState::TooLarge));
        assert_eq!(failure.message, "8192 bytes without the end of a word");
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
            workshop.count_huge(&mut tools, &path, Encoding::O200kBase, SMALL).unwrap()
        };
        let (first, again, binary) = (count(b"huge.txt"), count(b"huge.txt"), count(b"huge.bin"));
        assert_eq!((first.from, again.from), (None, Some(Tier::Memory)));
        assert_eq!((first.tokens, first.hash), (again.tokens, again.hash));
        assert_eq!(first.tokens, Some(Tokens(30_001)));
        assert_eq!((binary.state, binary.tokens), (FileState::Binary, None));
    }
}
