//! `larder cache put` and `larder cache get`: results of language models, for any script.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::{GetArgs, PutArgs, ResultArgs},
        connect::{Session, mismatch},
    },
    client::{
        Books, Recorded, Used, content_hash, imported_hash, prompt_of, repository_of, result_key,
    },
    config::Config,
    model::{
        Answer, Command, ContentHash, EntryKey, FoundResult, Millis, PicoUsd, Question,
        ResultEntry, ResultFactors, TokenUse, Tokens,
    },
    ui::format::rfc3339,
};

/// A larger value or prompt is refused: the cache is no place for it.
const VALUE_LIMIT: u64 = 64 << 20;

#[derive(Serialize)]
struct Kept {
    key: String,
    bytes: u64,
    tokens: Option<u64>,
    cost_usd: Option<PicoUsd>,
}

/// Keeps a result; it is safe on the disk when this returns.
pub(super) fn put(program: &mut Program, args: &PutArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let factors = factors(&args.factors)?;
    let value = read(&args.value)?;
    let usage =
        args.answer.as_deref().map(|path| usage(program, &config, path, args)).transpose()?;
    let place = args.factors.content.as_deref().map(repository_of);
    let (repository, file) = place.unwrap_or_default();
    let entry = ResultEntry {
        factors: factors.clone(),
        repository,
        file,
        tokens: usage.as_ref().map(|used| used.tokens.total()).or(args.tokens.map(Tokens)),
        cost: args.cost.or_else(|| usage.as_ref().and_then(|used| used.cost)),
        took: Millis(args.took_ms),
        created: program.clock.wall(),
        value,
    };
    let key = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let key = keep(program, &session, entry.clone()).await;
        session.close(&mut program.output).await;
        key
    })?;
    if usage.is_some() || args.cost.is_some() {
        note(program, &config, &entry, usage.map(|used| used.tokens).unwrap_or_default())?;
    }
    let kept = Kept {
        key: key.to_string(),
        bytes: entry.value.len() as u64,
        tokens: entry.tokens.map(|tokens| tokens.0),
        cost_usd: entry.cost,
    };
    if args.json {
        program.output.json(&kept)?;
    } else {
        program.output.line(&kept.key)?;
    }
    Ok(Exit::Done)
}

async fn keep(
    program: &mut Program,
    session: &Session,
    entry: ResultEntry,
) -> Result<EntryKey, Failure> {
    // Whoever else has the cache, a result lies in a file of its own, and is kept or refused by itself.
    // Asking for it would count as a hit that saved something.
    let key = result_key(&entry.factors);
    session.run(Command::Keep(Box::new(entry)), &mut program.output).await?;
    Ok(key)
}

/// Writes down what the result cost, so that budgets know of it.
fn note(
    program: &mut Program,
    config: &Config,
    entry: &ResultEntry,
    tokens: TokenUse,
) -> Result<(), Failure> {
    let factors = &entry.factors;
    let recorded = Recorded {
        provider: Some(factors.provider.clone()),
        model: Some(factors.model.clone()),
        answer: None,
        tokens,
        cost: entry.cost,
        id: None,
        project: entry.repository.clone(),
        session: String::new(),
        at: entry.created,
    };
    Ok(Books::record_result(config, recorded, std::sync::Arc::clone(&program.clock))?)
}

fn usage(program: &Program, config: &Config, path: &Path, args: &PutArgs) -> Result<Used, Failure> {
    let recorded = Recorded {
        provider: Some(args.factors.provider.clone()),
        model: Some(args.factors.model.clone()),
        answer: Some(read(path)?),
        at: program.clock.wall(),
        ..Recorded::default()
    };
    Ok(Books::used(config, &recorded)?)
}

#[derive(Serialize)]
struct Found<'f> {
    key: String,
    r#type: &'f str,
    provider: &'f str,
    model: &'f str,
    prompt: &'f str,
    schema: u32,
    repository: &'f str,
    file: &'f str,
    tokens: Option<u64>,
    cost_usd: Option<PicoUsd>,
    created: String,
    value: String,
}

/// Prints a result, or ends with 3 when there is none.
pub(super) fn get(program: &mut Program, args: &GetArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let factors = factors(&args.factors)?;
    let found = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let found = look(&session, factors, args.factors.content.as_deref()).await;
        session.close(&mut program.output).await;
        found
    })?;
    let Some(entry) = found.entry else {
        program.output.say("there is no such result");
        return Ok(Exit::NotHeld);
    };
    if args.json {
        program.output.json(&shown(&found.key.to_string(), &entry))?;
    } else if args.output == Path::new("-") {
        program.output.bytes(&entry.value)?;
    } else {
        fs::write(&args.output, &entry.value)
            .map_err(|source| Failure::Write { path: args.output.clone(), source })?;
    }
    Ok(Exit::Done)
}

/// Looks for a result by its content, and by the name that the content has in other tools' caches.
async fn look(
    session: &Session,
    factors: ResultFactors,
    path: Option<&Path>,
) -> Result<FoundResult, Failure> {
    if let Some(path) = path
        && !holds(session, &factors).await?
    {
        let content = imported_hash(path)
            .map_err(|error| Failure::Path { path: path.to_owned(), reason: error.to_string() })?;
        let imported = ResultFactors { content, ..factors.clone() };
        if holds(session, &imported).await? {
            return find(session, imported).await;
        }
    }
    find(session, factors).await
}

/// Returns whether there is a result, which counts neither as a hit nor as a miss.
async fn holds(session: &Session, factors: &ResultFactors) -> Result<bool, Failure> {
    let kept = session.ask(Question::Entry(result_key(factors))).await?;
    Ok(matches!(kept, Answer::Entry(Some(_))))
}

fn shown<'e>(key: &str, entry: &'e ResultEntry) -> Found<'e> {
    Found {
        key: key.to_owned(),
        r#type: &entry.factors.of,
        provider: &entry.factors.provider,
        model: &entry.factors.model,
        prompt: &entry.factors.prompt,
        schema: entry.factors.schema,
        repository: &entry.repository,
        file: &entry.file,
        tokens: entry.tokens.map(|tokens| tokens.0),
        cost_usd: entry.cost,
        created: rfc3339(entry.created),
        value: String::from_utf8_lossy(&entry.value).into_owned(),
    }
}

async fn find(session: &Session, factors: ResultFactors) -> Result<FoundResult, Failure> {
    let answer = session.ask(Question::Result(factors)).await?;
    if let Answer::Result(found) = answer { Ok(*found) } else { Err(mismatch()) }
}

fn factors(args: &ResultArgs) -> Result<ResultFactors, Failure> {
    let content = match (&args.content, args.content_hash) {
        (Some(path), _) => content_hash(path)
            .map_err(|error| Failure::Path { path: path.clone(), reason: error.to_string() })?,
        (None, Some(hash)) => ContentHash(hash.0),
        (None, None) => return Err(Failure::Task("give --content or --content-hash".to_owned())),
    };
    let prompt = match (&args.prompt, &args.prompt_hash) {
        (Some(path), _) => content_hash(path)
            .map_err(|error| Failure::Path { path: path.clone(), reason: error.to_string() })?
            .to_string(),
        (None, Some(hash)) => hash.clone(),
        (None, None) => prompt_of(&args.of),
    };
    if args.of.is_empty() {
        return Err(Failure::Task("give --type a name".to_owned()));
    }
    Ok(ResultFactors {
        of: args.of.clone(),
        content,
        provider: args.provider.clone(),
        model: args.model.clone(),
        prompt,
        schema: args.schema,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let taken = if path == Path::new("-") {
        io::stdin().lock().take(VALUE_LIMIT + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(VALUE_LIMIT + 1).read_to_end(&mut bytes))
    };
    let failed = |reason: String| Failure::Path { path: path.to_path_buf(), reason };
    taken.map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > VALUE_LIMIT {
        return Err(failed("it is larger than 64 MiB: the cache does not take it".to_owned()));
    }
    Ok(bytes)
}
