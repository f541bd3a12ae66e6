//! Options of the work: queue, pool, retry.

use serde::Deserialize;

/// How work is queued and run.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Work {
    /// Tasks that run at once; 0 for one per core.
    pub workers: usize,
    /// Tasks that may wait.
    pub queue_limit: usize,
    /// Seconds after which a waiting task moves one priority up.
    pub age_seconds: u64,
    /// How failed work is tried again.
    pub retry: Retry,
}

/// How failed work is tried again.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Retry {
    /// Further attempts after the first.
    pub attempts: u32,
    /// Milliseconds before the first further attempt.
    pub base_ms: u64,
    /// By what the wait grows from attempt to attempt.
    pub factor: f64,
    /// The longest wait in milliseconds.
    pub cap_ms: u64,
    /// The share by which a wait varies at random, from 0 to 1.
    pub jitter: f64,
}

impl Default for Work {
    fn default() -> Self {
        Self { workers: 0, queue_limit: 65536, age_seconds: 60, retry: Retry::default() }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, base_ms: 100, factor: 2.0, cap_ms: 30_000, jitter: 0.1 }
    }
}
