//! `larder cache compact`.

use serde::Serialize;

use crate::{
    cli::{Exit, Failure, Program, args::JsonArgs},
    model::{Bytes, Command},
    ui::format::bytes,
};

#[derive(Serialize)]
struct Report {
    before: Bytes,
    after: Bytes,
}

/// Makes the cache anew and says what that gave back.
pub(super) fn run(program: &mut Program, args: JsonArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let report = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let before = session.usable_inventory().await?.status.disk_use;
        session.run(Command::Compact, &mut program.output).await?;
        let after = session.inventory().await?.status.disk_use;
        session.close(&mut program.output).await;
        Ok(Report { before, after })
    })?;
    if args.json {
        program.output.json(&report)?;
    } else {
        let (before, after) = (bytes(report.before), bytes(report.after));
        program.output.line(format_args!("{before} on disk before, {after} now"))?;
    }
    Ok(Exit::Done)
}
