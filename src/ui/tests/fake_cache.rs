//! What the engine in memory answers about the cache.

use super::{
    fake_spend::{seconds, usd},
    scene,
};
use crate::model::{
    Bytes, CacheReport, CacheStatus, CellStats, Churn, ColdSpot, EntryDetails, EntryKey, EntryPage,
    EntryQuery, EntryView, Kind, KindReport, KindStats, Millis, RepoPath, ResultStats, SavedBy,
    Tier, Tokens,
};

/// 2026-05-20 12:00 UTC.
const NOON: i64 = 1_779_278_400;
/// Entries there are.
const ENTRIES: u64 = 300;

fn cell(kind: Kind, tier: Tier, entries: u64, hits: u64) -> CellStats {
    CellStats {
        kind,
        tier,
        entries,
        bytes: Bytes(entries * 3_900),
        hits,
        misses: hits / 50,
        fills: entries + 40,
        evictions: 40,
        errors: 0,
        oldest: (tier == Tier::Disk).then(|| seconds(NOON - 86_400 * 80)),
    }
}

/// A store with three kinds in three tiers.
pub(super) fn status() -> CacheStatus {
    let kind = |kind, entries, bytes| KindStats {
        kind,
        entries,
        bytes: Bytes(bytes),
        hits: entries * 2,
        misses: entries / 10,
        removals: 0,
    };
    CacheStatus {
        kinds: vec![
            kind(Kind::Count, 48_120, 188_000_000),
            kind(Kind::Tags, 6_204, 31_000_000),
            kind(Kind::Map, 0, 0),
            kind(Kind::Result, 214, 2_100_000),
        ],
        cells: vec![
            cell(Kind::Result, Tier::Disk, 214, 61),
            cell(Kind::Count, Tier::Index, 6_941, 68_120),
            cell(Kind::Count, Tier::Memory, 12_431, 912),
            cell(Kind::Count, Tier::Disk, 48_120, 8_003),
            cell(Kind::Tags, Tier::Memory, 1_204, 77),
            cell(Kind::Tags, Tier::Disk, 6_204, 1_288),
            CellStats { fills: 0, evictions: 0, ..cell(Kind::Map, Tier::Disk, 0, 0) },
        ],
        ..scene::cache()
    }
}

fn entry(n: u64) -> EntryView {
    let kind =
        [Kind::Count, Kind::Count, Kind::Tags, Kind::Result][usize::try_from(n % 4).unwrap()];
    let at = NOON - i64::try_from(n).unwrap() * 977;
    let summary = match kind {
        Kind::Count => format!("{} tokens in o200k_base", 1_512 + n * 31),
        Kind::Tags => format!("{} definitions, {} references", 4 + n, 9 + n * 2),
        Kind::Result => format!("refactor of src/f{n}.rs by gpt-5\u{1b}[2J"),
        Kind::Tree | Kind::Map | Kind::Fetch => unreachable!("none of these is in the fake"),
    };
    EntryView {
        key: EntryKey([u8::try_from(n % 251).unwrap(); 32]),
        kind,
        bytes: Bytes(96 + n * 41),
        created: seconds(at - 400_000),
        used: seconds(at),
        uses: u32::try_from(n % 17).unwrap(),
        remake_ms: Millis(n * 3),
        remake_usd: (kind == Kind::Result).then(|| usd("0.0213")),
        expires: None,
        summary,
    }
}

/// Returns the entries of a kind whose summary holds a text.
pub(super) fn entries(query: &EntryQuery) -> EntryPage {
    let text = query.text.clone().unwrap_or_default();
    let is_wanted = |entry: &EntryView| {
        query.kind.is_none_or(|kind| kind == entry.kind) && entry.summary.contains(&text)
    };
    let all: Vec<EntryView> = (0..ENTRIES).map(entry).filter(is_wanted).collect();
    let total = all.len() as u64;
    let from = usize::try_from(query.from).unwrap();
    EntryPage { total, entries: all.into_iter().skip(from).take(query.limit as usize).collect() }
}

/// Returns all about an entry.
pub(super) fn details(key: EntryKey) -> Option<EntryDetails> {
    let entry = (0..ENTRIES).map(entry).find(|entry| entry.key == key)?;
    let path = |text: &[u8]| RepoPath::new(text).unwrap();
    Some(EntryDetails {
        entry,
        paths: vec![path(b"django/shortcuts.py"), path(b"django/evil\x1b[2J.py")],
        tiers: vec![Tier::Memory, Tier::Disk],
        result: None,
    })
}

/// Returns how well the cache works.
pub(super) fn report() -> CacheReport {
    let kind = |kind, hits, misses, ms, money| KindReport {
        kind,
        hits,
        misses,
        saved: SavedBy { ms: Millis(ms), usd: usd(money) },
        entries: hits / 2,
        bytes: Bytes(hits * 1_900),
    };
    let result = |of: &str, model: &str, entries, unpriced| ResultStats {
        of: of.into(),
        provider: "openai".into(),
        model: model.into(),
        entries,
        bytes: Bytes(entries * 2_100),
        raw: Bytes(entries * 9_800),
        tokens: Tokens(entries * 4_120),
        cost: if unpriced > 0 { usd("0") } else { usd("4.12") },
        unpriced,
        hits: 61,
        saved: if unpriced > 0 { usd("0") } else { usd("3.12") },
    };
    CacheReport {
        kinds: vec![
            kind(Kind::Count, 77_035, 7_004, 842_000, "0"),
            kind(Kind::Tags, 1_365, 204, 31_000, "0"),
            kind(Kind::Result, 61, 12, 0, "3.12"),
        ],
        results: vec![
            result("refactor", "gpt-5.4", 180, 0),
            result("docs", "claude\u{7}-x", 34, 34),
        ],
        cold: vec![
            ColdSpot { place: "tests/admin_views".into(), misses: 129, files: 204 },
            ColdSpot { place: "docs".into(), misses: 12, files: 3_006 },
        ],
        churn: Churn { made: 412.4, evicted: 3.2, forced: 3.2, days: 14 },
        unread: (9_120, Bytes(14_200_000)),
        advice: vec![
            "a limit of 128 MB for the memory tier would hold what is read more than once a day: \
             now 3.2 entries a day are evicted and made again"
                .into(),
        ],
    }
}

/// Returns what was found of other tools.
pub(super) fn offers(root: &std::path::Path) -> Vec<crate::model::Offer> {
    vec![crate::model::Offer {
        source: root.join(".aider.tags.cache.v4"),
        tool: "aider's tag cache".to_owned(),
        entries: Some(1_234),
        bytes: Bytes(9_000_000),
    }]
}
