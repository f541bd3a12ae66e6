//! Runs a program on logs, and sees how long that takes and how much memory.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Memory is looked at this often: what grows for longer is seen.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// What a run told, and what it took.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    /// From its start to its end.
    pub(crate) time: Duration,
    /// The most memory it had, in MiB, when that was looked at; nothing otherwise.
    pub(crate) peak: f64,
    /// What it printed.
    pub(crate) json: serde_json::Value,
}

/// larder with a home of logs and a ledger elsewhere.
pub(crate) struct Reader {
    home: PathBuf,
    folder: TempDir,
    memory: Memory,
}

/// Whether memory is looked at, which costs time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Memory {
    /// It is.
    Watched,
    /// Only times are of interest.
    Ignored,
}

impl Reader {
    /// Begins with an empty ledger.
    pub(crate) fn new(home: &Path) -> Self {
        Self { home: home.to_owned(), folder: TempDir::new().unwrap(), memory: Memory::Ignored }
    }

    /// From now on memory is looked at.
    pub(crate) const fn watch_memory(&mut self) {
        self.memory = Memory::Watched;
    }

    /// Begins with an empty ledger again.
    pub(crate) fn forget(&self) {
        for name in ["cache", "state", "data"] {
            fs::remove_dir_all(self.folder.path().join(name)).ok();
        }
    }

    /// Returns the folder that state and cache lie in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Forgets what is saved beside the ledger.
    pub(crate) fn forget_saved(&self) {
        fs::remove_dir_all(self.folder.path().join("cache")).ok();
    }

    /// Runs `larder spend record` with a request of its own.
    pub(crate) fn record(&self) -> Ran {
        let tokens = ["spend", "record", "--model", "gpt-5.4", "--input", "9", "--output", "9"];
        run(self.larder().args(tokens), self.memory)
    }

    /// Runs `larder spend verify`.
    pub(crate) fn verify(&self) -> Ran {
        run(self.larder().args(["spend", "verify", "--json"]), self.memory)
    }

    /// Runs `larder spend … --json`.
    pub(crate) fn spend(&self, args: &[&str]) -> Ran {
        run(self.larder().arg("spend").args(args).arg("--json"), self.memory)
    }

    /// Runs `larder statusline` with the words of a hook that names this log.
    pub(crate) fn statusline(&self, log: &Path) -> Ran {
        let words = self.folder.path().join("hook.json");
        let hook = serde_json::json!({ "transcript_path": log });
        fs::write(&words, hook.to_string()).unwrap();
        let mut command = self.larder();
        let command = command.arg("statusline").stdin(File::open(&words).unwrap());
        run(command, self.memory)
    }

    fn larder(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
        let below = |name: &str| -> OsString { self.folder.path().join(name).into() };
        command
            .env_clear()
            .env("HOME", &self.home)
            .env("XDG_CACHE_HOME", below("cache"))
            .env("XDG_STATE_HOME", below("state"))
            .env("XDG_DATA_HOME", below("data"))
            .env("XDG_CONFIG_HOME", below("config"))
            .env("TZ", "UTC")
            .env("LANG", "C.UTF-8")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command, memory: Memory) -> Ran {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let peak = if memory == Memory::Watched { watch(&mut child) } else { Peak::default() };
    let mut text = peak.text;
    child.stdout.take().map(|mut out| out.read_to_end(&mut text));
    let status = child.wait().unwrap();
    let time = began.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    let json = serde_json::from_slice(&text).unwrap_or_default();
    Ran { time, peak: peak.mib, json }
}

#[derive(Default)]
struct Peak {
    mib: f64,
    text: Vec<u8>,
}

/// Looks at the memory of a process and its children until it ends.
fn watch(child: &mut Child) -> Peak {
    let (keep_open, nothing) = mpsc::channel::<()>();
    let mut out = child.stdout.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).unwrap();
        text
    });
    let mut most = 0.0_f64;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak_of(child.id()));
        nothing.recv_timeout(LOOK_EVERY).ok();
    }
    drop(keep_open);
    Peak { mib: most, text: reading.join().unwrap() }
}

/// Returns the most memory that the largest of a process and its children had, in MiB.
fn peak_of(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<f64>().ok());
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let children = children.split_whitespace().filter_map(|pid| pid.parse().ok()).map(peak_of);
    children.fold(kib.unwrap_or(0.0) / 1024.0, f64::max)
}
