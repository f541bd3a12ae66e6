//! A panic in any thread gives the terminal back.
//!
//! The program has no trigger for a panic, so the dashboard runs here with an engine in memory: in
//! a process of its own, which is this test's program once more, in a terminal.

use std::{env, process, thread, time::Duration};

use larder::ui::{Look, Mouse, Settings, UiError, run};

use crate::{
    fake_engine::{Mood, engine},
    support::{Home, Terminal},
};

/// Names the thread that is to panic.
const WHO: &str = "LARDER_TEST_PANICS";

/// What Rust's own handler of panics ends with.
const PANICKED: u32 = 101;

#[test]
fn a_panic_gives_the_terminal_back() {
    for who in ["thread", "task"] {
        let home = Home::new();
        let this = env::current_exe().unwrap();
        let variable = format!("{WHO}={who}");
        let child = "pty::panic::the_dashboard_of_the_test_above";
        let args = [&variable, this.to_str().unwrap(), child, "--exact", "--nocapture"];
        let mut terminal = Terminal::running(&home, "/usr/bin/env", &args, (100, 30));
        terminal.wait_for("module_00001.rs");
        assert!(terminal.is_raw());
        // A mark is a command: with it the panic comes.
        terminal.press(" ");
        let status = terminal.wait_for_end(Duration::from_secs(5));
        assert_eq!(status.exit_code(), PANICKED, "{who}");
        terminal.is_whole();
        let text = terminal.text();
        assert!(text.contains("as this test wants"), "the report is not to be read:\n{text}");
    }
}

#[test]
fn the_dashboard_of_the_test_above() {
    let Ok(who) = env::var(WHO) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let ending = runtime.block_on(async {
        let (client, mut commands) = engine(3, Mood::Settled);
        if who == "task" {
            tokio::spawn(async move {
                commands.recv().await.unwrap();
                panic!("as this test wants");
            });
        } else {
            thread::spawn(move || {
                commands.blocking_recv().unwrap();
                panic!("as this test wants");
            });
        }
        run(client, Settings::default(), Look::ascii(), Mouse::On).await
    });
    assert!(matches!(ending, Err(UiError::Panicked)), "{ending:?}");
    process::exit(PANICKED.cast_signed());
}
