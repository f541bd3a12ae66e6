//! The program: arguments in, exit code out.

use std::process::ExitCode;

use color_eyre::config::HookBuilder;

fn main() -> ExitCode {
    // The dashboard puts its own hook before this one, so that the terminal is whole first.
    let (report, errors) = HookBuilder::default()
        .panic_section("this is a bug in larder: please report it with what you see above")
        .display_env_section(false)
        .into_hooks();
    errors.install().expect("nothing has installed a hook before the first line of main");
    let report = report.into_panic_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // What is caught on purpose is told where it was caught.
        if !larder::model::panic_is_caught() {
            // The log keeps the report, for the user alone to read.
            tracing::error!("panicked: {}", larder::model::Shown::text(&panic.to_string()));
            report(panic);
        }
    }));
    larder::cli::main()
}
