//! Lines of the setting.

use jiff::civil::Weekday;
use proptest::prelude::*;

use super::*;
use crate::model::{Thresholds, Tool};

#[test]
fn a_line_says_what_may_be_spent() {
    assert_eq!(
        spec("month $30"),
        BudgetSpec {
            name: "month".to_owned(),
            limit: usd("30"),
            period: Period::Month { reset: 1 },
            scope: Scope::default(),
            thresholds: Thresholds::default(),
        }
    );
    let full = spec(
        "  week 10M tokens tool=codex\twarning=50 alert=80 reset=sunday name=\"my \\\"team\\\"\" ",
    );
    assert_eq!(full.limit, Amount::Tokens(Tokens(10_000_000)));
    assert_eq!(full.period, Period::Week { first: Weekday::Sunday });
    assert_eq!(full.scope.tool, Some(Tool::Codex));
    assert_eq!(full.thresholds, Thresholds { warning: 50, alert: 80 });
    assert_eq!(full.name, "my \"team\"");
    assert_eq!(spec("month $5 reset=31").period, Period::Month { reset: 31 });
    assert_eq!(spec("month $5 reset=31").period.clamped_day(), Some(31));
    assert_eq!(spec("month $5 reset=28").period.clamped_day(), None);
}

#[test]
fn amounts_are_written_in_several_ways() {
    for (text, limit) in [
        ("$1,000", usd("1000")),
        ("$7.50", usd("7.5")),
        ("500k tokens", Amount::Tokens(Tokens(500_000))),
        ("1.5M tokens", Amount::Tokens(Tokens(1_500_000))),
        ("1_000 tokens", Amount::Tokens(Tokens(1000))),
        ("2B tokens", Amount::Tokens(Tokens(2_000_000_000))),
    ] {
        assert_eq!(spec(&format!("day {text}")).limit, limit, "{text}");
    }
}

#[test]
fn a_budget_without_a_name_is_named_by_what_it_is_for() {
    for (line, name) in [
        ("day $5 provider=anthropic", "day · anthropic"),
        ("day $5 tool=codex", "day · codex"),
        ("week $5 type=.TS", "week · ts"),
        ("block 5M tokens", "block tokens"),
        ("session $2 model=gpt-5.4 project=app", "session · gpt-5.4 · app"),
    ] {
        assert_eq!(spec(line).name, name);
    }
}

#[test]
fn an_error_names_the_word() {
    for (line, error) in [
        ("", "`` is no period"),
        ("year $5", "`year` is no period"),
        ("month", "`` is no amount"),
        ("month 30", "`30` is no amount"),
        ("month 30 dollars", "`30` is no amount"),
        ("month $-1", "`$-1` is no amount"),
        ("month $inf", "`$inf` is no amount"),
        ("month 1.5 tokens", "`1.5` is no amount"),
        ("month $0", "`$0` is nothing"),
        ("month $5 cheap", "`cheap` is unknown"),
        ("month $5 colour=red", "`colour=red` is unknown"),
        ("month $5 tool=emacs", "`tool=emacs`: give claude-code"),
        ("month $5 tool=", "`tool=`: a value is missing"),
        ("month $5 warning=0", "`warning=0`: give percent"),
        ("month $5 warning=101", "`warning=101`: give percent"),
        ("month $5 warning=90 alert=80", "`warning=90`: a warning comes before"),
        ("month $5 reset=32", "`reset=32`: a month begins"),
        ("week $5 reset=15", "`reset=15`: a week begins"),
        ("day $5 reset=1", "`reset=1`: only a week and a month"),
        ("month $5 alert=80 alert=90", "`alert=` is there twice"),
        ("block $5 type=rs", "`type=rs`: a block is made of whole requests"),
        ("month $5 name=\"x", "the quotation mark before `name=x`"),
        ("month $5 \u{1b}[2J", "`\\x1b[2J` is unknown"),
    ] {
        let found = line.parse::<BudgetSpec>().unwrap_err().to_string();
        assert!(found.contains(error), "{line:?}: {found}");
    }
}

#[test]
fn one_threshold_moves_the_other_out_of_its_way() {
    assert_eq!(spec("day $5 warning=95").thresholds, Thresholds { warning: 95, alert: 95 });
    assert_eq!(spec("day $5 alert=50").thresholds, Thresholds { warning: 50, alert: 50 });
}

#[test]
fn budgets_have_names_of_their_own() {
    assert_eq!(BudgetSpec::parse_all(&["month $5", "day $1"]).unwrap().len(), 2);
    let (line, error) = BudgetSpec::parse_all(&["month $5", "month $6"]).unwrap_err();
    assert_eq!((line, error), (1, BadBudget::SameName("month".to_owned())));
    assert!(BudgetSpec::parse_all(&["month $5", "month 5M tokens"]).is_ok());
    assert_eq!(BudgetSpec::parse_all(&["day $1", "x"]).unwrap_err().0, 1);
}

#[test]
fn a_scope_takes_only_what_it_names() {
    let takes = |line: &str, provider, model, project| {
        spec(line).scope.takes(Tool::Codex, provider, model, project)
    };
    assert!(takes("day $1", "", "", ""));
    assert!(takes("day $1 tool=codex", "", "", ""));
    assert!(!takes("day $1 tool=aider", "", "", ""));
    assert!(takes("day $1 provider=google", "gemini", "", ""));
    assert!(!takes("day $1 provider=google", "openai", "", ""));
    assert!(takes("day $1 model=claude-sonnet-4-5", "", "claude-sonnet-4-5-20250929", ""));
    assert!(takes("day $1 model=claude-sonnet-4-5", "", "anthropic/Claude-Sonnet-4-5", ""));
    assert!(!takes("day $1 model=claude-sonnet-4-5", "", "claude-sonnet-4", ""));
    assert!(takes("day $1 model=claude-*", "", "claude-opus-5", ""));
    assert!(takes("day $1 project=app", "", "", "/home/dev/app"));
    assert!(takes("day $1 project=/home/dev/app/", "", "", "/home/dev/app"));
    assert!(!takes("day $1 project=app", "", "", "/home/dev/app2"));
    assert!(takes("day $1 project=app", "", "", "/home/dev/app/src"), "a folder below");
    assert!(takes("day $1 project=/home/dev/app", "", "", "/home/dev/app/src/deep"));
    assert!(!takes("day $1 project=/home/dev/app", "", "", "/home/dev/app2/src"));
}

proptest! {
    #[test]
    fn no_line_breaks_the_parser(line in "(month|day|week|) ?[$0-9kM. a-z=\"\\\\]{0,40}|.{0,40}") {
        let _ = line.parse::<BudgetSpec>();
    }
}

#[test]
fn the_budgets_of_the_readme_are_budgets() {
    let readme = include_str!("../../../../README.md");
    let (_, list) = readme.split_once("`spend.limits`, such as `").unwrap();
    let list = format!("limits = {}", &list[..list.find('`').unwrap()]);
    let lines: toml::Table = list.parse().unwrap();
    let lines = lines["limits"].as_array().unwrap();
    let periods: Vec<Period> =
        lines.iter().map(|line| spec(line.as_str().unwrap()).period).collect();
    assert_eq!(periods.len(), 3);
    assert!(periods.contains(&Period::Rolling { days: 14 }), "{periods:?}");
}
