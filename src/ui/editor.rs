//! The editor of the user, on the terminal that we give it meanwhile.

use std::{ffi::OsStr, io, path::Path, process::Command};

use super::{reread::Place, terminal};
use crate::model::Shown;
use rustix::process::{Pid, Signal, WaitOptions, getpgrp, kill_process_group, waitpid};

/// What a shell says when there is no such command.
const NOT_FOUND: i32 = 127;

/// Editors that begin at the line N for `+N`; to another one that would be a file.
const TAKE_LINES: [&str; 12] = [
    "vi",
    "vim",
    "nvim",
    "view",
    "nano",
    "pico",
    "emacs",
    "emacsclient",
    "micro",
    "kak",
    "joe",
    "mg",
];

/// Runs the editor on a file until it ends, and returns how often both were stopped meanwhile. It
/// begins at the line, when there is one and the editor is known to take it.
///
/// `command` may have arguments of its own, as `$EDITOR` may: the shell reads it. The path is
/// never read by the shell.
///
/// # Errors
/// Fails when it cannot be started or watched.
pub(super) fn edit(command: &str, (file, line): &Place) -> io::Result<u32> {
    let script = format!("exec {command} \"$@\"");
    let args = [OsStr::new("-c"), script.as_ref(), "larder".as_ref()];
    let line = line.filter(|_| takes_line(command)).map(|line| format!("+{line}"));
    let screen = terminal::screen().try_clone_to_owned()?;
    let mut child = Command::new("sh").args(args).args(line).arg(file).stdout(screen).spawn()?;
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

/// Returns true for a command that runs an editor which takes the number of a line.
fn takes_line(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    let name = Path::new(program).file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| TAKE_LINES.contains(&name))
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
        let place = (file.clone(), Some(3));
        assert_eq!(edit("cp /dev/null", &place).unwrap(), 0);
        assert_eq!(fs::read_to_string(&file).unwrap(), "");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_an_editor_that_is_known_to_take_a_line_gets_one() {
        let takes = ["vi", "/usr/bin/nvim -n", "nano", "emacsclient -t"];
        assert!(takes.into_iter().all(takes_line));
        assert!(!["", "code --wait", "ed", "cp /dev/null"].into_iter().any(takes_line));
        let folder = tempfile::TempDir::new().unwrap();
        let (editor, file) = (folder.path().join("nano"), folder.path().join("file"));
        fs::write(&editor, "echo \"$1\" > \"$2\"\n").unwrap();
        let command = editor.to_str().unwrap();
        fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(edit(command, &(file.clone(), Some(7))).unwrap(), 0);
        assert_eq!(fs::read_to_string(&file).unwrap(), "+7\n");
    }

    #[test]
    fn an_editor_that_is_not_there_is_named() {
        let place = ("/dev/null".into(), None);
        let error = edit("no-such-editor-anywhere", &place).unwrap_err();
        assert!(error.to_string().contains("no-such-editor-anywhere"), "{error}");
    }
}
