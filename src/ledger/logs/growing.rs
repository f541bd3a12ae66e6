//! Answers are logged many times while they grow: lines that follow each other are joined here, as
//! the book would, so that the ledger hears of an answer once.

use crate::{
    ledger::Request,
    model::{TokenUse, Tokens},
};

/// Joins what the next line says to what is held, or returns it where only the book can tell.
pub(super) fn join(held: &mut Request, next: Request) -> Option<Request> {
    let has_grown = next.tokens.output > held.tokens.output;
    if !is_one(held, &next) || !(has_grown || has_same_counts(held, &next)) {
        return Some(next);
    }
    let at = held.at.min(next.at);
    let implausible =
        if has_grown { next.implausible } else { held.implausible.max(next.implausible) };
    *held = Request { at, implausible, ..next };
    None
}

/// Says whether both tell of one request, and neither says what the other cannot.
fn is_one(held: &Request, next: &Request) -> bool {
    held.key == next.key
        && held.is_copy == next.is_copy
        && (&held.session, &held.project) == (&next.session, &next.project)
        && (held.recorded, next.recorded) == (None, None)
        && held.files == next.files
        && is_possible(&next.tokens)
}

/// Says whether the ledger takes such counts; a line that it refuses is one that was skipped.
fn is_possible(tokens: &TokenUse) -> bool {
    let fits = |count: Tokens| u32::try_from(count.0).is_ok();
    let TokenUse { input, cache_read, cache_write_5m, cache_write_1h, output, reasoning } = *tokens;
    [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning].into_iter().all(fits)
}

fn has_same_counts(held: &Request, next: &Request) -> bool {
    held.tokens == next.tokens
        && held.web_searches == next.web_searches
        && (held.service, held.us_only, held.counts) == (next.service, next.us_only, next.counts)
        && (held.tool, &held.provider, &held.model) == (next.tool, &next.provider, &next.model)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        ledger::{Counts, RequestKey, Service, book::Book, pack},
        model::{PicoUsd, Tool, UnixNanos},
    };

    fn lines() -> impl Strategy<Value = Vec<Request>> {
        let line = (
            (0..2_u8, any::<bool>(), 0..2_u8, 0..4_i64),
            (0..3_u64, 0..2_u64, prop::option::of(any::<bool>()), 0..2_u32),
            (0..8_u8, 0..8_u8, 0..8_u8),
        );
        let line = line.prop_map(|((part, is_copy, session, at), counts, (model, cost, file))| {
            let (output, input, implausible, searches) = counts;
            Request {
                tool: Tool::ClaudeCode,
                key: RequestKey {
                    group: "g".to_owned(),
                    part: (part > 0).then(|| part.to_string()),
                },
                is_copy,
                session: session.to_string(),
                project: "/p".to_owned(),
                at: UnixNanos(at),
                provider: "anthropic".to_owned(),
                model: format!("m{}", u8::from(model == 0)),
                tokens: TokenUse {
                    output: Tokens(output),
                    input: Tokens(input),
                    ..TokenUse::default()
                },
                web_searches: searches,
                service: Service::Standard,
                us_only: false,
                recorded: (cost == 0).then_some(PicoUsd(1)),
                counts: if cost == 1 { Counts::Estimated } else { Counts::Exact },
                implausible,
                files: if file == 0 { vec!["a.rs".to_owned()] } else { Vec::new() },
            }
        });
        prop::collection::vec(line, 1..8)
    }

    /// Returns what a book knows that hears of all of these, with names instead of their numbers.
    fn heard(lines: &[Request]) -> Vec<String> {
        let mut book = Book::default();
        for line in lines {
            let types = line.files.iter().map(|file| (file.clone(), 7)).collect::<BTreeMap<_, _>>();
            let record = pack::pack(line, &types, &mut book).unwrap();
            let _ = book.hear(record);
        }
        let known = |record: &crate::ledger::book::Record| {
            let types = book.types.list(record.types).len();
            format!("{} {types} {:?}", record.part, pack::unpack(record, &book.names))
        };
        let mut known: Vec<String> = book.records().iter().map(known).collect();
        known.sort();
        known
    }

    proptest! {
        #[test]
        fn joined_lines_say_what_all_of_them_say(lines in lines()) {
            let mut joined: Vec<Request> = Vec::new();
            for line in lines.clone() {
                let left = match joined.last_mut() {
                    Some(held) => join(held, line),
                    None => Some(line),
                };
                joined.extend(left);
            }
            prop_assert_eq!(heard(&joined), heard(&lines));
        }
    }

    #[test]
    fn an_answer_that_grows_is_one_and_impossible_counts_stay_apart() {
        let mut held = Request {
            tool: Tool::ClaudeCode,
            key: RequestKey { group: "g".to_owned(), part: None },
            is_copy: false,
            session: String::new(),
            project: String::new(),
            at: UnixNanos(5),
            provider: String::new(),
            model: "m".to_owned(),
            tokens: TokenUse { output: Tokens(1), ..TokenUse::default() },
            web_searches: 0,
            service: Service::Standard,
            us_only: false,
            recorded: None,
            counts: Counts::Exact,
            implausible: None,
            files: Vec::new(),
        };
        let of = |output| {
            let tokens = TokenUse { output: Tokens(output), ..TokenUse::default() };
            Request { tokens, at: UnixNanos(7), ..held.clone() }
        };
        let (grown, impossible) = (of(9), of(1 << 40));
        assert_eq!(join(&mut held, grown), None);
        assert_eq!((held.tokens.output, held.at), (Tokens(9), UnixNanos(5)));
        assert!(join(&mut held, impossible).is_some());
    }
}
