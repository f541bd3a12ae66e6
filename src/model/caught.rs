//! Panics that are caught on purpose, so that hooks can tell them from those that are not.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::Shown;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Runs something whose panic fails it alone, and returns what the panic said, safe to show.
///
/// # Errors
/// Fails with the message of the panic.
pub fn catch_panic<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    let before = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(before);
    result.map_err(|panic| panic_text(panic.as_ref()))
}

/// Returns true while a panic of this thread would be caught: a hook that restores a terminal or
/// prints a report should let it pass.
#[must_use]
pub fn panic_is_caught() -> bool {
    CATCHING.get()
}

/// Returns what a panic said, safe to show.
#[must_use]
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Shown::text(text.unwrap_or("no message")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caught_panic_is_known_as_such_and_told() {
        assert!(!panic_is_caught());
        assert_eq!(catch_panic(panic_is_caught), Ok(true));
        assert_eq!(catch_panic(|| panic!("a\x1bb")).map(|()| 0), Err("a\\x1bb".to_owned()));
        assert!(!panic_is_caught());
    }
}
