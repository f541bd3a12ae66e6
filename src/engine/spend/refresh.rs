//! Reading logs into the ledger: all of them, or those that changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    Books,
    listing::{Listed, Unreadable},
    readers::{self, Log, Said, Sources},
};
use crate::ledger::{
    Batch, LedgerError,
    logs::{UsageLog, sources},
};

impl Books {
    /// Reads what is new in all logs; `progress` is told how many files are done of how many.
    ///
    /// What cannot be read is warned of, and does not keep the others from being read. While
    /// another larder keeps the ledger, what that one has read is taken instead.
    pub fn refresh(&mut self, progress: &mut dyn FnMut(u64, u64)) {
        self.poll();
        if !self.reads_logs {
            return self.settle();
        }
        let (logs, unreadable) = self.listing.list(&self.sources);
        self.tell_unreadable(unreadable);
        self.ledger.forget_problems_but(logs.iter().map(|(_, file)| &**file));
        if self.ledger.is_writer() {
            let total = logs.len() as u64;
            let (apart, logs) = self.split(logs);
            self.read_apart(&apart, &mut |done| progress(done, total));
            for ((source, file), done) in logs.iter().zip(apart.len() as u64..) {
                progress(done, total);
                self.import(*source, file);
            }
            progress(total, total);
            self.is_whole = true;
        } else {
            // The one that keeps the ledger may be at it still.
            let is_read = |(_, file): &Listed| {
                let size = std::fs::metadata(file).map_or(0, |found| found.len());
                self.ledger.seen(file).size >= size || std::fs::File::open(file).is_err()
            };
            self.is_whole = logs.iter().all(is_read);
        }
        self.settle();
    }

    /// Reads what is new in the logs that lie directly in these folders; returns false when all
    /// logs must be looked at instead, which is then for the caller to do.
    pub(super) fn refresh_folders(&mut self, folders: &BTreeSet<PathBuf>) -> bool {
        if !self.ledger.is_writer() {
            return false;
        }
        let Some(logs) = self.listing.in_folders(folders, &self.sources) else { return false };
        self.poll();
        for (source, file) in &logs {
            self.import(*source, file);
        }
        self.settle();
        true
    }

    fn poll(&mut self) {
        if let Err(error) = self.ledger.poll() {
            self.warn(&error.to_string());
        }
    }

    /// Makes durable what was read, and says what is to be said of it.
    fn settle(&mut self) {
        if let Err(error) = self.ledger.commit() {
            self.warn(&error.to_string());
        }
        self.warn_of_damage();
        self.weights.borrow_mut().forget();
        // What is said of budgets is kept too: saved before it, the next opening would have to read it.
        self.note_budgets();
        self.ledger.checkpoint();
    }

    /// Says in which folders there may be logs that nobody can read.
    fn tell_unreadable(&mut self, unreadable: Vec<Unreadable>) {
        for (tool, folders) in unreadable {
            let others = match folders.len() {
                0 | 1 => String::new(),
                many => format!(" (and {} more folders)", many - 1),
            };
            let problem = folders.first().map(|(folder, why)| {
                format!("logs in {}{others} are not read: {why}", folder.display())
            });
            self.ledger.see_unreadable(tool, problem.as_deref());
            if let Some(problem) = problem {
                self.warn(&problem);
            }
        }
    }

    /// Reads what is new in one log, whoever's it is.
    pub(super) fn refresh_file(&mut self, file: &Path) {
        let is_below =
            |source: &dyn UsageLog| source.roots().iter().any(|root| file.starts_with(root));
        let source = self.sources.iter().position(|source| is_below(&**source));
        if let Some(source) = source.filter(|_| self.reads_logs && self.ledger.is_writer()) {
            self.import(source, file);
        }
    }

    fn import(&mut self, source: usize, file: &Path) {
        let Some(source) = self.sources.get(source) else { return };
        let weights = &self.weights;
        let weigh = |project: &str, file: &str| {
            weights.borrow_mut().of(Path::new(project), Path::new(file))
        };
        if let Err(error) = self.ledger.import(&**source, file, &weigh) {
            self.warn(&error.to_string());
        }
    }

    /// Returns the logs that readers should read beside each other, and the others.
    fn split(&self, logs: Vec<(usize, PathBuf)>) -> (Vec<Log>, Vec<(usize, PathBuf)>) {
        let (alone, others): (Vec<_>, Vec<_>) = logs
            .into_iter()
            .partition(|(source, _)| readers::stand_alone(self.sources[*source].tool()));
        let log = |(source, file): (usize, PathBuf)| {
            let tool = self.sources[source].tool();
            Log { source, tool, seen: self.ledger.seen(&file), file }
        };
        let alone: Vec<Log> = alone.into_iter().map(log).collect();
        if readers::are_worth_readers(&alone) {
            return (alone, others);
        }
        let alone = alone.into_iter().map(|log| (log.source, log.file));
        (Vec::new(), alone.chain(others).collect())
    }

    /// Reads logs on all cores; `done` is told how many are done.
    fn read_apart(&mut self, logs: &[Log], done: &mut dyn FnMut(u64)) {
        if logs.is_empty() {
            return;
        }
        let reader = || sources(&self.environment, &self.options);
        let all: Vec<Sources> = (0..readers::how_many()).map(|_| reader()).collect();
        let (ledger, weights) = (&mut self.ledger, &self.weights);
        let weigh = |project: &str, file: &str| {
            weights.borrow_mut().of(Path::new(project), Path::new(file))
        };
        let mut batches: BTreeMap<usize, Result<Batch, LedgerError>> = BTreeMap::new();
        let (mut errors, mut ended) = (Vec::new(), 0);
        readers::read(all, logs, &mut |at, said| match said {
            Said::Found(found) => {
                let batch = batches.entry(at).or_insert_with(|| Ok(Batch::default()));
                for one in found {
                    let Ok(into) = batch else { return };
                    if let Err(error) = ledger.absorb(logs[at].tool, one, &weigh, into) {
                        *batch = Err(error);
                    }
                }
            }
            Said::Read(seen) => {
                let Log { tool, file, .. } = &logs[at];
                let batch = batches.remove(&at).unwrap_or_else(|| Ok(Batch::default()));
                let taken = batch.and_then(|batch| match seen {
                    Ok(seen) => ledger.finish(*tool, file, seen, batch),
                    Err(error) => ledger.fail(*tool, file, error),
                });
                errors.extend(taken.err());
                ended += 1;
                done(ended);
            }
        });
        for error in errors {
            self.warn(&error.to_string());
        }
    }

    /// Says what is missing in the sums and would not be seen otherwise.
    fn warn_of_damage(&mut self) {
        let (damaged, newer) = self.ledger.damaged_lines();
        if damaged > 0 {
            self.warn(&format!(
                "damaged lines of the ledger that are not counted: {damaged}; see `larder spend verify`"
            ));
        }
        if newer > 0 {
            self.warn(&format!(
                "lines of the ledger that a newer larder wrote and this one does not count: {newer}"
            ));
        }
        for file in self.ledger.gone_files() {
            self.warn(&format!(
                "a file of the ledger is gone, and what only it held is not counted: {}; restore it \
                 from a backup, or accept that with `larder spend verify --accept`",
                file.display()
            ));
        }
    }

    /// Returns the folders that hold logs, whether they exist or not.
    pub(super) fn roots(&self) -> BTreeSet<PathBuf> {
        let spool = std::iter::once(self.spool.clone());
        self.sources.iter().flat_map(|source| source.roots()).chain(spool).collect()
    }

    /// Returns every folder between `root` and the logs below it.
    pub(super) fn folders_below(&self, root: &Path) -> BTreeSet<PathBuf> {
        self.listing.folders_below(root)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use super::*;
    use crate::{
        config::{Config, Paths},
        model::{FakeClock, TokenUse, Tokens, UnixNanos},
    };

    /// A home whose only log, of Claude Code, holds one request.
    fn home_with_a_log() -> (tempfile::TempDir, PathBuf, Config) {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".claude/projects/-p");
        fs::create_dir_all(&folder).unwrap();
        let log = folder.join("s.jsonl");
        let line = r#"{"type":"assistant","timestamp":"2026-11-20T08:00:00.000Z","message":{"id":"m","model":"claude-sonnet-4-5","usage":{"input_tokens":1,"output_tokens":2}}}"#;
        fs::write(&log, format!("{line}\n")).unwrap();
        let mut config = Config::defaults(Paths::below(home.path()));
        config.environment = vec![("HOME".into(), home.path().as_os_str().to_owned())];
        (home, log, config)
    }

    #[test]
    fn switched_off_no_log_is_read_and_that_is_said() {
        let (_home, log, mut config) = home_with_a_log();
        let clock = Arc::new(FakeClock::at(UnixNanos(1_795_176_000_000_000_000)));
        for (enabled, requests) in [(false, 0), (true, 1)] {
            config.ledger.enabled = enabled;
            let mut books = Books::open(&config, clock.clone()).unwrap();
            books.refresh_file(&log);
            books.refresh(&mut |_, _| {});
            assert!(books.is_whole());
            let total = books.report(&crate::model::SpendQuery::default()).total;
            assert_eq!(total.requests, requests);
            let said = books.take_warnings().concat();
            assert_eq!(said.contains("`spend.enabled` is off"), !enabled, "{said}");
            books.close().unwrap();
        }
    }

    #[test]
    fn what_is_said_of_budgets_is_saved_with_the_sums() {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::defaults(Paths::below(home.path()));
        config.ledger.limits = vec!["day 5 tokens".to_owned()];
        let clock = Arc::new(FakeClock::at(UnixNanos(1_795_176_000_000_000_000)));
        let recorded = super::super::Recorded {
            model: Some("gpt-5.4".to_owned()),
            tokens: TokenUse { input: Tokens(9), ..TokenUse::default() },
            at: UnixNanos(1_795_176_000_000_000_000),
            ..Default::default()
        };
        Books::record(&config, &recorded, clock.clone()).unwrap();
        let sums = config.paths.cache.join("ledger.idx");
        let mut saved = Vec::new();
        for _ in 0..2 {
            let mut books = Books::open(&config, clock.clone()).unwrap();
            books.refresh(&mut |_, _| {});
            saved.push((fs::read(&sums).unwrap(), books.take_notices().len()));
        }
        assert_eq!((saved[0].1, saved[1].1), (1, 0), "it is said once");
        assert_eq!(saved[0].0, saved[1].0, "the second opening has nothing to catch up with");
    }
}
