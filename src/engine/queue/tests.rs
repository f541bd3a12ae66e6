//! What the queue promises, case by case: how tasks end is in `endings`, what always holds in `laws`.

mod endings;
mod laws;

use super::*;
use crate::model::{NodeId, RepoPath, TaskKind, TaskState, TaskView};

pub(super) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(super) const fn count(node: u32) -> Job {
    Job { kind: TaskKind::Count, node: NodeId(node) }
}

pub(super) fn queue(limit: usize) -> Queue {
    Queue::new(QueueOptions { limit, ..QueueOptions::default() }, TaskId(1))
}

pub(super) fn error(kind: ErrorKind) -> TaskError {
    TaskError { kind, message: "it did not work".into() }
}

pub(super) fn path_of(node: NodeId) -> RepoPath {
    RepoPath::new(format!("f{}", node.0).as_bytes()).unwrap()
}

pub(super) fn steady() -> Retry {
    Retry { jitter: 0.0, ..Retry::default() }
}

pub(super) fn push(queue: &mut Queue, node: u32, priority: Priority) -> TaskId {
    queue.push(count(node), priority, Duration::ZERO).unwrap().id()
}

/// Leases and completes until nothing is left, and returns the nodes in the order they ran.
pub(super) fn run_order(queue: &mut Queue, now: Duration) -> Vec<u32> {
    let mut order = Vec::new();
    while let Some(leased) = queue.lease(now) {
        order.push(leased.job.node.0);
        queue.complete(leased.id, now);
    }
    order
}

pub(super) fn task(queue: &Queue, id: TaskId) -> TaskView {
    queue.task(id, Duration::ZERO, path_of).unwrap()
}

pub(super) fn state(queue: &Queue, id: TaskId) -> TaskState {
    task(queue, id).state
}

#[test]
fn one_worker_runs_by_priority_then_in_the_order_of_submission() {
    let submitted = [
        ("a", Priority::Low),
        ("b", Priority::High),
        ("c", Priority::Medium),
        ("d", Priority::High),
        ("e", Priority::Medium),
    ];
    let mut queue = queue(10);
    for (node, (_, priority)) in (0..).zip(submitted) {
        push(&mut queue, node, priority);
    }
    let order = run_order(&mut queue, Duration::ZERO);
    let names: Vec<&str> = order.iter().map(|&node| submitted[node as usize].0).collect();
    assert_eq!(names, ["b", "d", "c", "e", "a"]);
    assert!(queue.is_idle());
}

#[test]
fn a_task_is_followed_through_its_states() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::Medium);
    assert_eq!(state(&queue, id), TaskState::Queued);
    queue.lease(Duration::ZERO).unwrap();
    assert_eq!(state(&queue, id), TaskState::Running);
    queue.fail(id, error(ErrorKind::Transient), Duration::ZERO, &steady(), 0);
    assert_eq!(state(&queue, id), TaskState::Retrying);
    queue.lease(secs(1)).unwrap();
    queue.complete(id, secs(1));
    assert_eq!(state(&queue, id), TaskState::Completed);
    let id = push(&mut queue, 2, Priority::Low);
    queue.cancel(id);
    assert_eq!(state(&queue, id), TaskState::Cancelled);
    assert!(queue.task(TaskId(99), Duration::ZERO, path_of).is_none());
}

#[test]
fn equal_work_is_merged_and_takes_the_higher_priority() {
    let mut queue = queue(10);
    let first = push(&mut queue, 1, Priority::Low);
    push(&mut queue, 2, Priority::Medium);
    let pushed = queue.push(count(1), Priority::High, secs(1)).unwrap();
    assert_eq!(pushed, Pushed::Merged(first));
    assert_eq!(queue.push(count(1), Priority::Low, secs(1)), Ok(Pushed::Merged(first)));
    assert_eq!(task(&queue, first).priority, Priority::High);
    assert_eq!(run_order(&mut queue, secs(1)), [1, 2]);
    assert_eq!((queue.totals().submitted, queue.totals().merged), (2, 2));
}

#[test]
fn other_work_on_the_same_file_is_no_equal_work() {
    let mut queue = queue(10);
    push(&mut queue, 1, Priority::Low);
    let walk = Job { kind: TaskKind::Walk, node: NodeId(1) };
    assert!(matches!(queue.push(walk, Priority::Low, secs(0)), Ok(Pushed::New(_))));
}

#[test]
fn a_file_that_changes_while_it_is_counted_is_counted_again() {
    let mut queue = queue(10);
    let first = push(&mut queue, 1, Priority::Low);
    queue.lease(secs(0)).unwrap();
    let Ok(Pushed::New(second)) = queue.push(count(1), Priority::Low, secs(1)) else {
        panic!("the change would be lost in the running task")
    };
    let again = queue.push(count(1), Priority::High, secs(2));
    assert_eq!(again, Ok(Pushed::Merged(second)), "once more is enough");
    assert_eq!(queue.lease(secs(2)), None, "one file is not counted twice at once");
    queue.complete(first, secs(3));
    let leased = queue.lease(secs(3)).unwrap();
    assert_eq!((leased.id, leased.priority), (second, Priority::High));
}

#[test]
fn waiting_lifts_a_task_one_priority_for_each_age() {
    let mut queue = queue(10);
    queue.push(count(0), Priority::Low, secs(0)).unwrap();
    for (node, priority) in [(1, Priority::Medium), (2, Priority::High)] {
        queue.push(count(node), priority, secs(59)).unwrap();
    }
    let order = |now: Duration| {
        let view = queue.view(10, now, 1, path_of);
        view.queued.iter().map(|row| row.subject.to_text().into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order(secs(59)), ["f2", "f1", "f0"]);
    assert_eq!(order(secs(60)), ["f2", "f0", "f1"]);
    assert_eq!(order(secs(120)), ["f0", "f1", "f2"]);
}

#[test]
fn without_an_age_nothing_is_lifted() {
    let options = QueueOptions { age: Duration::ZERO, ..QueueOptions::default() };
    let mut queue = Queue::new(options, TaskId(1));
    push(&mut queue, 0, Priority::Low);
    queue.push(count(1), Priority::Medium, secs(9999)).unwrap();
    assert_eq!(run_order(&mut queue, secs(9999)), [1, 0]);
}

#[test]
fn a_full_queue_refuses_and_says_its_limit() {
    let mut queue = queue(2);
    push(&mut queue, 1, Priority::Low);
    push(&mut queue, 2, Priority::Low);
    assert_eq!(queue.room(), 0);
    assert_eq!(queue.push(count(3), Priority::High, secs(0)), Err(Full { limit: 2 }));
    assert!(queue.push(count(1), Priority::High, secs(0)).is_ok(), "merging takes no room");
    queue.lease(secs(0)).unwrap();
    assert!(queue.push(count(3), Priority::High, secs(0)).is_ok());
}

#[test]
fn a_paused_queue_leases_nothing_and_goes_on_when_resumed() {
    let mut queue = queue(10);
    push(&mut queue, 1, Priority::High);
    queue.pause();
    assert!(queue.is_paused());
    assert_eq!(queue.lease(secs(0)), None);
    assert_eq!(queue.next_due(secs(0)), None);
    assert!(queue.view(5, secs(0), 1, path_of).paused);
    queue.resume();
    assert!(queue.lease(secs(0)).is_some());
}

#[test]
fn raising_moves_a_waiting_task_one_priority_up() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::Low);
    let raised = [queue.raise(id), queue.raise(id), queue.raise(id)];
    let expected = [Priority::Medium, Priority::High, Priority::High];
    assert_eq!(raised, expected.map(Some));
    queue.lease(secs(0)).unwrap();
    assert_eq!(queue.raise(id), None);
}

#[test]
fn a_deleted_file_takes_its_work_away() {
    let mut queue = queue(10);
    let failed = push(&mut queue, 1, Priority::High);
    queue.lease(secs(0)).unwrap();
    queue.fail(failed, error(ErrorKind::Permanent), secs(0), &steady(), 0);
    push(&mut queue, 1, Priority::High);
    let running = queue.lease(secs(0)).unwrap().id;
    push(&mut queue, 1, Priority::Low);
    queue.push(Job { kind: TaskKind::Walk, node: NodeId(1) }, Priority::Low, secs(0)).unwrap();
    push(&mut queue, 2, Priority::Low);
    queue.forget_node(NodeId(1));
    assert_eq!((queue.len(), queue.running()), (1, 1));
    queue.complete(running, secs(0));
    assert_eq!(run_order(&mut queue, secs(0)), [2]);
    assert_eq!(queue.totals().still_failed(), 0);
}

#[test]
fn the_view_shows_what_is_next_without_the_rest() {
    let mut queue = queue(70_000);
    for node in 0..65_000 {
        push(&mut queue, node, if node % 1000 == 999 { Priority::High } else { Priority::Low });
    }
    let view = queue.view(3, secs(0), 4, path_of);
    let nodes: Vec<_> = view.queued.iter().map(|row| row.subject.clone()).collect();
    assert_eq!(nodes, [999, 1999, 2999].map(|node| path_of(NodeId(node))));
    assert_eq!((view.queued_total, view.workers), (65_000, 4));
}

#[test]
fn what_matters_survives_a_restart_and_warm_up_does_not() {
    let mut queue = queue(10);
    for (node, priority) in [(1, Priority::High), (2, Priority::High), (3, Priority::High)] {
        push(&mut queue, node, priority);
    }
    for kind in [ErrorKind::Permanent, ErrorKind::Transient] {
        let id = queue.lease(secs(0)).unwrap().id;
        queue.fail(id, error(kind), secs(0), &steady(), 0);
    }
    queue.lease(secs(0)).unwrap();
    push(&mut queue, 4, Priority::Low);
    push(&mut queue, 5, Priority::Medium);
    push(&mut queue, 6, Priority::High);
    let saved = queue.saved(path_of);
    let paths: Vec<_> = saved.iter().map(|task| task.path.to_text().into_owned()).collect();
    assert_eq!(paths, ["f3", "f2", "f1", "f6", "f5"]);
    assert_eq!(saved[2].error.as_deref(), Some("permanent: it did not work"));
    assert_eq!(queue.next_id(), TaskId(7));
}

#[test]
fn a_restored_task_still_shows_what_went_wrong() {
    let mut before = queue(10);
    let id = push(&mut before, 1, Priority::High);
    before.lease(secs(0)).unwrap();
    let hostile = TaskError { kind: ErrorKind::Panic, message: "at\x1b: x".into() };
    before.fail(id, hostile, secs(0), &steady(), 0);
    let mut after = Queue::new(QueueOptions::default(), before.next_id());
    let saved = before.saved(path_of);
    let id = after.restore(count(1), &saved[0], secs(0)).unwrap().id();
    let row = task(&after, id);
    assert_eq!(row.error.as_deref(), Some("panic: at\\x1b: x"));
    assert_eq!((row.state, row.next_try, row.attempts), (TaskState::Queued, None, 0));
    assert_eq!(after.saved(path_of)[0].error, saved[0].error);
    assert_eq!(id, TaskId(2), "no id is given twice");
}
