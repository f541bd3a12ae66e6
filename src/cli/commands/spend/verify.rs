//! `larder spend verify`: every line of the ledger, read and checked.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    cli::{Exit, Failure, Program, args::SpendVerifyArgs, confirm, table::number_of},
    client::{Books, LedgerCheck, LedgerDamage, LedgerDamageKind},
    model::Shown,
    ui::format::bytes,
};

const NAME: &str = "spend verify";

#[derive(Serialize)]
struct Report {
    segments: u64,
    lines: u64,
    requests: u64,
    duplicates: u64,
    newer: u64,
    bad: u64,
    missing: u64,
    gone: u64,
    accepted: u64,
    changed: u64,
    unread: u64,
    torn_bytes: u64,
    damage: Vec<Place>,
    sound: bool,
}

#[derive(Serialize)]
struct Place {
    file: String,
    offset: u64,
    bytes: u64,
    what: String,
}

/// Checks the ledger and says what is wrong with it, and goes on without what is gone when that is
/// wanted.
pub(super) fn run(program: &mut Program, args: SpendVerifyArgs) -> Result<Exit, Failure> {
    confirm::can_ask(&program.output, args.yes || !args.accept, NAME)?;
    let config = program.config(None, Vec::new())?;
    let mut check = Books::verify(&config, Arc::clone(&program.clock))?;
    if args.accept && check.gone == 0 {
        program.output.say("no file of the ledger is gone: there is nothing to accept");
    } else if args.accept {
        if !args.json {
            program.output.text(&text(&check))?;
        }
        let files = number_of(check.gone, "file that is gone", "files that are gone");
        let question = format!("go on for good without {files}, and without what only they held?");
        confirm::confirm(&mut program.output, args.yes, NAME, &question)?;
        check = Books::accept_gone(&config, Arc::clone(&program.clock))?;
    }
    if args.json {
        program.output.json(&Report::of(&check))?;
    } else {
        program.output.text(&text(&check))?;
    }
    Ok(if is_sound(&check) { Exit::Done } else { Exit::NotHeld })
}

/// Returns true when nothing that was written is lost or changed; a torn end never was whole.
const fn is_sound(check: &LedgerCheck) -> bool {
    check.is_clean()
}

impl Report {
    fn of(check: &LedgerCheck) -> Self {
        let place = |damage: &LedgerDamage| Place {
            file: damage.file.to_string_lossy().into_owned(),
            offset: damage.offset.0,
            bytes: damage.len.0,
            what: words(damage.kind).to_owned(),
        };
        Self {
            segments: check.segments,
            lines: check.lines,
            requests: check.requests,
            duplicates: check.duplicates,
            newer: check.newer,
            bad: check.bad,
            missing: check.missing,
            gone: check.gone,
            accepted: check.accepted,
            changed: check.changed,
            unread: check.unread,
            torn_bytes: check.torn.0,
            damage: check.damage.iter().map(place).collect(),
            sound: is_sound(check),
        }
    }
}

fn text(check: &LedgerCheck) -> String {
    let lines = |count| number_of(count, "line", "lines");
    let mut text = vec![format!(
        "{} in {}: {}, {} that say nothing new\n",
        lines(check.lines),
        number_of(check.segments, "file", "files"),
        number_of(check.requests, "request", "requests"),
        check.duplicates,
    )];
    for damage in &check.damage {
        let file = Shown::text(&damage.file.to_string_lossy()).to_string();
        let what = words(damage.kind);
        text.push(match damage.kind {
            LedgerDamageKind::Gone | LedgerDamageKind::Changed | LedgerDamageKind::Unread => {
                format!("{file}: {what}\n")
            }
            LedgerDamageKind::Line
            | LedgerDamageKind::Torn
            | LedgerDamageKind::SetAside
            | LedgerDamageKind::Suspect => {
                let (at, len) = (damage.offset.0, bytes(damage.len));
                format!("{file} at byte {at}: {what}, {len}\n")
            }
        });
    }
    if check.accepted > 0 {
        let files = number_of(check.accepted, "file", "files");
        text.push(format!("{files} gone, as was accepted\n"));
    }
    if check.newer > 0 {
        text.push(format!("{} of a newer larder, left as they are\n", lines(check.newer)));
    }
    if check.missing > 0 {
        text.push(format!("{} missing between others\n", lines(check.missing)));
    }
    let end = if is_sound(check) { "the ledger is sound\n" } else { "the ledger is damaged\n" };
    text.concat() + end
}

const fn words(kind: LedgerDamageKind) -> &'static str {
    match kind {
        LedgerDamageKind::Line => "the checksum does not fit the line",
        LedgerDamageKind::Torn => "the last line has no end",
        LedgerDamageKind::SetAside => "cut off and set aside after a crash",
        LedgerDamageKind::Gone => "the file is gone",
        LedgerDamageKind::Changed => "the file was closed, and is not what it was then",
        LedgerDamageKind::Suspect => "not made durable, and written again into the next file",
        LedgerDamageKind::Unread => "the file cannot be read, and what it holds is not counted",
    }
}
