//! Puts the layers on top of each other.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::{Table, Value};

use super::{
    Config, ConfigError, Fault, Origin, Paths, Place, Problem, REPOSITORY_FILE, SETTINGS, Setting,
    Sources, Ui, Work, alias,
    layer::{self, Given, Raw},
    models, nearest,
};
use crate::{
    count, ledger,
    model::{ModelInfo, Shown, Thresholds},
    store, walk, watch,
};

/// The defaults.
pub(super) const BUILT_IN: &str = include_str!("../../config/larder.toml");

/// The key of the list of models, which is no plain setting.
const MODELS: &str = "models";

/// Variables that say where other tools keep their logs and caches.
const TOOL_VARIABLES: &[&str] = &[
    "HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "CLAUDE_CONFIG_DIR",
    "CODEX_HOME",
    "GEMINI_CLI_HOME",
    "GEMINI_DATA_DIR",
    "OPENCODE_DATA_DIR",
];

type Values = BTreeMap<&'static str, (Value, Origin)>;

/// What a checked table is read into.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Settings {
    model: String,
    encoding: String,
    cache_dir: PathBuf,
    log: String,
    walk: walk::Options,
    store: store::Options,
    count: count::Options,
    watch: watch::Options,
    work: Work,
    budget: Thresholds,
    spend: ledger::Options,
    ui: Ui,
}

/// The values heard so far, and what is wrong with the others.
#[derive(Default)]
struct Stack {
    values: Values,
    ignored: Vec<Problem>,
    invalid: Vec<Problem>,
}

/// Reads every layer.
pub(super) fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let paths = Paths::from_environment(&sources.environment)?;
    let mut stack = Stack::built_in();
    let mut models = models::built_in();
    let user = paths.user_file();
    if let Some(text) = layer::read_file(&user)? {
        let origin = |line| Origin::User { path: user.clone(), line };
        stack.add(layer::of_file(&user, &text, origin)?);
        models::merge(&mut models, models::parse(&user, &text)?);
    }
    if let Some(root) = &sources.root {
        stack.add_repository(&root.join(REPOSITORY_FILE))?;
    }
    stack.add(alias::of_environment(&sources.environment, &sources.here));
    stack.add(layer::of_environment(&sources.environment));
    stack.add(layer::of_flags(&sources.flags));
    stack.check_order();
    stack.check_batch();
    stack.check_model(&models);
    stack.check_spend();
    if !stack.invalid.is_empty() {
        // Nobody hears of the ignored ones otherwise, until the others are right.
        stack.invalid.append(&mut stack.ignored);
        return Err(ConfigError::Invalid(stack.invalid));
    }
    let named =
        |(name, _): &&(OsString, OsString)| TOOL_VARIABLES.iter().any(|known| name == known);
    let environment = sources.environment.iter().filter(named).cloned().collect();
    Ok(Config { environment, ..build(stack, models, paths) })
}

/// Reads every layer, and the defaults with the reason when one is wrong.
pub(super) fn load_or_defaults(
    sources: &Sources,
) -> Result<(Config, Option<ConfigError>), ConfigError> {
    match load(sources) {
        Ok(config) => Ok((config, None)),
        Err(error @ ConfigError::NoFolder(_)) => Err(error),
        Err(
            error @ (ConfigError::Unreadable { .. }
            | ConfigError::Malformed { .. }
            | ConfigError::Invalid(_)),
        ) => Ok((defaults(Paths::from_environment(&sources.environment)?), Some(error))),
    }
}

/// Returns the built-in layer alone.
pub(super) fn defaults(paths: Paths) -> Config {
    build(Stack::built_in(), models::built_in(), paths)
}

impl Stack {
    fn built_in() -> Self {
        let mut stack = Self::default();
        let path = Path::new("config/larder.toml");
        let given = layer::of_file(path, BUILT_IN, |_| Origin::Default);
        stack.add(given.expect("a test reads the built-in settings"));
        stack
    }

    fn add_repository(&mut self, path: &Path) -> Result<(), ConfigError> {
        if let Some(text) = layer::read_file(path)? {
            let origin = |line| Origin::Repository { path: path.to_owned(), line };
            self.add(layer::of_file(path, &text, origin)?);
        }
        Ok(())
    }

    fn add(&mut self, layer: Vec<Given>) {
        for Given { key, value, origin } in layer {
            let is_repository = matches!(origin, Origin::Repository { .. });
            if key == MODELS && !is_repository && matches!(value, Raw::Typed(_)) {
                continue;
            }
            let problem = |fault| Problem { key: key.clone(), origin: origin.clone(), fault };
            let Some(setting) = Setting::find(&key).filter(|_| key != MODELS) else {
                self.ignored.push(problem(unknown(&key, is_repository)));
                continue;
            };
            if is_repository && setting.place == Place::User {
                self.ignored.push(problem(Fault::NotForRepositories));
                continue;
            }
            let checked = match &value {
                Raw::Typed(value) => setting.shape.check(value),
                Raw::Text(text) => setting.shape.read(text),
                Raw::Wrong(fault) => Err(fault.clone()),
            };
            match checked {
                Ok(value) => drop(self.values.insert(setting.key, (value, origin))),
                Err(fault) => self.invalid.push(problem(fault)),
            }
        }
    }

    /// Holds pairs of settings against each other.
    fn check_order(&mut self) {
        const PAIRS: &[(&str, &str, &str)] = &[
            ("store.low-mark", "below", "store.high-mark"),
            ("budget.warning", "at most", "budget.alert"),
            ("watch.debounce-ms", "at most", "watch.max-wait-ms"),
            ("work.retry.base-ms", "at most", "work.retry.cap-ms"),
        ];
        for (lower, relation, upper) in PAIRS {
            let (Some((low, origin)), Some((high, bound_origin))) =
                (self.values.get(lower), self.values.get(upper))
            else {
                continue;
            };
            let (Some(a), Some(b)) = (low.as_integer(), high.as_integer()) else { continue };
            if a < b || (a == b && *relation == "at most") {
                continue;
            }
            self.invalid.push(Problem {
                key: (*lower).to_owned(),
                origin: origin.clone(),
                fault: Fault::Order {
                    value: a.to_string(),
                    relation,
                    other: upper,
                    bound: b.to_string(),
                    bound_origin: Box::new(bound_origin.clone()),
                },
            });
        }
    }

    /// Names a batch that is larger than what it is taken of.
    fn check_batch(&mut self) {
        let whole = |key| self.values.get(key).and_then(|(value, _)| value.as_integer());
        let (batch, entries) = (whole("store.memory-batch"), whole("store.memory-entries"));
        let (Some(batch), Some(entries)) = (batch, entries) else { return };
        if batch <= entries {
            return;
        }
        if let Some((value, origin)) = self.values.get_mut("store.memory-batch") {
            *value = Value::Integer(entries);
            let why =
                format!("{batch} is more than store.memory-entries: it is taken as {entries}");
            let (key, origin) = ("store.memory-batch".to_owned(), origin.clone());
            self.ignored.push(Problem { key, origin, fault: Fault::Unfit { why } });
        }
    }

    fn check_model(&mut self, models: &[ModelInfo]) {
        let Some((Value::String(name), origin)) = self.values.get("model") else { return };
        if models.iter().any(|model| model.name == *name) {
            return;
        }
        let near = nearest(name, models.iter().map(|model| model.name.as_str()));
        self.invalid.push(Problem {
            key: "model".to_owned(),
            origin: origin.clone(),
            fault: Fault::Model {
                value: Shown::text(name).to_string(),
                nearest: near.map(str::to_owned),
            },
        });
    }
}

impl Stack {
    /// Holds the zone and the budgets against what they can be.
    fn check_spend(&mut self) {
        let text = |key| match self.values.get(key) {
            Some((Value::String(text), _)) => text.clone(),
            Some(_) | None => String::new(),
        };
        let limits = match self.values.get("spend.limits") {
            Some((Value::Array(lines), _)) => {
                lines.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect()
            }
            Some(_) | None => Vec::new(),
        };
        let zone = text("spend.zone");
        let options = ledger::Options { zone, limits, ..ledger::Options::default() };
        let checks =
            [("spend.zone", options.check_zone()), ("spend.limits", options.check_limits())];
        for (key, checked) in checks {
            if let (Err(why), Some((_, origin))) = (checked, self.values.get(key)) {
                let fault = Fault::Unfit { why };
                self.invalid.push(Problem { key: key.to_owned(), origin: origin.clone(), fault });
            }
        }
    }
}

fn unknown(key: &str, is_repository: bool) -> Fault {
    if is_repository && key == MODELS {
        return Fault::NotForRepositories;
    }
    let nearest = if key.starts_with("LARDER_") {
        let variables: Vec<_> = SETTINGS.iter().map(Setting::variable).collect();
        nearest(key, variables.iter().map(String::as_str)).map(str::to_owned)
    } else {
        nearest(key, SETTINGS.iter().map(|setting| setting.key)).map(str::to_owned)
    };
    Fault::Unknown { nearest }
}

fn build(stack: Stack, models: Vec<ModelInfo>, mut paths: Paths) -> Config {
    let settings: Settings = nested(&stack.values)
        .try_into()
        .expect("the table of settings and the options agree, which a test checks");
    if !settings.cache_dir.as_os_str().is_empty() {
        paths.cache = settings.cache_dir;
    }
    let chosen = models.iter().find(|model| model.name == settings.model).cloned();
    Config {
        chosen: chosen.expect("an unknown model was refused before"),
        walk: settings.walk,
        store: settings.store,
        count: settings.count,
        watch: settings.watch,
        work: settings.work,
        budget: settings.budget,
        ledger: ledger::Options { thresholds: settings.budget, ..settings.spend },
        model: settings.model,
        encoding: settings.encoding.parse().ok(),
        ui: settings.ui,
        log: settings.log,
        models,
        paths,
        environment: Vec::new(),
        ignored: stack.ignored,
        values: stack.values,
    }
}

/// Returns the values as the table that their dotted names describe.
fn nested(values: &Values) -> Table {
    let mut root = Table::new();
    for (key, (value, _)) in values {
        let mut table = &mut root;
        let mut parts = key.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                table.insert(part.to_owned(), value.clone());
                break;
            }
            let inner = table.entry(part).or_insert_with(|| Value::Table(Table::new()));
            let Value::Table(inner) = inner else { break };
            table = inner;
        }
    }
    root
}
