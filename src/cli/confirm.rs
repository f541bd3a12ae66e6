//! Asking before something is destroyed.

use std::io::{self, BufRead, IsTerminal};

use super::{Failure, Output, Stream};

/// Returns when the person has agreed before, or can be asked.
///
/// # Errors
/// Fails with [`Failure::NeedsYes`].
pub(super) fn can_ask(output: &Output, agreed: bool, command: &'static str) -> Result<(), Failure> {
    if agreed || (io::stdin().is_terminal() && output.is_terminal(Stream::Err)) {
        return Ok(());
    }
    Err(Failure::NeedsYes(command))
}

/// Returns when the person agrees, or has agreed before.
///
/// # Errors
/// Fails with [`Failure::NeedsYes`] when nobody can be asked, and [`Failure::Declined`] when the
/// answer is anything but yes.
pub(super) fn confirm(
    output: &mut Output,
    agreed: bool,
    command: &'static str,
    question: &str,
) -> Result<(), Failure> {
    if agreed {
        return Ok(());
    }
    can_ask(output, agreed, command)?;
    output.ask(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if is_yes(&answer) { Ok(()) } else { Err(Failure::Declined) }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::{super::output::tests::captured, *};

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        for (answer, yes) in
            [("y\n", true), ("YES", true), ("", false), ("n", false), ("yep", false)]
        {
            assert_eq!(is_yes(answer), yes, "{answer}");
        }
    }

    #[test]
    fn without_a_terminal_nothing_is_destroyed() {
        let (mut output, ..) = captured();
        let refused = confirm(&mut output, false, "cache clear", "Clear?").unwrap_err();
        assert_eq!(refused.code(), 2);
        assert!(confirm(&mut output, true, "cache clear", "Clear?").is_ok());
    }
}
