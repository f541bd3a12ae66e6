//! Cases of other projects, where they are at hand.

use std::{fs, path::PathBuf};

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    price_usd_per_mtok: Price,
    usage: Usage,
    expect_cost_usd: String,
}

#[derive(Deserialize)]
struct Price {
    input: String,
    output: Option<String>,
    cache_read: Option<String>,
    cache_write: Option<String>,
    #[serde(default)]
    tiers: Vec<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
struct Usage {
    input_uncached: u64,
    cache_read: u64,
    cache_write: u64,
    output: u64,
}

#[test]
fn prices_of_other_projects_come_out_the_same() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/fixtures/spend/pricing.cases.json");
    let Ok(text) = fs::read_to_string(path) else { return };
    let cases: Cases = serde_json::from_str(&text).unwrap();
    for case in cases.cases {
        let price = case.price_usd_per_mtok;
        let mut file = format!("[[models]]\nname = \"m\"\ninput = \"{}\"\n", price.input);
        for (name, price) in [
            ("output", price.output),
            ("cache-read", price.cache_read),
            ("cache-write", price.cache_write),
        ] {
            file += &price.map_or_else(String::new, |price| format!("{name} = \"{price}\"\n"));
        }
        let tier = |tier: &serde_json::Map<String, serde_json::Value>| {
            let field = |(name, value): (&String, &serde_json::Value)| {
                let name = if name == "gt" { "over".to_owned() } else { name.replace('_', "-") };
                format!("{name} = {value}")
            };
            format!("{{ {} }}", tier.iter().map(field).collect::<Vec<_>>().join(", "))
        };
        let tiers: Vec<_> = price.tiers.iter().map(tier).collect();
        file += &["tiers = [", &tiers.join(", "), "]\n"].concat();
        let mut request = request("", "m", "2026-05-01");
        request.tokens = TokenUse {
            input: Tokens(case.usage.input_uncached),
            cache_read: Tokens(case.usage.cache_read),
            cache_write_5m: Tokens(case.usage.cache_write),
            output: Tokens(case.usage.output),
            ..TokenUse::default()
        };
        let charge = own(&file).charge(&request);
        assert_eq!(
            charge.cost,
            dollars(&case.expect_cost_usd),
            "{}: {}",
            case.name,
            charge.explain
        );
    }
}

#[test]
fn writes_of_two_lifetimes_cost_what_another_project_makes_of_them() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/fixtures/spend/claude-ccusage.cases.json");
    let Ok(text) = fs::read_to_string(path) else { return };
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut cases = cases["cases"].as_array().unwrap().iter();
    let case = cases.find(|case| case["name"] == "cache_write_split_5m_1h").unwrap();
    // There an hour without a price costs twice the input.
    let file = "[[models]]\nname = \"m\"\ninput = 1.0\noutput = 10.0\ncache-read = 0.1\n\
                cache-write = 1.25\ncache-write-1h = 2.0\n";
    let mut request = request("", "m", "2026-05-01");
    let count = |at: &str| Tokens(case["usage"].pointer(at).unwrap().as_u64().unwrap());
    request.tokens = TokenUse {
        cache_read: count("/cache_read_input_tokens"),
        cache_write_5m: count("/cache_creation/ephemeral_5m_input_tokens"),
        cache_write_1h: count("/cache_creation/ephemeral_1h_input_tokens"),
        ..TokenUse::default()
    };
    let cost = own(file).charge(&request).cost.unwrap();
    // Their price is of one token, ours of a million.
    let expected = PicoUsd::parse_dollars(case["expect"]["cost"].as_str().unwrap()).unwrap();
    assert_eq!(PicoUsd(cost.0 * 1_000_000), expected);
}
