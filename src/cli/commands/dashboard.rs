//! `larder [PATH]`: the dashboard, on a terminal or once as text.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::CommandFactory as _;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::{Cli, DashboardArgs, ScreenSize},
        commands::keys::keymap,
        connect::Session,
    },
    client::Keep,
    config::{Colour, Config, Flag, nearest},
    model::{Command, Shown},
    ui::{
        self, Answers, BuiltIn, ColourDepth, Glyphs, Keepsakes, Look, Mouse, Multiplexer, Picture,
        Settings, TerminalHints, Theme,
    },
};

/// Opens the dashboard.
pub(in crate::cli) fn run(program: &mut Program, args: &DashboardArgs) -> Result<Exit, Failure> {
    let root = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    is_folder(&root)?;
    let has_screen =
        program.is_interactive() || (args.print_context && program.is_interactive_beside_output());
    if args.once.is_none() && !has_screen {
        return Err(Failure::NoTerminal);
    }
    let config = program.config(Some(root.clone()), flags(args))?;
    let folder = root.canonicalize().unwrap_or_else(|_| root.clone());
    // A screen as text is the same each time: it neither remembers nor is remembered.
    let keepsakes = args.once.is_none().then(|| Keepsakes::of(&config.paths.state, &folder));
    let remembered = keepsakes.as_ref().and_then(Keepsakes::load);
    let settings = Settings {
        is_first: keepsakes.is_some() && remembered.is_none(),
        remembered,
        answers: keepsakes.is_some().then(|| Answers::load(&config.paths.state)),
        keepsakes,
        print_context: args.print_context,
        keymap: keymap(&config)?,
        thresholds: config.budget,
        reduced_motion: config.ui.reduced_motion,
        root: folder,
        editor: editor(program),
        multiplexer: match program.variable("TMUX") {
            Some(_) => Multiplexer::Tmux,
            None => Multiplexer::None,
        },
        log: program.log.clone(),
        values: ui::setting_values(&config),
        file: config.paths.user_file(),
        sources: program.sources(Some(root.clone()), flags(args)),
        home: program.variable("HOME").map(|home| home.trim_end_matches('/').to_owned()),
    };
    let look = look(program, &config)?;
    let keep = if args.no_cache { Keep::Nothing } else { Keep::Cache };
    program.block_on(async |program| {
        let session = Session::open(&config, Some(&root), keep, Arc::clone(&program.clock))?;
        if config.ledger.enabled {
            session.client().send(Command::ReadLogs).await?;
        }
        let Some(keys) = &args.once else {
            let mouse = if config.ui.mouse { Mouse::On } else { Mouse::Off };
            let left = ui::run(session.client(), settings, look, mouse).await?;
            if let Some(context) = &left.context {
                program.output.text(context)?;
            }
            let ending = left.ending;
            return Ok(Exit::Code(u8::try_from(ending.exit_code()).unwrap_or(1)));
        };
        let ScreenSize { columns, rows } = args.size;
        let drawn = ui::once(session.client(), settings, look, (columns, rows), keys).await;
        session.close(&mut program.output).await;
        show(program, args.svg.as_deref(), &root, &drawn?)
    })
}

/// Returns what edits files: VISUAL, then EDITOR, then vi.
fn editor(program: &Program) -> String {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| program.variable(name));
    named.map(str::trim).find(|name| !name.is_empty()).unwrap_or("vi").to_owned()
}

/// Refuses what is no folder before anything else is looked at; whether a folder can be read is
/// seen when it is opened.
fn is_folder(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(found) if !found.is_dir() => Err(Failure::NotFolder(path.to_owned())),
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            let cli = Cli::command();
            let commands = cli.get_subcommands().map(clap::Command::get_name);
            let command = path.to_str().and_then(|word| nearest(word, commands));
            Err(Failure::NoFolder { path: path.to_owned(), command: command.map(str::to_owned) })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn flags(args: &DashboardArgs) -> Vec<Flag> {
    let of = |name, key, value: Option<String>| value.map(|value| Flag { name, key, value });
    [
        of("--model", "model", args.model.clone()),
        of("--encoding", "encoding", args.encoding.map(|encoding| encoding.to_string())),
        of("--theme", "ui.theme", args.theme.clone()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Prints a screen as text, or writes it as a picture.
fn show(
    program: &mut Program,
    svg: Option<&Path>,
    root: &Path,
    picture: &Picture,
) -> Result<Exit, Failure> {
    match svg {
        Some(path) => {
            let name = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
            let name = name.file_name().unwrap_or_default().to_string_lossy();
            let title = format!("larder {}", Shown::text(&name));
            fs::write(path, picture.svg(Some(&title)))
                .map_err(|source| Failure::Write { path: path.to_owned(), source })?;
        }
        None => program.output.text(&picture.text())?,
    }
    Ok(Exit::Done)
}

/// Returns colours and signs as settings and environment want them.
fn look(program: &Program, config: &Config) -> Result<Look, Failure> {
    let depth = match config.ui.colour {
        Colour::Auto => ColourDepth::detect(TerminalHints {
            no_color: program.variable("NO_COLOR"),
            colorterm: program.variable("COLORTERM"),
            term: program.variable("TERM"),
        }),
        Colour::Never => ColourDepth::None,
        Colour::Sixteen => ColourDepth::Sixteen,
        Colour::TwoFiftySix => ColourDepth::TwoFiftySix,
        Colour::True => ColourDepth::True,
    };
    let glyphs = if config.ui.ascii { Glyphs::ascii() } else { Glyphs::unicode() };
    Ok(Look { theme: theme(config, depth)?, glyphs })
}

/// Returns a built-in theme, or one of the user's in the folder `themes` of the settings.
fn theme(config: &Config, depth: ColourDepth) -> Result<Theme, Failure> {
    let name = &config.ui.theme;
    if let Ok(theme) = name.parse::<BuiltIn>() {
        return Ok(Theme::built_in(theme, depth));
    }
    let path = config.paths.config.join("themes").join(format!("{name}.toml"));
    let missing = |path| Failure::NoTheme { name: name.clone(), path };
    if name.contains('/') {
        return Err(missing(path));
    }
    match fs::read_to_string(&path) {
        Ok(text) => {
            Theme::load(&text, depth).map_err(|error| Failure::Theme { name: name.clone(), error })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing(path)),
        Err(source) => Err(crate::config::ConfigError::Unreadable { path, source }.into()),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::config::Paths;

    fn config(folder: &TempDir, theme: &str) -> Config {
        let mut config = Config::defaults(Paths::below(folder.path()));
        theme.clone_into(&mut config.ui.theme);
        config
    }

    #[test]
    fn a_theme_is_built_in_or_a_file_of_the_user() {
        let folder = TempDir::new().unwrap();
        assert!(theme(&config(&folder, "light"), ColourDepth::True).is_ok());
        let missing = theme(&config(&folder, "neon"), ColourDepth::True).unwrap_err();
        assert_eq!(missing.code(), 2);
        let themes = folder.path().join("config/themes");
        fs::create_dir_all(&themes).unwrap();
        fs::write(themes.join("neon.toml"), include_str!("../../../config/themes/dark.toml"))
            .unwrap();
        assert!(theme(&config(&folder, "neon"), ColourDepth::True).is_ok());
        fs::write(themes.join("neon.toml"), "text = 1").unwrap();
        let wrong = theme(&config(&folder, "neon"), ColourDepth::True).unwrap_err();
        assert!(matches!(wrong, Failure::Theme { .. }), "{wrong}");
        let outside = theme(&config(&folder, "../larder"), ColourDepth::True).unwrap_err();
        assert!(matches!(outside, Failure::NoTheme { .. }), "{outside}");
    }

    #[test]
    fn flags_stand_for_settings() {
        let args = DashboardArgs {
            model: Some("gpt-4".to_owned()),
            theme: Some("plain".to_owned()),
            ..DashboardArgs::default()
        };
        let keys: Vec<_> = flags(&args).into_iter().map(|flag| flag.key).collect();
        assert_eq!(keys, ["model", "ui.theme"]);
    }
}
