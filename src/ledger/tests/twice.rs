//! Requests that two logs of one tool tell of, each in its own way.

use std::fs;

use rusqlite::Connection;

use super::*;
use crate::ledger::logs::{SourceOptions, sources};

/// Reads all logs of a tool into the ledger.
fn import(home: &Home, ledger: &mut Ledger, tool: Tool, options: &SourceOptions) {
    let environment = [("HOME".into(), home.folder.path().as_os_str().to_owned())];
    let logs = sources(&environment, options);
    let log = logs.iter().find(|log| log.tool() == tool).unwrap();
    for file in log.list().files {
        ledger.import(&**log, &file, &|_, _| None).unwrap();
    }
}

/// Returns requests, tokens in and tokens out of all.
fn counts(ledger: &mut Ledger) -> (u64, u64, u64) {
    let total = report(ledger, SpendBy::Daily).total;
    (total.requests, total.tokens.prompt().0, total.tokens.output.0)
}

const MESSAGE: &str = r#"{"role":"assistant","providerID":"anthropic","modelID":"claude-sonnet-4-5","path":{"root":"/app"},"time":{"created":1777622400000,"completed":1777622405000},"tokens":{"input":300000,"output":100,"reasoning":0,"cache":{"read":0,"write":0}}}"#;

/// Makes opencode's database of one message, with as many of its steps.
fn database(folder: &Path, steps: usize) -> Connection {
    let connection = Connection::open(folder.join("opencode.db")).unwrap();
    let schema = "CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_updated INTEGER, data TEXT);
        CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, data TEXT);
        CREATE INDEX part_message ON part (message_id);";
    connection.execute_batch(schema).unwrap();
    let sql = "INSERT INTO message VALUES ('a1', 's1', 1777622405000, ?1)";
    connection.execute(sql, [MESSAGE]).unwrap();
    (0..steps).for_each(|step| add_step(&connection, step));
    connection
}

fn add_step(connection: &Connection, step: usize) {
    let data = r#"{"type":"step-finish","tokens":{"input":150000,"output":50,"reasoning":0,"cache":{"read":0,"write":0}}}"#;
    let sql = "INSERT INTO part VALUES (?1, 'a1', ?2)";
    connection.execute(sql, (format!("p{step}"), data)).unwrap();
}

#[test]
fn a_message_of_opencode_that_moves_into_its_database_counts_once() {
    let home = Home::new();
    let folder = home.folder.path().join(".local/share/opencode");
    let messages = folder.join("storage/message/s1");
    fs::create_dir_all(&messages).unwrap();
    fs::write(messages.join("a1.json"), MESSAGE).unwrap();
    let options = SourceOptions::default();
    let mut ledger = home.open();
    import(&home, &mut ledger, Tool::Opencode, &options);
    assert_eq!(counts(&mut ledger), (1, 300_000, 100));
    let connection = database(&folder, 1);
    import(&home, &mut ledger, Tool::Opencode, &options);
    assert_eq!(counts(&mut ledger), (1, 300_000, 100), "its second step is still to come");
    add_step(&connection, 1);
    import(&home, &mut ledger, Tool::Opencode, &options);
    assert_eq!(counts(&mut ledger), (2, 300_000, 100));
    let cost = totals(&mut ledger).2;
    ledger.close().unwrap();
    fs::remove_dir_all(home.places().cache).unwrap();
    let mut again = home.open();
    assert_eq!((counts(&mut again), totals(&mut again).2), ((2, 300_000, 100), cost));
    // The other way round: what was in the database is met as a file again.
    let other = Home::new();
    let mut ledger = other.open();
    let below = other.folder.path().join(".local/share");
    fs::create_dir_all(below.join("opencode")).unwrap();
    drop(database(&below.join("opencode"), 2));
    import(&other, &mut ledger, Tool::Opencode, &options);
    fs::remove_dir_all(below.join("opencode")).unwrap();
    fs::create_dir_all(below.join("opencode/storage/message/s1")).unwrap();
    fs::write(below.join("opencode/storage/message/s1/a1.json"), MESSAGE).unwrap();
    import(&other, &mut ledger, Tool::Opencode, &options);
    assert_eq!((counts(&mut ledger), totals(&mut ledger).2), ((2, 300_000, 100), cost));
}
