//! Scripts of several runs of the program, each with a name under which its end is found.

use std::{fs, io, path::PathBuf};

use super::{Home, Run};

/// Returns a line of the shell that runs larder and keeps what it said under a name.
pub(crate) fn step(name: &str, args: &[String]) -> String {
    let args = quoted(args);
    format!("larder {args} >$HOME/{name}.out 2>$HOME/{name}.err; echo $? >$HOME/{name}.code\n")
}

/// Returns words, none of which has a quote in it, as the shell takes them for what they are.
pub(crate) fn quoted(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    words.join(" ")
}

/// Returns arguments of which none is made at run time.
pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl Home {
    /// Returns how the step of that name ended.
    pub(crate) fn ended(&self, name: &str) -> Run {
        let text = |ending| fs::read_to_string(self.step_file(name, ending)).unwrap();
        Run { code: text("code").trim().parse().ok(), out: text("out"), err: text("err") }
    }

    /// Forgets the step of that name, so that its end is not that of an earlier script.
    pub(crate) fn forget(&self, name: &str) {
        for ending in ["code", "out", "err"] {
            match fs::remove_file(self.step_file(name, ending)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
                Ok(()) | Err(_) => {}
            }
        }
    }

    fn step_file(&self, name: &str, ending: &str) -> PathBuf {
        self.path().join(format!("{name}.{ending}"))
    }
}
