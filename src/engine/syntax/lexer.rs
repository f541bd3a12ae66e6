//! Line by line: what the words are, and what goes on in the next line.

use super::Language;
use crate::model::{SyntaxKind, SyntaxSpan};

/// Remembers between two lines what is still open.
#[derive(Debug)]
pub(in crate::engine) struct Lexer {
    language: &'static Language,
    open: Option<Open>,
}

/// What is open, and what ends it.
#[derive(Clone, Copy, Debug)]
struct Open {
    end: &'static str,
    kind: SyntaxKind,
    /// True when the next line still belongs to it.
    long: bool,
}

impl Lexer {
    /// Begins a file.
    pub(in crate::engine) const fn new(language: &'static Language) -> Self {
        Self { language, open: None }
    }

    /// Returns what the words of the next line are, from left to right.
    pub(in crate::engine) fn line(&mut self, line: &str) -> Vec<SyntaxSpan> {
        let mut spans = Vec::new();
        let mut at = 0;
        while at < line.len() {
            let (end, kind) = self.next(line, at);
            if let Some(kind) = kind {
                spans.push(span(at, end, kind));
            }
            at = end;
        }
        self.open = self.open.filter(|open| open.long);
        spans
    }

    /// Returns where what begins here ends, and what it is.
    fn next(&mut self, line: &str, at: usize) -> (usize, Option<SyntaxKind>) {
        let rest = &line[at..];
        if let Some(open) = self.open {
            let end = self.close(rest, 0, open);
            return (at + end, Some(open.kind));
        }
        if let Some((begin, end)) = self.language.block.iter().find(|(b, _)| rest.starts_with(b)) {
            let open = Open { end, kind: SyntaxKind::Comment, long: true };
            return (at + self.close(rest, begin.len(), open), Some(open.kind));
        }
        if self.language.line.iter().any(|begin| rest.starts_with(begin)) {
            return (line.len(), Some(SyntaxKind::Comment));
        }
        if let Some(quote) = self.language.quotes.iter().find(|q| rest.starts_with(q.mark)) {
            let open = Open { end: quote.mark, kind: SyntaxKind::Quoted, long: quote.long };
            return (at + self.close(rest, quote.mark.len(), open), Some(open.kind));
        }
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if word == 0 {
            return (at + rest.chars().next().map_or(1, char::len_utf8), None);
        }
        (at + word, self.kind_of(&rest[..word]))
    }

    fn kind_of(&self, word: &str) -> Option<SyntaxKind> {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(SyntaxKind::Number);
        }
        let is_keyword = self.language.keywords.split(' ').any(|known| known == word);
        is_keyword.then_some(SyntaxKind::Keyword)
    }

    /// Looks for the end of what is open; it stays open when the line has none.
    fn close(&mut self, rest: &str, from: usize, open: Open) -> usize {
        let mut at = from;
        while at < rest.len() {
            if rest[at..].starts_with(open.end) {
                self.open = None;
                return at + open.end.len();
            }
            let is_escape = open.kind == SyntaxKind::Quoted && rest[at..].starts_with('\\');
            let mut chars = rest[at..].chars();
            let step = chars.next().map_or(1, char::len_utf8);
            at += step + if is_escape { chars.next().map_or(0, char::len_utf8) } else { 0 };
        }
        self.open = Some(open);
        rest.len()
    }
}

fn span(start: usize, end: usize, kind: SyntaxKind) -> SyntaxSpan {
    let number = |at| u32::try_from(at).unwrap_or(u32::MAX);
    SyntaxSpan { start: number(start), end: number(end), kind }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(file: &str, text: &str) -> Vec<(SyntaxKind, String)> {
        let mut lexer = Lexer::new(Language::of(file.as_bytes()).unwrap());
        text.lines()
            .flat_map(|line| {
                let spans = lexer.line(line);
                spans.into_iter().map(|s| (s.kind, line[s.start as usize..s.end as usize].into()))
            })
            .collect()
    }

    #[test]
    fn comments_texts_keywords_and_numbers_are_told_apart() {
        use SyntaxKind::{Comment, Keyword, Number, Quoted};
        let found = words("a.rs", "let x1 = 0xff; // let 1\nfn f(s: \"a\\\" // b\") /* if */ 7");
        let wanted = [
            (Keyword, "let"),
            (Number, "0xff"),
            (Comment, "// let 1"),
            (Keyword, "fn"),
            (Quoted, "\"a\\\" // b\""),
            (Comment, "/* if */"),
            (Number, "7"),
        ];
        assert_eq!(found, wanted.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn what_is_open_goes_on_in_the_next_line_only_where_it_may() {
        use SyntaxKind::{Comment, Keyword, Quoted};
        let found = words("a.py", "\"\"\"one\nif\"\"\" if 'open\nif");
        let kinds: Vec<_> = found.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Quoted, Quoted, Keyword, Quoted, Keyword]);
        let found = words("a.c", "/* if\nif */ if");
        let kinds: Vec<_> = found.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Comment, Comment, Keyword]);
    }

    proptest! {
        #[test]
        fn any_text_is_divided_without_overlaps_at_characters(text in "[\\PC\"'\\\\/*#\n]{0,200}") {
            for file in ["a.rs", "a.py", "a.js", "a.lua", "a.html", "a.md", "Makefile"] {
                let mut lexer = Lexer::new(Language::of(file.as_bytes()).unwrap());
                for line in text.lines() {
                    let mut last = 0;
                    for span in lexer.line(line) {
                        prop_assert!(span.start >= last && span.end > span.start);
                        prop_assert!(line.get(span.start as usize..span.end as usize).is_some());
                        last = span.end;
                    }
                }
            }
        }
    }
}
