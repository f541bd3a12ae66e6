//! How long the price table takes to be there, and a request to be priced.

use std::{hint::black_box, time::Instant};

use larder::{
    ledger::{Counts, Prices, Request, RequestKey, Service},
    model::{TokenUse, Tokens, Tool, UnixNanos},
};

/// Requests that are priced.
const REQUESTS: u64 = 1_000_000;

/// Names as logs have them, the last two not in the table as they are.
const MODELS: [(&str, &str); 4] = [
    ("anthropic", "claude-sonnet-4-5-20250929"),
    ("openai", "gpt-5.4"),
    ("anthropic", "claude-sonnet-4.5"),
    ("proxy", "gemini-2.5-pro-latest"),
];

/// Prints the times.
pub(crate) fn print() {
    println!("\n| prices | time |\n| --- | ---: |");
    let began = Instant::now();
    let prices = black_box(Prices::built_in());
    println!("| the table is there | {:?} |", began.elapsed());
    for (provider, model) in MODELS {
        let mut request = request(provider, model);
        let began = Instant::now();
        black_box(prices.charge(&request));
        let first = began.elapsed();
        let began = Instant::now();
        for number in 0..REQUESTS {
            request.tokens.input = Tokens(number % 300_000);
            black_box(prices.charge(&request));
        }
        let each = began.elapsed().as_nanos() as f64 / REQUESTS as f64;
        println!("| `{model}`, the first request | {first:?} |");
        println!("| `{model}`, each of a million | {each:.0} ns |");
    }
}

fn request(provider: &str, model: &str) -> Request {
    Request {
        tool: Tool::Script,
        key: RequestKey { group: "bench".to_owned(), part: None },
        is_copy: false,
        session: String::new(),
        project: String::new(),
        at: UnixNanos(1_790_000_000_000_000_000),
        provider: provider.to_owned(),
        model: model.to_owned(),
        tokens: TokenUse {
            cache_read: Tokens(42_000),
            cache_write_5m: Tokens(1500),
            output: Tokens(340),
            ..TokenUse::default()
        },
        web_searches: 0,
        service: Service::Standard,
        us_only: false,
        recorded: None,
        counts: Counts::Exact,
        implausible: None,
        files: Vec::new(),
    }
}
