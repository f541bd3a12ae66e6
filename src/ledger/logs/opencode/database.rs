//! The rows of opencode's database.
//!
//! Versions differ in their columns: what is missing is done without.

use std::{collections::BTreeMap, io, path::Path};

use rusqlite::{Connection, Row, types::ValueRef};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

use super::{
    From,
    message::{Message, Used},
    snapshot::{Snapshot, beside},
    take,
};
use crate::{
    ledger::logs::{Found, Seen, follow, moment::numbered, reason::Reason, sink::Sink},
    model::UnixNanos,
};

/// By what one sees that a database changed: size and time of the file and of its log.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Marks {
    inode: u64,
    file: (u64, i64),
    log: (u64, i64),
}

/// What is remembered between two readings.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct State {
    marks: Marks,
    /// When the newest row was changed, in milliseconds.
    updated: i64,
    /// How much was skipped in rows that are not read again, by reason; `None` when that is not
    /// known, and all are read again.
    settled: Option<BTreeMap<String, u64>>,
}

/// What was skipped, by the time that its row was changed and by the reason.
type Skips = BTreeMap<(i64, &'static str), u64>;

/// Rows are read again that are this much older than the newest one: several programs write, and
/// a row appears when it is committed, not when it is dated.
const OVERLAP_MS: i64 = 120_000;

impl Marks {
    /// Returns those of the database at `path`.
    ///
    /// # Errors
    /// Fails when there is none.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;

        let file = path.metadata()?;
        let log = beside(path, "-wal").metadata().ok();
        Ok(Self {
            inode: file.ino(),
            file: (file.len(), follow::modified(&file).0),
            log: log.map(|log| (log.len(), follow::modified(&log).0)).unwrap_or_default(),
        })
    }
}

/// Reads what changed since `seen`.
///
/// # Errors
/// Fails when the database cannot be read.
pub(super) fn read(path: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
    use std::os::unix::fs::MetadataExt;

    let before: State = serde_json::from_str(&seen.state).unwrap_or_default();
    let file = path.metadata()?;
    let marks = Marks::of(path)?;
    if before.marks == marks {
        return Ok(seen.clone());
    }
    let known = before.settled.filter(|_| before.marks.inode == marks.inode);
    let goes_on = known.is_some();
    let since = if goes_on { before.updated.saturating_sub(OVERLAP_MS) } else { i64::MIN };
    let snapshot = Snapshot::open(path)?;
    let read = rows(&snapshot.connection, since, found).map_err(io::Error::other)?;
    let updated = read.newest.max(if goes_on { before.updated } else { 0 });
    let again = updated.saturating_sub(OVERLAP_MS);
    // What is always read whole has nothing that is settled.
    let mut settled = known.filter(|_| read.has_times).unwrap_or_default();
    let mut skipped = settled.clone();
    for ((changed, reason), lines) in read.skips {
        *skipped.entry(reason.to_owned()).or_default() += lines;
        if read.has_times && changed < again {
            *settled.entry(reason.to_owned()).or_default() += lines;
        }
    }
    for reason in Reason::iter().map(Reason::text) {
        if let Some(&lines) = skipped.get(reason) {
            found(Found::Skipped { reason, lines });
        }
    }
    let state = State { marks, updated, settled: Some(settled) };
    let state = serde_json::to_string(&state).map_err(io::Error::other)?;
    Ok(Seen {
        device: file.dev(),
        inode: file.ino(),
        size: file.len(),
        modified: follow::modified(&file),
        offset: 0,
        head: 0,
        state,
    })
}

/// What rows told beside their messages.
#[derive(Debug, Default)]
struct Rows {
    /// Whether it is known when rows were changed, so that only some are read.
    has_times: bool,
    /// When the newest one was.
    newest: i64,
    skips: Skips,
}

/// Hands on the messages of all rows changed since then.
fn rows(
    connection: &Connection,
    since: i64,
    found: &mut dyn FnMut(Found),
) -> rusqlite::Result<Rows> {
    let columns = Columns::of(connection)?;
    let has_times = columns.has("message", "time_updated");
    let mut read = Rows { has_times, ..Rows::default() };
    if !columns.has("message", "id") || !columns.has("message", "data") {
        return Ok(read);
    }
    let mut sessions = columns.directory(connection)?;
    let mut steps = columns.steps(connection)?;
    let sql = format!(
        "SELECT id, data, {}, {}, {updated} FROM message{}",
        columns.or_null("message", "session_id"),
        columns.or_null("message", "time_created"),
        if has_times { " WHERE time_updated >= ?1" } else { "" },
        updated = columns.or_null("message", "time_updated"),
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = if has_times { statement.query([since])? } else { statement.query([])? };
    while let Some(row) = rows.next()? {
        let changed = whole(row, 4)?.unwrap_or_default();
        read.newest = read.newest.max(changed);
        let mut found = |one| match one {
            Found::Skipped { reason, lines } => {
                *read.skips.entry((changed, reason)).or_default() += lines;
            }
            Found::Request(_) | Found::Window(_) => found(one),
        };
        let mut sink = Sink::new(&mut found);
        message(row, (&mut sessions, &mut steps), &mut sink)?;
        sink.finish();
    }
    Ok(read)
}

type Statement<'a> = Option<rusqlite::Statement<'a>>;

/// Hands on the message of a row.
fn message(
    row: &Row<'_>,
    (sessions, steps): (&mut Statement<'_>, &mut Statement<'_>),
    sink: &mut Sink<'_>,
) -> rusqlite::Result<()> {
    let Ok(message) = Message::read(bytes(row, 1)?) else {
        sink.skip(Reason::Broken);
        return Ok(());
    };
    if !message.is_answer() {
        return Ok(());
    }
    let id = bytes(row, 0)?;
    let session = bytes(row, 2)?;
    let ends = steps.as_mut().map(|steps| ends(steps, id)).transpose()?.unwrap_or_default();
    let project = match sessions {
        Some(sessions) if message.project().is_none() => first_text(sessions, session)?,
        Some(_) | None => String::new(),
    };
    let from =
        From { id: text(id), session: text(session), project, at: whole(row, 3)?.and_then(millis) };
    take(&message, &ends, from, sink);
    Ok(())
}

/// Returns the ids of all messages, shortened.
pub(super) fn ids(path: &Path) -> io::Result<Vec<[u8; 16]>> {
    let snapshot = Snapshot::open(path)?;
    let read = || {
        let mut statement = snapshot.connection.prepare("SELECT id FROM message")?;
        let mut rows = statement.query([])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            ids.push(short(bytes(row, 0)?));
        }
        Ok(ids)
    };
    read().map_err(|error: rusqlite::Error| io::Error::other(error))
}

/// Returns an id, shortened.
pub(super) fn short(id: &[u8]) -> [u8; 16] {
    let hash = blake3::hash(id);
    *hash.as_bytes().first_chunk().expect("a hash has 32 bytes")
}

/// The columns that a database has.
struct Columns(Vec<(String, String)>);

impl Columns {
    fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c \
                   WHERE t.type = 'table'";
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>().map(Self)
    }

    fn has(&self, table: &str, column: &str) -> bool {
        self.0.iter().any(|(of, name)| of == table && name == column)
    }

    fn or_null<'a>(&self, table: &str, column: &'a str) -> &'a str {
        if self.has(table, column) { column } else { "NULL" }
    }

    /// Returns what asks for the folder of a session.
    fn directory<'a>(
        &self,
        connection: &'a Connection,
    ) -> rusqlite::Result<Option<rusqlite::Statement<'a>>> {
        let is_there = self.has("session", "id") && self.has("session", "directory");
        let sql = "SELECT directory FROM session WHERE id = ?1";
        is_there.then(|| connection.prepare(sql)).transpose()
    }

    /// Returns what asks for the parts of a message, if an index makes that fast: without one
    /// every message would read every part.
    fn steps<'a>(
        &self,
        connection: &'a Connection,
    ) -> rusqlite::Result<Option<rusqlite::Statement<'a>>> {
        if !["id", "message_id", "data"].iter().all(|column| self.has("part", column)) {
            return Ok(None);
        }
        let sql = "SELECT count(*) FROM pragma_index_list('part') l, pragma_index_info(l.name) i \
                   WHERE i.seqno = 0 AND i.name = 'message_id'";
        let indexes: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        let sql = "SELECT data FROM part WHERE message_id = ?1 ORDER BY id";
        (indexes > 0).then(|| connection.prepare(sql)).transpose()
    }
}

/// Returns what the steps of a message used, in their order.
fn ends(steps: &mut rusqlite::Statement<'_>, id: &[u8]) -> rusqlite::Result<Vec<Used>> {
    let mut rows = steps.query([text(id)])?;
    let mut ends = Vec::new();
    while let Some(row) = rows.next()? {
        // A broken part is none that ends a step; the message itself still counts.
        ends.extend(Used::of_step(bytes(row, 0)?).ok().flatten());
    }
    Ok(ends)
}

fn first_text(statement: &mut rusqlite::Statement<'_>, id: &[u8]) -> rusqlite::Result<String> {
    let mut rows = statement.query([text(id)])?;
    rows.next()?.map_or(Ok(String::new()), |row| Ok(text(bytes(row, 0)?)))
}

/// Returns the bytes of a text, however well it is encoded; none of anything else.
fn bytes<'a>(row: &'a Row<'_>, index: usize) -> rusqlite::Result<&'a [u8]> {
    Ok(match row.get_ref(index)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[expect(clippy::cast_precision_loss, reason = "no time is that far away")]
fn millis(millis: i64) -> Option<UnixNanos> {
    numbered(millis as f64)
}

/// Returns a whole number; none of anything else.
fn whole(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(index)? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => None,
    })
}
