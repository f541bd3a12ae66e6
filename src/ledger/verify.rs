//! Checking the journal line by line.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{
    Ledger, LedgerError,
    book::Book,
    journal::{Body, LineRead, Lost, Numbers, Place, Register, lost_in_spools, register_of},
    load::can_be_true,
    walk::{Through, Walker},
};
use crate::model::Bytes;

/// So many damaged places are named; the others are only counted.
const MOST_NAMED: usize = 1000;

/// What a check of the journal found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct VerifyReport {
    /// Files of the journal.
    pub segments: u64,
    /// Lines in all.
    pub lines: u64,
    /// Requests that the intact lines hold.
    pub requests: u64,
    /// Lines that say nothing new.
    pub duplicates: u64,
    /// Lines that a newer larder wrote; they are kept and not read.
    pub newer: u64,
    /// Lines that are damaged, or were edited.
    pub bad: u64,
    /// Numbers that are missing between intact lines: lines that are gone, or damaged.
    pub missing: u64,
    /// Files that were begun and are gone.
    pub gone: u64,
    /// Files that are gone too, and that somebody agreed to go on without.
    pub accepted: u64,
    /// Files that were closed and are not what they were then.
    pub changed: u64,
    /// Spools that cannot be read: what they hold is not counted.
    pub unread: u64,
    /// Bytes of torn ends that were set aside.
    pub torn: Bytes,
    /// Where the damage is.
    pub damage: Vec<Damage>,
}

/// A place that is damaged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub offset: Bytes,
    /// How long it is.
    pub len: Bytes,
    /// What is wrong.
    pub kind: DamageKind,
}

/// What is wrong with a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DamageKind {
    /// The checksum does not fit the line.
    Line,
    /// The last line has no end.
    Torn,
    /// It was cut off and set aside when the journal was opened after a crash.
    SetAside,
    /// The file is gone.
    Gone,
    /// The file was closed, and is not what it was then.
    Changed,
    /// The system failed to make its end durable; its lines were written again into the next.
    Suspect,
    /// It cannot be read.
    Unread,
}

impl VerifyReport {
    /// Returns true when nothing is damaged, missing or changed.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        let lost = [self.bad, self.missing, self.gone, self.changed, self.unread];
        matches!(lost, [0, 0, 0, 0, 0])
    }

    fn name(&mut self, damage: Damage) {
        if self.damage.len() < MOST_NAMED {
            self.damage.push(damage);
        }
    }
}

impl Ledger {
    /// Checks every line of the journal, without changing anything of it.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn verify(&mut self) -> Result<VerifyReport, LedgerError> {
        let (mut report, numbers) = self.verify_lines()?;
        self.registered(&mut report, &numbers)?;
        self.side_files(&mut report)?;
        self.spools(&mut report)?;
        Ok(report)
    }

    /// Notes that files of the journal which are gone will not come back: neither they nor the lines
    /// that are missing with them are told of again.
    ///
    /// # Errors
    /// Fails when another larder writes the ledger, or the journal cannot be read or written.
    pub fn accept_gone(&mut self) -> Result<(), LedgerError> {
        if !self.is_writer() {
            return Err(LedgerError::Reader { path: self.places.journal.clone() });
        }
        let (_, numbers) = self.verify_lines()?;
        let folder = &self.places.journal;
        let accepted = Register::accept(folder, numbers.missing_with_files());
        accepted.map_err(LedgerError::io("write", register_of(folder)))
    }

    /// Checks the lines, and returns their numbers too.
    fn verify_lines(&mut self) -> Result<(VerifyReport, Numbered), LedgerError> {
        let until = self.end()?;
        let (checked, position) = self.walk((Through::Journal, &until), |_| Checked::default())?;
        let Checked { mut report, numbers } = checked;
        report.segments = position.0.len() as u64;
        Ok((report, numbers))
    }

    /// Holds the files against what is registered of them.
    fn registered(&self, report: &mut VerifyReport, numbers: &Numbered) -> Result<(), LedgerError> {
        let folder = &self.places.journal;
        let fail = || LedgerError::io("read", folder);
        let register = Register::read(folder).map_err(fail())?;
        report.accepted = register.accepted(folder);
        report.missing = numbers.missing(register.accepted_lines());
        for &(offset, len) in &register.bad {
            report.bad += 1;
            let file = register_of(folder);
            let (offset, len) = (Bytes(offset), Bytes(len));
            report.name(Damage { file, offset, len, kind: DamageKind::Line });
        }
        for file in register.gone(folder) {
            report.gone += 1;
            report.name(Damage { file, offset: Bytes(0), len: Bytes(0), kind: DamageKind::Gone });
        }
        for (file, seal) in register.changed(folder).map_err(fail())? {
            report.changed += 1;
            let (offset, len) = (Bytes(0), Bytes(seal.len));
            report.name(Damage { file, offset, len, kind: DamageKind::Changed });
        }
        Ok(())
    }

    /// Looks at what lies beside the segments.
    fn side_files(&self, report: &mut VerifyReport) -> Result<(), LedgerError> {
        let folder = &self.places.journal;
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(LedgerError::io("read", folder)(error)),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for file in paths {
            let len = Bytes(fs::metadata(&file).map_or(0, |data| data.len()));
            let kind = match file.extension().and_then(|ending| ending.to_str()) {
                Some("torn") => DamageKind::SetAside,
                Some("suspect") => DamageKind::Suspect,
                Some(_) | None => continue,
            };
            if kind == DamageKind::SetAside {
                report.torn += len;
            }
            report.name(Damage { file, offset: Bytes(0), len, kind });
        }
        Ok(())
    }
}

impl Ledger {
    /// Looks for what is lost in spools.
    fn spools(&self, report: &mut VerifyReport) -> Result<(), LedgerError> {
        let spools = lost_in_spools(&self.places.journal, &mut can_be_true);
        for (file, lost) in spools.map_err(LedgerError::io("read", self.spool_folder()))? {
            let whole = |kind| Damage { file: file.clone(), offset: Bytes(0), len: Bytes(0), kind };
            let Ok(Lost { bad, torn, newer }) = lost else {
                report.unread += 1;
                report.name(whole(DamageKind::Unread));
                continue;
            };
            report.newer += newer;
            report.bad += bad.len() as u64;
            for (offset, len) in bad {
                let (offset, len) = (Bytes(offset), Bytes(len));
                report.name(Damage { offset, len, ..whole(DamageKind::Line) });
            }
            if torn > 0 && file.extension().is_some_and(|ending| ending == "torn") {
                report.torn += Bytes(torn);
                report.name(Damage { len: Bytes(torn), ..whole(DamageKind::SetAside) });
            }
        }
        Ok(())
    }
}

/// What was found in the lines so far.
#[derive(Default)]
struct Checked {
    report: VerifyReport,
    numbers: Numbered,
}

impl Walker for Checked {
    fn line(&mut self, file: &Path, place: Place, read: &LineRead<'_>, is_true: bool) {
        self.report.lines += 1;
        let kind = match read {
            LineRead::Entry(entry) => {
                if matches!(entry.body, Body::Segment(_)) {
                    self.numbers.openings.insert(entry.n);
                } else {
                    self.numbers.note(entry.n);
                }
                if is_true {
                    return;
                }
                DamageKind::Line
            }
            LineRead::Newer(number) => {
                self.numbers.note(*number);
                self.report.newer += 1;
                return;
            }
            LineRead::Bad if place.is_ended => DamageKind::Line,
            LineRead::Bad => DamageKind::Torn,
        };
        self.report.bad += 1;
        let (offset, len) = (Bytes(place.offset), Bytes(place.bytes));
        self.report.name(Damage { file: file.to_owned(), offset, len, kind });
    }

    fn requests(&mut self, _: &Ledger, book: &Book, repeats: u64) {
        self.report.requests += book.len() as u64;
        self.report.duplicates += repeats;
    }
}

/// The numbers of intact lines.
#[derive(Debug, Default)]
struct Numbered {
    /// Runs without a gap, from first to last.
    runs: BTreeMap<u64, u64>,
    /// The numbers that files begin with.
    openings: BTreeSet<u64>,
}

impl Numbered {
    fn note(&mut self, number: u64) {
        let Some((&first, &last)) = self.runs.range(..=number).next_back() else {
            self.runs.insert(number, number);
            return;
        };
        if number == last + 1 {
            self.runs.insert(first, number);
        } else if number > last {
            self.runs.insert(number, number);
        }
    }

    /// Returns the numbers between the runs.
    fn gaps(&self) -> impl Iterator<Item = Numbers> {
        let gaps = self.runs.values().zip(self.runs.keys().skip(1));
        gaps.map(|(last, next)| (last + 1, next.saturating_sub(1))).filter(|gap| gap.0 <= gap.1)
    }

    /// Counts the numbers between the runs, without those that are accepted.
    fn missing(&self, accepted: &[Numbers]) -> u64 {
        let mut accepted = accepted.to_vec();
        accepted.sort_unstable();
        let of_gap = |(first, last): Numbers| {
            let (mut from, mut missing) = (first, 0);
            for &(start, end) in &accepted {
                missing += start.min(last + 1).saturating_sub(from);
                from = from.max(end.saturating_add(1));
            }
            missing + (last + 1).saturating_sub(from)
        };
        self.gaps().map(of_gap).sum()
    }

    /// Returns the numbers that are missing just before a file begins: those of files that are gone.
    fn missing_with_files(&self) -> Vec<Numbers> {
        let before_file = |(first, last): Numbers| {
            let opening = self.openings.range(first + 1..=last + 1).next_back()?;
            Some((first, opening - 1))
        };
        self.gaps().filter_map(before_file).collect()
    }
}
