//! `larder count`: tokens per file and folder.

use std::{path::PathBuf, sync::Arc};

use crate::{
    cli::{
        Exit, Failure, Output, Program,
        args::CountArgs,
        connect::{Session, mismatch},
        program::folder_of,
    },
    client::Keep,
    config::{Config, Flag},
    model::{
        Answer, CountReport, CountRequest, CountedFolder, Encoding, ModelInfo, Question, Shown,
        StoreMode, TokenCount, Tokenizer, Tokens, UseCache,
    },
};

mod json;
mod listing;

/// What a report is shown as.
#[derive(Clone, Copy, Debug)]
struct Measure<'m> {
    /// Whose tokens are shown; `None` shows those of the encoding.
    model: Option<&'m ModelInfo>,
}

impl Measure<'_> {
    /// Returns what tokens of the encoding are shown as.
    fn tokens(self, tokens: Tokens) -> TokenCount {
        self.model.map_or(TokenCount::exact(tokens), |model| model.measure(tokens))
    }

    fn is_exact(self) -> bool {
        self.model.is_none_or(|model| model.tokenizer == Tokenizer::Public)
    }

    /// Returns the line that says how the tokens were counted.
    fn note(self, encoding: Encoding) -> String {
        let of_model = self.model.map(|model| (model.tokenizer, &model.name));
        match of_model {
            None => format!("counted in {encoding}\n"),
            Some((Tokenizer::Public, name)) => {
                format!("counted in {encoding}, for {}\n", Shown::text(name))
            }
            Some((Tokenizer::Estimated { ratio }, name)) => {
                format!("≈ is the count in {encoding} times {ratio}, for {}\n", Shown::text(name))
            }
        }
    }
}

/// Returns the numbers of everything: the root folder's, which comes first.
fn total(report: &CountReport) -> CountedFolder {
    report.folders.first().cloned().unwrap_or_default()
}

/// Counts, and prints a table or JSON.
pub(in crate::cli) fn run(program: &mut Program, args: &CountArgs) -> Result<Exit, Failure> {
    let root = args.paths.first().map_or_else(|| PathBuf::from("."), |path| folder_of(path));
    let config = program.config(Some(root), flags(args))?;
    // An encoding that was asked for is counted as it is; otherwise the model decides.
    let model = config.encoding.is_none().then(|| config.chosen_model());
    let (report, said) = program.block_on(async |program| ask(program, &config, args).await)?;
    // Why the cache is not used has been said before the count began.
    let is_news = |warning: &&String| said.as_ref().is_none_or(|said| !warning.contains(said));
    for warning in report.warnings.iter().filter(is_news) {
        program.output.say(Shown::text(warning));
    }
    let measure = Measure { model };
    if args.json {
        program.output.json(&json::Report::of(&report, measure))?;
    } else {
        program.output.text(&listing::text(&report, measure, args))?;
    }
    Ok(Exit::Done)
}

fn flags(args: &CountArgs) -> Vec<Flag> {
    let mut flags = Vec::new();
    if let Some(encoding) = args.encoding {
        flags.push(Flag { name: "--encoding", key: "encoding", value: encoding.to_string() });
    }
    if let Some(model) = &args.model {
        flags.push(Flag { name: "--model", key: "model", value: model.clone() });
        // The flag asks for the model's own tokens, whatever encoding the settings prefer.
        flags.push(Flag { name: "--model", key: "encoding", value: "model".to_owned() });
    }
    flags
}

async fn ask(
    program: &mut Program,
    config: &Config,
    args: &CountArgs,
) -> Result<(CountReport, Option<String>), Failure> {
    let keep = if args.no_cache { Keep::Nothing } else { Keep::Cache };
    let session = Session::open(config, None, keep, Arc::clone(&program.clock))?;
    let said = match keep {
        Keep::Cache => say_mode(session.cache().await?.mode, &mut program.output),
        Keep::Nothing => None,
    };
    let paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    let cache = if args.no_cache { UseCache::No } else { UseCache::Yes };
    let request = CountRequest { paths, encoding: config.chosen_encoding(), cache };
    let answer = session.ask_long(Question::Count(request), &mut program.output).await;
    session.close(&mut program.output).await;
    let Answer::Count(report) = answer? else { return Err(mismatch()) };
    Ok((report, said))
}

/// Says when the cache is not filled as usual; returns the reason.
fn say_mode(mode: StoreMode, output: &mut Output) -> Option<String> {
    let (what, reason) = match mode {
        StoreMode::Opening | StoreMode::Ok => return None,
        StoreMode::MemoryOnly(reason) => ("counting without filling the cache", reason),
        StoreMode::ReadOnly(reason) => ("the cache is read and not filled", reason),
        StoreMode::Fallback(reason) => ("fallback: counts are kept in one JSON file", reason),
    };
    output.say(format_args!("{what}: {}", Shown::text(&reason)));
    Some(reason)
}

#[cfg(test)]
mod tests;
