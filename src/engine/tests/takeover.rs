//! Taking over caches of other tools, through a running engine.

use std::path::PathBuf;

use super::World;
use crate::{
    import::Sha256,
    model::{
        Answer, Command, EntryOrder, EntryQuery, ImportRequest, Kind, Millis, Question, Tokenizer,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_count_says_what_counting_it_again_takes() {
    let world = World::new();
    // As large that counting it takes a millisecond on any machine.
    let text = "one two three four five six seven eight nine ten\n".repeat(40_000);
    world.write("outside/large.txt", &text);
    let outside = world.root().join("outside/large.txt");
    let counted = world.count(crate::model::UseCache::No).await;
    let tokens = counted.folders[0].tokens.0;
    let moved = world.root().with_file_name("large.txt");
    std::fs::rename(outside, &moved).unwrap();
    let cache = world.root().with_file_name("token_cache.json");
    let path = moved.to_str().unwrap();
    let entry = serde_json::json!({path: {
        "file_path": path, "content_hash": Sha256::of(text.as_bytes()).to_string(),
        "token_count": tokens, "last_updated": 1_760_000_000.25, "encoding_model": "o200k_base",
        "file_size": text.len(), "mtime": 1_759_990_000.125}});
    std::fs::write(&cache, entry.to_string()).unwrap();
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Import(request(cache))).await;
    session.notice("imported 1 entry").await;
    let query = EntryQuery {
        kind: Some(Kind::Count),
        text: None,
        order: EntryOrder::Recent,
        from: 0,
        limit: 10,
    };
    let answer = session.handle.ask(Question::Entries(query)).await.unwrap();
    let Answer::Entries(page) = answer else { panic!("{answer:?}") };
    assert_eq!(page.total, 1);
    assert!(page.entries[0].remake_ms > Millis(0), "{page:?}");
    session.handle.close().await;
}

fn request(source: PathBuf) -> ImportRequest {
    ImportRequest { source, backup: None, verify: true }
}

#[tokio::test]
async fn a_content_tells_all_paths_that_have_it() {
    let world = World::new();
    world.write_old("a/one.txt", "the same words");
    world.write_old("b/two.txt", "the same words");
    world.write_old("other.txt", "other words");
    let mut session = world.open().await;
    session.settle().await;
    let hash = crate::model::ContentHash(*blake3::hash(b"the same words").as_bytes());
    let encoding = crate::model::Encoding::O200kBase;
    let version = crate::count::VERSION;
    let key = crate::store::CountKey { hash, encoding, version }.entry_key();
    let answer = session.handle.ask(Question::Entry(key)).await.unwrap();
    let Answer::Entry(Some(details)) = answer else { panic!("{answer:?}") };
    let paths: Vec<_> = details.paths.iter().map(|path| path.to_text().into_owned()).collect();
    assert_eq!(paths, ["a/one.txt", "b/two.txt"]);
    session.handle.close().await;
}

#[tokio::test]
async fn an_estimate_is_shown_and_never_kept() {
    let world = World::new();
    world.write_old("one.txt", "some words to be counted");
    let mut session = world.open().await;
    session.settle().await;
    let exact = session.snapshot.tree.tokens;
    let kept = |cache: &crate::model::CacheStatus| cache.kinds[0].entries;
    let before = kept(&session.cache().await);
    session.send(Command::ChooseModel("claude-sonnet-4-5".into())).await;
    session.settle().await;
    let Tokenizer::Estimated { .. } = session.snapshot.model.tokenizer else {
        panic!("{:?} counts exactly", session.snapshot.model)
    };
    assert_eq!((session.snapshot.tree.tokens, kept(&session.cache().await)), (exact, before));
    session.handle.close().await;
}
