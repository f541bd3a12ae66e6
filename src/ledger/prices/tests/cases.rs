//! The table itself: it is whole, and what it says of well-known models.

use std::collections::BTreeSet;

use super::*;
use crate::model::Quality;

#[test]
fn every_line_of_the_table_can_be_read() {
    let prices = Prices::built_in();
    let mut providers = BTreeSet::new();
    let mut models = 0;
    for name in prices.table.names() {
        let row = prices.table.exact(name).unwrap_or_else(|| panic!("{name} is malformed"));
        assert!(row.periods.iter().is_sorted_by_key(|period| period.from), "{name}");
        let base = row.periods[0].offer.standard.base;
        assert!(base.input.is_some() && base.output.is_some(), "{name} lacks a price");
        providers.insert(name.split_once('/').unwrap().0);
        models += 1;
    }
    assert!(providers.len() >= 10 && models >= 300, "{models} of {providers:?}");
    let names: Vec<_> = prices.table.names().collect();
    assert!(names.is_sorted(), "make.py sorts the lines");
}

#[test]
fn at_least_three_dated_lists_make_the_table() {
    let lists = Prices::built_in().table().lists;
    assert!(lists.len() >= 3 && lists.is_sorted(), "{lists:?}");
}

#[test]
fn retired_models_keep_their_prices() {
    let prices = Prices::built_in();
    for (model, day, cost) in [
        ("claude-sonnet-4-20250514", "2025-09-01", "3.00"),
        ("claude-3-5-sonnet-20241022", "2025-06-01", "3.00"),
        ("gpt-4o", "2025-06-01", "2.50"),
    ] {
        let mut request = request("", model, day);
        request.tokens = input(1_000_000);
        if model.starts_with("claude-sonnet-4") {
            // Over its step of 200,000 tokens the whole prompt is dearer.
            request.tokens = input(200_000);
            let charge = prices.charge(&request);
            assert_eq!(charge.cost, dollars("0.60"), "{}", charge.explain);
            continue;
        }
        let charge = prices.charge(&request);
        assert_eq!(charge.cost, dollars(cost), "{}", charge.explain);
        assert_eq!(charge.quality, Quality::Exact, "{}", charge.explain);
    }
}

#[test]
fn a_request_is_priced_by_the_price_of_its_day() {
    let prices = Prices::built_in();
    let on = |day| {
        let mut request = request("openai", "gpt-5.6-sol", day);
        request.tokens = input(100_000);
        prices.charge(&request)
    };
    assert_eq!(on("2026-08-20").cost, dollars("0.50"));
    assert_eq!(on("2026-08-21").cost, dollars("0.40"), "{}", on("2026-08-21").explain);
    assert_eq!(on("2026-08-21").quality, Quality::Exact);
}

#[test]
fn a_change_between_two_lists_makes_only_what_it_changes_an_estimate() {
    let prices = Prices::built_in();
    // Between the lists of 2026-10-11 and 2026-11-12 only its long prompts lost their price.
    let mut request = request("anthropic", "claude-sonnet-4-5", "2026-10-25");
    request.tokens = input(100_000);
    assert_eq!(prices.charge(&request).quality, Quality::Exact);
    request.tokens = input(300_000);
    let charge = prices.charge(&request);
    assert_eq!(charge.quality, Quality::Estimated, "{}", charge.explain);
    assert!(charge.explain.contains("perhaps changed already"), "{}", charge.explain);
    assert_eq!(charge.cost, dollars("1.80"));
}

#[test]
fn a_day_that_no_list_knows_is_an_estimate() {
    let prices = Prices::built_in();
    for (model, day) in [("gpt-4o", "2024-12-01"), ("claude-sonnet-4-20250514", "2026-11-15")] {
        let mut request = request("", model, day);
        request.tokens = input(1000);
        let charge = prices.charge(&request);
        assert_eq!(charge.quality, Quality::Estimated, "{}", charge.explain);
    }
}

#[test]
fn off_peak_prices_hold_in_their_hours() {
    let prices = Prices::built_in();
    // A Saturday is off-peak all day; on a Monday noon is, and nine o'clock is not.
    for (day, hour, cost) in [
        ("2026-11-14", 9, "0.66"),
        ("2026-11-16", 12, "0.66"),
        ("2026-11-16", 9, "1.32"),
        ("2026-11-16", 4, "0.66"),
        ("2026-11-16", 6, "1.32"),
    ] {
        let mut request = request("deepseek", "deepseek-v4-pro", day);
        request.at.0 += (hour - 12) * 3_600_000_000_000;
        request.tokens = input(1_000_000);
        let charge = prices.charge(&request);
        assert_eq!(charge.cost, dollars(cost), "{day} {hour}: {}", charge.explain);
    }
}
