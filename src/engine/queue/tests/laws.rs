//! Under any operations, no task is lost, doubled, or run out of turn.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 6;
const AGE: Duration = secs(2);

/// Something that may happen to a queue; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Push(u32, Priority),
    Lease,
    Complete(usize),
    Fail(usize, ErrorKind),
    EndCancelled(usize),
    Cancel(u64),
    CancelAll,
    Retry(u64),
    RetryAll,
    Raise(u64),
    Forget(u32),
    Pause,
    Resume,
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let priority = prop::sample::select(vec![Priority::High, Priority::Medium, Priority::Low]);
    let kind = prop::sample::select(vec![
        ErrorKind::Transient,
        ErrorKind::Transient,
        ErrorKind::Permanent,
        ErrorKind::Panic,
        ErrorKind::Cancelled,
    ]);
    prop_oneof![
        8 => (0_u32..9, priority).prop_map(|(node, priority)| Step::Push(node, priority)),
        8 => Just(Step::Lease),
        3 => (0_usize..9).prop_map(Step::Complete),
        4 => (0_usize..9, kind).prop_map(|(at, kind)| Step::Fail(at, kind)),
        1 => (0_usize..9).prop_map(Step::EndCancelled),
        1 => (0_u64..30).prop_map(Step::Cancel),
        1 => (0_u64..30).prop_map(Step::Retry),
        1 => (0_u64..30).prop_map(Step::Raise),
        1 => (0_u32..9).prop_map(Step::Forget),
        1 => prop_oneof![
            Just(Step::CancelAll), Just(Step::RetryAll), Just(Step::Pause), Just(Step::Resume)
        ],
        3 => (0_u64..30).prop_map(Step::Pass),
    ]
}

/// A task as the model knows it.
#[derive(Clone, Copy, Debug)]
struct Known {
    job: Job,
    submitted: Duration,
    state: TaskState,
    /// When it last lined up, counted in operations: who did so first goes before its equals.
    lined_up: u64,
}

/// A queue, and beside it what must be true of it.
struct World {
    queue: Queue,
    tasks: HashMap<TaskId, Known>,
    now: Duration,
    operations: u64,
}

impl World {
    fn new() -> Self {
        let options = QueueOptions { limit: LIMIT, age: AGE, keep_failed: 3 };
        let queue = Queue::new(options, TaskId(1));
        Self { queue, tasks: HashMap::new(), now: Duration::ZERO, operations: 0 }
    }

    fn view(&self, id: TaskId) -> Option<TaskView> {
        self.queue.task(id, self.now, path_of)
    }

    fn with(&self, states: &[TaskState]) -> Vec<TaskId> {
        let all = self.tasks.iter().filter(|(_, known)| states.contains(&known.state));
        let mut ids: Vec<TaskId> = all.map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }

    fn set(&mut self, id: TaskId, state: TaskState) {
        self.tasks.get_mut(&id).unwrap().state = state;
    }

    /// Returns the running task that a number chooses.
    fn chosen(&self, at: usize) -> Option<TaskId> {
        let running = self.with(&[TaskState::Running]);
        (!running.is_empty()).then(|| running[at % running.len()])
    }

    /// Returns the task that must run next, found by looking at every one.
    fn expected(&self) -> Option<TaskId> {
        if self.queue.is_paused() {
            return None;
        }
        let alive = self.with(&[TaskState::Queued, TaskState::Retrying, TaskState::Running]);
        let job = |id: &TaskId| self.tasks[id].job;
        let free = |id: &TaskId| {
            let older = |other: &TaskId| {
                other != id
                    && job(other) == job(id)
                    && self.tasks[other].lined_up < self.tasks[id].lined_up
            };
            self.tasks[id].state != TaskState::Running && !alive.iter().any(older)
        };
        let due =
            |view: &TaskView| view.next_try.is_none_or(|left| left == crate::model::Millis(0));
        alive
            .iter()
            .filter(|id| free(id))
            .filter_map(|&id| self.view(id).filter(due))
            .min_by_key(|view| {
                let waited = self.now.saturating_sub(self.tasks[&view.id].submitted);
                let steps = (waited.as_millis() / AGE.as_millis()).min(2);
                ((view.priority as u128).saturating_sub(steps), view.id)
            })
            .map(|view| view.id)
    }

    fn push(&mut self, node: u32, priority: Priority) {
        let (job, before) = (count(node), self.queue.len());
        match self.queue.push(job, priority, self.now) {
            Ok(Pushed::New(id)) => {
                assert!(before < LIMIT);
                let known = Known {
                    job,
                    submitted: self.now,
                    state: TaskState::Queued,
                    lined_up: self.operations,
                };
                assert!(self.tasks.insert(id, known).is_none(), "an id is given once");
            }
            Ok(Pushed::Merged(id)) => {
                assert_eq!(self.tasks[&id].job, job);
                assert!(self.view(id).unwrap().priority <= priority);
            }
            Err(full) => assert_eq!((full, before >= LIMIT), (Full { limit: LIMIT }, true)),
        }
    }

    fn lease(&mut self) {
        let expected = self.expected();
        let leased = self.queue.lease(self.now);
        assert_eq!(leased.map(|leased| leased.id), expected);
        let Some(leased) = leased else { return };
        assert_eq!(leased.job, self.tasks[&leased.id].job);
        self.set(leased.id, TaskState::Running);
        let same = self.with(&[TaskState::Running]).into_iter();
        assert_eq!(same.filter(|id| self.tasks[id].job == leased.job).count(), 1);
    }

    fn fail(&mut self, id: TaskId, kind: ErrorKind) {
        let retry = Retry { jitter: 0.0, ..Retry::default() };
        let attempts = self.view(id).unwrap().attempts;
        let state = match self.queue.fail(id, error(kind), self.now, &retry, 0) {
            Failure::Retrying { at } => {
                assert!(kind == ErrorKind::Transient && attempts < 4 && at > self.now);
                TaskState::Retrying
            }
            Failure::Final => self.view(id).map_or(TaskState::Failed, |view| view.state),
        };
        self.set(id, state);
    }

    /// Reads again what became of every task that an operation may have touched.
    fn look_again(&mut self, from: &[TaskState], to: &[TaskState]) {
        for id in self.with(from) {
            let state = self.view(id).map(|view| view.state);
            if let Some(state) = state.filter(|state| to.contains(state)) {
                let known = self.tasks.get_mut(&id).unwrap();
                if known.state == TaskState::Failed {
                    known.lined_up = self.operations;
                }
                known.state = state;
            }
        }
    }

    fn run(&mut self, step: &Step) {
        use TaskState::{Cancelled, Failed, Queued, Retrying, Running};
        self.operations += 1;
        match *step {
            Step::Push(node, priority) => self.push(node, priority),
            Step::Lease => self.lease(),
            Step::Complete(at) => {
                if let Some(id) = self.chosen(at) {
                    self.queue.complete(id, self.now);
                    self.set(id, TaskState::Completed);
                }
            }
            Step::Fail(at, kind) => {
                if let Some(id) = self.chosen(at) {
                    self.fail(id, kind);
                }
            }
            Step::EndCancelled(at) => {
                if let Some(id) = self.chosen(at) {
                    self.queue.end_cancelled(id);
                    self.set(id, Cancelled);
                }
            }
            Step::Cancel(id) => {
                self.queue.cancel(TaskId(id));
                self.look_again(&[Queued, Retrying], &[Cancelled]);
            }
            Step::CancelAll => {
                let waiting = self.queue.len();
                assert_eq!(self.queue.cancel_all(), waiting);
                self.look_again(&[Queued, Retrying], &[Cancelled]);
            }
            Step::Retry(id) => {
                let done = self.queue.retry(TaskId(id), self.now).is_ok();
                self.look_again(&[Failed, Retrying], if done { &[Queued] } else { &[] });
            }
            Step::RetryAll => {
                self.queue.retry_all(self.now);
                self.look_again(&[Failed], &[Queued]);
            }
            Step::Raise(id) => {
                let before = self.view(TaskId(id)).map(|view| view.priority);
                assert!(self.queue.raise(TaskId(id)).is_none_or(|after| Some(after) <= before));
            }
            Step::Forget(node) => {
                self.queue.forget_node(NodeId(node));
                self.look_again(&[Queued, Retrying], &[Cancelled]);
            }
            Step::Pause => self.queue.pause(),
            Step::Resume => self.queue.resume(),
            Step::Pass(tenths) => {
                self.now = self.now.saturating_add(Duration::from_millis(tenths * 100));
            }
        }
        self.look_again(&[Retrying], &[Queued]);
        assert!(self.chosen(0).is_none_or(|id| self.view(id).unwrap().state == Running));
    }

    fn check(&self) {
        for (id, known) in &self.tasks {
            match self.view(*id) {
                Some(view) => assert_eq!(view.state, known.state, "{id:?}"),
                None => assert_eq!(known.state, TaskState::Failed, "{id:?} is lost"),
            }
        }
        let number = |states: &[TaskState]| self.with(states).len();
        let (queue, totals) = (&self.queue, self.queue.totals());
        assert_eq!(queue.len(), number(&[TaskState::Queued, TaskState::Retrying]));
        assert_eq!(queue.running(), number(&[TaskState::Running]));
        assert_eq!(totals.completed, number(&[TaskState::Completed]) as u64);
        assert_eq!(totals.failed, number(&[TaskState::Failed]) as u64);
        assert_eq!(totals.cancelled, number(&[TaskState::Cancelled]) as u64);
        assert_eq!(totals.submitted, self.tasks.len() as u64);
        let alive = (queue.len() + queue.running()) as u64;
        let ended = totals.completed + totals.failed + totals.cancelled;
        assert_eq!(totals.submitted, ended + alive, "every task is in exactly one state");
        let view = queue.view(usize::MAX, self.now, 1, path_of);
        assert_eq!((view.queued.len(), view.running.len()), (queue.len(), queue.running()));
        assert!(view.failed.len() <= 3 && view.failed.len() as u64 <= view.failed_total);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_task_is_lost_or_doubled_or_run_out_of_turn(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut world = World::new();
        for step in &steps {
            world.run(step);
            world.check();
        }
    }

    #[test]
    fn every_task_ends_once_the_queue_is_left_to_run(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut world = World::new();
        for step in &steps {
            world.run(step);
        }
        world.queue.resume();
        for _ in 0..100 {
            while let Some(id) = world.chosen(0) {
                world.run(&Step::Complete(0));
                prop_assert_eq!(world.tasks[&id].state, TaskState::Completed);
            }
            world.run(&Step::Pass(10));
            world.run(&Step::Lease);
        }
        world.check();
        prop_assert!(world.queue.is_idle());
        prop_assert_eq!(world.queue.next_due(world.now), None);
        let Queue { jobs, follower, faults, due, .. } = &world.queue;
        let left = (jobs.len(), follower.len(), faults.len(), due.len());
        prop_assert_eq!(left, (0, 0, 0, 0), "nothing is left of tasks that are over");
    }
}
