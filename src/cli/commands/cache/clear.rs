//! `larder cache clear`.

use serde::Serialize;

use crate::{
    cli::{Exit, Failure, Program, args::ClearArgs, confirm, connect::Session, table::number_of},
    model::{Bytes, CacheStatus, Command, Inventory, Kind, PaidFor, ResultStats, Shown},
    ui::format::{bytes, cost},
};

const NAME: &str = "cache clear";

/// Removes all entries, all of a kind, or all results of a type.
pub(super) fn run(program: &mut Program, args: &ClearArgs) -> Result<Exit, Failure> {
    confirm::can_ask(&program.output, args.yes, NAME)?;
    let config = program.config(None, Vec::new())?;
    let (cleared, known) = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let cleared = clear(program, &session, args).await;
        session.close(&mut program.output).await;
        cleared
    })?;
    if args.json {
        program.output.json(&cleared)?;
    } else {
        let sentence = cleared.sentence();
        program.output.line(format_args!("cleared {sentence}{}", others(&cleared, &known)))?;
    }
    Ok(Exit::Done)
}

/// Clears, and returns what went and the types of results that there were.
async fn clear(
    program: &mut Program,
    session: &Session,
    args: &ClearArgs,
) -> Result<(Cleared, Vec<String>), Failure> {
    let Inventory { status, results } = session.usable_inventory().await?;
    let of = args.of.as_deref().map(|of| of.parse::<Kind>().map_err(|_| of));
    let (cleared, known, command) = match of {
        Some(Err(of)) => {
            let command = Command::ClearResults(of.to_owned());
            (Cleared::of_type(&results, of), types(&results), command)
        }
        Some(Ok(kind)) => (Cleared::of(&status, Some(kind)), vec![], Command::Clear(Some(kind))),
        None => (Cleared::of(&status, args.kind), vec![], Command::Clear(args.kind)),
    };
    let nothing = cleared.entries == 0 && matches!(command, Command::ClearResults(_));
    if !nothing {
        let question = format!("clear {}?{}", cleared.sentence(), cleared.cost(&results));
        confirm::confirm(&mut program.output, args.yes, NAME, &question)?;
        session.run(command, &mut program.output).await?;
    }
    Ok((cleared, known))
}

/// Returns the types of results that are kept.
fn types(results: &[ResultStats]) -> Vec<String> {
    let kept = results.iter().filter(|stats| stats.entries > 0);
    let mut types: Vec<String> = kept.map(|stats| stats.of.clone()).collect();
    types.sort();
    types.dedup();
    types
}

/// Returns which types there are instead, when there was nothing of the one that was named.
fn others(cleared: &Cleared, known: &[String]) -> String {
    if cleared.of.is_none() || cleared.entries > 0 {
        return String::new();
    }
    let names: Vec<_> = known.iter().map(|name| Shown::text(name).to_string()).collect();
    match names.as_slice() {
        [] => ": no result is kept".to_owned(),
        names => format!(": there are results of type {}", names.join(", ")),
    }
}

/// What a clear removes.
#[derive(Debug, PartialEq, Serialize)]
struct Cleared {
    kind: Option<Kind>,
    #[serde(rename = "type")]
    of: Option<String>,
    entries: u64,
    bytes: u64,
}

impl Cleared {
    fn of(status: &CacheStatus, kind: Option<Kind>) -> Self {
        let chosen =
            || status.kinds.iter().filter(move |stats| kind.is_none_or(|kind| stats.kind == kind));
        Self {
            kind,
            of: None,
            entries: chosen().map(|stats| stats.entries).sum(),
            bytes: chosen().map(|stats| stats.bytes.0).sum(),
        }
    }

    fn of_type(results: &[ResultStats], of: &str) -> Self {
        let chosen = || results.iter().filter(|stats| stats.of == of);
        Self {
            kind: Some(Kind::Result),
            of: Some(of.to_owned()),
            entries: chosen().map(|stats| stats.entries).sum(),
            bytes: chosen().map(|stats| stats.bytes.0).sum(),
        }
    }

    /// Says what asking for its results again would cost; empty where none goes.
    fn cost(&self, results: &[ResultStats]) -> String {
        let is_in = |stats: &&ResultStats| match (&self.of, self.kind) {
            (Some(of), _) => stats.of == *of,
            (None, kind) => kind.is_none_or(|kind| kind == Kind::Result),
        };
        let paid = PaidFor::of(results.iter().filter(is_in));
        if paid.entries == 0 {
            return String::new();
        }
        let results = number_of(paid.entries, "result", "results");
        format!(" asking for {results} again would cost {}", cost(paid.cost, paid.unpriced))
    }

    fn sentence(&self) -> String {
        let size = bytes(Bytes(self.bytes));
        if let Some(of) = &self.of {
            let results = number_of(self.entries, "result", "results");
            return format!("{results} of type {} ({size})", Shown::text(of));
        }
        let of_kind = self.kind.map(|kind| format!(" of kind {kind}")).unwrap_or_default();
        let entries = number_of(self.entries, "entry", "entries");
        format!("{entries}{of_kind} ({size})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KindStats;

    #[test]
    fn what_is_cleared_is_said_before_and_after() {
        let counts = KindStats {
            kind: Kind::Count,
            entries: 300,
            bytes: Bytes(40),
            hits: 0,
            misses: 0,
            removals: 0,
        };
        let status = CacheStatus { kinds: vec![counts], ..CacheStatus::default() };
        let cleared = Cleared::of(&status, Some(Kind::Count));
        assert_eq!(cleared.sentence(), "300 entries of kind count (40 B)");
        assert_eq!(Cleared::of(&status, None).entries, 300);
    }

    #[test]
    fn results_of_a_type_are_summed_over_models_and_an_unknown_type_is_answered() {
        let stats = |of: &str, entries| ResultStats {
            of: of.to_owned(),
            entries,
            bytes: Bytes(entries * 10),
            ..ResultStats::default()
        };
        let results = vec![stats("docs", 2), stats("docs", 1), stats("refactor", 4)];
        let docs = Cleared::of_type(&results, "docs");
        assert_eq!(docs.cost(&results), " asking for 3 results again would cost $0.00");
        assert_eq!(Cleared::of(&CacheStatus::default(), Some(Kind::Count)).cost(&results), "");
        assert_eq!(docs.sentence(), "3 results of type docs (30 B)");
        assert_eq!(others(&docs, &types(&results)), "");
        let none = Cleared::of_type(&results, "doc");
        let said = others(&none, &types(&results));
        assert_eq!(said, ": there are results of type docs, refactor");
        assert_eq!(others(&none, &[]), ": no result is kept");
    }
}
