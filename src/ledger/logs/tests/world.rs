//! Logs that are made up together with what they must be read as.

mod claude;
mod codex;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

pub(in crate::ledger) use self::{claude::claude, codex::codex};
use crate::{
    ledger::Request,
    model::{TokenUse, Tokens},
};

/// Logs below a home folder, and the requests in them.
#[derive(Clone, Default)]
pub(in crate::ledger) struct World {
    /// Path below the home folder, and what the file holds.
    pub(in crate::ledger) files: Vec<(String, Vec<u8>)>,
    /// Session, model and tokens of each request, sorted.
    pub(in crate::ledger) requests: Vec<Expected>,
    /// Lines that look like requests and are broken.
    pub(in crate::ledger) broken: u64,
}

/// What is compared of a request.
pub(in crate::ledger) type Expected = (String, String, [u64; 6]);

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, bytes) in &self.files {
            writeln!(f, "{path}:\n{}", String::from_utf8_lossy(bytes))?;
        }
        writeln!(f, "{:?} and {} broken", self.requests, self.broken)
    }
}

impl World {
    /// Writes the files below `home`, and returns where they lie.
    pub(in crate::ledger) fn write(&self, home: &Path) -> Vec<PathBuf> {
        let write = |(path, bytes): &(String, Vec<u8>)| {
            let path = home.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            path
        };
        self.files.iter().map(write).collect()
    }

    fn expect(&mut self, session: &str, model: &str, tokens: [u64; 6]) {
        self.requests.push((session.to_owned(), model.to_owned(), tokens));
    }

    fn sorted(mut self) -> Self {
        self.requests.sort_unstable();
        self
    }
}

/// Returns what is compared of requests.
pub(in crate::ledger) fn compared(requests: &[Request]) -> Vec<Expected> {
    let mut all: Vec<Expected> = requests
        .iter()
        .map(|one| (one.session.clone(), one.model.clone(), classes(&one.tokens)))
        .collect();
    all.sort_unstable();
    all
}

fn classes(tokens: &TokenUse) -> [u64; 6] {
    let TokenUse { input, cache_read, cache_write_5m, cache_write_1h, output, reasoning } = *tokens;
    [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning].map(|Tokens(one)| one)
}

/// Ends a line, perhaps as other systems do, and perhaps with noise behind it.
fn push_line(log: &mut Vec<u8>, line: &str, noise: u8) {
    log.extend_from_slice(line.as_bytes());
    log.extend_from_slice(if noise % 5 == 1 { b"\r\n" } else { b"\n" });
    let more: &[u8] = match noise % 7 {
        2 => b"\n",
        3 => b"no json at all \xff\xfe\n",
        4 => b"{\"type\":\"summary\",\"summary\":\"\\\"usage\\\" of tokens\"}\n",
        5 => b"{\"type\":\"user\",\"message\":{\"content\":[{\"text\":\"\xf0\x9f\"}]}}\n",
        _ => b"",
    };
    log.extend_from_slice(more);
}
