use std::{collections::BTreeMap, fs};

use rusqlite::Connection;

use super::{snapshot::Snapshot, *};
use crate::ledger::logs::tests::{All, fold, read};

const MESSAGE: &str = r#"{"role":"assistant","providerID":"anthropic","modelID":"claude-sonnet-5","path":{"cwd":"/home/dev/app/sub","root":"/home/dev/app"},"time":{"created":1777622400000,"completed":1777622405000},"cost":0.0123,"tokens":{"input":800,"output":150,"reasoning":50,"cache":{"read":2000,"write":300}}}"#;

const OLD: &str = "CREATE TABLE message (id TEXT, session_id TEXT, data TEXT)";

const NEW: &str = "CREATE TABLE session (id TEXT PRIMARY KEY, directory TEXT);
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER,
        time_updated INTEGER, data TEXT);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, data TEXT);
    CREATE INDEX part_message ON part (message_id);
    INSERT INTO session VALUES ('s1', '/home/dev/other')";

fn data() -> (tempfile::TempDir, Opencode) {
    let folder = tempfile::tempdir().unwrap();
    let opencode = Opencode::new(folder.path().to_owned());
    (folder, opencode)
}

fn database(folder: &Path, name: &str, schema: &str) -> Connection {
    let connection = Connection::open(folder.join(name)).unwrap();
    connection.execute_batch(schema).unwrap();
    connection
}

fn add_old(connection: &Connection, id: &str, data: &str) {
    connection.execute("INSERT INTO message VALUES (?1, 's1', ?2)", (id, data)).unwrap();
}

fn add_new(connection: &Connection, id: &str, updated: i64, data: &str) {
    let sql = "INSERT OR REPLACE INTO message VALUES (?1, 's1', ?2, ?2, ?3)";
    connection.execute(sql, (id, updated, data)).unwrap();
}

fn read_all(opencode: &Opencode) -> All {
    let mut all = All::default();
    for file in opencode.list().files {
        opencode.read(&file, &Seen::default(), &mut |found| all.take(found)).unwrap();
    }
    all
}

/// Returns the names of the files in a folder, and what they hold.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.path().is_file());
    files
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn a_message_file_is_a_request_with_reasoning_beside_the_output() {
    let (folder, opencode) = data();
    let session = folder.path().join("storage/message/ses_1");
    fs::create_dir_all(&session).unwrap();
    fs::write(session.join("msg_1.json"), MESSAGE).unwrap();
    fs::write(session.join("msg_0.json"), r#"{"role":"user","time":{"created":1}}"#).unwrap();
    let all = read_all(&opencode);
    let [request] = &all.requests[..] else { panic!("{all:?}") };
    assert_eq!((request.tokens.output.0, request.tokens.reasoning.0), (200, 50));
    assert_eq!((request.tokens.prompt().0, request.tokens.cache_write_5m.0), (3100, 300));
    assert_eq!((request.session.as_str(), request.project.as_str()), ("ses_1", "/home/dev/app"));
    assert_eq!(request.key.group, "opencode:msg_1");
    assert_eq!(request.recorded.map(|cost| cost.to_string()).as_deref(), Some("0.0123"));
    assert!(all.skipped.is_empty());
}

#[test]
fn a_database_with_few_columns_is_read() {
    let (folder, opencode) = data();
    add_old(&database(folder.path(), "opencode-beta.db", OLD), "m1", MESSAGE);
    let requests = read_all(&opencode).requests;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].session, "s1");
}

#[test]
fn a_database_without_messages_holds_none() {
    let (folder, opencode) = data();
    drop(database(folder.path(), "opencode.db", "CREATE TABLE other (a TEXT)"));
    assert!(read_all(&opencode).requests.is_empty());
    fs::write(folder.path().join("opencode.db"), "no database at all, but long enough").unwrap();
    let file = &opencode.list().files[0];
    assert!(opencode.read(file, &Seen::default(), &mut |_| ()).is_err());
}

#[test]
fn a_row_wins_over_the_file_of_the_same_message() {
    let (folder, opencode) = data();
    let messages = folder.path().join("storage/message");
    fs::create_dir_all(&messages).unwrap();
    for id in ["m1", "m2"] {
        let data = MESSAGE.replace("150", "999").replacen('{', &format!("{{\"id\":\"{id}\","), 1);
        fs::write(messages.join(format!("{id}.json")), data).unwrap();
    }
    add_old(&database(folder.path(), "opencode.db", OLD), "m1", MESSAGE);
    let all = read_all(&opencode);
    let outputs: Vec<_> = fold(&all.requests).iter().map(|one| one.tokens.output.0).collect();
    assert_eq!(outputs, [200, 1049]);
    assert_eq!(all.skips(Reason::InDatabase.text()), 1);
}

#[test]
fn each_step_of_a_message_is_a_request_of_its_own() {
    let (folder, opencode) = data();
    let connection = database(folder.path(), "opencode.db", NEW);
    add_new(
        &connection,
        "m1",
        1_777_622_405_000,
        &MESSAGE
            .replace("\"root\":\"/home/dev/app\"", "\"root\":\"/\"")
            .replace("/home/dev/app/sub", ""),
    );
    for (id, output) in [("p1", 10), ("p3", 20)] {
        let step = format!(
            r#"{{"type":"step-finish","cost":0.5,"tokens":{{"input":5,"output":{output},"reasoning":0,"cache":{{"read":0,"write":0}}}}}}"#
        );
        let sql = "INSERT INTO part VALUES (?1, 'm1', 's1', ?2)";
        connection.execute(sql, (id, step)).unwrap();
    }
    let sql = "INSERT INTO part VALUES ('p2', 'm1', 's1', '{\"type\":\"text\",\"text\":\"x\"}')";
    connection.execute(sql, []).unwrap();
    let requests = read_all(&opencode).requests;
    let outputs: Vec<_> = requests.iter().map(|one| one.tokens.output.0).collect();
    assert_eq!(outputs, [10, 20]);
    assert_ne!(requests[0].key, requests[1].key);
    assert_eq!(requests[0].project, "/home/dev/other");
}

#[test]
fn only_changed_rows_are_read_again() {
    let (folder, opencode) = data();
    let connection = database(folder.path(), "opencode.db", NEW);
    add_new(&connection, "m1", 1_777_622_405_000, MESSAGE);
    let file = opencode.list().files[0].clone();
    let (all, seen) = read(&opencode, &file);
    assert_eq!(all.requests.len(), 1);
    let mut nothing = All::default();
    let same = opencode.read(&file, &seen, &mut |found| nothing.take(found)).unwrap();
    assert!(nothing.requests.is_empty() && same == seen);
    add_new(&connection, "m2", 1_777_622_405_000 + 10_000_000, MESSAGE);
    let mut more = All::default();
    opencode.read(&file, &seen, &mut |found| more.take(found)).unwrap();
    // The overlap reads the old one too; its key is the same.
    let groups: Vec<_> = more.requests.iter().map(|one| one.key.group.as_str()).collect();
    assert_eq!(groups, ["opencode:m1", "opencode:m2"]);
    add_new(&connection, "m3", 1_777_622_405_000 + 20_000_000, MESSAGE);
    let last = opencode.read(&file, &seen, &mut |_| ()).unwrap();
    add_new(&connection, "m4", 1_777_622_405_000 + 30_000_000, MESSAGE);
    let mut newest = All::default();
    opencode.read(&file, &last, &mut |found| newest.take(found)).unwrap();
    let groups: Vec<_> = newest.requests.iter().map(|one| one.key.group.as_str()).collect();
    assert_eq!(groups, ["opencode:m3", "opencode:m4"]);
}

#[test]
fn a_row_that_is_skipped_counts_once_however_often_it_is_read() {
    let zero = MESSAGE.replace("800", "0").replace("150", "0").replace("50}", "0}");
    let zero = zero
        .replace("2000", "0")
        .replace("300}", "0}")
        .replace("\"reasoning\":50", "\"reasoning\":0");
    let zero = zero.replace("0.0123", "0");
    let reason = Reason::AllZero.text();
    let (folder, opencode) = data();
    let connection = database(folder.path(), "opencode.db", NEW);
    let beta = database(folder.path(), "opencode-beta.db", OLD);
    let [beta_file, file] = &opencode.list().files[..] else { panic!("two databases") };
    let (mut seen, mut beta_seen) = (Seen::default(), Seen::default());
    // Two of them lie within the time that is read again, and three minutes before the third.
    for (number, minute) in [(1, 0), (2, 1), (3, 4), (4, 5), (5, 60)] {
        let time = 1_777_622_400_000 + minute * 60_000;
        add_new(&connection, &format!("m{number}"), time, &zero);
        add_old(&beta, &format!("m{number}"), &zero);
        let (mut all, mut beta_all) = (All::default(), All::default());
        seen = opencode.read(file, &seen, &mut |found| all.take(found)).unwrap();
        beta_seen =
            opencode.read(beta_file, &beta_seen, &mut |found| beta_all.take(found)).unwrap();
        assert_eq!((all.skips(reason), beta_all.skips(reason)), (number, number));
    }
}

/// Copies a database as it lies there while its program still has it open, with these files.
fn copy_live(ends: &[&str]) -> (tempfile::TempDir, Opencode) {
    let (from, _) = data();
    let connection = database(from.path(), "opencode.db", "PRAGMA journal_mode = WAL");
    connection.execute_batch(OLD).unwrap();
    connection.pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    add_old(&connection, "m1", MESSAGE);
    let (to, opencode) = data();
    for end in ends {
        let name = format!("opencode.db{end}");
        fs::copy(from.path().join(&name), to.path().join(&name)).unwrap();
    }
    (to, opencode)
}

#[test]
fn the_newest_rows_in_a_log_are_read_and_nothing_is_written_beside_it() {
    for ends in [&["", "-wal"][..], &["", "-wal", "-shm"]] {
        let (folder, opencode) = copy_live(ends);
        let before = contents(folder.path());
        assert_eq!(before.len(), ends.len());
        assert_eq!(read_all(&opencode).requests.len(), 1, "{ends:?}");
        assert_eq!(contents(folder.path()), before, "{ends:?}");
    }
}

#[test]
fn a_database_that_another_connection_writes_is_read() {
    let (folder, opencode) = data();
    let connection = database(folder.path(), "opencode.db", "PRAGMA journal_mode = WAL");
    connection.execute_batch(OLD).unwrap();
    add_old(&connection, "m1", MESSAGE);
    let file = &opencode.list().files[0];
    let (all, seen) = read(&opencode, file);
    assert_eq!(all.requests.len(), 1);
    // Only the log changes, which must be noticed.
    add_old(&connection, "m2", MESSAGE);
    let mut more = All::default();
    opencode.read(file, &seen, &mut |found| more.take(found)).unwrap();
    assert_eq!(more.requests.len(), 2);
}

#[test]
fn a_copy_of_a_database_is_removed() {
    let (folder, _) = copy_live(&["", "-wal"]);
    let snapshot = Snapshot::open(&folder.path().join("opencode.db")).unwrap();
    let copy = PathBuf::from(snapshot.connection.path().unwrap());
    assert!(copy.exists() && !copy.starts_with(folder.path()));
    drop(snapshot);
    assert!(!copy.parent().unwrap().exists());
}

#[test]
fn a_folder_of_any_name_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("a?b#c%41 é");
    fs::create_dir(&odd).unwrap();
    let opencode = Opencode::new(odd.clone());
    let plain = folder.path().join("plain.db");
    let connection = Connection::open(&plain).unwrap();
    connection.execute_batch(OLD).unwrap();
    add_old(&connection, "m1", MESSAGE);
    drop(connection);
    fs::rename(plain, odd.join("opencode.db")).unwrap();
    assert_eq!(read_all(&opencode).requests.len(), 1);
}
