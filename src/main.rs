//! The program: arguments in, exit code out.

use std::process::ExitCode;

use color_eyre::config::HookBuilder;

fn main() -> ExitCode {
    // The dashboard puts its own hook before this one, so that the terminal is whole first.
    HookBuilder::default()
        .panic_section("this is a bug in larder: please report it with what you see above")
        .display_env_section(false)
        .install()
        .expect("nothing has installed a hook before the first line of main");
    larder::cli::main()
}
