//! `larder cache`: look into the cache and change it.

mod clear;
mod compact;
mod evict;
mod export;
mod import;
mod inspect;
mod invalidate;
mod kinds;
mod list;
mod remove;
mod report;
mod result;
mod status;
mod summary;
mod verify;

use std::sync::Arc;

use crate::{
    cli::{Exit, Failure, Program, args::CacheCommand, connect::Session},
    client::Keep,
    config::Config,
    model::{Clock, Kind, Millis, PicoUsd},
    ui::format::{dollars, duration},
};

/// Runs one of the commands.
pub(in crate::cli) fn run(program: &mut Program, command: CacheCommand) -> Result<Exit, Failure> {
    match command {
        CacheCommand::Status(args) => status::run(program, args),
        CacheCommand::List(args) => list::run(program, &args),
        CacheCommand::Inspect { key, json } => inspect::run(program, key, json),
        CacheCommand::Remove { keys, json } => remove::run(program, &keys, json),
        CacheCommand::Evict(args) => evict::run(program, &args),
        CacheCommand::Clear(args) => clear::run(program, &args),
        CacheCommand::Invalidate { paths, json } => invalidate::run(program, &paths, json),
        CacheCommand::Verify(args) => verify::run(program, &args),
        CacheCommand::Compact(args) => compact::run(program, args),
        CacheCommand::Report(args) => report::run(program, args),
        CacheCommand::Put(args) => result::put(program, &args),
        CacheCommand::Get(args) => result::get(program, &args),
        CacheCommand::Import(args) => import::run(program, &args),
        CacheCommand::Export(args) => export::run(program, &args),
    }
}

/// Opens an engine without a repository.
fn open(config: &Config, clock: &Arc<dyn Clock>) -> Result<Session, Failure> {
    Session::open(config, None, Keep::Cache, Arc::clone(clock))
}

/// Says what making something again takes in time and money; nobody knows what a result took that
/// says neither, and what takes less than a unit is not nothing.
fn remake(kind: Kind, time: Millis, usd: PicoUsd) -> String {
    match (time.0, usd.0) {
        (0, 0) if kind == Kind::Result => "unknown".to_owned(),
        (0, 0) => "<1 ms".to_owned(),
        (0, _) => dollars(usd),
        (_, 0) => duration(time),
        (..) => format!("{}, {}", duration(time), dollars(usd)),
    }
}
