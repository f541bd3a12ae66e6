//! When something is said.

use proptest::prelude::*;

use super::*;
use crate::model::Day;

fn tokens(used: u64) -> BudgetState {
    state("month 100 tokens", Amount::Tokens(Tokens(used)))
}

/// Returns what is told while the use goes through these percents.
fn told(uses: &[u64]) -> Vec<(Mark, bool, u64)> {
    let mut kept: Vec<Reached> = Vec::new();
    let mut told = Vec::new();
    for used in uses {
        let new = crossings(&kept, &[tokens(*used)]);
        told.extend(new.iter().map(|told| (told.mark, told.is_withdrawn, *used)));
        kept.extend(new);
        // They are kept in no order.
        kept.reverse();
    }
    told
}

#[test]
fn each_mark_is_told_once_in_a_period() {
    assert_eq!(
        told(&[10, 74, 75, 76, 89, 90, 99, 100, 101, 200]),
        [(Mark::Warning, false, 75), (Mark::Alert, false, 90), (Mark::Exceeded, false, 100)]
    );
}

#[test]
fn marks_that_are_passed_at_once_are_told_as_the_highest() {
    assert_eq!(told(&[10, 95, 96]), [(Mark::Alert, false, 95)]);
}

#[test]
fn a_small_correction_is_no_news() {
    assert_eq!(told(&[75, 74, 75, 66, 75]), [(Mark::Warning, false, 75)]);
}

#[test]
fn a_large_correction_takes_a_mark_back_and_it_can_be_reached_again() {
    assert_eq!(
        told(&[75, 65, 64, 75, 76]),
        [(Mark::Warning, false, 75), (Mark::Warning, true, 65), (Mark::Warning, false, 75)]
    );
    assert_eq!(
        told(&[100, 85]),
        [(Mark::Exceeded, false, 100), (Mark::Exceeded, true, 85), (Mark::Warning, false, 85)]
    );
}

#[test]
fn a_new_period_tells_again() {
    let before = crossings(&[], &[tokens(80)]);
    let mut june = tokens(80);
    june.from = june.to;
    assert_eq!(crossings(&before, &[tokens(81)]), []);
    assert_eq!(crossings(&before, &[june]).len(), 1);
}

#[test]
fn a_budget_that_will_run_out_says_so_once() {
    let mut calm = tokens(10);
    calm.run_out = Some(Day(jiff::civil::date(2026, 5, 20)));
    let first = crossings(&[], std::slice::from_ref(&calm));
    assert_eq!(first.iter().map(|told| told.mark).collect::<Vec<_>>(), [Mark::WillRunOut]);
    assert_eq!(crossings(&first, &[calm.clone()]), []);
    // The forecast does not hide a mark that is reached later.
    let mut warned = tokens(75);
    warned.run_out = calm.run_out;
    assert_eq!(crossings(&first, &[warned])[0].mark, Mark::Warning);
}

proptest! {
    #[test]
    fn what_was_told_is_not_told_again(uses in proptest::collection::vec(0_u64..200, 1..30)) {
        let mut kept: Vec<Reached> = Vec::new();
        for used in uses {
            let new = crossings(&kept, &[tokens(used)]);
            for new in new {
                prop_assert!(!kept.contains(&new), "{:?} twice", new);
                kept.push(new);
            }
            prop_assert_eq!(crossings(&kept, &[tokens(used)]), vec![]);
        }
        // Told and taken back alternate for each mark.
        for mark in [Mark::Warning, Mark::Alert, Mark::Exceeded] {
            let own: Vec<_> = kept.iter().filter(|told| told.mark == mark).collect();
            for (number, told) in own.iter().enumerate() {
                prop_assert_eq!(told.is_withdrawn, number % 2 == 1);
            }
        }
    }
}

#[test]
fn a_rolling_budget_tells_a_mark_once_until_it_has_fallen() {
    let day = |used, day: i64| BudgetState {
        from: UnixNanos(day),
        ..state("rolling 100 tokens days=7", Amount::Tokens(Tokens(used)))
    };
    let mut kept: Vec<Reached> = Vec::new();
    let mut told = Vec::new();
    for (at, used) in (1..).zip([80, 82, 85, 60, 80]) {
        let new = crossings(&kept, &[day(used, at)]);
        told.extend(new.iter().map(|one| (one.is_withdrawn, at)));
        kept.extend(new);
    }
    assert_eq!(told, [(false, 1), (true, 4), (false, 5)]);
}
