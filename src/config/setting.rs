//! The table of all settings: name, what it takes, who may set it.

use super::Shape;

/// Who may set a setting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// Also a repository: it concerns only what is counted there, and harms nobody.
    Anywhere,
    /// Only the user: it concerns the whole machine, or where files are written.
    User,
}

/// One setting.
#[derive(Debug, PartialEq)]
pub struct Setting {
    /// Its name with dots, such as `store.disk-bytes`.
    pub key: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Who may set it.
    pub place: Place,
}

impl Setting {
    /// Returns the setting called `key`.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Returns the environment variable that sets it.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("LARDER_{}", self.key.replace(['.', '-'], "_").to_ascii_uppercase())
    }
}

const fn user(key: &'static str, shape: Shape) -> Setting {
    Setting { key, shape, place: Place::User }
}

const fn anywhere(key: &'static str, shape: Shape) -> Setting {
    Setting { key, shape, place: Place::Anywhere }
}

const fn whole(min: i64, max: i64) -> Shape {
    Shape::Whole { min, max }
}

const KIB: i64 = 1 << 10;
const MIB: i64 = 1 << 20;
const GIB: i64 = 1 << 30;
const TIB: i64 = 1 << 40;
/// A hundred years, in seconds.
const CENTURY: i64 = 3_155_760_000;
const POLICIES: &[&str] = &["lru", "lfu", "oldest", "largest", "cheapest", "dearest"];
const ENCODINGS: &[&str] = &["model", "cl100k_base", "o200k_base", "p50k_base", "r50k_base"];

/// Every setting, in the order of `config/larder.toml`.
pub const SETTINGS: &[Setting] = &[
    anywhere("model", Shape::Text),
    anywhere("encoding", Shape::Word(ENCODINGS)),
    user("cache-dir", Shape::Folder),
    user("log", Shape::Word(&["off", "error", "warn", "info", "debug", "trace"])),
    anywhere("walk.hidden", Shape::Switch),
    anywhere("walk.git-ignore", Shape::Switch),
    anywhere("walk.larder-ignore", Shape::Switch),
    anywhere("walk.same-file-system", Shape::Switch),
    anywhere("walk.max-file-bytes", Shape::Size { min: KIB, max: 4 * GIB }),
    user("walk.threads", whole(0, 256)),
    anywhere("walk.exclude", Shape::Texts),
    user("store.memory-bytes", Shape::Size { min: MIB, max: 64 * GIB }),
    user("store.memory-entries", whole(100, 1_000_000)),
    user("store.memory-batch", whole(1, 1_000)),
    user("store.disk-bytes", Shape::Size { min: MIB, max: TIB }),
    user("store.high-mark", whole(2, 100)),
    user("store.low-mark", whole(1, 99)),
    user("store.policy", Shape::Word(POLICIES)),
    user("store.memory-policy", Shape::Word(&["lru", "lfu"])),
    user("store.strict", Shape::Switch),
    user("store.checkpoint-ms", whole(100, 3_600_000)),
    user("store.free-bytes", Shape::Size { min: 0, max: TIB }),
    user("store.ttl.count-seconds", whole(0, CENTURY)),
    user("store.ttl.tags-seconds", whole(0, CENTURY)),
    user("store.ttl.tree-seconds", whole(0, CENTURY)),
    user("store.ttl.map-seconds", whole(0, CENTURY)),
    user("store.ttl.result-seconds", whole(0, CENTURY)),
    user("store.ttl.fetch-seconds", whole(0, CENTURY)),
    user("count.engine", Shape::Word(&["own", "reference"])),
    user("watch.enabled", Shape::Switch),
    user("watch.debounce-ms", whole(10, 5_000)),
    user("watch.max-wait-ms", whole(10, 600_000)),
    user("watch.rescan-seconds", whole(0, 86_400)),
    user("watch.poll-seconds", whole(1, 3_600)),
    user("work.workers", whole(0, 1_024)),
    user("work.queue-limit", whole(16, 10_000_000)),
    user("work.age-seconds", whole(1, 86_400)),
    user("work.retry.attempts", whole(0, 20)),
    user("work.retry.base-ms", whole(1, 3_600_000)),
    user("work.retry.factor", Shape::Decimal { min: 1.0, max: 10.0 }),
    user("work.retry.cap-ms", whole(1, 3_600_000)),
    user("work.retry.jitter", Shape::Decimal { min: 0.0, max: 1.0 }),
    anywhere("budget.warning", whole(1, 100)),
    anywhere("budget.alert", whole(1, 100)),
    user("spend.enabled", Shape::Switch),
    user("spend.zone", Shape::Text),
    user("spend.limits", Shape::Texts),
    user("spend.subscription", Shape::Switch),
    user("spend.aider-logs", Shape::Texts),
    user("ui.theme", Shape::Text),
    user("ui.ascii", Shape::Switch),
    user("ui.reduced-motion", Shape::Switch),
    user("ui.mouse", Shape::Switch),
    user("ui.colour", Shape::Word(&["auto", "never", "16", "256", "true"])),
];
