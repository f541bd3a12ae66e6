//! Tests of prices.

mod cases;
mod charges;
mod exact;
mod names;
mod own;
mod shared;

use std::path::Path;

use super::*;
use crate::{
    ledger::{Counts, Request, RequestKey, Service},
    model::{PicoUsd, TokenUse, Tokens, Tool, UnixNanos},
};

/// Returns a request for nothing, on a day at noon UTC.
fn request(provider: &str, model: &str, day: &str) -> Request {
    let noon: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
    Request {
        tool: Tool::Script,
        key: RequestKey { group: "test:1".to_owned(), part: None },
        is_copy: false,
        session: String::new(),
        project: String::new(),
        at: UnixNanos(noon.as_nanosecond().try_into().unwrap()),
        provider: provider.to_owned(),
        model: model.to_owned(),
        tokens: TokenUse::default(),
        web_searches: 0,
        service: Service::Standard,
        us_only: false,
        recorded: None,
        counts: Counts::Exact,
        implausible: None,
        files: Vec::new(),
    }
}

/// Returns prices with a user's file.
fn own(text: &str) -> Prices {
    Prices::with_user(Path::new("prices.toml"), text).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with the cost of a charge")]
fn dollars(text: &str) -> Option<PicoUsd> {
    Some(PicoUsd::parse_dollars(text).unwrap())
}

fn input(tokens: u64) -> TokenUse {
    TokenUse { input: Tokens(tokens), ..TokenUse::default() }
}
