//! Counting a repository without the dashboard: whole processes against what they cannot avoid.

use std::path::Path;

use super::{
    home::Home,
    table::{At, Row, Unit, ratios},
    timer::times,
    trees,
};

/// Enough for a median; the first of each shows what the file system had forgotten.
const RUNS: usize = 5;

/// Measures all rows.
pub(crate) fn rows(corpus: &Path) -> Vec<Row> {
    let home = Home::new();
    trees::walk_and_read(corpus);
    let stat = times(RUNS * 2, || trees::stat_walk(corpus));
    let read = times(RUNS * 2, || trees::walk_and_read(corpus));
    let bare = times(RUNS, || home.count(corpus, &["--no-cache"]));
    let mut filling = Vec::new();
    for _ in 0..RUNS {
        home.forget();
        filling.extend(times(1, || home.count(corpus, &[])));
    }
    let warm = times(RUNS * 2, || home.count(corpus, &[]));
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
