//! Killing a program again and again, at moments spread over its life.

use std::{
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

/// How a run ended that was to be killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    /// In time.
    Killed,
    /// It was through before; holds its exit code.
    Ended(Option<i32>),
}

/// Runs a command and kills it after so long, unless it has ended.
pub(crate) fn kill_after(command: &mut Command, after: Duration) -> Fate {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pid = Pid::from_child(&child);
    let (sender, ended) = mpsc::channel();
    let waiter = thread::spawn(move || sender.send(child.wait().unwrap()));
    let status = ended.recv_timeout(after).or_else(|_| {
        // It may have ended in the meantime.
        kill_process(pid, Signal::KILL).ok();
        ended.recv()
    });
    waiter.join().unwrap().ok();
    let code = status.unwrap().code();
    if code.is_none() { Fate::Killed } else { Fate::Ended(code) }
}

/// Moments spread over the life of a program, whose length is learnt from how its runs ended.
#[derive(Debug)]
pub(crate) struct Moments {
    reach: u64,
    round: u64,
    /// False until a run has ended by itself: on a slow machine its life may be a hundred times as
    /// long as on a fast one.
    is_known: bool,
}

/// The shortest life, in microseconds.
const SHORTEST: u64 = 4_000;

impl Moments {
    /// Returns the moments of a program that may live so long.
    pub(crate) fn up_to(reach: Duration) -> Self {
        Self { reach: u64::try_from(reach.as_micros()).unwrap(), round: 0, is_known: false }
    }

    /// Returns the next one: parts of the golden ratio leave no gap.
    pub(crate) fn next(&mut self) -> Duration {
        if !self.is_known {
            return Duration::from_micros(self.reach);
        }
        self.round += 1;
        Duration::from_micros(self.reach * (self.round * 618 % 1_000) / 1_000)
    }

    /// Learns from the run that was to be killed then.
    pub(crate) fn learn(&mut self, fate: Fate, after: Duration) {
        let after = u64::try_from(after.as_micros()).unwrap();
        self.reach = match fate {
            Fate::Killed if !self.is_known => self.reach * 2,
            Fate::Killed if after > self.reach / 10 * 8 => self.reach / 10 * 13,
            Fate::Killed => self.reach,
            Fate::Ended(_) => (self.reach / 10 * 9).max(SHORTEST),
        };
        self.is_known |= matches!(fate, Fate::Ended(_));
    }
}

/// Kills runs of what `command` makes until so many were killed in time; `stands` looks at what
/// each has left. The first argument of both is the number of the run.
pub(crate) fn besiege(
    kills: u32,
    mut command: impl FnMut(u32) -> Command,
    mut stands: impl FnMut(u32, Fate),
) {
    let mut moments = Moments::up_to(Duration::from_millis(60));
    let mut killed = 0;
    for round in 0..kills * 5 {
        let after = moments.next();
        let fate = kill_after(&mut command(round), after);
        moments.learn(fate, after);
        stands(round, fate);
        killed += u32::from(fate == Fate::Killed);
        if killed == kills {
            return;
        }
    }
    panic!("only {killed} of {kills} kills came in time");
}
