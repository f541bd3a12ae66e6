//! A repository on a file system of FUSE, whose changes behind the mount nobody tells of.

use std::{
    fs,
    process::{Command, Stdio},
};

use super::watch::{SIZE, home, leave, shown};
use crate::support::{Home, Terminal, can_unshare, cannot_test};

/// Shows the folder `behind` in the repository while a command runs, which is `$@`. All of it ends
/// with the first process of its namespace.
const MOUNTED: &str = "bindfs -f \"$HOME/behind\" \"$HOME/repo\" & mount=$!
until mountpoint -q \"$HOME/repo\"; do kill -0 $mount || exit 77; sleep 0.05; done
cd \"$HOME/repo\" && \"$@\"; code=$?
cd / && umount \"$HOME/repo\"; wait $mount; exit $code";

const UNSHARE: [&str; 6] = ["-rm", "-p", "-f", "--kill-child", "/bin/sh", "-c"];

/// Returns a home whose repository lies behind a mount; `None`, with words, where none can be made.
fn behind() -> Option<Home> {
    if !can_unshare() {
        return None;
    }
    let home = home(60);
    fs::rename(home.repo(), home.path().join("behind")).unwrap();
    fs::create_dir(home.repo()).unwrap();
    let mut probe = Command::new("unshare");
    probe.args(UNSHARE).args([MOUNTED, "sh", "test", "-d", "d1"]).envs(home.environment());
    probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        cannot_test("no file system of FUSE can be mounted: bindfs shows a folder elsewhere");
        return None;
    }
    Some(home)
}

#[test]
fn changes_behind_a_mount_of_fuse_arrive() {
    let Some(home) = behind() else { return };
    let path = |name: &str| home.path().join("behind").join(name);
    let args = [&UNSHARE[..], &[MOUNTED, "sh", env!("CARGO_BIN_EXE_larder")]].concat();
    let mut terminal = Terminal::running(&home, "/usr/bin/unshare", &args, SIZE);
    terminal.wait_for("all counted");
    terminal.wait_for("polling");
    terminal.wait_for("60 files");
    fs::write(path("d3/late.txt"), "late words").unwrap();
    terminal.wait_for("61 files");
    fs::create_dir_all(path("new/deep")).unwrap();
    fs::write(path("new/deep/er.txt"), "words in folders that are new").unwrap();
    terminal.wait_for("62 files");
    fs::remove_file(path("d4/f4.txt")).unwrap();
    terminal.wait_for("61 files");
    fs::rename(path("d5"), path("moved")).unwrap();
    fs::write(path("d6/f6.txt"), "other words ".repeat(500)).unwrap();
    let whole = home.path().join("behind");
    let truth = home.json(&["count", "--json", "--no-cache", whole.to_str().unwrap()]);
    terminal.wait_for(&shown(&truth["total"]));
    leave(terminal);
}
