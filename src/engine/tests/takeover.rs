//! Taking over caches of other tools, through a running engine.

use std::path::PathBuf;

use super::World;
use crate::{
    import::Sha256,
    model::{Answer, Command, EntryOrder, EntryQuery, ImportRequest, Kind, Millis, Question},
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
