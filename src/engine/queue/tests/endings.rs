//! How tasks end: retried, failed, cancelled, tried again.

use super::*;
use crate::model::Millis;

#[test]
fn two_failures_then_success_is_completed_with_three_attempts() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::High);
    let mut now = Duration::ZERO;
    let mut waits = Vec::new();
    for attempt in 1..=2 {
        assert_eq!(queue.lease(now).unwrap().attempts, attempt);
        let failure = queue.fail(id, error(ErrorKind::Transient), now, &steady(), 0);
        let Failure::Retrying { at } = failure else { panic!("{failure:?}") };
        assert_eq!(queue.lease(now), None, "not before it is due");
        assert_eq!(queue.next_due(now), Some(at));
        waits.push(at.saturating_sub(now).as_millis());
        now = at;
    }
    assert_eq!(waits, [100, 200]);
    assert_eq!(queue.lease(now).unwrap().attempts, 3);
    queue.complete(id, now);
    let row = task(&queue, id);
    assert_eq!((row.state, row.attempts, row.max_attempts), (TaskState::Completed, 3, 4));
    assert_eq!(row.error.as_deref(), Some("transient: it did not work"), "errors are tracked");
}

#[test]
fn a_limit_of_one_retry_fails_after_two_attempts() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::High);
    let retry = Retry { attempts: 1, ..steady() };
    queue.set_max_attempts(retry.max_attempts());
    assert_eq!(task(&queue, id).max_attempts, 2);
    queue.lease(secs(0)).unwrap();
    let failure = queue.fail(id, error(ErrorKind::Transient), secs(0), &retry, 0);
    assert!(matches!(failure, Failure::Retrying { .. }));
    queue.lease(secs(1)).unwrap();
    let failure = queue.fail(id, error(ErrorKind::Transient), secs(1), &retry, 0);
    assert_eq!(failure, Failure::Final);
    assert_eq!(state(&queue, id), TaskState::Failed);
}

#[test]
fn a_panic_is_never_retried_and_leaves_the_queue_alive() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::High);
    push(&mut queue, 2, Priority::Low);
    queue.lease(secs(0)).unwrap();
    let failure = queue.fail(id, error(ErrorKind::Panic), secs(0), &steady(), 0);
    assert_eq!(failure, Failure::Final);
    assert_eq!(task(&queue, id).error.as_deref(), Some("panic: it did not work"));
    assert_eq!(run_order(&mut queue, secs(0)), [2]);
}

#[test]
fn a_failed_task_shows_kind_message_attempts_and_times() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::Medium);
    queue.lease(secs(1)).unwrap();
    queue.set_progress(id, Bytes(42));
    let hostile = TaskError { kind: ErrorKind::Permanent, message: "no \x1b[31m file".into() };
    queue.fail(id, hostile, secs(3), &steady(), 0);
    let row = task(&queue, id);
    assert_eq!(row.error.as_deref(), Some("permanent: no \\x1b[31m file"));
    assert_eq!((row.attempts, row.elapsed, row.bytes), (1, Millis(2000), Bytes(42)));
    assert_eq!((row.kind, row.subject), (TaskKind::Count, path_of(NodeId(1))));
}

#[test]
fn a_waiting_task_is_cancelled_at_once_and_a_running_one_when_it_stops() {
    let mut queue = queue(10);
    let running = push(&mut queue, 1, Priority::High);
    let waiting = push(&mut queue, 2, Priority::Low);
    queue.lease(secs(0)).unwrap();
    assert_eq!(queue.cancel(waiting), Cancelled::Queued);
    assert_eq!(queue.cancel(waiting), Cancelled::Unknown);
    assert_eq!(queue.cancel(running), Cancelled::Running);
    assert_eq!(queue.running(), 1);
    queue.end_cancelled(running);
    assert!(queue.is_idle());
    assert_eq!(queue.totals().cancelled, 2);
}

#[test]
fn a_cancelled_task_that_fails_is_not_tried_again() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::High);
    queue.lease(secs(0)).unwrap();
    queue.cancel(id);
    let failure = queue.fail(id, error(ErrorKind::Transient), secs(0), &steady(), 0);
    assert_eq!((failure, state(&queue, id)), (Failure::Final, TaskState::Cancelled));
}

#[test]
fn cancelling_all_leaves_what_runs() {
    let mut queue = queue(10);
    let running = push(&mut queue, 1, Priority::High);
    let retrying = push(&mut queue, 2, Priority::High);
    queue.lease(secs(0)).unwrap();
    queue.lease(secs(0)).unwrap();
    queue.fail(retrying, error(ErrorKind::Transient), secs(0), &steady(), 0);
    push(&mut queue, 3, Priority::Low);
    push(&mut queue, 1, Priority::Low);
    assert_eq!(queue.cancel_all(), 3);
    assert_eq!((queue.len(), queue.running(), queue.next_due(secs(0))), (0, 1, None));
    assert_eq!(state(&queue, retrying), TaskState::Cancelled);
    queue.complete(running, secs(1));
    assert!(matches!(queue.push(count(1), Priority::Low, secs(1)), Ok(Pushed::New(_))));
    assert_eq!(run_order(&mut queue, secs(9)), [1]);
}

#[test]
fn a_failed_task_is_tried_again_at_once_and_with_all_its_attempts() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::Low);
    push(&mut queue, 2, Priority::Medium);
    queue.pause();
    assert_eq!(queue.retry(id, secs(0)), Err(NotRetried::NotFailed(id)));
    queue.resume();
    queue.raise(id);
    queue.lease(secs(0)).unwrap();
    queue.fail(id, error(ErrorKind::Permanent), secs(0), &steady(), 0);
    assert_eq!(queue.totals().still_failed(), 1);
    assert_eq!(queue.retry(id, secs(1)), Ok(()));
    assert_eq!(queue.totals().still_failed(), 0);
    let leased = queue.lease(secs(1)).unwrap();
    assert_eq!((leased.id, leased.attempts), (id, 1));
}

#[test]
fn a_retrying_task_can_be_tried_at_once() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::Low);
    queue.lease(secs(0)).unwrap();
    queue.fail(id, error(ErrorKind::Transient), secs(0), &steady(), 0);
    assert_eq!(queue.lease(secs(0)), None);
    assert_eq!(queue.retry(id, secs(0)), Ok(()));
    assert_eq!(queue.lease(secs(0)).map(|leased| leased.id), Some(id));
}

#[test]
fn every_failed_task_is_tried_again_as_far_as_there_is_room() {
    let mut queue = queue(3);
    for node in 0..3 {
        let id = push(&mut queue, node, Priority::Medium);
        queue.lease(secs(0)).unwrap();
        queue.fail(id, error(ErrorKind::Permanent), secs(0), &steady(), 0);
    }
    push(&mut queue, 9, Priority::High);
    assert_eq!(queue.retry_all(secs(1)), 2);
    let view = queue.view(10, secs(1), 1, path_of);
    assert_eq!((view.queued_total, view.failed_total, view.failed.len()), (3, 1, 1));
    assert_eq!(run_order(&mut queue, secs(1)), [9, 0, 1]);
}

#[test]
fn success_after_a_failure_of_equal_work_clears_the_failure() {
    let mut queue = queue(10);
    let id = push(&mut queue, 1, Priority::Medium);
    queue.lease(secs(0)).unwrap();
    queue.fail(id, error(ErrorKind::Permanent), secs(0), &steady(), 0);
    push(&mut queue, 1, Priority::Medium);
    assert_eq!(run_order(&mut queue, secs(1)), [1]);
    let view = queue.view(10, secs(1), 1, path_of);
    assert_eq!((view.failed_total, view.failed.len()), (0, 0));
}

#[test]
fn only_the_newest_failures_are_remembered_but_all_are_counted() {
    let options = QueueOptions { keep_failed: 2, ..QueueOptions::default() };
    let mut queue = Queue::new(options, TaskId(1));
    for node in 0..5 {
        let id = push(&mut queue, node, Priority::Medium);
        queue.lease(secs(0)).unwrap();
        queue.fail(id, error(ErrorKind::Permanent), secs(0), &steady(), 0);
    }
    let view = queue.view(10, secs(0), 1, path_of);
    let failed: Vec<_> = view.failed.iter().map(|row| row.id).collect();
    assert_eq!((failed, view.failed_total), (vec![TaskId(5), TaskId(4)], 5));
}
