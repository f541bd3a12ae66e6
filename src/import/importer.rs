//! The whole of an import: copy, read, look at the files, keep, read back, report.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::atomic::AtomicBool,
    time::Duration,
};

use crate::model::{
    Bytes, Clock, Encoding, ImportReport, ImportRequest, Millis, ResultEntry, ResultFactors,
    Tokens, UnixNanos,
};

use super::{
    About, Failure, ForeignCount, ForeignResult, ForeignTags, Format, Found, ImportError, Imported,
    Keeping, Kept, KeptName, LeftOut, backup, detect, place::Places, read, reading::Reading,
};

/// How many failures a report names; the others are counted.
const NAMED: usize = 5;

/// Keeps something, or says why it cannot.
pub type Keep<'a> = &'a mut dyn FnMut(&Kept, About) -> Result<Keeping, String>;

/// Counts a content when such a content is counted at all.
pub type Count<'a> = Option<&'a mut dyn FnMut(&[u8], Encoding) -> Option<Tokens>>;

/// Reads something back as a normal reader would.
pub type ReadBack<'a> = &'a mut dyn FnMut(&KeptName) -> Option<Kept>;

/// What the caller of an import does.
pub struct Hooks<'a> {
    /// Keeps something, or says why it cannot.
    pub keep: Keep<'a>,
    /// Reads something back as a normal reader would. What is there before the import began is left
    /// as it is.
    pub read_back: ReadBack<'a>,
    /// Says what all that was kept takes, once it is where it stays.
    pub stored: &'a mut dyn FnMut(&[KeptName]) -> Bytes,
    /// Counts a content; `None` when such a content is not counted. A count of another tool that
    /// differs is not taken over. Without it a count is believed when the content is the same.
    pub count: Count<'a>,
    /// Is told how many entries are done of how many.
    pub progress: &'a mut dyn FnMut(u64, u64),
}

/// Imports the caches of other tools.
#[derive(Debug)]
pub struct Importer<'a> {
    /// What relative paths in a source are relative to.
    pub root: PathBuf,
    /// Files that are larger are not read.
    pub max_file: Bytes,
    /// Tells how long it took.
    pub clock: &'a dyn Clock,
    /// Ends the import early.
    pub cancel: &'a AtomicBool,
}

impl Importer<'_> {
    /// Imports what `request` asks for.
    ///
    /// # Errors
    /// Fails when the source is nothing that can be imported, the backup cannot be made, or it is
    /// cancelled. Single entries that fail are in the report.
    pub fn run(
        &self,
        request: &ImportRequest,
        mut hooks: Hooks<'_>,
    ) -> Result<ImportReport, ImportError> {
        let start = self.clock.monotonic();
        let found = detect(&request.source)?;
        let mut report = ImportReport { format: words(&found), ..<_>::default() };
        if let Some(to) = &request.backup {
            backup(&request.source, to)?;
            report.backup = Some(to.clone());
        }
        let mut run = Run::new(Places::new(self.root.clone(), self.max_file));
        let mut done = 0;
        for one in &found {
            match self.read(one, &mut run, &mut hooks, done) {
                Ok(bytes) => report.source_bytes += bytes,
                Err(ImportError::Cancelled) => return Err(ImportError::Cancelled),
                Err(error) if found.len() == 1 => return Err(error),
                Err(error) => run.fail(Failure::of_file(&one.path, &error.to_string())),
            }
            done = run.steps;
        }
        if request.verify {
            report.verified = Some(run.verify(&mut hooks));
        }
        report.stored_bytes = (hooks.stored)(&run.kept.keys().cloned().collect::<Vec<_>>());
        run.report(&mut report);
        let took = self.clock.monotonic().saturating_sub(start);
        report.took = Millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        Ok(report)
    }

    fn read(
        &self,
        found: &Found,
        run: &mut Run,
        hooks: &mut Hooks<'_>,
        before: u64,
    ) -> Result<Bytes, ImportError> {
        let Hooks { keep, read_back, count, progress, .. } = hooks;
        let progress = &mut |done: u64, total: u64| progress(before + done, before + total);
        let clock = self.clock;
        let mut count = count.as_mut().map(|count| {
            move |bytes: &[u8], encoding| {
                let began = clock.monotonic();
                let tokens = count(bytes, encoding)?;
                Some((tokens, clock.monotonic().saturating_sub(began)))
            }
        });
        let mut count = count.as_mut().map(|count| count as TimedCount<'_>);
        let sink = &mut |item| run.take(item, (*keep, *read_back), &mut count);
        let summary = read(found.format, &found.path, Reading::new(progress, sink, self.cancel))?;
        run.steps += summary.found + summary.failed;
        Ok(summary.bytes)
    }
}

/// Counts a content and says how long that took.
type TimedCount<'a> = &'a mut dyn FnMut(&[u8], Encoding) -> Option<(Tokens, Duration)>;

/// Returns the formats in words.
fn words(found: &[Found]) -> String {
    let mut formats: Vec<Format> = found.iter().map(|one| one.format).collect();
    formats.sort_unstable();
    formats.dedup();
    formats.iter().map(|format| format.words()).collect::<Vec<_>>().join(", ")
}

/// What an import did so far.
struct Run {
    places: Places,
    /// Entries that could be read.
    found: u64,
    skipped: BTreeMap<LeftOut, u64>,
    failed: u64,
    failures: Vec<(String, String)>,
    /// Entries and failures, as progress counts them.
    steps: u64,
    /// When each was made and a hash of its value, by name.
    kept: HashMap<KeptName, (UnixNanos, [u8; 32])>,
}

impl Run {
    fn new(places: Places) -> Self {
        Self {
            places,
            found: 0,
            skipped: BTreeMap::new(),
            failed: 0,
            failures: Vec::new(),
            steps: 0,
            kept: HashMap::new(),
        }
    }

    /// Takes what a reader found.
    fn take(
        &mut self,
        item: Imported,
        (keep, read_back): (Keep<'_>, ReadBack<'_>),
        count: &mut Option<TimedCount<'_>>,
    ) {
        let (made, placed) = match item {
            Imported::Failed(failure) => return self.fail(failure),
            Imported::LeftOut(reason) => {
                self.found += u64::from(reason.is_entry());
                return self.leave_out(reason);
            }
            Imported::Count(entry) => (seconds(entry.updated), self.count(&entry, count)),
            Imported::Tags(entry) => (seconds(entry.modified), self.tags(entry)),
            Imported::Result(entry) => {
                let uses = u32::try_from(entry.uses).unwrap_or(u32::MAX);
                let about = About { used: entry.used, uses, ..About::default() };
                let made = entry.created;
                let result = self.result(*entry, &mut *read_back).map(|kept| (kept, about));
                (made, result)
            }
        };
        self.found += 1;
        match placed {
            Ok((kept, about)) => self.keep((&kept, about), made, (keep, read_back)),
            Err(reason) => self.leave_out(reason),
        }
    }

    fn count(
        &self,
        entry: &ForeignCount,
        count: &mut Option<TimedCount<'_>>,
    ) -> Result<(Kept, About), LeftOut> {
        let same = self.places.counted(entry)?;
        let mut about = About { bytes: same.size(), ..About::default() };
        if let Some(count) = count {
            match count(&same.bytes, entry.encoding) {
                None => return Err(LeftOut::NotText),
                Some((tokens, _)) if tokens != entry.tokens => return Err(LeftOut::Different),
                Some((_, spent)) => about.counting = spent,
            }
        }
        Ok((Kept::Count(same.content, entry.encoding, entry.tokens), about))
    }

    fn tags(&self, entry: ForeignTags) -> Result<(Kept, About), LeftOut> {
        let same = self.places.tagged(&entry)?;
        let about = About { bytes: same.size(), ..About::default() };
        Ok((Kept::Tags(same.content, entry.tags), about))
    }

    /// Returns a result under the one name that it has whatever became of its file, unless there is one
    /// under the name of the file itself: somebody has kept it there.
    fn result(&self, entry: ForeignResult, read_back: ReadBack<'_>) -> Result<Kept, LeftOut> {
        let here = self.places.sent(&entry);
        let factors = ResultFactors {
            of: entry.of,
            content: entry.content.as_content(),
            provider: entry.provider,
            model: entry.model,
            prompt: entry.prompt,
            schema: entry.schema,
        };
        if let Some(content) = here
            && read_back(&KeptName::Result(ResultFactors { content, ..factors.clone() })).is_some()
        {
            return Err(LeftOut::AlreadyThere);
        }
        Ok(Kept::Result(Box::new(ResultEntry {
            factors,
            repository: entry.repository.to_string_lossy().into_owned(),
            file: entry.file,
            tokens: entry.tokens,
            cost: entry.cost,
            took: Millis(0),
            created: entry.created,
            value: entry.value,
        })))
    }

    /// Keeps the newest of all with the same name.
    fn keep(
        &mut self,
        (kept, about): (&Kept, About),
        made: UnixNanos,
        (keep, read_back): (Keep<'_>, ReadBack<'_>),
    ) {
        let name = kept.name();
        let known = self.kept.get(&name).map(|(made, _)| *made);
        if known.is_some_and(|known| known >= made) {
            return self.leave_out(LeftOut::Twice);
        }
        if known.is_none() && read_back(&name).is_some() {
            return self.leave_out(LeftOut::AlreadyThere);
        }
        match keep(kept, about) {
            Ok(Keeping::Stored) => {
                self.kept.insert(name, (made, kept.digest()));
                if known.is_some() {
                    self.leave_out(LeftOut::Twice);
                }
            }
            Ok(Keeping::AlreadyThere) => self.leave_out(LeftOut::AlreadyThere),
            Err(why) => self.fail_found(kept, &why),
        }
    }

    fn fail_found(&mut self, kept: &Kept, why: &str) {
        self.found -= 1;
        self.fail(Failure::of_entry(&kept.words(), why));
    }

    fn fail(&mut self, failure: Failure) {
        self.failed += 1;
        if self.failures.len() < NAMED {
            self.failures.push((failure.what, failure.why));
        }
    }

    fn leave_out(&mut self, reason: LeftOut) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    /// Reads back all that was kept and returns how many there were and how many differ.
    fn verify(&self, hooks: &mut Hooks<'_>) -> (u64, u64) {
        let differs = |(name, (_, digest)): &(&KeptName, &(UnixNanos, [u8; 32]))| {
            (hooks.read_back)(name)
                .is_none_or(|kept| kept.name() != **name || kept.digest() != *digest)
        };
        let differing = self.kept.iter().filter(differs).count();
        (self.kept.len() as u64, differing as u64)
    }

    fn report(self, report: &mut ImportReport) {
        report.found = self.found + self.failed;
        report.imported = self.kept.len() as u64;
        report.skipped = self
            .skipped
            .iter()
            .map(|(reason, count)| (reason.words().to_owned(), *count))
            .collect();
        report.failed = self.failed;
        report.failures = self.failures;
    }
}

/// Returns a moment that is given in seconds.
#[expect(clippy::cast_possible_truncation, reason = "held at the ends of the range")]
fn seconds(seconds: f64) -> UnixNanos {
    UnixNanos((seconds * 1e9) as i64)
}
