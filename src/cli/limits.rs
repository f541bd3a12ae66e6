//! Limits of the system on a process: reaching one is an error like any other, never the end.

use std::{io, panic, process, sync::Arc};

use signal_hook::{consts::SIGXFSZ, flag};
use tokio::runtime::{Builder, Runtime};

use super::{Failure, Output};
use crate::model::{Shown, panic_text};

/// More threads than this do not answer sooner: all that takes time has threads of its own.
const MOST_THREADS: usize = 4;

/// Makes a write over the limit on the size of files fail, where it would end the program.
pub(super) fn outlive_file_limits() -> io::Result<()> {
    // Who hears the signal lives; nobody needs to know that it came.
    flag::register(SIGXFSZ, Arc::default()).map(drop)
}

/// Starts what runs all that waits.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    // It panics when the system gives it no thread, and then waits for ever for those it got.
    let before = panic::take_hook();
    panic::set_hook(Box::new(|panic| {
        let reason = Shown::text(&panic_text(panic.payload())).to_string();
        let failure = Failure::Start(io::Error::other(reason));
        Output::of_process().say(&failure);
        process::exit(failure.code().into());
    }));
    let started = Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    panic::set_hook(before);
    started.map_err(Failure::Start)
}
