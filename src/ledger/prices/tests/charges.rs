//! What a request costs, by prices written here.

use super::*;
use crate::model::{Quality, SignedPicoUsd};

const OWN: &str = r#"
[[models]]
name = "test/m"
input = 3
output = "15"
cache-read = 0.3
cache-write = 3.75
cache-write-1h = 6
web-search = 0.01
us = 1.1
fast = 2
tiers = [
  { over = 200_000, input = 6, output = 22.5, cache-read = 0.6, cache-write = 7.5 },
  { over = 90_000, input = 5 },
]
batch = { input = 1.5, output = 7.5 }
priority = { input = 6, output = 30, tiers = [{ over = 200_000, input = 12, output = 45 }] }

[[models]]
name = "test/bare"
input = 1
output = 10
"#;

fn asked(change: impl FnOnce(&mut Request)) -> Charge {
    let mut request = request("test", "m", "2026-05-01");
    change(&mut request);
    own(OWN).charge(&request)
}

#[test]
fn one_tier_prices_the_whole_request() {
    for (prompt, cost) in
        [(90_000, "0.27"), (90_001, "0.450005"), (200_000, "1.00"), (200_001, "1.200006")]
    {
        let charge = asked(|request| request.tokens = input(prompt));
        assert_eq!(charge.cost, dollars(cost), "{prompt}: {}", charge.explain);
    }
}

#[test]
fn a_sum_of_requests_has_no_prompt_that_would_choose_a_tier() {
    for (service, cost) in [(Service::Standard, "1.20"), (Service::Priority, "2.40")] {
        let charge = asked(|request| {
            (request.tokens, request.counts) = (input(400_000), Counts::Summed);
            request.service = service;
        });
        assert_eq!(charge.cost, dollars(cost), "{}", charge.explain);
        assert_eq!(charge.quality, Quality::Estimated);
        assert!(charge.explain.contains("the sum of several requests"), "{}", charge.explain);
    }
}

#[test]
fn the_tier_goes_by_all_of_the_prompt_and_prices_the_output_too() {
    let charge = asked(|request| {
        request.tokens = TokenUse {
            input: Tokens(1),
            cache_read: Tokens(100_000),
            cache_write_5m: Tokens(50_000),
            cache_write_1h: Tokens(50_000),
            output: Tokens(1000),
            reasoning: Tokens(500),
        };
    });
    // The step has no price for an hour: the base price of that class.
    let cost = 6_000_000 + 100_000 * 600_000 + 50_000 * 7_500_000 + 50_000 * 6_000_000;
    assert_eq!(charge.cost, Some(PicoUsd(cost + 1000 * 22_500_000)), "{}", charge.explain);
    assert_eq!(charge.quality, Quality::Exact, "{}", charge.explain);
}

#[test]
fn a_step_without_a_price_for_a_class_takes_the_base_price_of_that_class() {
    let charge = asked(|request| {
        request.tokens =
            TokenUse { input: Tokens(100_000), output: Tokens(1000), ..TokenUse::default() };
    });
    assert_eq!(charge.cost, dollars("0.515"), "{}", charge.explain);
}

#[test]
fn missing_cache_prices_are_the_price_of_input() {
    let mut request = request("test", "bare", "2026-05-01");
    request.tokens = TokenUse { cache_read: Tokens(40), output: Tokens(5), ..TokenUse::default() };
    request.tokens.input = Tokens(60);
    let charge = own(OWN).charge(&request);
    assert_eq!((charge.cost, charge.quality), (dollars("0.00015"), Quality::Exact));
}

#[test]
fn an_hour_without_a_price_costs_five_minutes_and_is_an_estimate() {
    let text = OWN.replace("cache-write-1h = 6\n", "");
    let mut request = request("test", "m", "2026-05-01");
    request.tokens.cache_write_1h = Tokens(1000);
    let charge = own(&text).charge(&request);
    assert_eq!((charge.cost, charge.quality), (dollars("0.00375"), Quality::Estimated));
}

#[test]
fn services_have_their_own_prices_and_factors() {
    let of = |service, us_only| {
        asked(|request| {
            request.tokens = input(1000);
            (request.service, request.us_only) = (service, us_only);
        })
    };
    for (service, us_only, cost, quality) in [
        (Service::Standard, false, "0.003", Quality::Exact),
        (Service::Standard, true, "0.0033", Quality::Exact),
        (Service::Fast, false, "0.006", Quality::Exact),
        (Service::Fast, true, "0.0066", Quality::Exact),
        (Service::Batch, false, "0.0015", Quality::Exact),
        (Service::Priority, false, "0.006", Quality::Exact),
        (Service::Flex, false, "0.003", Quality::Estimated),
    ] {
        let charge = of(service, us_only);
        assert_eq!((charge.cost, charge.quality), (dollars(cost), quality), "{}", charge.explain);
    }
}

#[test]
fn a_step_of_a_service_comes_before_the_standard_one() {
    let charge = asked(|request| {
        request.tokens = input(300_000);
        request.service = Service::Priority;
    });
    assert_eq!((charge.cost, charge.quality), (dollars("3.60"), Quality::Exact));
    let charge = asked(|request| {
        request.tokens = input(300_000);
        request.service = Service::Batch;
    });
    // The batch has no price for long prompts: the standard step, as a guess.
    assert_eq!((charge.cost, charge.quality), (dollars("1.80"), Quality::Estimated));
}

#[test]
fn fast_without_a_factor_is_priority() {
    let text = OWN.replace("fast = 2\n", "");
    let mut request = request("test", "m", "2026-05-01");
    request.tokens.output = Tokens(1000);
    request.service = Service::Fast;
    let charge = own(&text).charge(&request);
    assert_eq!((charge.cost, charge.quality), (dollars("0.03"), Quality::Exact));
}

#[test]
fn searches_are_charged_each_and_no_factor_touches_them() {
    let charge = asked(|request| {
        request.tokens = input(1000);
        (request.web_searches, request.us_only) = (3, true);
    });
    assert_eq!(charge.cost, dollars("0.0333"), "{}", charge.explain);
    let mut bare = request("test", "bare", "2026-05-01");
    bare.web_searches = 1;
    assert_eq!(own(OWN).charge(&bare).quality, Quality::Estimated);
}

#[test]
fn the_cache_saves_reads_and_pays_for_writes() {
    let saved = |read, write| {
        asked(|request| {
            request.tokens.cache_read = Tokens(read);
            request.tokens.cache_write_5m = Tokens(write);
        })
        .cache_saved
    };
    assert_eq!(saved(10_000, 0), SignedPicoUsd(27_000_000_000));
    assert_eq!(saved(0, 10_000), SignedPicoUsd(-7_500_000_000));
    assert_eq!(saved(10_000, 10_000), SignedPicoUsd(19_500_000_000));
}

#[test]
fn a_recorded_cost_counts_only_where_nothing_can_be_computed() {
    let recorded = |model: &str, counts, cost| {
        let mut request = request("test", model, "2026-05-01");
        (request.tokens, request.counts, request.recorded) = (input(1000), counts, cost);
        let charge = own(OWN).charge(&request);
        (charge.cost, charge.quality)
    };
    let five = dollars("5.00");
    assert_eq!(recorded("m", Counts::Exact, five), (dollars("0.003"), Quality::Exact));
    assert_eq!(recorded("m", Counts::Estimated, five), (dollars("0.003"), Quality::Estimated));
    assert_eq!(recorded("m", Counts::CostOnly, five), (five, Quality::Recorded));
    assert_eq!(recorded("nobody-s", Counts::Exact, five), (five, Quality::Recorded));
    assert_eq!(recorded("m", Counts::CostOnly, None), (None, Quality::Unpriced));
}

#[test]
fn a_recorded_zero_of_an_unknown_model_is_unpriced() {
    for counts in [Counts::Exact, Counts::Estimated, Counts::CostOnly] {
        let mut request = request("test", "nobody-s", "2026-05-01");
        (request.tokens, request.counts) = (input(1000), counts);
        request.recorded = Some(PicoUsd(0));
        let charge = Prices::built_in().charge(&request);
        assert_eq!((charge.cost, charge.quality), (None, Quality::Unpriced));
    }
}

#[test]
fn a_price_of_zero_is_a_price() {
    let prices = own("[[models]]\nname = \"gift\"\ninput = 0\noutput = 0\n");
    let mut request = request("", "gift", "2026-05-01");
    request.tokens = input(1000);
    let charge = prices.charge(&request);
    assert_eq!((charge.cost, charge.quality), (Some(PicoUsd(0)), Quality::Exact));
}

#[test]
fn a_class_that_is_used_and_has_no_price_leaves_the_request_unpriced() {
    let prices = own("[[models]]\nname = \"half\"\ninput = 1\n");
    let mut request = request("", "half", "2026-05-01");
    request.tokens = TokenUse { output: Tokens(7), ..input(1000) };
    let charge = prices.charge(&request);
    assert_eq!((charge.cost, charge.quality), (None, Quality::Unpriced));
    request.tokens.output = Tokens(0);
    assert_eq!(prices.charge(&request).cost, dollars("0.001"));
}

#[test]
fn a_hostile_model_name_is_harmless_in_the_explanation() {
    let mut request = request("evil", "x/gpt-5.4\u{1b}[2J-2026-01-01", "2026-05-01");
    request.tokens = input(1);
    assert!(!Prices::built_in().charge(&request).explain.contains('\u{1b}'));
    request.model = "x\u{1b}/gpt-5.4".to_owned();
    assert!(!Prices::built_in().charge(&request).explain.contains('\u{1b}'));
}
