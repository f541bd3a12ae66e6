//! Laws that hold for all logs: they give exactly the requests they were made from, however they
//! grow and whatever happens to their files.

use std::{fs, io::Write, path::Path};

use proptest::prelude::*;

use super::{
    All, fold, read, read_home,
    world::{World, claude, codex, compared},
};
use crate::{
    ledger::logs::{Seen, SourceOptions, UsageLog, reason::Reason, sources},
    model::Tool,
};

fn log(home: &Path, tool: Tool) -> Box<dyn UsageLog> {
    let environment = [("HOME".into(), home.as_os_str().to_owned())];
    let mut logs = sources(&environment, &SourceOptions::default());
    let at = logs.iter().position(|log| log.tool() == tool).unwrap();
    logs.swap_remove(at)
}

/// Reads a file that grows to `text` in pieces, which end at `cuts`.
fn read_growing(log: &dyn UsageLog, file: &Path, text: &[u8], cuts: &[usize]) -> (All, Seen) {
    let (mut all, mut seen, mut start) = (All::default(), Seen::default(), 0);
    fs::write(file, "").unwrap();
    for &end in cuts.iter().chain([&text.len()]) {
        let mut to = fs::OpenOptions::new().append(true).open(file).unwrap();
        to.write_all(&text[start..end]).unwrap();
        start = end;
        seen = log.read(file, &seen, &mut |found| all.take(found)).unwrap();
    }
    (all, seen)
}

fn check_world(world: &World, tool: Tool) {
    let home = tempfile::tempdir().unwrap();
    world.write(home.path());
    let all = read_home(home.path(), tool);
    assert_eq!(compared(&fold(&all.requests)), world.requests);
    assert_eq!(all.skips(Reason::Broken.text()), world.broken);
}

fn check_slices(world: &World, tool: Tool, cuts: &[prop::sample::Index]) {
    let home = tempfile::tempdir().unwrap();
    let files = world.write(home.path());
    let log = log(home.path(), tool);
    for (file, (_, text)) in files.iter().zip(&world.files) {
        let (whole, seen) = read(&*log, file);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.sort_unstable();
        let (grown, grown_seen) = read_growing(&*log, file, text, &cuts);
        assert_eq!(fold(&grown.requests), fold(&whole.requests));
        assert_eq!(grown.skipped, whole.skipped);
        assert_eq!((grown_seen.offset, grown_seen.state), (seen.offset, seen.state));
        assert_eq!(grown_seen.head, seen.head);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn made_up_logs_of_claude_code_give_what_they_were_made_from(world in claude()) {
        check_world(&world, Tool::ClaudeCode);
    }

    #[test]
    fn made_up_logs_of_codex_give_what_they_were_made_from(world in codex()) {
        check_world(&world, Tool::Codex);
    }

    #[test]
    fn a_log_of_claude_code_that_grows_in_any_steps_gives_the_same(
        world in claude(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        check_slices(&world, Tool::ClaudeCode, &cuts);
    }

    #[test]
    fn a_log_of_codex_that_grows_in_any_steps_gives_the_same(
        world in codex(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        check_slices(&world, Tool::Codex, &cuts);
    }

    #[test]
    fn a_file_that_another_took_the_place_of_is_read_from_its_start(
        first in claude(), second in claude(), is_moved in any::<bool>()
    ) {
        let home = tempfile::tempdir().unwrap();
        let log = log(home.path(), Tool::ClaudeCode);
        let file = home.path().join("s.jsonl");
        let (old, new) = (&first.files[0].1, &second.files[0].1);
        fs::write(&file, old).unwrap();
        let (_, seen) = read(&*log, &file);
        if is_moved {
            fs::rename(&file, home.path().join("s.jsonl.1")).unwrap();
        }
        fs::write(&file, new).unwrap();
        let mut rest = All::default();
        let last = log.read(&file, &seen, &mut |found| rest.take(found)).unwrap();
        let (whole, whole_seen) = read(&*log, &file);
        if new.starts_with(old) {
            prop_assert!(fold(&rest.requests).len() <= fold(&whole.requests).len());
        } else if is_moved || new.len() < old.len() || old[..64.min(old.len())] != new[..64.min(new.len())] {
            prop_assert_eq!(fold(&rest.requests), fold(&whole.requests));
        }
        prop_assert_eq!(last.offset, whole_seen.offset);
    }

    #[test]
    fn no_bytes_make_a_reader_fail_or_panic(
        bytes in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![
                &b"\n"[..], b"{\"type\":\"assistant\",\"message\":{\"id\":\"a\",\"usage\":{",
                b"{\"timestamp\":\"2026-05-01T08:00:00Z\",\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\",\"info\":{",
                b"\"input_tokens\":", b"\"total_token_usage\":{", b"\"tokens\":{", b"1e999", b"-1", b"null", b"}", b"}}}", b"\xff", b"\"",
                b"{\"type\":\"gemini\",\"sessionId\":\"", b"> Tokens: 1 sent, 2 received.", b"# aider chat started at 2026-05-01 08:00:00",
            ]).prop_map(<[u8]>::to_vec),
            prop::collection::vec(any::<u8>(), 0..6),
        ], 0..30)
    ) {
        let home = tempfile::tempdir().unwrap();
        let environment = [("HOME".into(), home.path().as_os_str().to_owned())];
        let bytes = bytes.concat();
        for name in ["a.jsonl", "a.json", ".aider.chat.history.md", "a.jsonl.zst"] {
            let file = home.path().join(name);
            fs::write(&file, &bytes).unwrap();
            for log in sources(&environment, &SourceOptions::default()) {
                let _ = log.read(&file, &Seen::default(), &mut |_| ());
            }
        }
    }
}

#[test]
fn a_log_that_grows_byte_by_byte_gives_the_same() {
    let first =
        r#"{"type":"session_meta","timestamp":"2026-05-01T08:00:00Z","payload":{"id":"a"}}"#;
    let usage = r#"{"input_tokens":7,"cached_input_tokens":3,"output_tokens":2}"#;
    let second = format!(
        r#"{{"type":"event_msg","timestamp":"2026-05-01T08:00:09Z","payload":{{"type":"token_count","info":{{"total_token_usage":{usage},"last_token_usage":{usage}}}}}}}"#
    );
    let text = format!("{first}\n{second}\n{second}");
    let home = tempfile::tempdir().unwrap();
    let log = log(home.path(), Tool::Codex);
    let file = home.path().join("a.jsonl");
    fs::write(&file, &text).unwrap();
    let (whole, _) = read(&*log, &file);
    let cuts: Vec<usize> = (1..text.len()).collect();
    let (grown, seen) = read_growing(&*log, &file, text.as_bytes(), &cuts);
    assert_eq!(fold(&grown.requests), fold(&whole.requests));
    // The last line waits for its newline, and what it repeats is not counted before.
    assert_eq!(seen.offset, (first.len() + second.len() + 2) as u64);
    assert!(whole.skipped.is_empty() && grown.skipped.is_empty());
}

#[test]
fn an_unchanged_file_costs_no_reading() {
    let home = tempfile::tempdir().unwrap();
    let log = log(home.path(), Tool::ClaudeCode);
    let file = home.path().join("s.jsonl");
    fs::write(&file, "{}\n").unwrap();
    let (_, seen) = read(&*log, &file);
    let again = log.read(&file, &seen, &mut |_| panic!("nothing is new")).unwrap();
    assert_eq!(again, seen);
    fs::remove_file(&file).unwrap();
    assert!(log.read(&file, &seen, &mut |_| ()).is_err());
}
