//! The editor of the user, on the terminal that we give it meanwhile.

use std::{ffi::OsStr, io, path::Path, process::Command};

use super::terminal;
use crate::model::Shown;
use rustix::process::{Pid, Signal, WaitOptions, getpgrp, kill_process_group, waitpid};

/// What a shell says when there is no such command.
const NOT_FOUND: i32 = 127;

/// Runs the editor on a file until it ends, and returns how often both were stopped meanwhile.
///
/// `command` may have arguments of its own, as `$EDITOR` may: the shell reads it. The path is
/// never read by the shell.
///
/// # Errors
/// Fails when it cannot be started or watched.
pub(super) fn edit(command: &str, file: &Path) -> io::Result<u32> {
    let script = format!("exec {command} \"$1\"");
    let args = [OsStr::new("-c"), script.as_ref(), "larder".as_ref(), file.as_os_str()];
    let screen = terminal::screen().try_clone_to_owned()?;
    let mut child = Command::new("sh").args(args).stdout(screen).spawn()?;
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return child.wait().map(|_| 0);
    };
    let mut stops = 0;
    loop {
        match waitpid(Some(pid), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => {
                // Its user wants the shell: we stop too, and both go on together.
                stops += 1;
                kill_process_group(getpgrp(), Signal::STOP)?;
            }
            Ok(Some((_, status))) if status.exit_status() == Some(NOT_FOUND) => {
                let shown = Shown::text(command);
                return Err(io::Error::other(format!("`{shown}` is not found")));
            }
            // How it ended, it has said itself.
            Ok(_) => return Ok(stops),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_command_may_have_arguments_and_the_path_is_not_read_by_the_shell() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("a $(touch evil) 'b\n.txt");
        fs::write(&file, "old").unwrap();
        assert_eq!(edit("cp /dev/null", &file).unwrap(), 0);
        assert_eq!(fs::read_to_string(&file).unwrap(), "");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_editor_that_is_not_there_is_named() {
        let error = edit("no-such-editor-anywhere", Path::new("/dev/null")).unwrap_err();
        assert!(error.to_string().contains("no-such-editor-anywhere"), "{error}");
    }
}
