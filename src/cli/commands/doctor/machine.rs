//! Checks of terminal, locale and the limits of the system.

use std::fs;

use rustix::process::{Resource, getrlimit};

use super::Check;
use crate::{
    cli::{Program, Stream},
    ui::{ColourDepth, TerminalHints},
};

/// Below so many watches a repository of ordinary size cannot be watched whole.
const ENOUGH_WATCHES: u64 = 65_536;

/// Below so many open files, store, watches and workers get in each other's way.
const ENOUGH_FILES: u64 = 256;

/// Returns every check.
pub(super) fn checks(program: &Program) -> Vec<Check> {
    vec![
        terminal(program),
        colours(program),
        locale(program),
        watches("inotify watches", "max_user_watches", ENOUGH_WATCHES),
        watches("inotify instances", "max_user_instances", 16),
        open_files(),
    ]
}

fn terminal(program: &Program) -> Check {
    let term = program.variable("TERM").unwrap_or_default();
    let is_terminal = program.output.is_terminal(Stream::Out);
    match (is_terminal, term) {
        (false, _) => Check::ok(
            "terminal",
            "the output is no terminal: commands work, the dashboard needs one",
        ),
        (true, "" | "dumb") => Check::warning(
            "terminal",
            "TERM is not set or dumb: the dashboard may not be drawn right",
        ),
        (true, term) => Check::ok("terminal", crate::model::Shown::text(term).to_string()),
    }
}

fn colours(program: &Program) -> Check {
    let hints = TerminalHints {
        no_color: program.variable("NO_COLOR"),
        colorterm: program.variable("COLORTERM"),
        term: program.variable("TERM"),
    };
    let depth = match ColourDepth::detect(hints) {
        ColourDepth::None => "none",
        ColourDepth::Sixteen => "16",
        ColourDepth::TwoFiftySix => "256",
        ColourDepth::True => "24 bits",
    };
    Check::ok("colours", depth)
}

fn locale(program: &Program) -> Check {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| program.variable(name).filter(|value| !value.is_empty()));
    let shown = crate::model::Shown::text(set.unwrap_or("not set")).to_string();
    let lower = shown.to_lowercase();
    if lower.contains("utf-8") || lower.contains("utf8") {
        return Check::ok("locale", shown);
    }
    Check::warning("locale", format!("{shown} is not UTF-8: set LANG, or ui.ascii = true"))
}

fn watches(name: &'static str, file: &str, enough: u64) -> Check {
    let path = format!("/proc/sys/fs/inotify/{file}");
    let limit = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    match limit {
        Some(limit) if limit >= enough => Check::ok(name, limit.to_string()),
        Some(limit) => Check::warning(
            name,
            format!("{limit}: folders beyond are polled; sysctl fs.inotify.{file} raises it"),
        ),
        None => Check::ok(name, "not known on this system"),
    }
}

fn open_files() -> Check {
    match getrlimit(Resource::Nofile).current {
        None => Check::ok("open files", "unlimited"),
        Some(limit) if limit >= ENOUGH_FILES => Check::ok("open files", limit.to_string()),
        Some(limit) => Check::warning("open files", format!("{limit}: raise it with ulimit -n")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{super::State, *};
    use crate::{
        cli::output::tests::captured,
        model::{FakeClock, UnixNanos},
    };

    fn program(variables: &[(&str, &str)]) -> Program {
        Program {
            output: captured().0,
            clock: Arc::new(FakeClock::at(UnixNanos(0))),
            environment: variables.iter().map(|(k, v)| (k.into(), v.into())).collect(),
            log: crate::client::RecentLog::default(),
        }
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let state = |variables: &[(&str, &str)]| locale(&program(variables)).state;
        assert_eq!(state(&[("LANG", "C.UTF-8")]), State::Ok);
        assert_eq!(state(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")]), State::Warning);
        assert_eq!(state(&[("LC_ALL", ""), ("LANG", "de_DE.utf8")]), State::Ok);
        assert_eq!(state(&[]), State::Warning);
    }

    #[test]
    fn colours_follow_the_environment() {
        let found = |variables: &[(&str, &str)]| colours(&program(variables)).found;
        assert_eq!(found(&[("NO_COLOR", "1"), ("TERM", "xterm-256color")]), "none");
        assert_eq!(found(&[("TERM", "xterm-256color")]), "256");
        assert_eq!(found(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]), "24 bits");
    }
}
