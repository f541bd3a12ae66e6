//! All requests of a ledger of any size, a piece of its journal at a time.
//!
//! A piece is as many files as fit into memory, in the order they were written. Each request comes
//! once and whole, with the piece that holds its first line: its lines in later pieces are found
//! by their keys and read with it. Where the journal is one piece no key is looked at. Keys that do
//! not fit the lines that were read are noticed, and made again.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::Path,
};

use super::{
    Ledger, LedgerError,
    apply::apply,
    book::Book,
    journal::{Body, Entry, LineRead, Place, Position, Reader},
    keys::{Home, Keys, Mark, Spread},
    pack,
};

/// Who looks at all requests.
pub(super) trait Walker {
    /// Takes a line, in the order they were written; one that is not true is intact, and no larder
    /// writes it.
    fn line(&mut self, _file: &Path, _place: Place, _read: &LineRead<'_>, _is_true: bool) {}

    /// Takes requests that are whole; so many records of them said nothing new.
    fn requests(&mut self, ledger: &Ledger, book: &Book, repeats: u64);
}

/// What is walked through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Through {
    /// What the journal holds, line by line.
    Journal,
    /// What the ledger knows: what is in memory may say more than the journal, while that cannot be
    /// written.
    Ledger,
}

/// So often keys are tried that do not fit the journal: as they were saved, and made anew.
const TRIES: usize = 2;

/// Why a walk ended early.
enum Broken {
    Journal(io::Error),
    Keys(io::Error),
}

impl Ledger {
    /// Shows all requests that are written before a position to a walker; returns it, and how far
    /// the lines reach that have ended.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub(super) fn walk<W: Walker>(
        &mut self,
        (through, until): (Through, &Position),
        begin: impl Fn(&Self) -> W,
    ) -> Result<(W, Position), LedgerError> {
        let bytes: u64 = until.0.values().sum();
        if through == Through::Ledger && bytes <= self.limits.piece {
            self.require_requests()?;
        }
        if through == Through::Ledger && self.has_all {
            let mut walker = begin(self);
            walker.requests(self, &self.book, 0);
            return Ok((walker, until.clone()));
        }
        for tried in 0..=TRIES {
            // At last without keys, in one piece.
            let most = if tried < TRIES { self.limits.piece } else { u64::MAX };
            let mut walker = begin(self);
            let walked =
                self.plan(until, most).and_then(|plan| self.walk_by(&plan, through, &mut walker));
            match walked {
                Ok(position) => return Ok((walker, position)),
                Err(Broken::Journal(error)) => {
                    return Err(LedgerError::io("read", &self.places.journal)(error));
                }
                Err(Broken::Keys(why)) => {
                    tracing::warn!(%why, "cannot use saved keys of the ledger; made anew");
                    self.forget_keys();
                }
            }
        }
        let why = "keys are not used for a journal in one piece";
        Err(LedgerError::io("read", &self.places.keys())(io::Error::other(why)))
    }

    fn plan(&mut self, until: &Position, most: u64) -> Result<Plan, Broken> {
        let names = self.reader().ordered().map_err(Broken::Journal)?;
        let mut plan = Plan::of(names, until, most);
        if plan.pieces.len() > 1 {
            let keys = self.keys_before(until)?;
            plan.spread = Some(keys.spread(&plan.homes).map_err(Broken::Keys)?);
        }
        Ok(plan)
    }

    /// Returns the keys of all lines before a position.
    fn keys_before(&mut self, until: &Position) -> Result<&Keys, Broken> {
        let reader = self.reader();
        let keys = match self.keys.take() {
            Some(keys) => keys,
            None => self.saved_keys(&reader.end().map_err(Broken::Journal)?),
        };
        let keys = self.keys.insert(keys);
        keys.extend(&reader, until).map_err(Broken::Journal)?;
        Ok(keys)
    }

    fn walk_by(
        &mut self,
        plan: &Plan,
        through: Through,
        walker: &mut dyn Walker,
    ) -> Result<Position, Broken> {
        // One set of names for all, so that sums can be made of them.
        let names = std::mem::take(&mut self.book.names);
        let mut reading = Reading {
            plan,
            keys: self.keys.as_ref().zip(plan.spread.as_ref()),
            here: (through == Through::Ledger).then_some(&self.book),
            reader: self.reader(),
            book: Book::named(names),
            piece: 0,
            later: BTreeMap::new(),
            repeats: 0,
            mark: Mark::default(),
            broken: None,
        };
        let read = reading.all(self, walker);
        let names = std::mem::take(&mut reading.book.names);
        drop(reading);
        self.book.names = names;
        let position = read?;
        if through == Through::Ledger {
            walker.requests(self, &self.book, 0);
        }
        Ok(position)
    }
}

/// How a journal is read.
struct Plan {
    /// The names of the files of each piece.
    pieces: Vec<Vec<String>>,
    homes: HashMap<String, Home>,
    /// What keys say, where there are several pieces.
    spread: Option<Spread>,
}

impl Plan {
    /// Cuts files, in the order they were written, into pieces of so many bytes or of one file.
    fn of(names: Vec<String>, until: &Position, most: u64) -> Self {
        let (mut pieces, mut homes) = (Vec::<Vec<String>>::new(), HashMap::new());
        let mut bytes = 0_u64;
        for (name, number) in names.into_iter().zip(0..) {
            let until = until.0.get(&name).copied().unwrap_or(0);
            bytes = bytes.saturating_add(until);
            if pieces.is_empty() || bytes > most {
                pieces.push(Vec::new());
                bytes = until;
            }
            let piece = pieces.len() - 1;
            homes.insert(name.clone(), Home { piece, number, until });
            pieces[piece].push(name);
        }
        Self { pieces, homes, spread: None }
    }
}

/// The places of lines: their files, and where in them.
type Lines<'p> = Vec<(&'p str, u64)>;

/// A journal that is being read.
struct Reading<'p> {
    plan: &'p Plan,
    /// Where there are several pieces.
    keys: Option<(&'p Keys, &'p Spread)>,
    /// What is known of better.
    here: Option<&'p Book>,
    reader: Reader,
    /// The requests that began in this piece.
    book: Book,
    piece: usize,
    /// Lines in later pieces about requests that began in this one, by the hashes of their groups.
    later: BTreeMap<u64, Lines<'p>>,
    repeats: u64,
    /// The keys of all lines that were read.
    mark: Mark,
    broken: Option<io::Error>,
}

impl Reading<'_> {
    fn all(&mut self, ledger: &Ledger, walker: &mut dyn Walker) -> Result<Position, Broken> {
        let mut position = Position::default();
        for (piece, names) in self.plan.pieces.iter().enumerate() {
            self.piece = piece;
            for name in names {
                let end = self.file(name, walker).map_err(Broken::Journal)?;
                position.0.insert(name.clone(), end);
            }
            if let Some(error) = self.broken.take() {
                return Err(Broken::Keys(error));
            }
            self.read_later().map_err(Broken::Journal)?;
            walker.requests(ledger, &self.book, std::mem::take(&mut self.repeats));
            self.book.forget();
        }
        match self.keys {
            Some((_, spread)) if spread.mark != self.mark => {
                Err(Broken::Keys(io::Error::other("they are of other lines")))
            }
            Some(_) | None => Ok(position),
        }
    }

    fn file(&mut self, name: &str, walker: &mut dyn Walker) -> io::Result<u64> {
        let Home { number, until, .. } = self.plan.homes[name];
        let reader = self.reader.clone();
        reader.read_segment(name, 0..until, &mut |file, place, read| {
            let is_true = match &read {
                LineRead::Entry(entry) => self.take(entry, (number, place.offset)),
                LineRead::Newer(_) | LineRead::Bad => true,
            };
            walker.line(file, place, &read, is_true);
        })
    }

    /// Takes a line about a request that began in this piece; returns false when no larder writes
    /// such a line.
    fn take(&mut self, entry: &Entry<'_>, (segment, offset): (u64, u64)) -> bool {
        let Some(group) = entry.body.group() else { return true };
        self.mark.add(segment, offset, group);
        let is_here = self.here.is_some_and(|book| book.knows(group));
        if is_here || !self.began_here(group) {
            return match &entry.body {
                Body::Request(line) => pack::from_line(line, &mut self.book).is_ok(),
                Body::Segment(_) | Body::Charge(_) | Body::Notice(_) | Body::Window(_) => true,
            };
        }
        self.apply(&entry.body)
    }

    fn apply(&mut self, body: &Body<'_>) -> bool {
        let applied = apply(body, &mut self.book);
        self.repeats += u64::from(applied.as_ref().is_some_and(|applied| applied.is_repeat));
        applied.is_some()
    }

    /// Says whether the first line about a group is in this piece, and notes those in later ones.
    fn began_here(&mut self, group: u64) -> bool {
        let Some((keys, spread)) = self.keys else { return true };
        let is_split = spread.split.binary_search(&group).is_ok();
        if !is_split || self.later.contains_key(&group) {
            return true;
        }
        let places = match keys.lines_of(group) {
            Ok(places) => places,
            Err(error) => {
                self.broken = Some(error);
                return true;
            }
        };
        let home = |(name, offset): &(&str, u64)| {
            let home = self.plan.homes.get(*name).filter(|home| *offset < home.until);
            home.map(|home| home.piece)
        };
        if places.iter().filter_map(home).min().is_some_and(|first| first < self.piece) {
            return false;
        }
        let is_later = |place: &(&str, u64)| home(place).is_some_and(|piece| piece > self.piece);
        let later = places.into_iter().filter(is_later).collect();
        self.later.insert(group, later);
        true
    }

    /// Reads the lines in later pieces about requests that began in this one.
    fn read_later(&mut self) -> io::Result<()> {
        let later = std::mem::take(&mut self.later);
        let mut places: Lines<'_> = later.values().flatten().copied().collect();
        places.sort_unstable_by_key(|(_, offset)| *offset);
        let reader = self.reader.clone();
        reader.read_lines(&places, &mut |line| {
            if let LineRead::Entry(entry) = Entry::read(line)
                && entry.body.group().is_some_and(|group| later.contains_key(&group))
            {
                self.apply(&entry.body);
            }
        })
    }
}
