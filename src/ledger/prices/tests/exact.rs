//! Sums are exact, whatever the numbers: against the same rules in rational numbers.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// A step: over how many tokens, and the prices of input, output and reading.
type StepRates = (u64, u32, Option<u32>, Option<u32>);

/// Returns a file with one model; prices are in millionths of a dollar per million tokens.
fn file(base: (u32, u32, Option<u32>), steps: &[StepRates], us: u32, discount: u32) -> String {
    let price = |name: &str, micro: u32| {
        format!("{name} = \"{}.{:06}\"", micro / 1_000_000, micro % 1_000_000)
    };
    let (input, output, read) = base;
    let mut text =
        format!("[providers.p]\ndiscount = \"{}.{:02}\"\n", discount / 100, discount % 100);
    text += "[[models]]\nname = \"p/m\"\n";
    text += &[price("input", input), price("output", output), String::new()].join("\n");
    text += &read.map_or_else(String::new, |read| price("cache-read", read) + "\n");
    writeln!(text, "us = \"{}.{:03}\"", us / 1000, us % 1000).unwrap();
    let step = |(over, input, output, read): &StepRates| {
        let mut fields = vec![format!("over = {over}"), price("input", *input)];
        fields.extend(output.map(|micro| price("output", micro)));
        fields.extend(read.map(|micro| price("cache-read", micro)));
        format!("{{ {} }}", fields.join(", "))
    };
    let steps: Vec<_> = steps.iter().map(step).collect();
    text + &format!("tiers = [{}]\n", steps.join(", "))
}

proptest! {
    #[test]
    fn a_cost_is_the_exact_sum_of_one_tier_rounded_once(
        base in (0_u32..100_000_000, 0_u32..100_000_000, proptest::option::of(0_u32..1_000_000)),
        steps in proptest::collection::btree_map(
            1_u64..1_000_000,
            (0_u32..9_000_000, proptest::option::of(0_u32..9_000_000),
             proptest::option::of(0_u32..9_000_000)),
            0..4,
        ),
        (input, read, output) in (0_u64..1_200_000, 0_u64..1_200_000, 0_u64..200_000),
        us in 1_u32..5000,
        discount in 0_u32..=10_000,
    ) {
        let steps: Vec<StepRates> =
            steps.into_iter().map(|(over, (i, o, r))| (over, i, o, r)).collect();
        let prices = own(&file(base, &steps, us, discount));
        let mut request = request("p", "m", "2026-05-01");
        request.us_only = true;
        request.tokens = TokenUse {
            input: Tokens(input),
            cache_read: Tokens(read),
            output: Tokens(output),
            ..TokenUse::default()
        };
        let charge = prices.charge(&request);

        let step = steps.iter().filter(|step| input + read > step.0).max_by_key(|step| step.0);
        let input_price = step.map_or(base.0, |step| step.1);
        let output_price = step.and_then(|step| step.2).unwrap_or(base.1);
        let read_price = step.and_then(|step| step.3).or(base.2).unwrap_or(input_price);
        let tokens = u128::from(input) * u128::from(input_price)
            + u128::from(read) * u128::from(read_price)
            + u128::from(output) * u128::from(output_price);
        let scaled = tokens * u128::from(us) * u128::from(10_000 - discount);
        let down = 1000 * 10_000;
        let expected = scaled / down + u128::from(scaled % down * 2 >= down);
        prop_assert_eq!(charge.cost, Some(PicoUsd(expected)), "{}", charge.explain);
    }

    #[test]
    fn the_cost_of_many_requests_is_the_sum_of_their_costs(
        all in proptest::collection::vec(0_u64..150_000, 1..50),
    ) {
        let prices = Prices::built_in();
        let cost = |tokens| {
            let mut request = request("anthropic", "claude-sonnet-4-5", "2026-05-01");
            request.tokens = input(tokens);
            prices.charge(&request).cost.unwrap().0
        };
        let sum: u128 = all.iter().map(|tokens| cost(*tokens)).sum();
        prop_assert_eq!(sum, cost(1) * u128::from(all.iter().sum::<u64>()));
    }

    #[test]
    fn no_name_and_no_count_breaks_pricing(
        provider in ".{0,20}",
        model in "[a-zA-Z0-9./:@\\[\\] -]{0,40}|.{0,30}",
        counts in proptest::array::uniform6(any::<u64>()),
        at in any::<i64>(),
    ) {
        let mut request = request(&provider, &model, "2026-05-01");
        request.at = UnixNanos(at);
        let [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning] =
            counts.map(Tokens);
        request.tokens =
            TokenUse { input, cache_read, cache_write_5m, cache_write_1h, output, reasoning };
        let _ = Prices::built_in().charge(&request);
        request.model = "claude-sonnet-4-5".to_owned();
        let charge = Prices::built_in().charge(&request);
        prop_assert!(charge.cost.is_some());
    }
}
