//! `larder cache evict`.

use serde::Serialize;

use super::remake;
use crate::{
    cli::{
        Exit, Failure, Program,
        args::EvictArgs,
        confirm,
        connect::{Session, mismatch},
        table::{Align, Table, number_of},
    },
    config::Config,
    model::{
        Answer, Command, EvictRequest, EvictTarget, EvictionPlan, Kind, Millis, PicoUsd, Policy,
        Question, Victim,
    },
    ui::format::{bytes, remake_of},
};

/// Rows of victims in a table: more would scroll away what matters.
const LISTED: usize = 20;

/// Percent of the bytes that go when nothing is said: what the dashboard's dialog begins with.
const SHARE: u8 = 20;

const NAME: &str = "cache evict";

/// Removes entries, or shows which would go.
pub(super) fn run(program: &mut Program, args: &EvictArgs) -> Result<Exit, Failure> {
    confirm::can_ask(&program.output, args.change.yes || args.change.dry_run, NAME)?;
    let config = program.config(None, Vec::new())?;
    let request = request(args, &config);
    let plan = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let plan = evict(program, &session, args, request).await;
        session.close(&mut program.output).await;
        plan
    })?;
    show(program, args, &plan)?;
    Ok(Exit::Done)
}

async fn evict(
    program: &mut Program,
    session: &Session,
    args: &EvictArgs,
    request: EvictRequest,
) -> Result<EvictionPlan, Failure> {
    session.usable_cache().await?;
    let listed = if args.change.dry_run { u32::MAX } else { 0 };
    let Answer::Victims(plan) = session.ask(Question::Victims(request, listed)).await? else {
        return Err(mismatch());
    };
    session.tell_unseen(&mut program.output).await?;
    if !args.change.dry_run && plan.entries > 0 {
        let question = format!("evict {}?", sentence(&plan));
        confirm::confirm(&mut program.output, args.change.yes, NAME, &question)?;
        session.run(Command::Evict(request), &mut program.output).await?;
    }
    Ok(plan)
}

fn request(args: &EvictArgs, config: &Config) -> EvictRequest {
    let target = match (args.to, args.percent, args.entries) {
        (Some(bytes), ..) => EvictTarget::Bytes(bytes),
        (None, Some(percent), _) => EvictTarget::Percent(percent),
        (None, None, Some(entries)) => EvictTarget::Entries(entries),
        (None, None, None) => EvictTarget::Percent(SHARE),
    };
    EvictRequest { policy: args.policy.unwrap_or(config.store.policy), target, kind: args.kind }
}

fn show(program: &mut Program, args: &EvictArgs, plan: &EvictionPlan) -> Result<(), Failure> {
    match (args.change.json, args.change.dry_run) {
        (true, _) => program.output.json(&Report::of(plan)),
        (false, true) => program.output.text(&preview(plan)),
        (false, false) => program.output.line(format_args!("evicted {}", sentence(plan))),
    }
}

#[derive(Serialize)]
struct Report {
    policy: Policy,
    kind: Option<Kind>,
    victims: Vec<VictimRow>,
    entries: u64,
    bytes: u64,
    remake_ms: Millis,
    remake_usd: PicoUsd,
    /// How many nobody knows either of.
    unknown: u64,
}

#[derive(Serialize)]
struct VictimRow {
    key: String,
    kind: Kind,
    bytes: u64,
    remake_ms: Millis,
    remake_usd: PicoUsd,
}

impl Report {
    fn of(plan: &EvictionPlan) -> Self {
        let row = |victim: &Victim| VictimRow {
            key: victim.key.to_string(),
            kind: victim.kind,
            bytes: victim.bytes.0,
            remake_ms: victim.remake_ms,
            remake_usd: victim.remake_usd,
        };
        Self {
            policy: plan.policy,
            kind: plan.kind,
            victims: plan.victims.iter().map(row).collect(),
            entries: plan.entries,
            bytes: plan.bytes.0,
            remake_ms: plan.remake_ms,
            remake_usd: plan.remake_usd,
            unknown: plan.unknown,
        }
    }
}

fn sentence(plan: &EvictionPlan) -> String {
    format!(
        "{} ({}) by {}: {} to make again",
        number_of(plan.entries, "entry", "entries"),
        bytes(plan.bytes),
        plan.policy,
        remake_of(plan),
    )
}

fn preview(plan: &EvictionPlan) -> String {
    let mut table = Table::new(&[
        ("key", Align::Left),
        ("kind", Align::Left),
        ("size", Align::Right),
        ("remake", Align::Right),
    ]);
    for victim in plan.victims.iter().take(LISTED) {
        table.row([
            victim.key.to_string(),
            victim.kind.to_string(),
            bytes(victim.bytes),
            remake(victim.kind, victim.remake_ms, victim.remake_usd),
        ]);
    }
    format!("{}would evict {}\n", table.text(), sentence(plan))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, EntryKey};

    fn plan() -> EvictionPlan {
        let victim = Victim {
            key: EntryKey([1; 32]),
            kind: Kind::Count,
            bytes: Bytes(128),
            remake_ms: Millis(3),
            remake_usd: PicoUsd(0),
        };
        EvictionPlan {
            policy: Policy::Lru,
            kind: None,
            victims: vec![victim; 30],
            entries: 30,
            bytes: Bytes(3840),
            remake_ms: Millis(90),
            remake_usd: PicoUsd(0),
            unknown: 0,
        }
    }

    #[test]
    fn the_json_of_a_preview_has_the_documented_shape() {
        let json = serde_json::to_value(Report::of(&plan())).unwrap();
        assert_eq!(json["policy"], "lru");
        assert_eq!(json["kind"], serde_json::Value::Null);
        assert_eq!(json["bytes"], 3840);
        let victim = serde_json::json!({
            "key": "01".repeat(32), "kind": "count", "bytes": 128, "remake_ms": 3,
            "remake_usd": "0.00"
        });
        assert_eq!(json["victims"][29], victim);
    }

    #[test]
    fn a_preview_lists_the_first_and_sums_up_all() {
        let text = preview(&plan());
        assert_eq!(text.lines().count(), LISTED + 2);
        assert!(text.contains("would evict 30 entries"), "{text}");
    }

    #[test]
    fn a_preview_says_what_the_victims_cost_in_money_and_no_false_zero() {
        let dear = |remake_ms, usd| Victim {
            kind: Kind::Result,
            remake_ms: Millis(remake_ms),
            remake_usd: PicoUsd::parse_dollars(usd).unwrap(),
            ..plan().victims[0].clone()
        };
        let cheap = Victim { remake_ms: Millis(0), ..plan().victims[0].clone() };
        let victims = vec![dear(2_500, "0.0123"), dear(0, "0.5"), dear(0, "0"), cheap];
        let remake_usd = PicoUsd::parse_dollars("0.5123").unwrap();
        let remake_ms = Millis(2_500);
        let plan = EvictionPlan { victims, remake_ms, remake_usd, unknown: 1, ..plan() };
        let text = preview(&plan);
        let ends: Vec<_> = text.lines().skip(1).collect();
        for (line, end) in ends.iter().zip(["2.5 s, $0.0123", "$0.500", "unknown", "<1 ms"]) {
            assert!(line.ends_with(end), "{line}");
        }
        assert!(text.contains("2.5 s and $0.512 + 1 unknown to make again"), "{text}");
        let json = serde_json::to_value(Report::of(&plan)).unwrap();
        assert_eq!((&json["remake_usd"], &json["unknown"]), (&"0.5123".into(), &1.into()));
        let quick = EvictionPlan {
            remake_ms: Millis(0),
            remake_usd: PicoUsd(0),
            unknown: 0,
            ..plan.clone()
        };
        assert!(preview(&quick).contains("<1 ms to make again"));
        let strange = EvictionPlan { unknown: plan.entries, ..quick };
        assert!(preview(&strange).contains(": unknown to make again"));
    }
}
