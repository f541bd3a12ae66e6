//! The log: one file for the user alone, of bounded size, without escape sequences.

mod recent;

use std::{
    fmt,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use tracing_subscriber::{
    Layer as _,
    filter::LevelFilter,
    fmt::{MakeWriter, format, time::FormatTime},
    layer::SubscriberExt as _,
};

use crate::{
    client::RecentLog,
    model::{Clock, Shown},
};

/// A log of this size is put aside, and the one put aside before is removed: enough for weeks of
/// `info`, little enough to send to somebody.
const ROTATE_AT: u64 = 4 << 20;

/// Begins to log into `path` and `recent`, from `level` on: a word of the setting `log`.
///
/// # Errors
/// Fails when the file cannot be opened.
pub(super) fn begin(
    path: &Path,
    level: &str,
    clock: Arc<dyn Clock>,
    recent: RecentLog,
) -> io::Result<()> {
    let level: LevelFilter = level.parse().unwrap_or(LevelFilter::INFO);
    if level == LevelFilter::OFF {
        return Ok(());
    }
    let log = Log::open(path)?;
    let file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_timer(Stamp(Arc::clone(&clock)))
        .with_writer(log);
    let recent = recent::Recent { log: recent, clock };
    let subscriber = tracing_subscriber::registry().with(file.and_then(recent).with_filter(level));
    // A second call in one process finds the first log in place, and that one stays.
    drop(tracing::subscriber::set_global_default(subscriber));
    Ok(())
}

/// The file of the log; clones write into the same one.
#[derive(Clone, Debug)]
struct Log {
    open: Arc<Mutex<Open>>,
}

#[derive(Debug)]
struct Open {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Log {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let file = append(path)?;
        let bytes = file.metadata()?.len();
        let open = Open { path: path.to_owned(), file, bytes };
        Ok(Self { open: Arc::new(Mutex::new(open)) })
    }
}

fn append(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

impl Open {
    fn write_record(&mut self, record: &[u8]) -> io::Result<()> {
        let text = record.strip_suffix(b"\n").unwrap_or(record);
        let mut line = Shown::bytes(text).to_string();
        line.push('\n');
        if self.bytes + line.len() as u64 > ROTATE_AT {
            fs::rename(&self.path, self.path.with_extension("log.1"))?;
            self.file = append(&self.path)?;
            self.bytes = 0;
        }
        self.file.write_all(line.as_bytes())?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

impl Write for Log {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).write_record(record)?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

/// Stamps records with our own clock.
struct Stamp(Arc<dyn Clock>);

impl FormatTime for Stamp {
    fn format_time(&self, writer: &mut format::Writer<'_>) -> fmt::Result {
        let nanos = i128::from(self.0.wall().0);
        match Timestamp::from_nanosecond(nanos) {
            Ok(moment) => write!(writer, "{moment:.3}"),
            Err(_) => write!(writer, "{nanos}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::model::{FakeClock, UnixNanos};

    #[test]
    fn records_are_one_line_without_escapes_for_the_user_alone() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("state/log/larder.log");
        let log = Log::open(&path).unwrap();
        let clock = Arc::new(FakeClock::at(UnixNanos(1_700_000_000_123_000_000)));
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_timer(Stamp(clock))
            .with_writer(log)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(name = "evil\x1b[2Jname\n", "cannot read\x07");
        });
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("2023-11-14T22:13:20.123Z  WARN "), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.trim_end().contains(char::is_control), "{text}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let folder = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_full_log_is_put_aside_once() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("larder.log");
        let mut log = Log::open(&path).unwrap();
        let record = vec![b'x'; 64 << 10];
        for _ in 0..150 {
            log.write_all(&record).unwrap();
        }
        let size = |name: &str| fs::metadata(folder.path().join(name)).unwrap().len();
        assert!(size("larder.log") <= ROTATE_AT);
        assert!(size("larder.log.1") <= ROTATE_AT);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
