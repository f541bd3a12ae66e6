//! The forms of the text: Markdown, XML, JSON. What is in a file cannot end its place in it.

use std::fmt::Write as _;

use serde_json::json;

use crate::model::{ContextFormat, RepoPath, Shown};

/// One file of the context.
pub(super) struct Part<'a> {
    pub(super) path: &'a RepoPath,
    /// Its content; `None` when only its name is sent.
    pub(super) content: Option<String>,
}

/// Writes all parts, the whole files first.
pub(super) fn written(format: ContextFormat, name: &str, parts: &[Part<'_>]) -> String {
    let whole: Vec<(String, &str)> =
        parts.iter().filter_map(|part| Some((path(part.path), part.content.as_deref()?))).collect();
    let names: Vec<String> =
        parts.iter().filter(|part| part.content.is_none()).map(|part| path(part.path)).collect();
    match format {
        ContextFormat::Markdown => markdown(name, &whole, &names),
        ContextFormat::Xml => xml(name, &whole, &names),
        ContextFormat::Json => json(name, &whole, &names),
    }
}

/// A path in one line: what would end the line is written out.
fn path(path: &RepoPath) -> String {
    Shown::bytes(path.as_bytes()).to_string()
}

fn markdown(name: &str, whole: &[(String, &str)], names: &[String]) -> String {
    let mut text = format!("# {name}\n");
    for (path, content) in whole {
        let fence = fence(content);
        let language = path.rsplit_once('.').map_or("", |(_, end)| end);
        let language = if language.chars().all(char::is_alphanumeric) { language } else { "" };
        let end = if content.is_empty() || content.ends_with('\n') { "" } else { "\n" };
        // Writing into a text cannot fail.
        let _ = write!(text, "\n## {path}\n\n{fence}{language}\n{content}{end}{fence}\n");
    }
    if !names.is_empty() {
        text.push_str("\n## Also in the repository\n\n");
        for path in names {
            let _ = writeln!(text, "- {path}");
        }
    }
    text
}

/// Returns a fence longer than any in the content.
fn fence(content: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in content.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat((longest + 1).max(3))
}

fn xml(name: &str, whole: &[(String, &str)], names: &[String]) -> String {
    let mut text = format!("<context repository=\"{}\">\n", attribute(name));
    for (path, content) in whole {
        let content = content.replace("]]>", "]]]]><![CDATA[>").replace(is_no_xml, "\u{fffd}");
        let path = attribute(path);
        let _ = write!(text, "<file path=\"{path}\"><![CDATA[\n{content}]]></file>\n");
    }
    for path in names {
        let _ = writeln!(text, "<name path=\"{}\"/>", attribute(path));
    }
    text.push_str("</context>\n");
    text
}

/// Returns true for characters that no XML may hold.
fn is_no_xml(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn json(name: &str, whole: &[(String, &str)], names: &[String]) -> String {
    let files: Vec<_> =
        whole.iter().map(|(path, content)| json!({"path": path, "content": content})).collect();
    let mut text = format!("{:#}", json!({"repository": name, "files": files, "names": names}));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(format: ContextFormat, name: &[u8], content: &str) -> String {
        let (path, other) = (RepoPath::new(name).unwrap(), RepoPath::new(b"z.txt").unwrap());
        let parts = [
            Part { path: &path, content: Some(content.to_owned()) },
            Part { path: &other, content: None },
        ];
        written(format, "demo", &parts)
    }

    #[test]
    fn each_form_has_the_path_the_content_and_the_names() {
        let text = all(ContextFormat::Markdown, b"src/a.rs", "fn a() {}");
        assert_eq!(
            text,
            "# demo\n\n## src/a.rs\n\n```rs\nfn a() {}\n```\n\n## Also in the repository\n\n- z.txt\n"
        );
        let text = all(ContextFormat::Xml, b"a&b.rs", "x");
        assert_eq!(
            text,
            "<context repository=\"demo\">\n<file path=\"a&amp;b.rs\"><![CDATA[\nx]]></file>\n<name path=\"z.txt\"/>\n</context>\n"
        );
        let text = all(ContextFormat::Json, b"a.rs", "\"\u{1b}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["files"][0]["content"], "\"\u{1b}");
        assert_eq!(value["names"][0], "z.txt");
    }

    #[test]
    fn what_is_in_a_file_cannot_end_its_place() {
        let text = all(ContextFormat::Markdown, b"a.md", "````\n## evil.rs\n````\n");
        assert!(text.contains("\n`````md\n") && text.contains("\n`````\n"));
        let text = all(ContextFormat::Xml, b"a.md", "]]></file>\u{0}");
        assert!(!text.contains("\n]]></file>") && !text.contains('\0'));
        let text = all(ContextFormat::Markdown, b"a\n## b", "");
        assert!(text.contains("## a\\x0a## b\n"), "{text}");
    }
}
