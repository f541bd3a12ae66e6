//! Requests that are written down one by one, and the check of what is written.

use std::sync::Arc;

use super::{Books, BooksError, books::open_ledger};
use crate::{
    config::Config,
    ledger::{
        Counts, Prices, Request, RequestKey, VerifyReport,
        logs::{self, AnswerUsage, answers_of, usage_of},
    },
    model::{Clock, EntryKey, PicoUsd, ResultFactors, TokenUse, Tool, UnixNanos},
    store::Keyed as _,
};

/// A request that somebody tells of.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// Who served it; may come from the answer.
    pub provider: Option<String>,
    /// The model; may come from the answer.
    pub model: Option<String>,
    /// Answers of providers with their usage blocks, or what a tool printed of a run.
    pub answer: Option<Vec<u8>>,
    /// Its tokens, without an answer.
    pub tokens: TokenUse,
    /// What it cost, when the provider says so.
    pub cost: Option<PicoUsd>,
    /// What names it; without one it is a new request each time.
    pub id: Option<String>,
    /// The folder of its project.
    pub project: String,
    /// Its session.
    pub session: String,
    /// When.
    pub at: UnixNanos,
}

/// What became of what somebody told.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Told {
    /// Requests that were written down.
    pub recorded: u64,
    /// Tools whose own logs hold the run that was told of, so that it was not written down again.
    pub logged: Vec<Tool>,
}

/// What an answer of a provider says of its tokens.
#[derive(Clone, Debug)]
pub struct Used {
    /// The tokens.
    pub tokens: TokenUse,
    /// What they cost at the price of the day, when that is known.
    pub cost: Option<PicoUsd>,
}

impl Books {
    /// Writes requests of a script down, one for each answer; they are durable when this returns,
    /// also while another larder keeps the ledger. A run of a tool whose own log is at hand is left
    /// to that log.
    ///
    /// # Errors
    /// Fails when one is no request or cannot be kept; then none is.
    pub fn record(
        config: &Config,
        recorded: &Recorded,
        clock: Arc<dyn Clock>,
    ) -> Result<Told, BooksError> {
        let mut told = Told::default();
        let used = answers(recorded)?;
        let mut requests = Vec::new();
        for used in used {
            if let Some((tool, session)) = used.as_ref().and_then(|used| used.run.as_ref())
                && logs::has_session(&config.environment, *tool, session)
            {
                told.logged.push(*tool);
                continue;
            }
            requests.push(request(config, Tool::Script, recorded.clone(), used)?);
        }
        told.recorded = requests.len() as u64;
        keep(config, requests, clock)?;
        Ok(told)
    }

    /// Writes down what a result in the cache cost; durable as with [`Books::record`].
    ///
    /// # Errors
    /// Fails when it is no request or cannot be kept.
    pub fn record_result(
        config: &Config,
        recorded: Recorded,
        clock: Arc<dyn Clock>,
    ) -> Result<(), BooksError> {
        let request = request(config, Tool::Larder, recorded, None)?;
        keep(config, vec![request], clock)
    }

    /// Returns what an answer says of its tokens, and what they cost now.
    ///
    /// # Errors
    /// Fails when it holds no usage block, or the user's prices are wrong.
    pub fn used(config: &Config, recorded: &Recorded) -> Result<Used, BooksError> {
        let used = recorded.answer.as_deref().map(usage_of).transpose();
        let used = used.map_err(|error| BooksError::NoRequest(error.to_string()))?;
        let request = request(config, Tool::Larder, recorded.clone(), used)?;
        let cost = Prices::load(&config.paths.prices_file())?.charge(&request).cost;
        Ok(Used { tokens: request.tokens, cost })
    }

    /// Reads and checks every line of the ledger.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn verify(config: &Config, clock: Arc<dyn Clock>) -> Result<VerifyReport, BooksError> {
        Ok(open_ledger(config, clock)?.verify()?)
    }

    /// Agrees to go on without the files of the ledger that are gone, and checks it again.
    ///
    /// # Errors
    /// Fails when another larder keeps the ledger, or the journal cannot be read or written.
    pub fn accept_gone(config: &Config, clock: Arc<dyn Clock>) -> Result<VerifyReport, BooksError> {
        let mut ledger = open_ledger(config, clock)?;
        ledger.accept_gone()?;
        Ok(ledger.verify()?)
    }
}

fn keep(config: &Config, requests: Vec<Request>, clock: Arc<dyn Clock>) -> Result<(), BooksError> {
    if requests.is_empty() {
        return Ok(());
    }
    let mut ledger = open_ledger(config, clock)?;
    ledger.record(requests, &|_, _| None)?;
    ledger.close()?;
    Ok(())
}

/// Returns what the answers say that were told of; one that says nothing where there is none.
fn answers(recorded: &Recorded) -> Result<Vec<Option<AnswerUsage>>, BooksError> {
    let Some(answer) = &recorded.answer else { return Ok(vec![None]) };
    let used = answers_of(answer).map_err(|error| BooksError::NoRequest(error.to_string()))?;
    if used.len() > 1 && (recorded.id.is_some() || recorded.cost.is_some()) {
        let many = used.len();
        return Err(BooksError::NoRequest(format!(
            "there are {many} answers, and --id and --cost are of one: give the answers one by one"
        )));
    }
    Ok(used.into_iter().map(Some).collect())
}

/// Returns the key under which a result is kept.
#[must_use]
pub fn result_key(factors: &ResultFactors) -> EntryKey {
    factors.entry_key()
}

/// Returns a number that no other process has.
fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

fn request(
    config: &Config,
    tool: Tool,
    recorded: Recorded,
    used: Option<AnswerUsage>,
) -> Result<Request, BooksError> {
    let mut trust = Counts::Exact;
    let mut recorded = recorded;
    let mut tool = tool;
    let used =
        used.unwrap_or_else(|| AnswerUsage { tokens: recorded.tokens, ..Default::default() });
    let name = used.name();
    if let Some((of, session)) = &used.run {
        (tool, trust) = (*of, Counts::Summed);
        if recorded.session.is_empty() {
            recorded.session.clone_from(session);
        }
    }
    let named = recorded.model.filter(|model| !model.is_empty());
    let mut model = named.unwrap_or(used.model);
    if model.is_empty() && tool == Tool::Codex {
        model = logs::codex_model(&config.environment);
    }
    if model.is_empty() {
        let why = "no model is named: give --model, or an answer that names it".to_owned();
        return Err(BooksError::NoRequest(why));
    }
    let cost = recorded.cost.or(used.recorded);
    if used.tokens.total().0 == 0 {
        if cost.is_none() {
            let why = "there are neither tokens nor a cost to record".to_owned();
            return Err(BooksError::NoRequest(why));
        }
        trust = Counts::CostOnly;
    }
    // The same answer told of twice is one request, and a name of its own makes it a new one.
    let id = recorded.id.or(name);
    let id = id.unwrap_or_else(|| format!("{}-{:016x}", recorded.at.0, random()));
    Ok(Request {
        tool,
        key: RequestKey { group: format!("{tool}:{id}"), part: None },
        is_copy: false,
        session: recorded.session,
        project: recorded.project,
        at: recorded.at,
        provider: recorded.provider.filter(|name| !name.is_empty()).unwrap_or(used.provider),
        model,
        tokens: used.tokens,
        web_searches: used.web_searches,
        service: used.service,
        us_only: used.us_only,
        recorded: cost,
        counts: trust,
        implausible: None,
        files: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Paths,
        model::{FakeClock, Quality, SpendQuery, SpendRow},
    };

    /// 2026-11-20 12:00 UTC.
    const NOW: UnixNanos = UnixNanos(1_795_176_000_000_000_000);

    /// Returns the sum of what these answers used, each told of on its own.
    fn sum_of(answers: &[String]) -> (SpendRow, Vec<(Quality, u64)>) {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::defaults(Paths::below(home.path()));
        config.environment = vec![("HOME".into(), home.path().as_os_str().to_owned())];
        let clock: Arc<dyn Clock> = Arc::new(FakeClock::at(NOW));
        for answer in answers {
            let answer = Some(answer.clone().into_bytes());
            let recorded = Recorded { answer, at: NOW, ..Recorded::default() };
            Books::record(&config, &recorded, Arc::clone(&clock)).unwrap();
        }
        let report = Books::open(&config, clock).unwrap().report(&SpendQuery::default());
        (report.total, report.quality)
    }

    /// An answer as Ollama gives it: its id is one of a thousand.
    fn chat(model: &str, created: u64, input: u64) -> String {
        format!(
            r#"{{"id":"chatcmpl-553","object":"chat.completion","created":{created},"model":"{model}","usage":{{"prompt_tokens":{input},"completion_tokens":3}}}}"#
        )
    }

    #[test]
    fn answers_that_share_a_short_id_are_requests_of_their_own() {
        for model in ["llama3.2", "gpt-oss:20b"] {
            let all = [chat(model, 1, 10), chat(model, 2, 10), chat(model, 1, 20)];
            assert_eq!(sum_of(&all).0.requests, 3, "{model}");
            assert_eq!(sum_of(&[all.join("\n")]).0.requests, 3, "{model}, told at once");
            let twice = [all[0].clone(), all[0].clone(), [&*all[0], &*all[0]].join("\n")];
            assert_eq!(sum_of(&twice).0.requests, 1, "{model}, the same one again");
        }
    }

    #[test]
    fn a_run_is_priced_as_many_short_prompts_and_not_as_a_long_one() {
        let gemini = r#"{"session_id":"7d3c","stats":{"models":{"gemini-2.5-pro":{
            "api":{"totalRequests":10},"tokens":{"prompt":1000000,"candidates":1000}}}}}"#;
        let (total, quality) = sum_of(&[gemini.to_owned()]);
        assert_eq!(total.cost, PicoUsd::parse_dollars("1.26").ok());
        assert!(quality.contains(&(Quality::Estimated, 1)), "{quality:?}");
    }
}
