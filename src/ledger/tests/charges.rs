//! What a request costs stays, whatever is heard of it later.

use super::*;

/// A request of the month before, which is closed.
fn closed() -> Request {
    Request { at: UnixNanos(NOW.0 - 31 * 24 * HOUR), ..request("a", 1_000_000) }
}

fn prices(dollars: &str) -> Prices {
    let text = format!(
        "[[models]]\nname = \"claude-sonnet-4-5\"\ninput = {dollars}\noutput = {dollars}\n"
    );
    Prices::with_user(Path::new("prices.toml"), &text).unwrap()
}

fn open(home: &Home, dollars: &str) -> Ledger {
    let options = Options { zone: "UTC".to_owned(), ..Options::default() };
    let clock: Arc<dyn Clock> = home.clock.clone();
    Ledger::open(&home.places(), options, prices(dollars), clock).unwrap()
}

/// Returns what all requests cost, or where `by` is files what the Rust files in them do.
fn cost(ledger: &mut Ledger, by: SpendBy) -> Option<PicoUsd> {
    let report = report(ledger, by);
    if by == SpendBy::FileType {
        return report.rows.iter().find(|row| row.key == "rs")?.cost;
    }
    report.total.cost
}

/// Opens with other prices, lets `later` be heard, and returns the cost by a group before and after.
fn before_and_after(first: &Request, later: &Request, by: SpendBy) -> [Option<PicoUsd>; 2] {
    let home = Home::new();
    let weigh = |_: &str, _: &str| Some(Tokens(10));
    let mut ledger = open(&home, "2");
    ledger.record(vec![first.clone()], &weigh).unwrap();
    let before = cost(&mut ledger, by);
    ledger.close().unwrap();
    let mut ledger = open(&home, "50");
    assert_eq!(ledger.record(vec![later.clone()], &weigh).unwrap(), [Recorded::Changed]);
    let after = cost(&mut ledger, by);
    ledger.close().unwrap();
    std::fs::remove_dir_all(home.places().cache).unwrap();
    assert_eq!(cost(&mut open(&home, "50"), by), after, "the journal says the same");
    [before, after]
}

#[test]
fn a_copy_in_another_session_leaves_the_cost_of_a_closed_month() {
    let resumed = Request { session: "s0".to_owned(), ..closed() };
    let [before, after] = before_and_after(&closed(), &resumed, SpendBy::Daily);
    assert_eq!((before, after), (Some(PicoUsd(2_000_200_000_000)), before));
}

#[test]
fn files_that_are_heard_of_later_share_the_cost_that_was_kept() {
    let with_files = Request { files: vec!["src/main.rs".to_owned()], ..closed() };
    let [before, after] = before_and_after(&closed(), &with_files, SpendBy::Daily);
    assert_eq!(after, before);
    let told = before_and_after(
        &with_files,
        &Request { session: "s0".into(), ..with_files.clone() },
        SpendBy::FileType,
    );
    let told_later = before_and_after(&closed(), &with_files, SpendBy::FileType);
    assert_eq!(told[1], told[0]);
    assert_eq!(told_later[1], told[0], "as if they had been told at once");
}

#[test]
fn an_answer_that_has_grown_is_priced_anew() {
    let grown =
        Request { tokens: TokenUse { output: Tokens(2_000_000), ..closed().tokens }, ..closed() };
    let [_, after] = before_and_after(&closed(), &grown, SpendBy::Daily);
    assert_eq!(after, Some(PicoUsd(100_005_000_000_000)));
}
