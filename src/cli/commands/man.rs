//! `larder man`.

use clap::CommandFactory;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use crate::{
    cli::{Exit, Failure, Program, args::Cli},
    config::SETTINGS,
};

/// Prints the manual page of the program with all its commands.
pub(in crate::cli) fn run(program: &mut Program) -> Result<Exit, Failure> {
    program.output.bytes(&page()?)?;
    Ok(Exit::Done)
}

fn page() -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let mut command = Cli::command().flatten_help(true);
    command.build();
    let man = Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    describe(&mut roff, "larder", &command);
    roff.control("SH", ["ENVIRONMENT"]);
    for setting in SETTINGS {
        roff.control("TP", []);
        roff.text([bold(setting.variable())]);
        roff.text([roman(format!("sets {}: {}", setting.key, setting.shape.expected()))]);
    }
    roff.control("SH", ["EXIT STATUS"]);
    roff.text([roman("0 done, 1 failed, 2 wrong arguments or settings, 3 a check did not hold")]);
    roff.to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// Describes the commands below `command`, each with its arguments.
fn describe(roff: &mut Roff, path: &str, command: &clap::Command) {
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        let path = format!("{path} {}", inner.get_name());
        roff.control("SS", [path.as_str()]);
        if let Some(about) = inner.get_about() {
            roff.text([roman(about.to_string())]);
        }
        for argument in inner.get_arguments().filter(|argument| argument.get_id() != "help") {
            roff.control("TP", []);
            roff.text([bold(argument.to_string())]);
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            roff.text([roman(help)]);
        }
        describe(roff, &path, inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_command_and_variable() {
        let page = String::from_utf8(page().unwrap()).unwrap();
        for word in ["larder cache evict", "larder count", "LARDER_STORE_DISK_BYTES", "EXIT STATUS"]
        {
            assert!(page.contains(word) || page.contains(&word.replace('-', "\\-")), "{word}");
        }
    }
}
