//! Threads of Codex: running totals that are told twice or begin anew, forks, spawned threads.

use proptest::prelude::*;

use super::{World, push_line};

/// A request and how it is told.
#[derive(Clone, Debug)]
struct Step {
    /// Input, what of it was cached, output, what of that is reasoning.
    counts: [u32; 4],
    is_told_twice: bool,
    /// Whether the running total begins anew with it.
    begins_anew: bool,
    is_torn: bool,
    noise: u8,
}

/// A thread.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Plan {
    steps: Vec<Step>,
    /// Whether the last counts are told beside the total.
    has_last: bool,
    /// Whether usage is told per response as well.
    has_responses: bool,
    /// What it was forked from: a thread before it, and by how much of it.
    fork: Option<(prop::sample::Index, prop::sample::Index)>,
    /// Whether it counts from zero after its parent's history.
    is_spawned: bool,
    is_archived: bool,
}

fn step() -> impl Strategy<Value = Step> {
    (([1..9000_u32, 0..9000, 1..900, 0..900_u32]), any::<[bool; 3]>(), any::<u8>()).prop_map(
        |([input, cached, output, reasoning], [twice, anew, torn], noise)| Step {
            counts: [input, cached.min(input), output, reasoning.min(output)],
            is_told_twice: twice,
            begins_anew: anew && noise % 4 == 0,
            is_torn: torn && noise % 3 == 0,
            noise,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    let fork = prop::option::of(any::<(prop::sample::Index, prop::sample::Index)>());
    (prop::collection::vec(step(), 1..8), any::<[bool; 4]>(), fork).prop_map(
        |(steps, [has_last, has_responses, is_spawned, is_archived], fork)| Plan {
            steps,
            has_last,
            has_responses,
            fork,
            is_spawned,
            is_archived,
        },
    )
}

/// Makes up threads.
pub(in crate::ledger) fn codex() -> impl Strategy<Value = World> {
    prop::collection::vec(plan(), 1..5).prop_map(|plans| {
        let mut world = World::default();
        let mut threads: Vec<Vec<Told>> = Vec::new();
        for (index, plan) in plans.iter().enumerate() {
            let thread = thread(index, plan, &threads, &mut world);
            threads.push(thread);
        }
        world.sorted()
    })
}

/// A request as it was told, so that forks can tell it again.
#[derive(Clone, Debug)]
struct Told {
    total: [u64; 4],
    last: Option<[u64; 4]>,
    response: Option<(String, String, [u64; 4])>,
}

const MODEL: &str = "gpt-5.4";

/// Makes up a thread and returns its whole history.
fn thread(index: usize, plan: &Plan, before: &[Vec<Told>], world: &mut World) -> Vec<Told> {
    let id = format!("0196-{index}");
    let start = 600 * index;
    let mut log = Vec::new();
    let parent = plan.fork.filter(|_| !before.is_empty());
    let parent = parent.map(|(thread, len)| (thread.index(before.len()), len));
    let mut history = Vec::new();
    if let Some((parent, len)) = parent {
        let told = &before[parent];
        history.extend_from_slice(&told[..=len.index(told.len())]);
    }
    push_line(&mut log, &meta(start, &id, parent.map(|one| one.0), plan.is_spawned), 0);
    for told in &history {
        tell(&mut log, start, told);
    }
    push_line(&mut log, &line(start + 5, "turn_context", &format!(r#"{{"model":"{MODEL}"}}"#)), 0);
    let mut total = match history.last() {
        Some(told) if !plan.is_spawned => told.total,
        Some(_) | None => [0; 4],
    };
    // A total that begins anew says nothing without the last counts.
    let has_last = plan.has_last || parent.is_some();
    for (number, step) in plan.steps.iter().enumerate() {
        let second = start + 10 + 10 * number;
        let mut used = step.counts.map(u64::from);
        // No two requests have the same counts: a log tells them apart by nothing else.
        used[0] += 100_000 * (10 * index + number + 1) as u64;
        let begins = step.begins_anew && has_last;
        let from = if begins { [0; 4] } else { total };
        total = std::array::from_fn(|at| from[at] + used[at]);
        let response =
            plan.has_responses.then(|| (id.clone(), format!("resp_{index}_{number}"), used));
        let told = Told { total, last: has_last.then_some(used), response };
        if step.is_torn {
            let torn = count_line(second, &told);
            push_line(&mut log, &torn[..torn.len() - 4], 0);
            world.broken += 1;
        }
        tell(&mut log, second, &told);
        if step.is_told_twice {
            push_line(&mut log, &count_line(second + 1, &told), step.noise);
        }
        let [input, cached, output, reasoning] = used;
        world.expect(&id, MODEL, [input - cached, cached, 0, 0, output, reasoning]);
        history.push(told);
    }
    let folder = if plan.is_archived { "archived_sessions" } else { "sessions/2026/05/01" };
    world.files.push((format!(".codex/{folder}/rollout-2026-05-01T08-00-00-{id}.jsonl"), log));
    history
}

fn line(second: usize, kind: &str, payload: &str) -> String {
    let (hour, minute) = (8 + second / 3600, second / 60 % 60);
    format!(
        r#"{{"timestamp":"2026-05-01T{hour:02}:{minute:02}:{:02}.000Z","type":"{kind}","payload":{payload}}}"#,
        second % 60
    )
}

fn meta(second: usize, id: &str, parent: Option<usize>, is_spawned: bool) -> String {
    let rest = match parent {
        Some(parent) if is_spawned => format!(
            r#","source":{{"subagent":{{"thread_spawn":{{"parent_thread_id":"0196-{parent}"}}}}}}"#
        ),
        Some(parent) => format!(r#","forked_from_id":"0196-{parent}""#),
        None => String::new(),
    };
    line(second, "session_meta", &format!(r#"{{"id":"{id}","cwd":"/home/dev/app"{rest}}}"#))
}

/// Tells a request in all the ways that its thread tells it.
fn tell(log: &mut Vec<u8>, second: usize, told: &Told) {
    push_line(log, &count_line(second, told), 0);
    if let Some((thread, id, used)) = &told.response {
        let usage = counts(*used);
        let payload = format!(
            r#"{{"thread_id":"{thread}","session_id":"{thread}","response_id":"{id}","usage":{usage},"turn_token_usage":{usage}}}"#
        );
        push_line(log, &line(second, "token_usage_record", &payload), 0);
    }
}

fn count_line(second: usize, told: &Told) -> String {
    let last = told.last.map(|last| format!(r#","last_token_usage":{}"#, counts(last)));
    let total = counts(told.total);
    line(
        second,
        "event_msg",
        &format!(
            r#"{{"type":"token_count","info":{{"total_token_usage":{total}{}}},"rate_limits":null}}"#,
            last.unwrap_or_default()
        ),
    )
}

fn counts([input, cached, output, reasoning]: [u64; 4]) -> String {
    let total = input + output;
    format!(
        r#"{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":{reasoning},"total_tokens":{total}}}"#
    )
}
