//! Where the logs of each tool lie.
//!
//! Deliberately not here: reading the environment. It is handed in, so that tests need none.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

use super::{
    Stop, UsageLog,
    aider::Aider,
    claude::Claude,
    codex::{self, Codex},
    gemini::Gemini,
    opencode::Opencode,
};
use crate::model::Tool;

/// What the environment does not tell.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// The analytics logs of aider, which lie where their user wants them.
    pub aider_analytics: Vec<PathBuf>,
    /// Folders of projects, where aider keeps its chat history.
    pub projects: Vec<PathBuf>,
    /// The zone of times that are written without one; that of the system when none is given.
    pub zone: Option<TimeZone>,
    /// Ends reading early.
    pub stop: Stop,
}

/// Returns the logs of every tool, whether there are any or not.
#[must_use]
pub fn sources(
    environment: &[(OsString, OsString)],
    options: &SourceOptions,
) -> Vec<Box<dyn UsageLog>> {
    let environment = Environment(environment);
    let SourceOptions { aider_analytics, projects, zone, stop } = options.clone();
    let claude = Claude::new(claude(environment)).until(stop.clone());
    let mut logs: Vec<Box<dyn UsageLog>> = vec![Box::new(claude)];
    if let Some(home) = codex_home(environment) {
        logs.push(Box::new(Codex::new(home).until(stop.clone())));
    }
    logs.push(Box::new(Gemini::new(gemini(environment)).until(stop)));
    let data = environment.folder("OPENCODE_DATA_DIR");
    let data = data.or_else(|| environment.xdg("XDG_DATA_HOME", ".local/share", "opencode"));
    if let Some(folder) = data {
        logs.push(Box::new(Opencode::new(folder)));
    }
    let zone = zone.unwrap_or_else(TimeZone::system);
    logs.push(Box::new(Aider::new(aider_analytics, projects, zone)));
    logs
}

/// Says whether the log of a session of Codex or Gemini CLI is at hand, so that its requests are
/// known from there.
#[must_use]
pub fn has_session(environment: &[(OsString, OsString)], tool: Tool, session: &str) -> bool {
    /// Gemini CLI names its logs by the beginning of the id.
    const SHORT_ID: usize = 8;
    let session = match tool {
        Tool::Gemini => session.get(..SHORT_ID).unwrap_or(session),
        Tool::Codex
        | Tool::ClaudeCode
        | Tool::Opencode
        | Tool::Aider
        | Tool::Script
        | Tool::Larder => session,
    };
    let all = sources(environment, &SourceOptions::default());
    let own = all.iter().filter(|source| source.tool() == tool);
    let has_name = |file: PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.split('.').next().is_some_and(|stem| stem.ends_with(session))
    };
    !session.is_empty() && own.flat_map(|source| source.list().files).any(has_name)
}

/// Returns the model that Codex uses unless it is told another one.
#[must_use]
pub fn codex_model(environment: &[(OsString, OsString)]) -> String {
    codex::usual_model(codex_home(Environment(environment)).as_deref())
}

fn codex_home(environment: Environment<'_>) -> Option<PathBuf> {
    environment.folder("CODEX_HOME").or_else(|| environment.home(".codex"))
}

/// The environment of a process.
#[derive(Clone, Copy, Debug)]
struct Environment<'a>(&'a [(OsString, OsString)]);

impl<'a> Environment<'a> {
    fn text(&self, name: &str) -> Option<&'a OsStr> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_os_str()).filter(|value| !value.is_empty())
    }

    /// Returns a folder that a variable names; a relative one would mean another one for every
    /// process, and is none.
    fn folder(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// Returns a path below the user's folder.
    fn home(&self, below: &str) -> Option<PathBuf> {
        self.folder("HOME").map(|home| home.join(below))
    }

    /// Returns a path below a folder of the XDG rules.
    fn xdg(&self, name: &str, otherwise: &str, below: &str) -> Option<PathBuf> {
        self.folder(name).or_else(|| self.home(otherwise)).map(|folder| folder.join(below))
    }
}

/// Returns the folders of Claude Code's projects.
fn claude(environment: Environment<'_>) -> Vec<PathBuf> {
    if let Some(list) = environment.text("CLAUDE_CONFIG_DIR") {
        let named = list.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        let folders = named.map(|name| Path::new(OsStr::from_bytes(name)));
        return folders.filter(|folder| folder.is_absolute()).map(projects).collect();
    }
    let config = environment.xdg("XDG_CONFIG_HOME", ".config", "claude/projects");
    config.into_iter().chain(environment.home(".claude/projects")).collect()
}

/// Returns the folder of projects in a folder of Claude Code, which may be it already.
fn projects(folder: &Path) -> PathBuf {
    if folder.file_name().is_some_and(|name| name == "projects") {
        folder.to_owned()
    } else {
        folder.join("projects")
    }
}

/// Returns the folders of Gemini CLI's sessions. What replaces its folder is taken as that folder
/// or as the one around it: versions differ.
fn gemini(environment: Environment<'_>) -> Vec<PathBuf> {
    let named = ["GEMINI_CLI_HOME", "GEMINI_DATA_DIR"].map(|name| environment.folder(name));
    let named: Vec<PathBuf> = named.into_iter().flatten().collect();
    if named.is_empty() {
        return environment.home(".gemini/tmp").into_iter().collect();
    }
    let home = environment.folder("HOME");
    let is_home = |folder: &PathBuf| home.as_ref() == Some(folder);
    let around = named.iter().map(|folder| folder.join(".gemini/tmp"));
    let inside = named.iter().filter(|folder| !is_home(folder)).map(|folder| folder.join("tmp"));
    around.chain(inside).collect()
}
