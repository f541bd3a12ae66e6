//! `larder keys`.

use std::fs;

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::JsonArgs,
        table::{Align, Table},
    },
    config::{Config, ConfigError},
    ui::{Keymap, KeymapRow},
};

/// Prints every key with what it does.
pub(in crate::cli) fn run(program: &mut Program, args: JsonArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let rows = keymap(&config)?.rows();
    if args.json {
        let keys: Vec<_> = rows.iter().map(KeyRow::of).collect();
        program.output.json(&Keys { keys })?;
    } else {
        program.output.text(&table(&rows).text())?;
    }
    Ok(Exit::Done)
}

/// Returns the keys with those of the user on top.
pub(in crate::cli) fn keymap(config: &Config) -> Result<Keymap, Failure> {
    let path = config.paths.keymap_file();
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Keymap::with_user(&text, &path.to_string_lossy())?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Keymap::defaults()),
        Err(source) => Err(ConfigError::Unreadable { path, source }.into()),
    }
}

#[derive(Serialize)]
struct Keys<'r> {
    keys: Vec<KeyRow<'r>>,
}

#[derive(Serialize)]
struct KeyRow<'r> {
    scope: &'static str,
    keys: &'r [String],
    action: &'static str,
    help: &'static str,
}

impl<'r> KeyRow<'r> {
    fn of(row: &'r KeymapRow) -> Self {
        Self { scope: row.scope.into(), keys: &row.keys, action: row.name, help: row.help }
    }
}

fn table(rows: &[KeymapRow]) -> Table {
    let columns = ["where", "keys", "action", "does"].map(|name| (name, Align::Left));
    let mut table = Table::new(&columns);
    for row in rows {
        let scope: &str = row.scope.into();
        table.row([scope, &row.keys.join(" "), row.name, row.help].map(str::to_owned));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_of_the_keymap_is_listed_with_its_help() {
        let rows = Keymap::defaults().rows();
        let text = table(&rows).text();
        assert_eq!(text.lines().count(), rows.len() + 1);
        assert!(text.contains("cursor-down") && text.contains("Move the cursor down"), "{text}");
    }
}
