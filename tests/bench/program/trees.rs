//! The trees that are counted: a given one, and generated ones that are the same every time.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use larder::{
    model::{Bytes, RepoPath},
    walk::{Found, Options, Reader, walk},
};

use super::timer::pass;

/// Files of the generated tree that stands in for a repository, as many as the issue names.
const FILES: usize = 10_000;

/// Bytes of each on average: fifty megabytes together.
const FILE_BYTES: usize = 5_000;

/// Files of the large tree, unless `LARDER_BENCH_FILES` says otherwise.
const MANY: usize = 100_000;

/// Bytes of each of the many: it is their number that counts.
const SMALL_BYTES: usize = 200;

/// Files in a folder.
const TOGETHER: usize = 50;

/// Younger files are read again, since they may have changed within the clock's grain.
const RACY: Duration = Duration::from_millis(2_500);

const WORDS: [&str; 32] = [
    "self", "return", "if", "else", "for", "in", "range", "value", "index", "result", "items",
    "count", "None", "True", "def", "class", "import", "from", "(", ")", ":", "=", "==", "+", "[",
    "]", ".", ",", "# the", "\"text\"", "0x1f", "config",
];

/// Returns the folder of `LARDER_BENCH_CORPUS`, or a generated tree.
pub(crate) fn corpus() -> PathBuf {
    env::var_os("LARDER_BENCH_CORPUS")
        .map_or_else(|| generated("corpus", FILES, FILE_BYTES), PathBuf::from)
}

/// Returns a tree of very many small files, and how many.
pub(crate) fn many() -> (PathBuf, usize) {
    let files = env::var("LARDER_BENCH_FILES").map_or(MANY, |files| files.parse().unwrap());
    (generated(&format!("many-{files}"), files, SMALL_BYTES), files)
}

/// Returns a tree of a few files.
pub(crate) fn small() -> PathBuf {
    generated("small", 100, 1_000)
}

/// Returns how many regular files the walk finds: one `lstat` each, on all cores.
pub(crate) fn stat_walk(root: &Path) -> usize {
    let files = AtomicUsize::new(0);
    let never = AtomicBool::new(false);
    let sink = || {
        |found: Found| {
            if matches!(found, Found::File { .. }) {
                files.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    walk(root, &RepoPath::root(), None, &Options::default(), &never, sink).unwrap();
    files.into_inner()
}

/// Walks and reads every file, on all cores, and returns the bytes.
pub(crate) fn walk_and_read(root: &Path) -> u64 {
    let bytes = AtomicU64::new(0);
    let never = AtomicBool::new(false);
    let sink = || {
        let mut reader = Reader::new();
        let bytes = &bytes;
        move |found: Found| {
            if let Found::File { path, .. } = found
                && let Ok(file) = reader.read(root, &path, Bytes(64 << 20))
            {
                bytes.fetch_add(file.bytes.len() as u64, Ordering::Relaxed);
            }
        }
    };
    walk(root, &RepoPath::root(), None, &Options::default(), &never, sink).unwrap();
    bytes.into_inner()
}

/// Returns a generated tree, which is made when it is not there whole.
fn generated(name: &str, files: usize, bytes: usize) -> PathBuf {
    let home = env::var_os("LARDER_BENCH_TREES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-trees"),
        PathBuf::from,
    );
    let root = home.join(name);
    let whole = home.join(format!("{name}.whole"));
    if !whole.exists() {
        fs::remove_dir_all(&root).ok();
        fs::create_dir_all(root.join(".git")).unwrap();
        for at in 0..files {
            write_file(&root, at, bytes);
        }
        fs::write(&whole, "").unwrap();
        pass(RACY);
    }
    root
}

fn write_file(root: &Path, at: usize, bytes: usize) {
    let folder = at / TOGETHER;
    let folder = root.join(format!("part_{:02}/module_{folder:05}", folder % 40));
    if at.is_multiple_of(TOGETHER) {
        fs::create_dir_all(&folder).unwrap();
    }
    fs::write(folder.join(format!("file_{at:07}.py")), text(at, bytes)).unwrap();
}

/// Returns text that looks like code; every file has its own.
pub(crate) fn text(seed: usize, bytes: usize) -> String {
    let mut state = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut draw = |of: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % of as u64) as usize
    };
    let length = bytes / 2 + draw(bytes);
    let mut text = format!("# file {seed}\n");
    while text.len() < length {
        text.push_str(&"    ".repeat(draw(4)));
        for _ in 0..2 + draw(9) {
            match draw(4) {
                0 => write!(text, "name_{} ", draw(5_000)).unwrap(),
                1 => write!(text, "{} ", draw(100_000)).unwrap(),
                _ => {
                    text.push_str(WORDS[draw(WORDS.len())]);
                    text.push(' ');
                }
            }
        }
        text.push('\n');
    }
    text
}
