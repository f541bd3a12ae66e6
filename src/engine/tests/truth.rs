//! Counts are right, and stay right while files change.

use std::time::Duration;

use super::World;
use crate::{
    model::{
        Answer, Bytes, Command, ContentHash, ContextFormat, FileStatus, Millis, NodeId, Question,
        ResultEntry, ResultFactors, RowKind, TextWanted, Tokens, UnixNanos, UseCache,
    },
    store::{MapKey, TagsKey, TreeKey},
};

#[tokio::test]
async fn a_repository_is_counted_and_the_second_start_tokenises_nothing() {
    let world = World::new();
    for n in 0..40 {
        world.write_old(&format!("src/f{n}.txt"), &format!("some text {n}"));
    }
    let mut first = world.open().await;
    first.settle().await;
    assert_eq!(first.snapshot.tree.counted, 40);
    let tokens = first.snapshot.tree.tokens;
    assert!(tokens.0 >= 120);
    assert_eq!(first.cache().await.session_misses, 40);
    first.handle.close().await;

    let mut second = world.open().await;
    second.settle().await;
    assert_eq!(second.snapshot.tree.tokens, tokens);
    assert_eq!(second.snapshot.tree.from_cache, 40);
    let cache = second.cache().await;
    assert_eq!(cache.session_misses, 0, "{cache:?}");
    // A file written just now is racy, so a look at its folder may hash it more than once.
    assert!(cache.session_hits >= 40, "{cache:?}");
    second.handle.close().await;
}

#[tokio::test]
async fn a_changed_file_moves_its_count_and_every_total() {
    let world = World::new();
    world.write("a/one.txt", "hello");
    world.write("a/two.txt", "hello world");
    let mut session = world.open().await;
    session.settle().await;
    assert_eq!(session.snapshot.tree.tokens, Tokens(3));
    world.write("a/one.txt", "hello world hello world");
    session.until(|work, all| !work.busy && all.tree.tokens == Tokens(6)).await;
    assert_eq!(session.row("a/one.txt").await.unwrap().tokens, Tokens(4));
    session.handle.close().await;
}

#[tokio::test]
async fn created_renamed_and_deleted_files_come_and_go() {
    let world = World::new();
    world.write("keep.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    world.write("new/deep/er/file.txt", "hello world");
    session.until(|work, all| !work.busy && all.tree.tokens == Tokens(3)).await;
    std::fs::rename(world.root().join("new"), world.root().join("old")).unwrap();
    session.until(|work, all| !work.busy && all.tree.folders == 3 && all.tree.files == 2).await;
    while session.find("old/deep/er/file.txt").await.is_none() {
        session.until(|work, _| !work.busy).await;
    }
    std::fs::remove_dir_all(world.root().join("old")).unwrap();
    session.until(|work, all| !work.busy && all.tree.files == 1).await;
    assert_eq!(session.snapshot.tree.tokens, Tokens(1));
    session.handle.close().await;
}

#[tokio::test]
async fn a_file_in_the_place_of_a_folder_is_counted() {
    let world = World::new();
    world.write("thing/inner.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    std::fs::remove_dir_all(world.root().join("thing")).unwrap();
    world.write("thing", "hello world hello");
    session.until(|work, all| !work.busy && all.tree.tokens == Tokens(3)).await;
    assert_eq!(session.row("thing").await.unwrap().files, 1);
    session.handle.close().await;
}

#[tokio::test]
async fn a_deleted_repository_is_told_and_empty() {
    let world = World::new();
    world.write("a/one.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    std::fs::remove_dir_all(world.root()).unwrap();
    session.notice("the folder that is open was deleted").await;
    session.until(|work, all| !work.busy && all.tree.files == 0).await;
    session.handle.close().await;
}

#[tokio::test]
async fn a_new_ignore_rule_takes_files_out() {
    let world = World::new();
    world.write("build/out.txt", "hello");
    world.write("src.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    assert_eq!(session.snapshot.tree.files, 2);
    world.write(".gitignore", "build/\n");
    session.until(|work, all| !work.busy && all.tree.files == 1).await;
    session.handle.close().await;
}

#[tokio::test]
async fn odd_files_are_shown_with_their_reason() {
    let world = World::new();
    world.write("text.txt", "hello");
    std::fs::write(world.root().join("bin"), b"a\0b").unwrap();
    std::os::unix::fs::symlink(".", world.root().join("loop")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        world.root().join("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let mut session = world.open().await;
    session.settle().await;
    let skipped = session.snapshot.tree.skipped;
    assert_eq!((skipped.binary, skipped.link, skipped.special), (1, 1, 1));
    let row = session.row("bin").await.unwrap();
    assert_eq!(row.kind, RowKind::File { status: FileStatus::Binary });
    session.handle.close().await;
}

#[tokio::test]
async fn an_invalidated_file_is_counted_again() {
    let world = World::new();
    world.write_old("one.txt", "hello world");
    let mut session = world.open().await;
    session.settle().await;
    let misses = session.cache().await.session_misses;
    let node = session.find("one.txt").await.unwrap();
    session.send(Command::Invalidate(node)).await;
    session.until(|work, all| !work.busy && all.tree.pending == 0).await;
    assert_eq!(session.cache().await.session_misses, misses + 1);
    assert_eq!(session.row("one.txt").await.unwrap().tokens, Tokens(2));
    session.handle.close().await;
}

#[tokio::test]
async fn an_invalidated_file_takes_with_it_what_was_computed_of_it_and_no_result() {
    let world = World::new();
    world.write_old("one.txt", "hello world");
    world.write_old("two.txt", "hello");
    let hash = |text: &str| ContentHash(*blake3::hash(text.as_bytes()).as_bytes());
    let (one, two) = (hash("hello world"), hash("hello"));
    let tags = |content| TagsKey { content, grammar: "rust".to_owned(), query: 1 };
    let tree = |content| TreeKey { content, lines: vec![1], renderer: 1 };
    let map = |contents: &[ContentHash]| MapKey {
        contents: contents.to_vec(),
        tags: contents[0].0,
        ..MapKey::default()
    };
    let store = world.store();
    for content in [one, two] {
        store.keep(&tags(content), b"tags", Duration::ZERO);
        store.keep(&tree(content), b"tree", Duration::ZERO);
    }
    store.keep(&map(&[one, two]), b"both", Duration::ZERO);
    store.keep(&map(&[two]), b"one", Duration::ZERO);
    let result = ResultEntry {
        factors: ResultFactors {
            of: "docs".to_owned(),
            content: one,
            provider: "openai".to_owned(),
            model: "gpt-5".to_owned(),
            prompt: "p".to_owned(),
            schema: 1,
        },
        repository: String::new(),
        file: "one.txt".to_owned(),
        tokens: None,
        cost: None,
        took: Millis(1),
        created: UnixNanos(1),
        value: b"paid for".to_vec(),
    };
    store.put_result(&result).unwrap();
    drop(store);
    let mut session = world.open().await;
    session.settle().await;
    let node = session.find("one.txt").await.unwrap();
    session.send(Command::Invalidate(node)).await;
    session.until(|work, all| !work.busy && all.tree.pending == 0).await;
    session.handle.close().await;
    let store = world.store();
    assert!(store.find(&tags(one)).is_none() && store.find(&tree(one)).is_none());
    assert!(store.find(&map(&[one, two])).is_none());
    assert!(store.find(&tags(two)).is_some() && store.find(&tree(two)).is_some());
    assert!(store.find(&map(&[two])).is_some());
    assert_eq!(store.result(&result.factors).unwrap().value, b"paid for");
}

#[tokio::test]
async fn another_model_counts_in_its_own_encoding() {
    let world = World::new();
    world.write("one.txt", "hello world, 你好世界");
    let mut session = world.open().await;
    session.settle().await;
    let before = session.snapshot.tree.tokens;
    session.send(Command::ChooseModel("gpt-4".into())).await;
    session.until(|work, all| !work.busy && all.tree.pending == 0).await;
    assert_ne!(session.snapshot.tree.tokens, before);
    session.send(Command::ChooseModel("gpt-5".into())).await;
    session.until(|work, all| !work.busy && all.tree.tokens == before).await;
    session.handle.close().await;
}

#[tokio::test]
async fn a_survey_counts_what_the_tree_counts() {
    let world = World::new();
    world.write_old("src/a.txt", "hello world");
    world.write_old("src/b/c.txt", "hello");
    world.write_old("d.txt", "");
    let cold = world.count(UseCache::Yes).await;
    assert_eq!((cold.hits, cold.computed), (0, 3));
    let tokens: Vec<_> = cold.folders.iter().map(|f| (f.path.to_text(), f.tokens.0)).collect();
    assert_eq!(tokens, [("".into(), 3), ("src".into(), 3), ("src/b".into(), 1)]);
    let warm = world.count(UseCache::Yes).await;
    assert_eq!((warm.hits, warm.computed, &warm.files), (3, 0, &cold.files));
    let mut session = world.open().await;
    session.settle().await;
    assert_eq!(session.snapshot.tree.tokens, Tokens(3));
    assert_eq!(session.cache().await.session_misses, 0);
    session.handle.close().await;
    assert_eq!(world.count(UseCache::No).await.computed, 3);
}

#[tokio::test]
async fn a_marked_file_that_comes_back_is_marked_again() {
    let world = World::new();
    world.write("a.txt", "hello world");
    let mut session = world.open().await;
    session.settle().await;
    let node = session.find("a.txt").await.unwrap();
    session.send(Command::Mark(crate::model::MarkChange::Add(vec![node]))).await;
    session.until(|_, all| all.context.files == 1).await;
    std::fs::remove_file(world.root().join("a.txt")).unwrap();
    session.notice("1 marked file is gone").await;
    world.write("a.txt", "hello");
    session.until(|work, all| !work.busy && all.context.tokens == Tokens(1)).await;
    session.handle.close().await;
}

#[tokio::test]
async fn marks_add_up_to_the_context() {
    let world = World::new();
    world.write("a.txt", "hello world");
    world.write("b/c.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    let change = crate::model::MarkChange::Toggle(vec![NodeId::ROOT]);
    session.send(Command::Mark(change)).await;
    session.until(|_, all| all.context.files == 2).await;
    assert_eq!(session.snapshot.context.tokens, Tokens(3));
    let count = Question::ContextText(ContextFormat::Markdown, TextWanted::Count);
    let Ok(Answer::ContextText(text)) = session.handle.ask(count).await else { panic!() };
    assert_eq!(text.version, session.snapshot.context.version);
    assert!(text.tokens > Tokens(3), "what is sent has headings");
    session.handle.close().await;
}

#[tokio::test]
async fn only_a_change_of_a_file_counts_it_again_in_the_mode_of_files() {
    let mut world = World::new();
    // What the refresh mode `files` means, without the regular comparison.
    world.config.watch.rescan_seconds = 0;
    for n in 0..10 {
        world.write_old(&format!("f{n}.txt"), &format!("some text {n}"));
    }
    let mut session = world.open().await;
    session.settle().await;
    let tokens = session.snapshot.tree.tokens;
    assert_eq!(session.cache().await.session_misses, 10);
    world.write("f3.txt", "one two three four five six seven eight");
    session.until(|work, all| !work.busy && all.tree.tokens > tokens).await;
    assert_eq!(session.cache().await.session_misses, 11);
    // The times of a file are no change of what it holds.
    super::make_old(&world.root().join("f5.txt"));
    world.write("f4.txt", "one two three four five six seven eight nine");
    let tokens = session.snapshot.tree.tokens;
    session.until(|work, all| !work.busy && all.tree.tokens > tokens).await;
    assert_eq!(session.cache().await.session_misses, 12);
    session.handle.close().await;
}

#[tokio::test]
async fn a_rescan_takes_in_what_is_new_changed_and_gone_and_touches_nothing_else() {
    let world = World::new();
    for n in 0..30 {
        world.write_old(&format!("d{}/f{n}.txt", n % 3), &format!("some text {n}"));
    }
    let mut session = world.open().await;
    session.settle().await;
    let before = session.snapshot.tree.tokens.0;
    session.handle.close().await;
    world.write_old("d0/new.txt", "a new text");
    world.write_old("d1/f1.txt", "some text that is another one now");
    std::fs::remove_file(world.root().join("d2/f2.txt")).unwrap();
    let mut session = world.open().await;
    session.settle().await;
    let tree = &session.snapshot.tree;
    assert_eq!((tree.files, tree.counted, tree.from_cache, tree.pending), (30, 30, 28, 0));
    let row = async |path: &str| session.row(path).await.map(|row| row.tokens.0);
    assert_eq!(row("d2/f2.txt").await, None);
    let (new, changed) = (row("d0/new.txt").await.unwrap(), row("d1/f1.txt").await.unwrap());
    assert_eq!((new, changed), (3, 7));
    let each = before / 30;
    assert_eq!((before, tree.tokens.0), (each * 30, each * 28 + new + changed));
    let cache = session.cache().await;
    assert_eq!((cache.session_misses, cache.kinds[0].entries), (2, 32), "{cache:?}");
    session.handle.close().await;
}

#[tokio::test]
async fn details_say_of_a_large_file_that_it_was_not_read_for_them() {
    let world = World::new();
    world.write("large.txt", &"hello world\n".repeat(30_000));
    world.write("small.txt", "hello\n");
    let mut session = world.open().await;
    session.settle().await;
    for (path, lines, unread_over) in
        [("large.txt", None, Some(Bytes(256 << 10))), ("small.txt", Some(1), None)]
    {
        let id = session.find(path).await.unwrap();
        let answer = session.handle.ask(Question::Details(id)).await.unwrap();
        let Answer::Details(Some(details)) = answer else { panic!("{answer:?}") };
        assert_eq!((details.lines, details.unread_over), (lines, unread_over), "{path}");
    }
    session.handle.close().await;
}
