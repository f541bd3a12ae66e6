//! Reads that return less than asked for, are interrupted, or fail in the middle of a file.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{Home, Run, cannot_test};

const SOURCE: &str = include_str!("hurt_reads.c");

/// A small program that runs another one and hurts its reads below a home.
pub(crate) struct HurtReads {
    folder: TempDir,
    home: PathBuf,
}

/// How many reads were hurt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Hurt {
    pub(crate) shortened: u64,
    pub(crate) interrupted: u64,
    pub(crate) failed: u64,
}

impl HurtReads {
    /// Compiles the program; `None`, with words, where there is no C compiler or where reads
    /// cannot be hurt.
    pub(crate) fn of(home: &Home) -> Option<Self> {
        let hurt =
            Self { folder: TempDir::new().unwrap(), home: home.path().canonicalize().unwrap() };
        let source = hurt.folder.path().join("hurt_reads.c");
        fs::write(&source, SOURCE).unwrap();
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-o"]).arg(hurt.program()).arg(&source).stdin(Stdio::null());
        let Ok(compiled) = cc.output() else {
            cannot_test("there is no C compiler");
            return None;
        };
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let mut probe = Command::new(hurt.program());
        let status = probe.args(hurt.words(7, "")).arg("/bin/true").status().unwrap();
        if status.code() != Some(0) {
            let signal = status.signal();
            cannot_test(&format!("reads cannot be hurt here: {:?} {signal:?}", status.code()));
            return None;
        }
        Some(hurt)
    }

    /// Returns where the program is.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.path().join("hurt_reads")
    }

    /// Returns its arguments before those of larder: at most so many bytes come at once, and
    /// files whose path holds `middle` fail there; when that is empty, every fifth read is
    /// interrupted instead.
    pub(crate) fn words(&self, most: usize, middle: &str) -> Vec<String> {
        let report = self.report().to_str().unwrap().to_owned();
        let home = self.home.to_str().unwrap().to_owned();
        vec![report, home, most.to_string(), middle.to_owned()]
    }

    /// Runs larder in the home with reads that are short and interrupted.
    pub(crate) fn run(&self, home: &Home, args: &[impl AsRef<str>]) -> (Run, Hurt) {
        self.run_with(home, &self.words(7, ""), args)
    }

    /// Runs larder in the home with files that cannot be read beyond their middle.
    pub(crate) fn run_failing(
        &self,
        home: &Home,
        middle: &str,
        args: &[impl AsRef<str>],
    ) -> (Run, Hurt) {
        self.run_with(home, &self.words(4_096, middle), args)
    }

    fn run_with(&self, home: &Home, words: &[String], args: &[impl AsRef<str>]) -> (Run, Hurt) {
        let mut command = Command::new(self.program());
        command.args(words).arg(env!("CARGO_BIN_EXE_larder"));
        command.args(args.iter().map(AsRef::as_ref)).current_dir(home.repo());
        command.env_clear().envs(home.environment());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let run = Run::of(&mut command);
        (run, self.hurt())
    }

    /// Returns how many reads of the last run were hurt.
    pub(crate) fn hurt(&self) -> Hurt {
        let text = fs::read_to_string(self.report()).unwrap();
        let numbers: Vec<u64> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let [shortened, interrupted, failed] = numbers[..] else { panic!("{text:?}") };
        Hurt { shortened, interrupted, failed }
    }

    fn report(&self) -> PathBuf {
        self.folder.path().join("hurt")
    }
}
