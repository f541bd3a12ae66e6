//! Logs that are read on all cores: readers find requests, and the ledger's owner takes them.
//!
//! Deliberately not here: what is done with what they find.

use std::{
    io,
    num::NonZero,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::sync_channel,
    },
    thread,
};

use crate::{
    ledger::logs::{Found, Seen, Stop, UsageLog, unread},
    model::Tool,
};

/// Less than this is read before threads have begun: about ten milliseconds.
const WORTH_READERS: u64 = 8 << 20;

/// Requests that are handed over at once, so that handing over costs little.
const HANDFUL: usize = 64;

/// Handfuls that wait for the ledger: some milliseconds of its work, and a megabyte of memory.
const WAITING: usize = 16;

/// The logs of every tool, as one reader has them.
pub(super) type Sources = Vec<Box<dyn UsageLog>>;

/// A log that is to be read.
#[derive(Debug)]
pub(super) struct Log {
    /// Which of the sources it belongs to.
    pub(super) source: usize,
    pub(super) tool: Tool,
    pub(super) file: PathBuf,
    /// How far it was read before.
    pub(super) seen: Seen,
}

/// What a reader says of a log.
#[derive(Debug)]
pub(super) enum Said {
    /// It holds this.
    Found(Vec<Found>),
    /// It was read to here, or cannot be read.
    Read(io::Result<Seen>),
}

/// Says whether each log of a tool can be read without the reader having read the others.
pub(super) const fn stand_alone(tool: Tool) -> bool {
    match tool {
        Tool::ClaudeCode | Tool::Codex => true,
        Tool::Gemini | Tool::Opencode | Tool::Aider | Tool::Script | Tool::Larder => false,
    }
}

/// Says whether so much is new in logs that more than one reader pays.
pub(super) fn are_worth_readers(logs: &[Log]) -> bool {
    let mut bytes = 0;
    logs.iter().any(|log| {
        bytes += unread(&log.file, &log.seen);
        bytes >= WORTH_READERS
    })
}

/// Returns how many readers there should be: with more, taking what they find is what all wait for,
/// and each holds a line and the parents of its forks.
pub(super) fn how_many() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(8)
}

/// Reads logs, each by one of the readers; `take` hears in this thread what they say, of each log
/// in its order and last that it was read. Without threads this one reads them all. No log is begun
/// once somebody wants it to stop.
pub(super) fn read(
    mut readers: Vec<Sources>,
    logs: (&[Log], &Stop),
    take: &mut dyn FnMut(usize, Said),
) {
    let next = AtomicUsize::new(0);
    let (tell, inbox) = sync_channel(WAITING);
    thread::scope(|scope| {
        for sources in &mut readers {
            let (next, tell) = (&next, tell.clone());
            let read = move || {
                // The other end hears everything before it leaves.
                read_some(sources, logs, next, &mut |at, said| drop(tell.send((at, said))));
            };
            if let Err(error) = start(scope, read) {
                tracing::warn!("one reader of logs less: {error}");
            }
        }
        drop(tell);
        for (log, said) in inbox {
            take(log, said);
        }
    });
    if let Some(sources) = readers.first() {
        read_some(sources, logs, &next, take);
    }
}

fn start<'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    read: impl FnOnce() + Send + 'scope,
) -> io::Result<()> {
    #[cfg(test)]
    tests::fail_when_told()?;
    thread::Builder::new().name("larder-logs".to_owned()).spawn_scoped(scope, read).map(drop)
}

/// Reads one log after the other until none is left.
fn read_some(
    sources: &Sources,
    logs: (&[Log], &Stop),
    next: &AtomicUsize,
    say: &mut dyn FnMut(usize, Said),
) {
    while let Some((at, log)) = following(logs, next) {
        let Some(source) = sources.get(log.source) else { return };
        let read = read_one(&**source, (&log.file, &log.seen), &mut |said| say(at, said));
        say(at, Said::Read(read));
    }
}

fn following<'l>((logs, stop): (&'l [Log], &Stop), next: &AtomicUsize) -> Option<(usize, &'l Log)> {
    if stop.is_asked() {
        return None;
    }
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, logs.get(at)?))
}

fn read_one(
    source: &dyn UsageLog,
    (file, seen): (&Path, &Seen),
    say: &mut dyn FnMut(Said),
) -> io::Result<Seen> {
    let mut handful = Vec::new();
    let read = source.read(file, seen, &mut |found| {
        handful.push(found);
        if handful.len() == HANDFUL {
            say(Said::Found(std::mem::take(&mut handful)));
        }
    });
    if !handful.is_empty() {
        say(Said::Found(handful));
    }
    read
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ledger::logs::{SourceOptions, sources};

    fn sources_of(home: &Path) -> Sources {
        let environment = [("HOME".into(), home.as_os_str().to_owned())];
        sources(&environment, &SourceOptions::default())
    }

    thread_local! {
        static NO_THREADS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }

    pub(super) fn fail_when_told() -> io::Result<()> {
        if NO_THREADS.get() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }

    #[test]
    fn many_readers_find_each_request_of_each_log_once() {
        find_each_request_of_each_log_once();
    }

    #[test]
    fn without_threads_the_logs_are_read_all_the_same() {
        NO_THREADS.set(true);
        find_each_request_of_each_log_once();
    }

    fn find_each_request_of_each_log_once() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".claude/projects/-p");
        fs::create_dir_all(&folder).unwrap();
        for file in 0..20 {
            let line = |id: u32| {
                format!(
                    r#"{{"type":"assistant","timestamp":"2026-05-01T08:00:00.000Z","message":{{"id":"m{file}-{id}","model":"claude-sonnet-5","usage":{{"input_tokens":1,"output_tokens":2}}}}}}{}"#,
                    "\n"
                )
            };
            let text: String = (0..150).map(line).collect();
            fs::write(folder.join(format!("{file}.jsonl")), text).unwrap();
        }
        let files = sources_of(home.path())[0].list().files;
        let log = |file| Log { source: 0, tool: Tool::ClaudeCode, file, seen: Seen::default() };
        let logs: Vec<Log> = files.into_iter().map(log).collect();
        let mut keys = std::collections::BTreeSet::new();
        let mut ends = vec![0; logs.len()];
        let readers = (0..3).map(|_| sources_of(home.path())).collect();
        read(readers, (&logs, &Stop::default()), &mut |at, said| match said {
            Said::Found(found) => {
                assert_eq!(ends[at], 0, "the end of a log comes last");
                for one in found {
                    let Found::Request(request) = one else { panic!("{one:?}") };
                    assert!(keys.insert(request.key.group));
                }
            }
            Said::Read(seen) => {
                assert_eq!(seen.unwrap().size, logs[at].file.metadata().unwrap().len());
                ends[at] += 1;
            }
        });
        assert_eq!((keys.len(), ends), (20 * 150, vec![1; 20]));
    }
}
