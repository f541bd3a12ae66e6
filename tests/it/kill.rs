//! Killed at any moment: the store opens again, and no number is wrong.

use std::{env, sync::mpsc, thread, time::Duration};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Home, Terminal, is_private};

/// How often the program is killed; the long run takes more.
fn kills() -> u64 {
    if env::var_os("LARDER_LONG").is_some() { 100 } else { 20 }
}

/// Starts to count and kills it after so long, unless it has ended.
fn count_and_kill(home: &Home, after: Duration) {
    let mut child = home.larder(&["count"]).spawn().unwrap();
    let pid = Pid::from_child(&child);
    let (sender, ended) = mpsc::channel();
    let waiter = thread::spawn(move || sender.send(child.wait().unwrap()));
    if ended.recv_timeout(after).is_err() {
        // It may have ended in the meantime.
        kill_process(pid, Signal::KILL).ok();
    }
    waiter.join().unwrap().unwrap();
}

fn mode(home: &Home) -> String {
    home.status()["mode"]["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_count_that_is_killed_at_any_moment_leaves_a_store_that_opens() {
    let home = Home::new();
    home.tree().many(500);
    let truth = home.true_total();
    for round in 0..kills() {
        // Spread over the life of a run: the opening, the filling, the checkpoint at the end.
        count_and_kill(&home, Duration::from_millis(2 + round * 7 % 120));
        let again = home.run(&["count", "--json"]);
        assert_eq!(again.err, "", "round {round}: it complains");
        assert_eq!(again.json()["total"], truth, "round {round}");
        if round % 3 == 0 {
            home.run(&["cache", "clear", "--yes"]).ended_with(0);
        }
    }
    home.count();
    assert_eq!(mode(&home), "ok");
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
    is_private(&home.cache());
}

#[test]
fn a_dashboard_that_is_killed_in_its_warm_up_leaves_a_store_that_opens() {
    let home = Home::new();
    home.tree().many(800);
    let truth = home.true_total();
    for round in 0..kills() / 4 {
        let mut terminal = Terminal::start(&home, 100, 30);
        terminal.wait_for("Tree");
        if round % 2 == 1 {
            terminal.wait_for("all counted");
        }
        terminal.signal(Signal::KILL);
        terminal.wait_for_end(Duration::from_secs(5));
        let again = home.run(&["count", "--json"]);
        assert_eq!((again.err.as_str(), &again.json()["total"]), ("", &truth), "round {round}");
    }
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}

#[test]
fn a_kill_loses_only_the_last_seconds() {
    let home = Home::new();
    home.tree().many(100);
    let mut terminal = Terminal::start(&home, 100, 30);
    terminal.wait_for("all counted");
    // Longer than the time between two checkpoints.
    terminal.wait_for_quiet(Duration::from_secs(6));
    terminal.signal(Signal::KILL);
    terminal.wait_for_end(Duration::from_secs(5));
    assert_eq!(home.count()["computed"], 0, "what a checkpoint wrote is lost");
}

#[test]
fn a_change_of_the_cache_that_is_killed_leaves_a_store_that_opens() {
    let home = Home::new();
    home.tree().many(200);
    let truth = home.true_total();
    for (round, args) in [
        &["cache", "clear", "--yes"][..],
        &["cache", "evict", "--percent", "50", "--yes"],
        &["cache", "verify", "--sample", "100"],
        &["cache", "clear", "--kind", "count", "--yes"],
    ]
    .into_iter()
    .cycle()
    .take(8)
    .enumerate()
    {
        home.count();
        let mut child = home.larder(args).spawn().unwrap();
        let pid = Pid::from_child(&child);
        let (sender, ended) = mpsc::channel();
        let waiter = thread::spawn(move || sender.send(child.wait().unwrap()));
        if ended.recv_timeout(Duration::from_millis(3 + round as u64 * 2)).is_err() {
            kill_process(pid, Signal::KILL).ok();
        }
        waiter.join().unwrap().unwrap();
        let again = home.run(&["count", "--json"]);
        assert_eq!((again.err.as_str(), &again.json()["total"]), ("", &truth), "{args:?}");
    }
}
