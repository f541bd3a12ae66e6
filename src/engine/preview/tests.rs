use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::count::{Counter, Options};

fn wanted(folder: &TempDir, name: &str, (from, len): (u64, u32)) -> Wanted {
    Wanted {
        root: folder.path().to_owned(),
        path: RepoPath::new(name.as_bytes()).unwrap(),
        encoding: Encoding::O200kBase,
        from,
        len,
    }
}

fn read(content: &[u8], range: (u64, u32)) -> PreviewBody {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.rs"), content).unwrap();
    let mut worker = Counter::new(&Options::default()).worker();
    preview(&wanted(&folder, "a.rs", range), &mut worker).body
}

fn lines(content: &[u8], range: (u64, u32)) -> PreviewText {
    match read(content, range) {
        PreviewBody::Text(text) => text,
        PreviewBody::Nothing(why) => panic!("{why}"),
    }
}

#[test]
fn a_page_of_lines_comes_with_running_counts_and_words() {
    let text = lines(b"fn a() {\r\n}\n\n// end", (1, 9));
    assert_eq!((text.total, text.from, text.exact), (4, 1, true));
    let shown: Vec<_> = text.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(shown, ["}", "", "// end"]);
    assert_eq!(text.lines[2].spans.len(), 1);
    assert_eq!(text.lines[2].tokens, text.tokens);
}

#[test]
fn what_is_no_text_too_large_or_gone_says_so() {
    let why = |body| match body {
        PreviewBody::Nothing(why) => why,
        PreviewBody::Text(text) => panic!("{text:?}"),
    };
    assert_eq!(why(read(b"a\0b", (0, 9))), "it is no text");
    let large = why(read(&vec![b'a'; 5 << 20], (0, 9)));
    assert!(large.contains("at most 4 MiB"), "{large}");
    let folder = TempDir::new().unwrap();
    let mut worker = Counter::new(&Options::default()).worker();
    let gone = preview(&wanted(&folder, "no.rs", (0, 9)), &mut worker);
    assert!(matches!(gone.body, PreviewBody::Nothing(_)));
}

#[test]
fn an_empty_file_and_lines_that_are_not_there_are_no_lines() {
    assert_eq!(lines(b"", (0, 9)).total, 0);
    let beyond = lines(b"a\nb\n", (7, 9));
    assert_eq!((beyond.total, beyond.from, beyond.lines.len()), (2, 2, 0));
}

#[test]
fn a_line_of_megabytes_is_cut_and_counted() {
    let text = lines("x = 1; ".repeat(200_000).as_bytes(), (0, 9));
    assert!(text.lines[0].cut && text.lines[0].text.len() == LONGEST_LINE);
    assert_eq!(text.lines[0].tokens, text.tokens);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_running_count_is_that_of_the_file_up_to_there(
        text in "([a-z]{1,8}|[ \n\t]{1,4}|[0-9]{1,5}|[;:,(){}/'\"]{1,3}|[äß日本語]{1,3}){0,60}",
        from in 0_u64..4,
    ) {
        let read = lines(text.as_bytes(), (from, 9));
        let mut worker = Counter::new(&Options::default()).worker();
        let mut end = 0;
        let ends: Vec<usize> = text.split_inclusive('\n').map(|line| { end += line.len(); end }).collect();
        for (line, end) in read.lines.iter().zip(ends.iter().skip(usize::try_from(from).unwrap())) {
            prop_assert_eq!(line.tokens, worker.count(Encoding::O200kBase, &text[..*end]).unwrap());
        }
    }
}
