//! The lines of one ignore file.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use crate::model::Shown;

/// Lines that one file may have; so many take 0.1 s and 70 MB to prepare, and no real file has them.
const MOST_LINES: usize = 5_000;

/// What the rules say of an entry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// It is left out.
    Ignore,
    /// It is taken in, whatever weaker rules say.
    Keep,
    /// Nothing.
    None,
}

/// The valid lines of one ignore file, matched against paths relative to its folder.
#[derive(Debug)]
pub(super) struct Rules(Gitignore);

impl Rules {
    /// Parses `text`; each invalid line adds a warning that begins with `name:line`.
    pub(super) fn parse(text: &[u8], name: &Shown, warnings: &mut Vec<String>) -> Option<Self> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut builder = GitignoreBuilder::new("");
        let mut lines = text.split(|&byte| byte == b'\n').enumerate();
        for (index, line) in lines.by_ref().take(MOST_LINES) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if let Err(message) = add(&mut builder, line) {
                warnings.push(format!("{name}:{}: {}", index + 1, Shown::text(&message)));
            }
        }
        if let Some((index, _)) = lines.next().filter(|(_, line)| !line.is_empty()) {
            warnings.push(format!("{name}:{}: only {MOST_LINES} lines are read", index + 1));
        }
        match builder.build() {
            Ok(rules) if rules.is_empty() => None,
            Ok(rules) => Some(Self(rules)),
            Err(error) => {
                warnings.push(format!("{name}: {}", Shown::text(&error.to_string())));
                None
            }
        }
    }

    /// Parses the lines of a setting; the first invalid one is an error with its message.
    pub(super) fn from_setting(lines: &[String]) -> Result<Option<Self>, (String, String)> {
        let mut builder = GitignoreBuilder::new("");
        for line in lines {
            add(&mut builder, line.as_bytes()).map_err(|message| (line.clone(), message))?;
        }
        match builder.build() {
            Ok(rules) if rules.is_empty() => Ok(None),
            Ok(rules) => Ok(Some(Self(rules))),
            Err(error) => Err((lines.join(", "), error.to_string())),
        }
    }

    /// Returns what the last line that matches `path` says.
    pub(super) fn verdict(&self, path: &[u8], is_folder: bool) -> Verdict {
        match self.0.matched(Path::new(OsStr::from_bytes(path)), is_folder) {
            Match::Ignore(_) => Verdict::Ignore,
            Match::Whitelist(_) => Verdict::Keep,
            Match::None => Verdict::None,
        }
    }
}

fn add(builder: &mut GitignoreBuilder, line: &[u8]) -> Result<(), String> {
    let line = std::str::from_utf8(line).map_err(|_| String::from("not UTF-8"))?;
    builder.add_line(None, line).map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &[u8]) -> (Option<Rules>, Vec<String>) {
        let mut warnings = Vec::new();
        let rules = Rules::parse(text, &Shown::text("a/.gitignore"), &mut warnings);
        (rules, warnings)
    }

    #[test]
    fn the_other_lines_hold_and_the_invalid_one_is_named() {
        let (rules, warnings) = parse(b"*.log\nbad{\n[z-a]\n\xff\xfe\n/top\n");
        let rules = rules.unwrap();
        assert_eq!(rules.verdict(b"x/y.log", false), Verdict::Ignore);
        assert_eq!(rules.verdict(b"top", false), Verdict::Ignore);
        assert_eq!(rules.verdict(b"x/top", false), Verdict::None);
        let places: Vec<_> = warnings.iter().map(|text| &text[..15]).collect();
        assert_eq!(places, ["a/.gitignore:2:", "a/.gitignore:3:", "a/.gitignore:4:"]);
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_rule() {
        let rules = parse(b"\xef\xbb\xbfone\r\ntwo/\r\n").0.unwrap();
        assert_eq!(rules.verdict(b"one", false), Verdict::Ignore);
        assert_eq!(rules.verdict(b"two", true), Verdict::Ignore);
        assert_eq!(rules.verdict(b"two", false), Verdict::None);
    }

    #[test]
    fn the_last_line_that_matches_wins() {
        let rules = parse(b"*.md\n!keep.md\n").0.unwrap();
        assert_eq!(rules.verdict(b"keep.md", false), Verdict::Keep);
        assert_eq!(rules.verdict(b"other.md", false), Verdict::Ignore);
        assert_eq!(rules.verdict(b"main.rs", false), Verdict::None);
    }

    #[test]
    fn names_that_are_not_utf8_match_wildcards() {
        let rules = parse(b"*.log\n").0.unwrap();
        assert_eq!(rules.verdict(b"od\xffd\n.log", false), Verdict::Ignore);
    }

    #[test]
    fn a_file_of_comments_is_no_rule() {
        assert!(parse(b"# nothing\n\n   \n").0.is_none());
    }

    #[test]
    fn a_file_of_too_many_lines_holds_up_to_the_limit() {
        let text = "x*y\n".repeat(MOST_LINES - 1) + "last\nover\n";
        let (rules, warnings) = parse(text.as_bytes());
        let rules = rules.unwrap();
        assert_eq!(rules.verdict(b"last", false), Verdict::Ignore);
        assert_eq!(rules.verdict(b"over", false), Verdict::None);
        assert_eq!(warnings, ["a/.gitignore:5001: only 5000 lines are read"]);
        assert_eq!(parse("a\n".repeat(MOST_LINES).as_bytes()).1, [""; 0]);
    }

    #[test]
    fn an_invalid_setting_is_an_error() {
        assert_eq!(Rules::from_setting(&["bad{".into()]).unwrap_err().0, "bad{");
        assert!(Rules::from_setting(&[]).unwrap().is_none());
    }
}
