//! Counting a repository without the dashboard: whole processes against what they cannot avoid.

use std::path::Path;

use super::{
    home::Home,
    table::{At, Row, Unit, ratios},
    timer::times,
    trees,
};

/// Enough for a median.
const ROUNDS: usize = 9;

/// Measures all rows.
pub(crate) fn rows(corpus: &Path) -> Vec<Row> {
    let home = Home::new();
    trees::walk_and_read(corpus);
    let (mut stat, mut read) = (Vec::new(), Vec::new());
    let (mut bare, mut filling, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    // In turns, so that a busy minute of the machine falls upon all of them.
    for _ in 0..ROUNDS {
        home.forget();
        stat.extend(times(1, || trees::stat_walk(corpus)));
        read.extend(times(1, || trees::walk_and_read(corpus)));
        bare.extend(times(1, || home.count(corpus, &["--no-cache"])));
        filling.extend(times(1, || home.count(corpus, &[])));
        warm.extend(times(1, || home.count(corpus, &[])));
    }
    vec![
        Row::times("parallel stat walk alone", &stat),
        Row::times("walking and reading alone", &read),
        Row::times("cold `count --no-cache`", &bare),
        Row::new("… ÷ walking and reading", Unit::Ratio, ratios(&bare, &read))
            .at_most(At::Median, 3.0),
        Row::times("cold `count`, filling the cache", &filling),
        Row::new("… ÷ without the cache", Unit::Ratio, ratios(&filling, &bare))
            .at_most(At::Median, 1.4),
        Row::times("warm `count`", &warm),
        Row::new("… ÷ stat walk", Unit::Ratio, ratios(&warm, &stat)).at_most(At::Median, 1.5),
    ]
}
