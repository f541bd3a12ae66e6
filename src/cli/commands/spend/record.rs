//! `larder spend record`: a request that a script made, written down for good.

use std::{
    env, fs,
    io::{self, Read},
    path::Path,
};

use crate::{
    cli::{Exit, Failure, Program, args::RecordArgs, table::number_of},
    client::{Books, Recorded, Told},
    model::{TokenUse, Tokens},
};

/// An answer of a provider larger than this is none.
const ANSWER_LIMIT: u64 = 64 << 20;

/// Writes the request down; it is safe on the disk when this returns.
pub(super) fn run(program: &mut Program, args: &RecordArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let answer = args.answer.as_deref().map(read).transpose()?;
    let project = match &args.project {
        Some(folder) => fs::canonicalize(folder)
            .map_err(|error| Failure::Path { path: folder.clone(), reason: error.to_string() })?,
        None => env::current_dir().unwrap_or_default(),
    };
    let recorded = Recorded {
        provider: args.provider.clone(),
        model: args.model.clone(),
        answer,
        tokens: TokenUse {
            input: Tokens(args.input),
            cache_read: Tokens(args.cache_read),
            cache_write_5m: Tokens(args.cache_write),
            cache_write_1h: Tokens(args.cache_write_1h),
            output: Tokens(args.output),
            reasoning: Tokens(0),
        },
        cost: args.cost,
        id: args.id.clone(),
        project: project.to_string_lossy().into_owned(),
        session: args.session.clone().unwrap_or_default(),
        at: args.at.unwrap_or_else(|| program.clock.wall()),
    };
    let told = Books::record(&config, &recorded, std::sync::Arc::clone(&program.clock))?;
    if let Some(words) = words(&told) {
        program.output.say(words);
    }
    Ok(Exit::Done)
}

/// Says what is not plain: several answers, and runs that are known from elsewhere.
fn words(told: &Told) -> Option<String> {
    if let Some(tool) = told.logged.first() {
        let many = told.logged.len();
        return Some(format!(
            "{tool} has this run in its own log, which larder reads: {} left out",
            number_of(many as u64, "sum", "sums")
        ));
    }
    let many = |told: &Told| format!("{} recorded", number_of(told.recorded, "answer", "answers"));
    (told.recorded > 1).then(|| many(told))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limited = |from: &mut dyn Read, bytes: &mut Vec<u8>| -> io::Result<()> {
        from.take(ANSWER_LIMIT + 1).read_to_end(bytes)?;
        if bytes.len() as u64 > ANSWER_LIMIT {
            return Err(io::Error::other("it is larger than 64 MiB: that is no answer"));
        }
        Ok(())
    };
    let read = if path == Path::new("-") {
        limited(&mut io::stdin().lock(), &mut bytes)
    } else {
        fs::File::open(path).and_then(|mut file| limited(&mut file, &mut bytes))
    };
    match read {
        Ok(()) => Ok(bytes),
        Err(error) => Err(Failure::Path { path: path.to_path_buf(), reason: error.to_string() }),
    }
}
