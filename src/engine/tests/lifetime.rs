//! Starting, stopping, and what survives.

use std::sync::Arc;

use super::World;
use crate::{
    engine::{Keep, StartError, start},
    model::{Answer, Command, Question, StoreMode, SystemClock},
};

#[tokio::test]
async fn queued_work_survives_a_restart() {
    let world = World::new();
    world.write("first.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Pause).await;
    world.write("second.txt", "hello");
    session.until(|_, all| all.tree.pending == 1).await;
    session.handle.close().await;
    let saved = crate::engine::saved::SavedQueue::load(
        &crate::engine::queue_file(&world.config, Some(&world.root())).unwrap(),
    );
    let paths: Vec<_> = saved.queue.tasks.iter().map(|task| task.path.to_text()).collect();
    assert!(paths.contains(&"second.txt".into()), "{paths:?}");
    let mut again = world.open().await;
    again.settle().await;
    assert_eq!((again.snapshot.tree.counted, again.snapshot.tree.pending), (2, 0));
    again.handle.close().await;
}

#[tokio::test]
async fn a_second_engine_works_from_memory_and_names_the_first() {
    let world = World::new();
    world.write("one.txt", "hello");
    let mut first = world.open().await;
    first.settle().await;
    let mut second = world.open().await;
    second.settle().await;
    assert_eq!(second.snapshot.tree.counted, 1);
    let StoreMode::MemoryOnly(reason) = second.cache().await.mode else {
        panic!("{:?}", second.cache().await.mode);
    };
    assert!(reason.contains(&format!("{}", std::process::id())), "{reason}");
    let refused = second.handle.send(Command::Clear(None)).await;
    assert!(refused.is_err());
    second.handle.close().await;
    first.handle.close().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let world = World::new();
    let clock = Arc::new(SystemClock::start());
    let missing = world.root().join("missing");
    let error = start(&world.config, Some(&missing), Keep::Cache, clock).unwrap_err();
    assert!(matches!(error, StartError::Root { .. }));
    assert!(error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn without_a_repository_the_store_still_answers() {
    let world = World::new();
    let clock = Arc::new(SystemClock::start());
    let handle = start(&world.config, None, Keep::Cache, clock).unwrap();
    let answer = handle.ask(Question::Cache).await.unwrap();
    assert!(matches!(answer, Answer::Cache(_)));
    assert!(handle.ask(Question::Context).await.is_err());
    handle.close().await;
    handle.close().await;
}
