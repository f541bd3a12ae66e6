//! Tests of blocks.

use proptest::prelude::*;

use super::*;

const MINUTE: i64 = HOUR / 60;

/// Returns a request some minutes after noon that cost a dollar.
fn after(minutes: i64) -> BlockRequest {
    let at = UnixNanos(12 * HOUR + minutes * MINUTE);
    BlockRequest { at, cost: Some(PicoUsd::DOLLAR), tokens: Tokens(600) }
}

/// Returns hours of a block's bounds and its number of requests.
fn shape(minutes: &[i64]) -> Vec<(i64, i64, u64)> {
    let hour = |at: UnixNanos| at.0 / HOUR;
    let all = blocks(minutes.iter().map(|minutes| after(*minutes)));
    all.iter().map(|block| (hour(block.from), hour(block.to), block.requests)).collect()
}

#[test]
fn a_block_begins_at_the_full_hour_and_takes_five() {
    assert_eq!(shape(&[17, 30, 299]), [(12, 17, 3)]);
    assert_eq!(shape(&[17, 300]), [(12, 17, 2)], "just five hours are not over five hours");
    assert_eq!(shape(&[17, 301]), [(12, 17, 1), (17, 22, 1)]);
}

#[test]
fn a_long_pause_is_a_gap_of_its_own() {
    assert_eq!(shape(&[0, 30, 630]), [(12, 17, 2), (17, 22, 0), (22, 27, 1)]);
    let all = blocks([after(0), after(30), after(630)]);
    assert!(all[1].is_pause());
    assert_eq!((all[1].from, all[1].to), (after(330).at, after(630).at));
}

#[test]
fn the_burn_rate_goes_from_the_first_to_the_last_request() {
    let burn = blocks([after(0), after(10), after(30)])[0].view().burn.unwrap();
    assert_eq!(burn.usd_per_hour, PicoUsd(6 * PicoUsd::DOLLAR.0));
    assert_eq!(burn.tokens_per_minute, Tokens(60));
}

#[test]
fn requests_close_together_give_no_rate() {
    assert_eq!(blocks([after(0)])[0].view().burn, None);
    assert_eq!(blocks([after(0), after(4)])[0].view().burn, None, "four minutes tell nothing");
    assert!(blocks([after(0), after(5)])[0].view().burn.is_some());
}

#[test]
fn a_block_is_open_until_its_end() {
    let all = blocks([after(17)]);
    assert!(all[0].is_open(after(299).at) && !all[0].is_open(after(300).at));
}

#[test]
fn tokens_without_a_price_are_counted_apart() {
    let mut unpriced = after(5);
    unpriced.cost = None;
    let block = blocks([after(0), unpriced])[0];
    assert_eq!(
        (block.cost, block.tokens, block.unpriced),
        (PicoUsd::DOLLAR, Tokens(1200), Tokens(600))
    );
}

proptest! {
    #[test]
    fn every_request_is_in_one_block_and_blocks_are_in_order(
        mut minutes in proptest::collection::vec(-5000_i64..5000, 1..60),
    ) {
        minutes.sort_unstable();
        let all = blocks(minutes.iter().map(|minutes| after(*minutes)));
        let requests: u64 = all.iter().map(|block| block.requests).sum();
        prop_assert_eq!(requests, minutes.len() as u64);
        let busy: Vec<_> = all.iter().filter(|block| !block.is_pause()).collect();
        for block in &busy {
            prop_assert!(block.from <= block.first && block.first <= block.last);
            prop_assert!(block.last <= block.to && block.from.0 % HOUR == 0);
        }
        prop_assert!(busy.windows(2).all(|two| two[0].last < two[1].first));
        for pause in all.iter().filter(|block| block.is_pause()) {
            prop_assert!(pause.from < pause.to);
        }
    }
}
