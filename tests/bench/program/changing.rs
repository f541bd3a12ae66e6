//! A file that is written while the dashboard shows it.

use std::{fs, time::Duration};

use tempfile::TempDir;

use super::{
    home::Home,
    screen::Screen,
    table::{At, Row},
    trees::text,
};

const RUNS: usize = 10;

/// The next change does not meet the wake of the last.
const APART: Duration = Duration::from_millis(900);

/// Measures all rows.
pub(crate) fn rows() -> Vec<Row> {
    let folder = TempDir::new().unwrap();
    for at in 0..20 {
        fs::write(folder.path().join(format!("file_{at:02}.py")), text(at, 1_000)).unwrap();
    }
    let mut screen = Screen::open(&Home::new(), folder.path());
    screen.complete();
    let mut seen = Vec::new();
    for run in 0..RUNS {
        screen.watch(APART);
        let before = line(&screen.text()).unwrap();
        fs::write(folder.path().join("file_07.py"), text(100 + run, 2_000 * (run + 2))).unwrap();
        let written = screen.now();
        let shown = screen.wait_until(|text| {
            line(text).is_some_and(|now| now != before && now.contains(char::is_numeric))
        });
        seen.push(shown.saturating_sub(written));
    }
    screen.quit();
    vec![Row::times("file written → new count on the screen", &seen).at_most(At::Max, 1.0)]
}

/// Returns the tokens beside the name of the file.
fn line(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.contains("file_07.py"))?;
    let rest = line.split("file_07.py").nth(1)?;
    let cells: String = rest.split('│').next()?.split('%').next_back()?.trim().to_owned();
    cells.contains(char::is_numeric).then_some(cells)
}
