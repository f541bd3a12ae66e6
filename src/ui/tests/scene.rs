//! A repository to look at, and the means to look.

use ratatui::{buffer::Buffer, layout::Rect};

use super::fake::{Fake, File, counted, gpt};
use crate::{
    model::{
        Bytes, CacheStatus, Context, FileStatus, Kind, KindStats, Millis, PicoUsd, Priority,
        RepoPath, SavedBy, Sequence, Snapshot, StoreMode, TaskId, TaskKind, TaskState, TaskView,
        TasksView, Tier, TierStats, TreeSummary, WatchState, WorkView,
    },
    ui::{BuiltIn, ColourDepth, Look, Picture, draw_on},
};

/// Something like Django, with all there can be.
pub(super) const DJANGO: [File; 19] = [
    ("django/contrib/admin/options.py", counted(23_114)),
    ("django/contrib/admin/static/admin.js", counted(912_448)),
    ("django/contrib/auth/models.py", counted(4_410)),
    ("django/contrib/gis/data.bin", FileStatus::Binary),
    ("django/db/models/query.py", counted(31_702)),
    ("django/db/models/sql/compiler.py", counted(21_008)),
    ("django/db/backends/oracle/base.py", FileStatus::Pending),
    ("django/shortcuts.py", counted(1_512)),
    ("django/urls.py", FileStatus::Pending),
    ("tests/admin_views/tests.py", counted(171_204)),
    ("tests/queries/tests.py", counted(98_003)),
    ("tests/fixtures/huge.json", FileStatus::TooLarge),
    ("tests/secret.key", FileStatus::Unreadable),
    ("docs/ref/models/querysets.txt", counted(52_118)),
    ("docs/ref/settings.txt", counted(44_004)),
    ("docs/latest", FileStatus::Link),
    ("README.rst", counted(711)),
    ("logo.png", FileStatus::Binary),
    ("empty.txt", counted(0)),
];

/// Names that want to do harm, or are wide.
pub(super) fn hostile() -> Vec<(Vec<u8>, FileStatus)> {
    vec![
        (b"\x1b[2J\x1b]0;owned\x07.rs".to_vec(), counted(120)),
        ("日本語のとても長いファイル名です.md".into(), counted(4_200)),
        ("ｆｕｌｌｗｉｄｔｈ/子.txt".into(), counted(33)),
        ("\u{202e}txt.exe".into(), counted(77)),
        ("new\nline\ttab.py".into(), counted(5)),
        (b"not-utf8-\xff\xfe.c".to_vec(), counted(990)),
        ("family-👨‍👩‍👧‍👦.txt".into(), counted(12)),
        ("e\u{301}e\u{301}e\u{301}.txt".into(), counted(3)),
    ]
}

pub(super) fn tier(tier: Tier, hits: u64, misses: u64) -> TierStats {
    TierStats {
        tier,
        entries: 48_120,
        bytes: Bytes(188_000_000),
        limit: Bytes(if tier == Tier::Memory { 256_000_000 } else { 0 }),
        hits: hits * 10,
        misses: misses * 10,
        fills: misses,
        evictions: 0,
        errors: 0,
        session_hits: hits,
        session_misses: misses,
    }
}

pub(super) fn cache() -> CacheStatus {
    CacheStatus {
        mode: StoreMode::Ok,
        folder: "/home/ada/.cache/larder".into(),
        tiers: vec![
            tier(Tier::Index, 6_812, 129),
            tier(Tier::Memory, 12, 117),
            tier(Tier::Disk, 100, 17),
        ],
        kinds: vec![KindStats {
            kind: Kind::Count,
            entries: 48_120,
            bytes: Bytes(188_000_000),
            hits: 91_002,
            misses: 7_004,
            removals: 0,
        }],
        cells: Vec::new(),
        saved: SavedBy { ms: Millis(842_000), usd: PicoUsd(0) },
        session_hits: 6_924,
        session_misses: 17,
        exact: true,
        disk_use: Bytes(201_000_000),
        saved_at: None,
    }
}

pub(super) fn task(id: u64, subject: &str, state: TaskState) -> TaskView {
    TaskView {
        id: TaskId(id),
        kind: TaskKind::Count,
        subject: RepoPath::new(subject.as_bytes()).unwrap(),
        priority: Priority::Low,
        state,
        attempts: 1,
        max_attempts: 4,
        elapsed: Millis(140),
        next_try: None,
        bytes: Bytes(912),
        pieces: None,
        error: None,
    }
}

pub(super) fn tasks() -> TasksView {
    let running = TaskView {
        priority: Priority::High,
        ..task(11, "django/db/backends/oracle/base.py", TaskState::Running)
    };
    let retrying = TaskView {
        attempts: 3,
        next_try: Some(Millis(1_200)),
        error: Some("resource busy".into()),
        ..task(13, "django/urls.py", TaskState::Retrying)
    };
    let failed = TaskView {
        attempts: 4,
        error: Some("permission denied (os error 13)".into()),
        ..task(7, "tests/secret.key", TaskState::Failed)
    };
    TasksView {
        running: vec![running],
        queued: vec![retrying, task(14, "docs/ref/contrib/gis/geos.txt", TaskState::Queued)],
        failed: vec![failed],
        queued_total: 2_129,
        failed_total: 1,
        completed_total: 4_812,
        cancelled_total: 0,
        paused: false,
        workers: 2,
    }
}

/// Work that goes on.
pub(super) fn busy() -> WorkView {
    WorkView {
        busy: true,
        done: 4_812,
        total: 6_941,
        bytes_per_second: Bytes(112_000_000),
        left: Some(Millis(4_000)),
        paused: false,
    }
}

/// A quiet engine; the fake puts the tree in.
pub(super) fn snapshot() -> Snapshot {
    Snapshot {
        sequence: Sequence(0),
        tree: TreeSummary::default(),
        work: WorkView::default(),
        tasks: TasksView { completed_total: 17, workers: 2, ..TasksView::default() },
        cache: cache(),
        context: Context::default(),
        spend: crate::model::SpendSummary::default(),
        model: gpt(),
        watch: WatchState::Watching { folders: 12 },
    }
}

/// Draws the dashboard as it is.
pub(super) fn picture(fake: &Fake, look: &Look) -> Picture {
    let (width, height) = fake.model.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw_on(&fake.model, look, &mut buffer);
    Picture::new(buffer, look.theme.paper)
}

pub(super) fn look() -> Look {
    Look::of(BuiltIn::Dark, ColourDepth::True)
}

/// Returns the screen as text.
pub(super) fn text(fake: &Fake) -> String {
    picture(fake, &look()).text()
}
