//! Requests that are written down one by one, and the check of what is written.

use std::sync::Arc;

use super::{Books, BooksError, books::open_ledger};
use crate::{
    config::Config,
    ledger::{Counts, Request, RequestKey, Service, VerifyReport, logs::usage_of},
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
    /// The provider's answer with its usage block.
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

/// What an answer of a provider says of its tokens.
#[derive(Clone, Debug)]
pub struct Used {
    /// The tokens.
    pub tokens: TokenUse,
    /// What they cost at the price of the day, when that is known.
    pub cost: Option<PicoUsd>,
}

impl Books {
    /// Writes a request of a script down; it is durable when this returns, also while another
    /// larder keeps the ledger.
    ///
    /// # Errors
    /// Fails when it is no request or cannot be kept.
    pub fn record(
        config: &Config,
        recorded: Recorded,
        clock: Arc<dyn Clock>,
    ) -> Result<(), BooksError> {
        keep(config, Tool::Script, recorded, clock)
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
        keep(config, Tool::Larder, recorded, clock)
    }

    /// Returns what an answer says of its tokens, and what they cost now.
    ///
    /// # Errors
    /// Fails when it holds no usage block, or the user's prices are wrong.
    pub fn used(
        config: &Config,
        recorded: &Recorded,
        clock: Arc<dyn Clock>,
    ) -> Result<Used, BooksError> {
        let request = request(Tool::Larder, recorded.clone())?;
        let ledger = open_ledger(config, clock)?;
        let cost = ledger.prices().charge(&request).cost;
        Ok(Used { tokens: request.tokens, cost })
    }

    /// Reads and checks every line of the ledger.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn verify(config: &Config, clock: Arc<dyn Clock>) -> Result<VerifyReport, BooksError> {
        Ok(open_ledger(config, clock)?.verify()?)
    }
}

fn keep(
    config: &Config,
    tool: Tool,
    recorded: Recorded,
    clock: Arc<dyn Clock>,
) -> Result<(), BooksError> {
    let request = request(tool, recorded)?;
    let mut ledger = open_ledger(config, clock)?;
    ledger.record(request, &|_, _| None)?;
    ledger.close()?;
    Ok(())
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

fn request(tool: Tool, recorded: Recorded) -> Result<Request, BooksError> {
    let Recorded { provider, model, answer, mut tokens, cost, mut id, project, session, at } =
        recorded;
    let (mut provider, mut model) = (provider.unwrap_or_default(), model.unwrap_or_default());
    let (mut searches, mut service, mut us_only) = (0, Service::Standard, false);
    let mut cost = cost;
    if let Some(answer) = answer {
        let used = usage_of(&answer).map_err(|error| BooksError::NoRequest(error.to_string()))?;
        tokens = used.tokens;
        // The same answer told of twice is one request.
        id = id.or(used.id.map(|id| format!("{}:{id}", used.provider)));
        (searches, service, us_only) = (used.web_searches, used.service, used.us_only);
        cost = cost.or(used.recorded);
        if provider.is_empty() {
            provider = used.provider;
        }
        if model.is_empty() {
            model = used.model;
        }
    }
    if model.is_empty() {
        let why = "no model is named: give --model, or an answer that names it".to_owned();
        return Err(BooksError::NoRequest(why));
    }
    if tokens.total().0 == 0 && cost.is_none() {
        let why = "there are neither tokens nor a cost to record".to_owned();
        return Err(BooksError::NoRequest(why));
    }
    let counts = if tokens.total().0 == 0 { Counts::CostOnly } else { Counts::Exact };
    // A name of its own makes it a new request.
    let id = id.unwrap_or_else(|| format!("{}-{:016x}", at.0, random()));
    Ok(Request {
        tool,
        key: RequestKey { group: format!("{tool}:{id}"), part: None },
        is_copy: false,
        session,
        project,
        at,
        provider,
        model,
        tokens,
        web_searches: searches,
        service,
        us_only,
        recorded: cost,
        counts,
        implausible: None,
        files: Vec::new(),
    })
}
