//! Sums, records, budgets and windows as they are asked for.

use strum::IntoEnumIterator;

use super::*;
use crate::{
    ledger::{Preview, budget::Mark, logs::Window},
    model::{
        Amount, Level, Quality, SpendFilter, SpendOrder, SpendRecordsQuery, SpendSummary, UnixNanos,
    },
};

const DAY: i64 = 24 * HOUR;

fn at(hours_ago: i64, id: &str, output: u64) -> Request {
    Request { at: UnixNanos(NOW.0 - hours_ago * HOUR), ..request(id, output) }
}

fn keys(report: &SpendReport) -> Vec<&str> {
    report.rows.iter().map(|row| row.key.as_str()).collect()
}

/// Opens a ledger with these budgets.
fn open_with(home: &Home, limits: &[&str]) -> Ledger {
    let limits = limits.iter().map(|line| (*line).to_owned()).collect();
    let options = Options { zone: home.zone.to_owned(), limits, ..Options::default() };
    let clock: Arc<dyn Clock> = home.clock.clone();
    Ledger::open(&home.places(), options, Prices::built_in(), clock).unwrap()
}

#[test]
fn every_grouping_has_the_same_total() {
    let home = Home::new();
    let mut ledger = home.open();
    for id in 0..30 {
        let mut one = at(id * 7, &id.to_string(), 10 + id.unsigned_abs());
        let models = ["claude-sonnet-4-5", "gpt-5", "nobody-knows-it"];
        one.model = models[usize::try_from(id % 3).unwrap()].to_owned();
        one.provider = String::new();
        one.session = format!("s{}", id % 4);
        one.project = format!("/p{}", id % 5);
        one.files = vec!["a.rs".to_owned(), format!("b{id}.md")];
        let weigh = |_: &str, file: &str| Some(Tokens(if file == "a.rs" { 30 } else { 9 }));
        ledger.record(vec![one], &weigh).unwrap();
    }
    let total = report(&mut ledger, SpendBy::Daily).total;
    assert_eq!(total.requests, 30);
    let all = [
        SpendBy::Daily,
        SpendBy::Monthly,
        SpendBy::Model,
        SpendBy::Provider,
        SpendBy::Project,
        SpendBy::Session,
        SpendBy::FileType,
        SpendBy::Tool,
    ];
    assert_eq!(all.len(), SpendBy::iter().count());
    for by in all {
        let report = report(&mut ledger, by);
        assert_eq!(report.total, total, "{by}");
        let mut tokens = TokenUse::default();
        report.rows.iter().for_each(|row| tokens.add(&row.tokens));
        assert_eq!(tokens, total.tokens, "{by}");
        let cost: u128 = report.rows.iter().filter_map(|row| row.cost).map(|usd| usd.0).sum();
        assert_eq!(Some(PicoUsd(cost)), total.cost, "{by}");
        let unpriced: u64 = report.rows.iter().map(|row| row.unpriced.0).sum();
        assert_eq!(unpriced, total.unpriced.0, "{by}");
        let days: u128 = report.days.iter().map(|(_, usd)| usd.0).sum();
        assert_eq!(Some(PicoUsd(days)), total.cost, "{by}");
    }
}

#[test]
fn providers_are_known_by_their_models_where_the_log_does_not_say_them() {
    let home = Home::new();
    let mut ledger = home.open();
    let mut one = request("a", 1);
    (one.provider, one.model) = (String::new(), "gpt-5".to_owned());
    record(&mut ledger, &one);
    assert_eq!(keys(&report(&mut ledger, SpendBy::Provider)), ["openai"]);
}

#[test]
fn a_type_of_files_has_its_share_of_the_prompt_and_the_rest_is_conversation() {
    let home = Home::new();
    let mut ledger = home.open();
    let mut one = request("a", 50);
    one.files = ["src/a.rs", "src/b.RS", "Makefile", "unknown.md"].map(str::to_owned).to_vec();
    let weigh = |project: &str, file: &str| {
        assert_eq!(project, "/app");
        (file != "unknown.md").then_some(Tokens(20))
    };
    ledger.record(vec![one], &weigh).unwrap();
    let report = report(&mut ledger, SpendBy::FileType);
    assert_eq!(report.attributed, Some(0.6));
    let input =
        |key: &str| report.rows.iter().find(|row| row.key == key).map(|row| row.tokens.input.0);
    assert_eq!(input("rs"), Some(40));
    assert_eq!(input("makefile"), Some(20));
    assert_eq!(input("md"), None, "what nobody counted is not attributed");
    assert_eq!(input("conversation"), Some(40));
}

#[test]
fn files_larger_than_the_prompt_take_no_more_than_the_prompt() {
    let home = Home::new();
    let mut ledger = home.open();
    let one = Request { files: vec!["a.rs".to_owned(), "b.md".to_owned()], ..request("a", 5) };
    ledger
        .record(vec![one], &|_, file| Some(Tokens(if file == "a.rs" { 3000 } else { 1000 })))
        .unwrap();
    let report = report(&mut ledger, SpendBy::FileType);
    let inputs: Vec<u64> = report.rows.iter().map(|row| row.tokens.input.0).collect();
    assert_eq!((inputs.iter().sum::<u64>(), report.attributed), (100, Some(1.0)));
    assert!(inputs.contains(&75) && inputs.contains(&25));
}

#[test]
fn filters_hold_for_sums_and_for_records() {
    let home = Home::new();
    let mut ledger = home.open();
    record(&mut ledger, &at(1, "a", 1));
    record(&mut ledger, &Request { session: "other".to_owned(), ..at(30, "b", 2) });
    record(&mut ledger, &Request { project: "/Lib".to_owned(), ..at(60, "c", 4) });
    let day = |text: &str| Some(text.parse().unwrap());
    let cases = [
        (SpendFilter::default(), 7),
        (SpendFilter { session: Some("other".to_owned()), ..SpendFilter::default() }, 2),
        (SpendFilter { text: Some("lib".to_owned()), ..SpendFilter::default() }, 4),
        (SpendFilter { text: Some("CLAUDE-C".to_owned()), ..SpendFilter::default() }, 7),
        (SpendFilter { tool: Some(Tool::Codex), ..SpendFilter::default() }, 0),
        (SpendFilter { since: day("2026-11-19"), ..SpendFilter::default() }, 3),
        (SpendFilter { until: day("2026-11-18"), ..SpendFilter::default() }, 4),
        (SpendFilter { model: Some("claude".to_owned()), ..SpendFilter::default() }, 0),
    ];
    for (filter, output) in cases {
        let query = SpendQuery { by: SpendBy::Model, filter: filter.clone() };
        assert_eq!(ledger.query(&query).total.tokens.output.0, output, "{filter:?}");
        let query = SpendRecordsQuery { filter, len: 9, ..SpendRecordsQuery::default() };
        let page = ledger.records(&query).unwrap();
        let sum: u64 = page.records.iter().map(|one| one.tokens.output.0).sum();
        assert_eq!((sum, page.total), (output, page.records.len() as u64));
    }
}

#[test]
fn records_come_in_pages_of_their_order() {
    let home = Home::new();
    let mut ledger = home.open();
    for id in 0..20 {
        record(&mut ledger, &at(id, &id.to_string(), (id.unsigned_abs() * 7) % 20));
    }
    let page = |ledger: &mut Ledger, order, from| {
        let query = SpendRecordsQuery { order, from, len: 3, ..SpendRecordsQuery::default() };
        let page = ledger.records(&query).unwrap();
        assert_eq!(page.total, 20);
        page.records.iter().map(|one| one.tokens.output.0).collect::<Vec<_>>()
    };
    assert_eq!(page(&mut ledger, SpendOrder::Newest, 0), [0, 7, 14]);
    assert_eq!(page(&mut ledger, SpendOrder::Tokens, 0), [19, 18, 17]);
    assert_eq!(page(&mut ledger, SpendOrder::Dearest, 18), [1, 0]);
    assert!(page(&mut ledger, SpendOrder::Newest, 99).is_empty());
}

#[test]
fn a_session_most_of_whose_counts_cannot_be_true_is_one_of_placeholders() {
    let home = Home::new();
    let mut ledger = home.open();
    let odd = |id: &str, is_odd| Request { implausible: Some(is_odd), ..request(id, 1) };
    record(&mut ledger, &odd("a", true));
    record(&mut ledger, &odd("b", false));
    assert_eq!(report(&mut ledger, SpendBy::Daily).total.quality, Quality::Exact);
    record(&mut ledger, &odd("c", true));
    let all = report(&mut ledger, SpendBy::Daily);
    assert_eq!(all.total.quality, Quality::Placeholder);
    assert!(all.quality.contains(&(Quality::Placeholder, 3)));
    // A later copy with a true count takes it back.
    record(&mut ledger, &Request { implausible: Some(false), ..request("c", 900) });
    assert_eq!(report(&mut ledger, SpendBy::Daily).total.quality, Quality::Exact);
}

#[test]
fn what_is_dated_in_the_future_extends_nothing_and_is_told() {
    let home = Home::new();
    let mut ledger = open_with(&home, &["month $30"]);
    record(&mut ledger, &at(1, "a", 1));
    let summary = ledger.summary();
    record(&mut ledger, &at(-24 * 365 * 10, "future", 1000));
    let report = report(&mut ledger, SpendBy::Daily);
    assert_eq!((report.total.requests, report.to.to_string().as_str()), (1, "2026-11-20"));
    let later: Vec<_> = report.skipped.iter().map(|one| (one.reason.as_str(), one.lines)).collect();
    assert_eq!(later, [("dated in the future", 1)]);
    let again = ledger.summary();
    assert_eq!(
        (again.month, again.budgets, again.windows),
        (summary.month, summary.budgets, summary.windows)
    );
    let page =
        ledger.records(&SpendRecordsQuery { len: 1, ..SpendRecordsQuery::default() }).unwrap();
    assert!(page.records[0].price.ends_with("dated in the future"));
}

#[test]
fn a_clock_that_jumps_and_comes_back_loses_nothing() {
    let home = Home::new();
    let mut ledger = open_with(&home, &["block $5"]);
    record(&mut ledger, &at(1, "a", 10));
    let before = ledger.summary();
    ledger.close().unwrap();
    // Ten years ahead, and everything saved there.
    let ahead = Home { clock: Arc::new(FakeClock::at(UnixNanos(NOW.0 + 3650 * DAY))), ..home };
    let mut ledger = open_with(&ahead, &["block $5"]);
    record(&mut ledger, &Request { at: UnixNanos(NOW.0 + 3650 * DAY), ..request("b", 5) });
    assert!(matches!(ledger.summary().budgets[0].used, Amount::Usd(usd) if usd.0 > 0));
    ledger.close().unwrap();
    let back = Home { clock: Arc::new(FakeClock::at(NOW)), ..ahead };
    let mut ledger = open_with(&back, &["block $5"]);
    let SpendSummary { today, month, budgets, windows, .. } = ledger.summary();
    assert_eq!((today, month), (before.today, before.month));
    assert_eq!((budgets, windows), (before.budgets, before.windows));
}

#[test]
fn days_are_cut_in_the_zone_of_the_user_whatever_was_saved() {
    let mut home = Home::new();
    let mut ledger = home.open();
    // 23:30 in UTC is the next day in Berlin.
    let late = Request { at: UnixNanos(NOW.0 - 12 * HOUR - HOUR / 2), ..request("a", 1) };
    record(&mut ledger, &late);
    assert_eq!(keys(&report(&mut ledger, SpendBy::Daily)), ["2026-11-19"]);
    ledger.close().unwrap();
    home.zone = "Europe/Berlin";
    let mut ledger = home.open();
    let report = report(&mut ledger, SpendBy::Daily);
    assert_eq!((keys(&report), report.zone.as_str()), (vec!["2026-11-20"], "Europe/Berlin"));
}

#[test]
fn a_budget_of_a_file_type_counts_only_what_its_files_cost() {
    let home = Home::new();
    let mut one = request("a", 50);
    one.files = vec!["src/a.rs".to_owned(), "data.json".to_owned()];
    let limits = ["day 1000 tokens type=.RS", "day 1000 tokens type=conversation", "day 1k tokens"];
    let dollars = ["day $1 type=rs name=usd", "session 1k tokens type=json"];
    let mut ledger = open_with(&home, &[&limits[..], &dollars].concat());
    let weigh = |_: &str, file: &str| Some(Tokens(if file == "data.json" { 20 } else { 40 }));
    ledger.record(vec![one], &weigh).unwrap();
    let states = ledger.summary().budgets;
    let used: Vec<_> = states.iter().map(|state| (state.name.as_str(), state.used)).collect();
    let tokens = |count| Amount::Tokens(Tokens(count));
    // Of 100 tokens in, 40 are Rust and 20 JSON; what is left, and 50 out, is conversation.
    assert_eq!(used[0], ("day tokens · rs", tokens(40)));
    assert_eq!(used[1], ("day tokens · conversation", tokens(90)));
    assert_eq!(used[2], ("day tokens", tokens(150)));
    // At $3 a million.
    assert_eq!(used[3], ("usd", Amount::Usd(PicoUsd(40 * 3_000_000))));
    assert_eq!(used[4], ("session tokens · json", tokens(20)));
}

#[test]
fn each_mark_of_a_budget_is_told_once_also_after_a_restart() {
    let home = Home::new();
    let limits = ["day $1 name=small", "month 1M tokens tool=claude-code", "session $9000"];
    let mut ledger = open_with(&home, &limits);
    assert!(ledger.take_crossings().0.is_empty());
    // 60,000 tokens of output at $15 a million are 90 cents.
    record(&mut ledger, &request("a", 60_000));
    let (reached, kept) = ledger.take_crossings();
    kept.unwrap();
    let marks: Vec<_> = reached.iter().map(|one| (one.budget.as_str(), one.mark)).collect();
    assert_eq!(marks, [("small", Mark::Alert)]);
    assert!(ledger.take_crossings().0.is_empty());
    ledger.close().unwrap();
    std::fs::remove_dir_all(home.places().cache).unwrap();
    let mut ledger = open_with(&home, &limits);
    assert!(ledger.take_crossings().0.is_empty(), "the journal knows what was told");
    record(&mut ledger, &request("b", 940_000));
    let (reached, _) = ledger.take_crossings();
    assert_eq!(reached.iter().filter(|one| one.mark == Mark::Exceeded).count(), 2);
    let states = ledger.summary().budgets;
    let levels: Vec<Level> = states.iter().map(|state| state.level).collect();
    assert_eq!(levels, [Level::Exceeded, Level::Exceeded, Level::Calm]);
    assert_eq!(states[2].from, UnixNanos(NOW.0 - HOUR), "the session began with its request");
}

#[test]
fn windows_are_the_providers_own_where_they_are_known() {
    let home = Home::new();
    let mut ledger = home.open();
    record(&mut ledger, &request("a", 1000));
    let names = |ledger: &mut Ledger| {
        let windows = ledger.summary().windows;
        windows.into_iter().map(|window| (window.name, window.cost.0 > 0)).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut ledger), [("5 h block".to_owned(), true)]);
    let resets = UnixNanos(NOW.0 + HOUR);
    let window = |minutes| Window { minutes, percent: 12.5, resets, at: NOW };
    ledger.see_window(Tool::ClaudeCode, window(300)).unwrap();
    ledger.see_window(Tool::Codex, window(10_080)).unwrap();
    ledger.see_window(Tool::Codex, Window { resets: UnixNanos(NOW.0 - 1), ..window(60) }).unwrap();
    let told = [("claude-code · 5 h".to_owned(), true), ("codex · 7 d".to_owned(), false)];
    assert_eq!(names(&mut ledger), told);
    ledger.close().unwrap();
    assert_eq!(names(&mut home.open()), told);
}

#[test]
fn new_prices_change_only_the_month_that_is_open() {
    let home = Home::new();
    let mut ledger = home.open();
    record(&mut ledger, &at(1, "now", 1000));
    record(&mut ledger, &at(24 * 40, "before", 1000));
    ledger.close().unwrap();
    let own = "[[models]]\nname = \"anthropic/claude-sonnet-4-5\"\ninput = 30\noutput = 150\n";
    let prices = Prices::with_user(Path::new("prices.toml"), own).unwrap();
    let options = Options { zone: "UTC".to_owned(), ..Options::default() };
    let open = |prices: &Prices| {
        let clock: Arc<dyn Clock> = home.clock.clone();
        Ledger::open(&home.places(), options.clone(), prices.clone(), clock).unwrap()
    };
    let mut ledger = open(&prices);
    assert!(ledger.has_new_prices());
    let months = |ledger: &mut Ledger| {
        let rows = report(ledger, SpendBy::Monthly).rows;
        rows.into_iter().map(|row| row.cost.unwrap().0).collect::<Vec<_>>()
    };
    let before = months(&mut ledger);
    let told = ledger.reprice(Preview::Only).unwrap();
    assert_eq!((told.changed, told.closed), (1, 1));
    assert_eq!(months(&mut ledger), before, "it was only looked at");
    let refused = open(&prices).reprice(Preview::Apply).unwrap_err();
    assert!(
        matches!(refused, LedgerError::Reader { .. }),
        "one that cannot write says so: {refused}"
    );
    assert_eq!(ledger.reprice(Preview::Apply).unwrap(), told);
    let after = months(&mut ledger);
    assert_eq!(after[0], before[0], "a closed month keeps what it cost");
    assert_eq!(i128::try_from(after[1] - before[1]), Ok(told.difference.0));
    assert!(!ledger.has_new_prices());
    ledger.close().unwrap();
    std::fs::remove_dir_all(home.places().cache).unwrap();
    assert_eq!(months(&mut open(&prices)), after, "the journal has the new charges");
}

#[test]
fn numbers_that_cannot_be_true_are_refused_and_counted() {
    let home = Home::new();
    let log = FakeLog::of(&[
        request("a", u64::from(u32::MAX) + 1),
        Request { recorded: Some(PicoUsd(u128::MAX)), ..request("b", 1) },
        request("c", 2),
    ]);
    let mut ledger = home.open();
    ledger.import(&log, Path::new("/log"), &|_, _| None).unwrap();
    let report = report(&mut ledger, SpendBy::Daily);
    assert_eq!((report.total.requests, report.total.tokens.output.0), (1, 2));
    assert_eq!(report.skipped.len(), 2);
}
