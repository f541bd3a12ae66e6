//! A dashboard that has nothing to do: what it writes and what it computes, and a moving cursor.

use std::{path::Path, time::Duration};

use super::{
    home::Home,
    process,
    screen::Screen,
    table::{At, Row, Unit},
};

/// So long without a byte, and it has settled: the store has saved its statistics, which it does
/// within five seconds after something happened.
const QUIET: Duration = Duration::from_secs(6);

/// Longer than it takes the store to save, if it would.
const WINDOW: Duration = Duration::from_secs(6);

/// No key of a person comes sooner, and no frame comes later.
const BETWEEN_KEYS: Duration = Duration::from_millis(60);

const KEYS: usize = 100;

/// Measures all rows.
pub(crate) fn rows(corpus: &Path) -> Vec<Row> {
    let home = Home::new();
    home.count(corpus, &[]);
    let mut screen = Screen::open(&home, corpus);
    screen.complete();
    screen.settle(QUIET);
    let before = (process::cpu_time(screen.pid()), process::turns(screen.pid()));
    let written = screen.watch(WINDOW);
    let busy = process::cpu_time(screen.pid()).saturating_sub(before.0);
    let turns = process::turns(screen.pid()) - before.1;
    let percent = busy.as_secs_f64() / WINDOW.as_secs_f64() * 100.0;
    let keys = moved(&mut screen);
    screen.quit();
    vec![
        Row::new("bytes to the terminal in 6 s of rest", Unit::Bytes, vec![written as f64])
            .at_most(At::Max, 0.0),
        Row::new("CPU in 6 s of rest", Unit::Percent, vec![percent]).at_most(At::Max, 0.0),
        Row::new("times a thread woke in 6 s of rest", Unit::Times, vec![turns as f64])
            .at_most(At::Max, 0.0),
        Row::new("bytes to the terminal per key that moves the cursor", Unit::Bytes, keys)
            .at_most(At::Median, 400.0),
    ]
}

/// Opens what lies at the top, then moves down and up again.
fn moved(screen: &mut Screen) -> Vec<f64> {
    screen.press("gl");
    screen.settle(BETWEEN_KEYS * 4);
    let keys = (0..KEYS).map(|at| if at % 16 < 8 { "j" } else { "k" });
    let mut bytes = Vec::new();
    for key in keys {
        screen.press(key);
        bytes.push(screen.watch(BETWEEN_KEYS) as f64);
    }
    bytes
}
