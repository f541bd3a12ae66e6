//! Opening the dashboard: the first frame, and a complete tree from a warm cache.

use std::{path::Path, time::Duration};

use super::{
    home::Home,
    screen::Screen,
    table::{At, Row, Unit, ratios},
    timer::times,
    trees,
};

const RUNS: usize = 10;

/// The aim; what must be reached is twice as long.
const FIRST_FRAME: f64 = 0.05;

/// Measures all rows.
pub(crate) fn rows(corpus: &Path) -> Vec<Row> {
    let small = opened(&Home::new(), &trees::small());
    let home = Home::new();
    home.count(corpus, &[]);
    let large = opened(&home, corpus);
    vec![
        first_frame("first frame, 100 files", &small.first),
        first_frame("first frame, the corpus", &large.first),
        Row::times("warm open to a complete tree, the corpus", &large.complete),
        Row::new("… ÷ stat walk", Unit::Ratio, ratios(&large.complete, &large.stat))
            .at_most(At::Median, 1.5),
    ]
}

/// Returns a row about first frames.
pub(crate) fn first_frame(what: impl Into<String>, times: &[Duration]) -> Row {
    Row::times(what, times).at_most(At::Median, FIRST_FRAME)
}

struct Opened {
    first: Vec<Duration>,
    complete: Vec<Duration>,
    stat: Vec<Duration>,
}

fn opened(home: &Home, folder: &Path) -> Opened {
    let (mut first, mut complete, mut stat) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        stat.extend(times(1, || trees::stat_walk(folder)));
        let mut screen = Screen::open(home, folder);
        first.push(screen.first_frame());
        complete.push(screen.complete());
        screen.quit();
    }
    Opened { first, complete, stat }
}
