//! Results of language models in a home: made from a number, kept and got by the real program.

use std::{fs, process::Command};

use super::{Home, Run};

/// Sizes on both sides of where a value gets a file of its own and is worth compressing.
const SIZES: [usize; 5] = [0, 40, 700, 9_000, 60_000];

impl Home {
    /// Returns the value of the result with this number: half of it repeats itself, half does not.
    pub(crate) fn result_value(id: u32) -> Vec<u8> {
        let size = SIZES[id as usize % SIZES.len()];
        let mut value = vec![b'a' + u8::try_from(id % 26).unwrap(); size / 2];
        let mut noise = vec![0; size - size / 2];
        blake3::Hasher::new().update(&id.to_le_bytes()).finalize_xof().fill(&mut noise);
        value.extend_from_slice(&noise);
        value
    }

    /// Returns what names the result with this number.
    pub(crate) fn result_args(id: u32) -> Vec<String> {
        let content = blake3::hash(&id.to_be_bytes()).to_hex().to_string();
        let prompt = format!("p{id}");
        let factors = [
            ("--type", "review"),
            ("--content-hash", &content),
            ("--provider", "openai"),
            ("--model", "gpt-5"),
            ("--prompt-hash", &prompt),
        ];
        factors.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]).collect()
    }

    /// Returns the arguments that keep the result with this number.
    pub(crate) fn put_args(&self, id: u32) -> Vec<String> {
        let path = self.path().join(format!("value-{id}"));
        fs::write(&path, Self::result_value(id)).unwrap();
        let words = ["cache", "put", "--tokens", "7", path.to_str().unwrap()];
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain(Self::result_args(id)).collect()
    }

    /// Returns the program that keeps the result with this number.
    pub(crate) fn put(&self, id: u32) -> Command {
        self.larder(&self.put_args(id))
    }

    /// Returns the arguments that get the result with this number into a file.
    pub(crate) fn get_args(&self, id: u32) -> Vec<String> {
        let path = self.path().join(format!("got-{id}"));
        fs::remove_file(&path).ok();
        let words = ["cache", "get", "--output", path.to_str().unwrap()];
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain(Self::result_args(id)).collect()
    }

    /// Returns true when the result with this number is kept; what is got must be its value.
    pub(crate) fn has_result(&self, id: u32) -> bool {
        let run = self.run(&self.get_args(id));
        self.is_result(id, &run)
    }

    /// Returns true when this run has got the result with this number, which must be its value.
    pub(crate) fn is_result(&self, id: u32, run: &Run) -> bool {
        match run.code {
            Some(0) => {
                let got = fs::read(self.path().join(format!("got-{id}"))).unwrap();
                assert!(got == Self::result_value(id), "result {id} is wrong: {run:?}");
                true
            }
            Some(3) => false,
            Some(_) | None => panic!("result {id}: {run:?}"),
        }
    }
}
