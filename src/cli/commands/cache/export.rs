//! `larder cache export`.

use crate::{
    cli::{Exit, Failure, Program, args::ExportArgs, connect::Ended, table::number_of},
    model::Command,
    ui::format::bytes,
};

/// Writes entries into a file.
pub(super) fn run(program: &mut Program, args: &ExportArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let file = std::path::absolute(&args.file)
        .map_err(|error| Failure::Path { path: args.file.clone(), reason: error.to_string() })?;
    let report = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        session.usable_cache().await?;
        let command = Command::Export(file, args.kind);
        let ended = session.run(command, &mut program.output).await;
        let told = session.tell_unseen(&mut program.output).await;
        session.close(&mut program.output).await;
        match told.and(ended)? {
            Ended::Exported(report) => Ok(report),
            Ended::Done | Ended::Verified(_) | Ended::Imported(_) => {
                Err(Failure::Task("the export ended without a report".to_owned()))
            }
        }
    })?;
    if args.json {
        program.output.json(&report)?;
    } else {
        let (entries, size) = (number_of(report.entries, "entry", "entries"), bytes(report.bytes));
        program.output.line(format_args!("wrote {entries}, {size}; results may hold secrets"))?;
    }
    Ok(Exit::Done)
}
