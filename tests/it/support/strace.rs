//! Failing and killing chosen calls of the system.

use std::{
    ffi::OsStr,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
};

use super::{Home, Run};

/// Returns true when strace can trace here; a test that needs it has nothing to do otherwise, and
/// says so.
pub(crate) fn can_trace() -> bool {
    let mut command = Command::new("strace");
    command.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    can(&mut command, "strace cannot trace here")
}

/// Returns true when an unprivileged user may be root in a namespace of its own.
pub(crate) fn can_unshare() -> bool {
    let mut command = Command::new("unshare");
    command.args(["-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/tmp"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    can(&mut command, "no namespace can be made here")
}

/// Says, past the harness that would keep it, why a test has nothing to do.
pub(crate) fn cannot_test(why: &str) {
    io::stderr().write_all(format!("nothing was tested: {why}\n").as_bytes()).unwrap();
}

fn can(command: &mut Command, otherwise: &str) -> bool {
    let can = command.status().is_ok_and(|status| status.success());
    if !can {
        cannot_test(otherwise);
    }
    can
}

impl Home {
    /// Returns the program with strace around it, which does these things to its calls.
    pub(crate) fn traced<A: AsRef<OsStr>>(&self, strace: &[&str], args: &[A]) -> Command {
        self.traced_into(Path::new("/dev/null"), strace, args)
    }

    /// Returns the program with strace around it, which writes its calls into a file.
    pub(crate) fn traced_into<A: AsRef<OsStr>>(
        &self,
        log: &Path,
        strace: &[&str],
        args: &[A],
    ) -> Command {
        let mut command = Command::new("strace");
        command.args(["-f", "-o"]).arg(log).args(strace).arg(env!("CARGO_BIN_EXE_larder"));
        command.args(args).current_dir(self.repo());
        command.env_clear().envs(self.environment()).env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program while strace injects this, such as `rename:error=EIO:when=2`.
    pub(crate) fn run_with<A: AsRef<OsStr>>(&self, inject: &str, args: &[A]) -> Run {
        Run::of(&mut self.traced(&["-e", &format!("inject={inject}")], args))
    }

    /// Runs a script of the shell in which `larder` is the program, with a wrapper before it.
    pub(crate) fn script(&self, wrapper: &[&str], script: &str) -> Command {
        let mut words = wrapper.to_vec();
        let text = format!("larder() {{ {} \"$@\"; }}\n{script}", env!("CARGO_BIN_EXE_larder"));
        words.extend(["/bin/sh", "-c", &text]);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(self.repo()).env_clear().envs(self.environment());
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}
