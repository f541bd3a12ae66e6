//! `larder cache status`.

use std::sync::Arc;

use serde::Serialize;

use super::{kinds, summary};
use crate::{
    cli::{
        Exit, Failure, Program,
        args::JsonArgs,
        commands::spend,
        table::{Align, Table},
    },
    client::Books,
    config::Config,
    model::{
        BudgetState, Bytes, CacheStatus, Inventory, Kind, KindStats, Millis, PicoUsd, ResultStats,
        Shown, StoreMode, Tier, TierStats,
    },
    ui::format::{bytes, dollars, duration, grouped, percent, rfc3339},
};

/// Prints tiers, kinds and savings.
pub(super) fn run(program: &mut Program, args: JsonArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let Inventory { status, results } = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let inventory = session.inventory().await;
        session.close(&mut program.output).await;
        inventory
    })?;
    if args.json {
        program.output.json(&Report::of(&status, &results, &config))?;
    } else {
        let budgets = budgets(program, &config);
        let below = summary::text(&status, &results, &budgets, config.chosen_model());
        program.output.text(&format!("{}\n{below}", text(&status)))?;
    }
    Ok(Exit::Done)
}

/// Returns how every budget stands now. The status is told even where the ledger cannot be.
fn budgets(program: &mut Program, config: &Config) -> Vec<BudgetState> {
    if !config.ledger.enabled {
        return Vec::new();
    }
    match Books::open(config, Arc::clone(&program.clock)) {
        Ok(mut books) => {
            spend::read(program, &mut books);
            books.summary().budgets
        }
        Err(error) => {
            program.output.say(&error);
            Vec::new()
        }
    }
}

#[derive(Serialize)]
struct Report<'s> {
    mode: &'s StoreMode,
    folder: &'s str,
    exact: bool,
    disk_use: u64,
    saved_at: Option<String>,
    tiers: Vec<TierRow>,
    kinds: Vec<KindRow>,
    /// Results by type and model.
    models: &'s [ResultStats],
    saved: Saved,
    session: Session,
    budget: Budget<'s>,
}

#[derive(Serialize)]
struct TierRow {
    tier: Tier,
    entries: u64,
    bytes: u64,
    limit: u64,
    hits: u64,
    misses: u64,
    fills: u64,
    evictions: u64,
    errors: u64,
}

#[derive(Serialize)]
struct KindRow {
    kind: Kind,
    entries: u64,
    bytes: u64,
    hits: u64,
    misses: u64,
    removals: u64,
}

#[derive(Serialize)]
struct Saved {
    ms: Millis,
    usd: PicoUsd,
}

#[derive(Serialize)]
struct Session {
    hits: u64,
    misses: u64,
}

#[derive(Serialize)]
struct Budget<'s> {
    model: &'s str,
    window: u64,
    warning: u8,
    alert: u8,
}

impl<'s> Report<'s> {
    fn of(status: &'s CacheStatus, results: &'s [ResultStats], config: &'s Config) -> Self {
        let model = config.chosen_model();
        Self {
            mode: &status.mode,
            folder: &status.folder,
            exact: status.exact,
            disk_use: status.disk_use.0,
            saved_at: status.saved_at.map(rfc3339),
            tiers: status.tiers.iter().map(TierRow::of).collect(),
            kinds: status.kinds.iter().map(KindRow::of).collect(),
            models: results,
            saved: Saved { ms: status.saved.ms, usd: status.saved.usd },
            session: Session { hits: status.session_hits, misses: status.session_misses },
            budget: Budget {
                model: &model.name,
                window: model.window.0,
                warning: config.budget.warning,
                alert: config.budget.alert,
            },
        }
    }
}

impl TierRow {
    fn of(stats: &TierStats) -> Self {
        Self {
            tier: stats.tier,
            entries: stats.entries,
            bytes: stats.bytes.0,
            limit: stats.limit.0,
            hits: stats.hits,
            misses: stats.misses,
            fills: stats.fills,
            evictions: stats.evictions,
            errors: stats.errors,
        }
    }
}

impl KindRow {
    fn of(stats: &KindStats) -> Self {
        Self {
            kind: stats.kind,
            entries: stats.entries,
            bytes: stats.bytes.0,
            hits: stats.hits,
            misses: stats.misses,
            removals: stats.removals,
        }
    }
}

fn text(status: &CacheStatus) -> String {
    let mode = match &status.mode {
        StoreMode::Opening => "opening".to_owned(),
        StoreMode::Ok => "ok".to_owned(),
        StoreMode::Fallback(reason) => format!("fallback: {}", Shown::text(reason)),
        StoreMode::ReadOnly(reason) => format!("read only: {}", Shown::text(reason)),
        StoreMode::MemoryOnly(reason) => format!("memory only: {}", Shown::text(reason)),
    };
    // Nobody recounts a store that is not written: its numbers are those of a moment, not estimates.
    let (estimate, as_of) = match (&status.mode, status.exact) {
        (_, true) => ("", ""),
        // Without a store there is no checkpoint to speak of.
        (StoreMode::MemoryOnly(_), false) if status.kinds.iter().all(|kind| kind.entries == 0) => {
            ("", "")
        }
        (StoreMode::MemoryOnly(_) | StoreMode::ReadOnly(_), false) => {
            ("", "the numbers are those of its last checkpoint\n")
        }
        (StoreMode::Opening | StoreMode::Ok | StoreMode::Fallback(_), false) => ("≈ ", ""),
    };
    let use_ = bytes(status.disk_use);
    let folder = Shown::text(&status.folder);
    let saved_at = status.saved_at.map_or_else(|| "never".to_owned(), rfc3339);
    let head =
        format!("{folder}: {mode}, {estimate}{use_} on disk, last saved {saved_at}\n{as_of}\n");
    let used = status.kinds.iter().filter(|kind| kind.is_used());
    let kinds = kinds::table(&used.map(kinds::Line::from).collect::<Vec<_>>());
    let saved = format!(
        "\nhits have saved {} and {}\n",
        duration(status.saved.ms),
        dollars(status.saved.usd)
    );
    head + &tiers(status).text() + "\n" + &kinds.text() + &saved
}

fn tiers(status: &CacheStatus) -> Table {
    let right = |name| (name, Align::Right);
    let mut table = Table::new(&[
        ("tier", Align::Left),
        right("entries"),
        right("size"),
        right("limit"),
        right("hits"),
        right("misses"),
        right("rate"),
        right("fills"),
        right("evictions"),
        right("errors"),
    ]);
    for tier in &status.tiers {
        let limit = if tier.limit == Bytes(0) { "-".to_owned() } else { bytes(tier.limit) };
        table.row([
            tier.tier.to_string(),
            grouped(tier.entries),
            bytes(tier.bytes),
            limit,
            grouped(tier.hits),
            grouped(tier.misses),
            percent(tier.hit_rate()),
            grouped(tier.fills),
            grouped(tier.evictions),
            grouped(tier.errors),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{config::Paths, model::SavedBy};

    fn status() -> CacheStatus {
        CacheStatus {
            mode: StoreMode::Ok,
            folder: "/c".to_owned(),
            tiers: vec![TierStats {
                tier: Tier::Disk,
                entries: 300,
                bytes: Bytes(38_400),
                limit: Bytes(1 << 30),
                hits: 3,
                misses: 1,
                fills: 300,
                evictions: 0,
                errors: 0,
                session_hits: 0,
                session_misses: 0,
            }],
            kinds: vec![KindStats {
                kind: Kind::Count,
                entries: 300,
                bytes: Bytes(38_400),
                hits: 3,
                misses: 1,
                removals: 2,
            }],
            saved: SavedBy { ms: Millis(1500), usd: PicoUsd(0) },
            exact: true,
            ..CacheStatus::default()
        }
    }

    #[test]
    fn the_json_has_the_documented_shape() {
        let config = Config::defaults(Paths::below(Path::new("/x")));
        let json = serde_json::to_value(Report::of(&status(), &[], &config)).unwrap();
        let tier = serde_json::json!({
            "tier": "disk", "entries": 300, "bytes": 38400, "limit": 1_u64 << 30, "hits": 3,
            "misses": 1, "fills": 300, "evictions": 0, "errors": 0
        });
        assert_eq!(json["tiers"][0], tier);
        let kind = serde_json::json!(
            {"kind": "count", "entries": 300, "bytes": 38400, "hits": 3, "misses": 1,
             "removals": 2}
        );
        assert_eq!(json["kinds"][0], kind);
        assert_eq!(json["models"], serde_json::json!([]));
        assert_eq!(json["saved"], serde_json::json!({"ms": 1500, "usd": "0.00"}));
        assert_eq!(json["session"], serde_json::json!({"hits": 0, "misses": 0}));
        let budget =
            serde_json::json!({"model": "gpt-5", "window": 272_000, "warning": 75, "alert": 90});
        assert_eq!(json["budget"], budget);
    }

    #[test]
    fn a_store_of_another_larder_is_shown_as_of_its_last_checkpoint() {
        let mode = StoreMode::MemoryOnly("it is open in process 7".to_owned());
        let text = text(&CacheStatus { mode, exact: false, ..status() });
        assert!(text.starts_with("/c: memory only: it is open in process 7, "), "{text}");
        assert!(text.contains("last checkpoint") && !text.contains('≈'), "{text}");
    }

    #[test]
    fn the_table_names_mode_tiers_and_kinds() {
        let text = text(&status());
        assert!(text.starts_with("/c: ok, "), "{text}");
        assert!(
            text.lines().any(|line| line.starts_with("disk ") && line.contains("300")),
            "{text}"
        );
        assert!(text.contains(" 75.0 % ") && text.contains(" last saved never"), "{text}");
        assert!(text.lines().any(|line| line.starts_with("count ")), "{text}");
    }
}
