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
        if self.ledger.is_writer() {
            self.ledger.forget_problems_but(logs.iter().map(|(_, file)| &**file));
            let total = logs.len() as u64;
            let (apart, logs) = self.split(logs);
            self.read_apart(&apart, &mut |done| progress(done, total));
            for ((source, file), done) in logs.iter().zip(apart.len() as u64..) {
                progress(done, total);
                self.read_log(*source, file);
            }
            progress(total, total);
            self.is_whole = !self.options.stop.is_asked();
        } else {
            if let Err(error) = self.ledger.learn_files() {
                self.warn(&error.to_string());
            }
            self.is_whole = true;
            for log in &logs {
                self.is_whole &= self.is_taken(log);
            }
        }
        self.settle();
        self.ledger.checkpoint();
    }

    /// Says whether all of a log is in the ledger that another larder keeps, which may be at it
    /// still. What that one does not look for is left for it.
    fn is_taken(&mut self, (source, file): &Listed) -> bool {
        let Some(source) = self.sources.get(*source) else { return true };
        if !source.is_of_repository(file) {
            let size = std::fs::metadata(file).map_or(0, |found| found.len());
            return self.ledger.is_done(file, size) || std::fs::File::open(file).is_err();
        }
        let weights = &self.weights;
        let weigh = |project: &str, file: &str| {
            weights.borrow_mut().of(Path::new(project), Path::new(file))
        };
        self.ledger.hand_over(&**source, file, &weigh).unwrap_or_else(|error| {
            self.warn(&error.to_string());
            true
        })
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
            self.read_log(*source, file);
        }
        self.settle();
        self.ledger.checkpoint_soon();
        true
    }

    fn poll(&mut self) {
        if let Err(error) = self.ledger.poll() {
            self.warn(&error.to_string());
        }
    }

    /// Makes durable what was read, and says what of it is not as it should be.
    fn settle(&mut self) {
        self.commit();
        self.warn_of_damage();
        self.weights.borrow_mut().forget();
    }

    fn commit(&mut self) {
        if let Err(error) = self.ledger.commit() {
            self.warn(&error.to_string());
        }
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
            self.read_log(source, file);
            self.commit();
        }
    }

    fn read_log(&mut self, source: usize, file: &Path) {
        if self.options.stop.is_asked() {
            return;
        }
        let Some(source) = self.sources.get(source) else { return };
        let weights = &self.weights;
        let weigh = |project: &str, file: &str| {
            weights.borrow_mut().of(Path::new(project), Path::new(file))
        };
        if let Err(error) = self.ledger.read_log(&**source, file, &weigh) {
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
        readers::read(all, (logs, &self.options.stop), &mut |at, said| match said {
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

    /// Returns the folders that hold logs, whether they exist or not; those that do by their true
    /// paths, as logs are listed.
    pub(super) fn roots(&self) -> BTreeSet<PathBuf> {
        let spool = std::iter::once(self.spool.clone());
        let all = self.sources.iter().flat_map(|source| source.roots()).chain(spool);
        all.map(|root| root.canonicalize().unwrap_or(root)).collect()
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
        model::{FakeClock, TokenUse, Tokens, Tool, UnixNanos},
        store::Store,
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

    fn requests(books: &mut Books) -> u64 {
        books.report(&crate::model::SpendQuery::default()).total.requests
    }

    fn noon() -> Arc<FakeClock> {
        Arc::new(FakeClock::at(UnixNanos(1_795_176_000_000_000_000)))
    }

    #[test]
    fn a_reader_learns_that_the_writer_has_read_the_logs() {
        let (_home, log, config) = home_with_a_log();
        let mut writer = Books::open(&config, noon()).unwrap();
        let mut reader = Books::open(&config, noon()).unwrap();
        reader.refresh(&mut |_, _| {});
        assert!(!reader.is_whole(), "nobody has read the log");
        writer.refresh(&mut |_, _| {});
        reader.refresh(&mut |_, _| {});
        assert!(reader.is_whole());
        assert_eq!(requests(&mut reader), 1);
        // One that cannot be read is not waited for.
        fs::remove_file(&log).unwrap();
        fs::create_dir(&log).unwrap();
        let error = std::io::ErrorKind::IsADirectory.into();
        writer.ledger.fail(Tool::ClaudeCode, &log, error).unwrap_err();
        writer.save();
        reader.refresh(&mut |_, _| {});
        assert!(reader.is_whole());
    }

    #[test]
    fn a_log_that_only_this_repository_has_is_left_for_the_writer_once() {
        let home = tempfile::tempdir().unwrap();
        let repository = home.path().join("repo");
        fs::create_dir(&repository).unwrap();
        let chat = "# aider chat started at 2026-11-20 08:00:00\n\n> Model: gpt-5 with diff\n\n\
                    #### hello\n\nhi\n\n\
                    > Tokens: 1.0k sent, 20 received. Cost: $0.01 message, $0.01 session.\n\n\
                    #### bye\n";
        fs::write(repository.join(".aider.chat.history.md"), chat).unwrap();
        let config = Config::defaults(Paths::below(home.path()));
        let open = |repository: Option<&Path>| {
            let store = Store::in_memory(&config.store, noon(), "for this test");
            Books::open_with(&config, store, repository, noon()).unwrap()
        };
        let mut writer = open(None);
        writer.refresh(&mut |_, _| {});
        let mut reader = open(Some(&repository));
        for _ in 0..2 {
            reader.refresh(&mut |_, _| {});
            assert!(!reader.is_whole(), "the writer has not taken it yet");
        }
        let spools = fs::read_dir(&writer.spool).unwrap();
        let lines: usize = spools
            .map(|spool| fs::read_to_string(spool.unwrap().path()).unwrap().lines().count())
            .sum();
        assert_eq!(lines, 1, "it is left once");
        writer.refresh(&mut |_, _| {});
        reader.refresh(&mut |_, _| {});
        assert!(reader.is_whole());
        assert_eq!((requests(&mut writer), requests(&mut reader)), (1, 1));
    }

    #[test]
    fn what_is_to_be_said_of_budgets_waits_for_who_can_say_it() {
        let (_home, _log, mut config) = home_with_a_log();
        config.ledger.limits = vec!["month 1 tokens".to_owned()];
        let mut command = Books::open(&config, noon()).unwrap();
        command.refresh(&mut |_, _| {});
        command.close().unwrap();
        let mut dashboard = Books::open(&config, noon()).unwrap();
        dashboard.refresh(&mut |_, _| {});
        dashboard.note_budgets();
        assert_eq!(dashboard.take_notices().len(), 1);
    }

    #[test]
    fn logs_behind_a_link_are_watched_where_they_are() {
        let (home, log, mut config) = home_with_a_log();
        let link = home.path().join("link");
        std::os::unix::fs::symlink(home.path(), &link).unwrap();
        config.environment = vec![("HOME".into(), link.into_os_string())];
        let mut books = Books::open(&config, noon()).unwrap();
        books.refresh(&mut |_, _| {});
        let folder = log.parent().unwrap().canonicalize().unwrap();
        let roots = books.roots();
        let root = roots.iter().find(|root| folder.starts_with(root)).expect("a root above it");
        assert!(books.folders_below(root).contains(&folder));
    }

    #[test]
    fn switched_off_no_log_is_read_and_that_is_said() {
        let (_home, log, mut config) = home_with_a_log();
        for (enabled, known) in [(false, 0), (true, 1)] {
            config.ledger.enabled = enabled;
            let mut books = Books::open(&config, noon()).unwrap();
            books.refresh_file(&log);
            books.refresh(&mut |_, _| {});
            assert!(books.is_whole());
            assert_eq!(requests(&mut books), known);
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
            books.note_budgets();
            saved.push((fs::read(&sums).unwrap(), books.take_notices().len()));
        }
        assert_eq!((saved[0].1, saved[1].1), (1, 0), "it is said once");
        assert_eq!(saved[0].0, saved[1].0, "the second opening has nothing to catch up with");
    }
}
