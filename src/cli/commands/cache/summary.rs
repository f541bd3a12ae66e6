//! What stands below the tables of `larder cache status`: results, and the budgets.

use crate::{
    client::{budget_left, budget_message, budget_symbol},
    model::{Amount, BudgetState, CacheStatus, ModelInfo, PicoUsd, ResultStats, Tokens},
};

/// Returns entries of all that is kept, tokens and cost of the results among it, and how every budget
/// stands.
pub(super) fn text(
    status: &CacheStatus,
    results: &[ResultStats],
    budgets: &[BudgetState],
    model: &ModelInfo,
) -> String {
    let entries: u64 = status.kinds.iter().map(|kind| kind.entries).sum();
    let tokens: Tokens = results.iter().map(|results| results.tokens).sum();
    let cost = results.iter().fold(0, |sum, results| sum + results.cost.0);
    let unpriced: u64 = results.iter().map(|results| results.unpriced).sum();
    let mut lines = vec![
        "cache summary".to_owned(),
        format!("  Total entries: {}", thousands(entries.into())),
        format!("  Total tokens: {} (results)", thousands(tokens.0.into())),
        format!("  Total estimated cost: ${} (results)", PicoUsd(cost).rounded(4)),
    ];
    if unpriced > 0 {
        let results = if unpriced == 1 { "result" } else { "results" };
        lines.push(format!("  Unpriced: {} {results}", thousands(unpriced.into())));
    }
    if !budgets.is_empty() {
        lines.push("budget status".to_owned());
        lines.extend(budgets.iter().flat_map(|budget| of(budget, model)));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn of(budget: &BudgetState, model: &ModelInfo) -> Vec<String> {
    let symbol = budget_symbol(budget.level);
    let mut lines = vec![format!("  {symbol} {}, {}", budget_message(budget), budget.name)];
    match budget_left(budget) {
        Amount::Usd(left) => {
            lines.push(format!("  Remaining: ${}", left.rounded(2)));
            let tokens = model.input_price.and_then(|price| left.0.checked_div(price.0));
            lines.extend(tokens.map(|tokens| {
                format!(
                    "  Estimated tokens remaining: ~{} input of {}",
                    thousands(tokens),
                    model.name
                )
            }));
        }
        Amount::Tokens(left) => {
            lines.push(format!("  Remaining: {} tokens", thousands(left.0.into())));
        }
    }
    lines
}

/// Returns a number with commas between thousands: `125,000`.
fn thousands(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Config, Paths},
        model::{Bytes, Kind, KindStats, Level, Thresholds, UnixNanos},
    };

    fn told(used: &str, level: Level) -> String {
        let usd = |text: &str| Amount::Usd(PicoUsd::parse_dollars(text).unwrap());
        let kind = KindStats {
            kind: Kind::Result,
            entries: 42,
            bytes: Bytes(9),
            hits: 0,
            misses: 0,
            removals: 0,
        };
        let status = CacheStatus { kinds: vec![kind], ..CacheStatus::default() };
        let results = ResultStats {
            tokens: Tokens(125_000),
            cost: PicoUsd::parse_dollars("0.125").unwrap(),
            unpriced: 1,
            ..ResultStats::default()
        };
        let budget = BudgetState {
            name: "month".to_owned(),
            limit: usd("3"),
            used: usd(used),
            unpriced: Tokens(0),
            percent: 4,
            thresholds: Thresholds::default(),
            level,
            from: UnixNanos(0),
            to: UnixNanos(1),
            reset_day: None,
            is_rolling: false,
            run_out: None,
        };
        let mut model =
            Config::defaults(Paths::below(std::path::Path::new("/x"))).chosen_model().clone();
        model.input_price = PicoUsd::parse_dollars("0.0000001").ok();
        text(&status, &[results], &[budget], &model)
    }

    #[test]
    fn the_summary_tells_entries_tokens_cost_and_what_is_left() {
        assert_eq!(
            told("0.125", Level::Calm),
            "cache summary\n  Total entries: 42\n  Total tokens: 125,000 (results)\n  \
             Total estimated cost: $0.1250 (results)\n  Unpriced: 1 result\nbudget status\n  \
             ✓ Budget OK: $0.12 / $3.00 (4.2%), month\n  Remaining: $2.88\n  \
             Estimated tokens remaining: ~28,750,000 input of gpt-5\n"
        );
    }

    #[test]
    fn each_level_has_its_word() {
        for (used, level, word) in [
            ("2.25", Level::Warning, "Budget Warning: $2.25 / $3.00 (75.0%)"),
            ("2.70", Level::Alert, "Budget Alert: $2.70 / $3.00 (90.0%)"),
            ("3.00", Level::Exceeded, "Budget Exceeded: $3.00 / $3.00 (100.0%)"),
        ] {
            let text = told(used, level);
            assert!(text.contains(word), "{text}");
        }
    }
}
