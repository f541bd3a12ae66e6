//! The queue at work: order, pause, cancel, cache tasks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use super::World;
use crate::model::{
    Answer, Clock, Command, EvictRequest, EvictTarget, NodeId, Policy, Question, Refusal,
    SystemClock, TaskId, TaskState, TaskView, UnixNanos,
};

#[tokio::test]
async fn paused_work_waits_and_resumes() {
    let world = World::new();
    world.write("first.txt", "hello");
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Pause).await;
    world.write("second.txt", "hello");
    session.until(|work, all| work.paused && !work.busy && all.tree.pending == 1).await;
    session.send(Command::Resume).await;
    session.until(|work, all| !work.paused && !work.busy && all.tree.pending == 0).await;
    session.handle.close().await;
}

#[tokio::test]
async fn a_list_of_entries_tells_which_is_the_oldest() {
    let world = World::new();
    world.write_old("a.txt", "some text");
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Warm(NodeId::ROOT)).await;
    session.notice("1 count is in the cache").await;
    let knows = |all: &crate::model::Snapshot| {
        all.cache.cells.iter().any(|cell| cell.oldest.is_some() && cell.entries == 1)
    };
    assert!(!knows(&session.snapshot));
    let query = crate::model::EntryQuery { limit: 9, ..Default::default() };
    let answer = session.handle.ask(Question::Entries(query)).await.unwrap();
    assert!(matches!(answer, Answer::Entries(page) if page.total == 1));
    session.until(|_, all| knows(all)).await;
    session.handle.close().await;
}

#[tokio::test]
async fn evicting_and_clearing_empty_the_cache_and_warming_fills_it() {
    let world = World::new();
    for n in 0..20 {
        world.write_old(&format!("f{n}.txt"), &format!("text number {n}"));
    }
    let mut session = world.open().await;
    session.settle().await;
    let entries = |status: &crate::model::CacheStatus| status.kinds[0].entries;
    session.send(Command::Warm(NodeId::ROOT)).await;
    session.notice("20 counts are in the cache").await;
    assert_eq!(entries(&session.cache().await), 20);
    let request = EvictRequest { policy: Policy::Lru, target: EvictTarget::Entries(5), kind: None };
    let Answer::Victims(plan) = session.handle.ask(Question::Victims(request, 3)).await.unwrap()
    else {
        panic!("no plan");
    };
    assert_eq!((plan.entries, plan.victims.len()), (5, 3));
    session.send(Command::Evict(request)).await;
    session.notice("evicted 5 entries").await;
    assert_eq!(entries(&session.cache().await), 15);
    session.send(Command::Clear(None)).await;
    session.notice("cleared 15 entries").await;
    assert_eq!(entries(&session.cache().await), 0);
    assert_eq!(session.snapshot.tree.pending, 0, "counts that are known stay on the screen");
    session.send(Command::Warm(NodeId::ROOT)).await;
    session.notice("20 counts are in the cache").await;
    assert_eq!(entries(&session.cache().await), 20);
    session.send(Command::Evict(EvictRequest { target: EvictTarget::Entries(1), ..request })).await;
    session.notice("evicted 1 entry, ").await;
    session.handle.close().await;
}

#[tokio::test]
async fn what_was_cleared_is_counted_again_at_the_next_start() {
    let world = World::new();
    for n in 0..8 {
        world.write_old(&format!("f{n}.txt"), &format!("text number {n}"));
    }
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Clear(None)).await;
    session.notice("cleared").await;
    session.handle.close().await;
    let mut again = world.open().await;
    again.settle().await;
    let cache = again.cache().await;
    assert_eq!((cache.session_hits, cache.session_misses), (0, 8), "{cache:?}");
    again.handle.close().await;
}

#[tokio::test]
async fn a_first_start_counts_each_file_once() {
    let world = World::new();
    for n in 0..40 {
        world.write_old(&format!("f{n}.txt"), &format!("text number {n}"));
    }
    let mut session = world.open().await;
    session.send(Command::Look(Vec::new())).await;
    session.settle().await;
    let cache = session.cache().await;
    assert_eq!((cache.session_hits, cache.session_misses), (0, 40), "{cache:?}");
    session.handle.close().await;
}

#[tokio::test]
async fn memory_shrinks_when_the_machine_runs_short() {
    use crate::{
        engine::keep::ease,
        store::{PressureReading, Store},
    };
    let world = World::new();
    let clock = std::sync::Arc::new(crate::model::SystemClock::start());
    let store = Store::in_memory(&world.config.store, clock, "a test");
    for number in 0..600_u32 {
        let key = crate::model::EntryKey(*blake3::hash(&number.to_le_bytes()).as_bytes());
        store.put(crate::model::Kind::Count, &key, &[7; 45], std::time::Duration::ZERO);
    }
    let held = |store: &Store| {
        let tiers = store.status().tiers;
        tiers.iter().find(|tier| tier.tier == crate::model::Tier::Memory).unwrap().entries
    };
    ease(&store, &PressureReading::parse("some avg10=0.00", "10", "1000000"));
    assert_eq!(held(&store), 600);
    ease(&store, &PressureReading::parse("some avg10=0.00", "999999", "1000000"));
    assert_eq!(held(&store), 250);
}

#[tokio::test]
async fn verifying_finds_nothing_wrong_in_a_good_cache() {
    let world = World::new();
    for n in 0..10 {
        world.write_old(&format!("f{n}.txt"), &format!("text number {n}"));
    }
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Verify { sample: 100 }).await;
    let text = session.notice("verified").await;
    assert!(text.contains("recounted 10 files: 0 damaged, 0 wrong, 0 changed"), "{text}");
    session.handle.close().await;
}

#[tokio::test]
async fn unknown_things_are_refused_by_name() {
    let world = World::new();
    let session = world.open().await;
    let refused = session.handle.send(Command::Warm(NodeId(77))).await;
    assert_eq!(refused, Err(Refusal::UnknownNode(NodeId(77))));
    let refused = session.handle.send(Command::Cancel(TaskId(9999))).await;
    assert_eq!(refused, Err(Refusal::UnknownTask(TaskId(9999))));
    let refused = session.handle.send(Command::ChooseModel("nope".into())).await;
    assert_eq!(refused, Err(Refusal::UnknownModel("nope".into())));
    session.handle.close().await;
    assert_eq!(session.handle.send(Command::Pause).await, Err(Refusal::Ended));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_fails_alone() {
    let world = World::new();
    for n in 0..5 {
        world.write(&format!("good{n}.txt"), "hello");
    }
    // Gone between the walk and the read is the one failure that root meets as well.
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Pause).await;
    world.write("gone.txt", "what nobody counts");
    session.until(|_, all| all.tree.pending == 1).await;
    std::fs::remove_file(world.root().join("gone.txt")).unwrap();
    session.send(Command::Resume).await;
    session.until(|work, all| !work.busy && !work.paused && all.tree.files == 5).await;
    assert_eq!(session.snapshot.tree.counted, 5);
    assert_eq!(session.cache().await.kinds[0].entries, 1, "one content, and none of what is gone");
    session.handle.close().await;
}

#[tokio::test]
async fn no_more_runs_at_once_than_there_are_workers() {
    for workers in [1, 4] {
        let mut world = World::new();
        world.config.work.workers = workers;
        for n in 0..100 {
            world.write_old(&format!("f{n}.txt"), &format!("text number {n} ").repeat(200));
        }
        let mut session = world.open().await;
        let mut most = 0;
        session
            .until(|work, all| {
                most = most.max(all.tasks.running.len());
                !work.busy && all.tree.counted == 100
            })
            .await;
        assert!(most <= workers, "{most} ran at once");
        let wanted = Question::Tasks { limit: 9 };
        let Answer::Tasks(tasks) = session.handle.ask(wanted).await.unwrap() else {
            panic!("no tasks");
        };
        assert_eq!(tasks.workers as usize, workers);
        session.handle.close().await;
    }
}

#[tokio::test]
async fn what_is_asked_for_has_a_number_at_once_and_is_done_later() {
    let world = World::new();
    world.write_old("one.txt", "hello world");
    let mut session = world.open().await;
    session.settle().await;
    session.send(Command::Pause).await;
    let node = session.find("one.txt").await.unwrap();
    let task = session.handle.send(Command::Recount(node)).await.unwrap();
    session.until(|work, all| work.paused && all.tree.pending == 1).await;
    let Answer::Task(Some(view)) = session.handle.ask(Question::Task(task)).await.unwrap() else {
        panic!("no task");
    };
    assert_eq!((view.id, view.state), (task, TaskState::Queued));
    session.send(Command::Resume).await;
    session.until(|work, all| !work.busy && !work.paused && all.tree.pending == 0).await;
    session.handle.close().await;
}

/// A clock that makes every worker panic that looks at it, while it is armed.
#[derive(Debug)]
struct Treacherous {
    clock: SystemClock,
    armed: AtomicBool,
}

impl Clock for Treacherous {
    fn wall(&self) -> UnixNanos {
        let thread = std::thread::current();
        let is_worker = thread.name().is_some_and(|name| name.starts_with("larder-count-"));
        assert!(!(is_worker && self.armed.load(SeqCst)), "as this test wants");
        self.clock.wall()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
}

#[tokio::test]
async fn workers_that_panic_fail_their_files_and_nothing_else() {
    let world = World::new();
    for n in 0..5 {
        world.write_old(&format!("f{n}.txt"), &format!("text number {n}"));
    }
    let clock = Arc::new(Treacherous { clock: SystemClock::start(), armed: AtomicBool::new(true) });
    let mut session = world.open_at(Arc::clone(&clock) as Arc<dyn Clock>).await;
    session.until(|work, all| !work.busy && all.tasks.failed_total == 5).await;
    let Answer::Tasks(tasks) = session.handle.ask(Question::Tasks { limit: 9 }).await.unwrap()
    else {
        panic!("no tasks");
    };
    let says = |task: &TaskView| task.error.as_deref().unwrap().contains("as this test wants");
    assert!(tasks.failed.len() == 5 && tasks.failed.iter().all(says), "{tasks:?}");
    clock.armed.store(false, SeqCst);
    session.send(Command::RetryAll).await;
    session.until(|work, all| !work.busy && all.tree.counted == 5).await;
    session.handle.close().await;
}
