//! `larder cache clear`.

use serde::Serialize;

use crate::{
    cli::{Exit, Failure, Program, args::ClearArgs, confirm, connect::Session, table::number_of},
    model::{Bytes, CacheStatus, Command, Kind},
    ui::format::bytes,
};

const NAME: &str = "cache clear";

/// Removes all entries, or all of a kind.
pub(super) fn run(program: &mut Program, args: &ClearArgs) -> Result<Exit, Failure> {
    confirm::can_ask(&program.output, args.yes, NAME)?;
    let config = program.config(None, Vec::new())?;
    let cleared = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let cleared = clear(program, &session, args).await;
        session.close().await;
        cleared
    })?;
    if args.json {
        program.output.json(&cleared)?;
    } else {
        program.output.line(format_args!("cleared {}", cleared.sentence()))?;
    }
    Ok(Exit::Done)
}

async fn clear(
    program: &mut Program,
    session: &Session,
    args: &ClearArgs,
) -> Result<Cleared, Failure> {
    let cleared = Cleared::of(&session.usable_cache().await?, args.kind);
    let question = format!("clear {}?", cleared.sentence());
    confirm::confirm(&mut program.output, args.yes, NAME, &question)?;
    session.run(Command::Clear(args.kind), &mut program.output).await?;
    Ok(cleared)
}

/// What a clear removes.
#[derive(Debug, PartialEq, Serialize)]
struct Cleared {
    kind: Option<Kind>,
    entries: u64,
    bytes: u64,
}

impl Cleared {
    fn of(status: &CacheStatus, kind: Option<Kind>) -> Self {
        let chosen =
            || status.kinds.iter().filter(move |stats| kind.is_none_or(|kind| stats.kind == kind));
        Self {
            kind,
            entries: chosen().map(|stats| stats.entries).sum(),
            bytes: chosen().map(|stats| stats.bytes.0).sum(),
        }
    }

    fn sentence(&self) -> String {
        let of_kind = self.kind.map(|kind| format!(" of kind {kind}")).unwrap_or_default();
        let entries = number_of(self.entries, "entry", "entries");
        format!("{entries}{of_kind} ({})", bytes(Bytes(self.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KindStats;

    #[test]
    fn what_is_cleared_is_said_before_and_after() {
        let counts =
            KindStats { kind: Kind::Count, entries: 300, bytes: Bytes(40), hits: 0, misses: 0 };
        let status = CacheStatus { kinds: vec![counts], ..CacheStatus::default() };
        let cleared = Cleared::of(&status, Some(Kind::Count));
        assert_eq!(cleared.sentence(), "300 entries of kind count (40 B)");
        assert_eq!(Cleared::of(&status, None).entries, 300);
    }
}
