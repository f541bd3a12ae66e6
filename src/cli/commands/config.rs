//! `larder config`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::ConfigArgs,
        table::{Align, Table},
    },
    config::{Config, Effective},
    model::{ModelInfo, PicoUsd, Shown, Tokenizer},
    ui::format::grouped,
};

/// Prints the settings, or the models.
pub(in crate::cli) fn run(program: &mut Program, args: &ConfigArgs) -> Result<Exit, Failure> {
    let config = program.config(Some(PathBuf::from(".")), Vec::new())?;
    match (args.json, args.models) {
        (true, false) => program.output.json(&Report::of(&config))?,
        (true, true) => program.output.json(&Models { models: &config.models })?,
        (false, true) => program.output.text(&models(&config.models).text())?,
        (false, false) => {
            program.output.text(&settings(&config, args.origin).text())?;
            program.output.line("")?;
            program.output.text(&folders(&config).text())?;
        }
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report {
    settings: Vec<SettingRow>,
    paths: Folders,
    ignored: Vec<String>,
}

#[derive(Serialize)]
struct SettingRow {
    key: &'static str,
    value: toml::Value,
    origin: String,
    variable: String,
}

#[derive(Serialize)]
struct Folders {
    config: String,
    cache: String,
    state: String,
    data: String,
}

#[derive(Serialize)]
struct Models<'m> {
    models: &'m [ModelInfo],
}

impl Report {
    fn of(config: &Config) -> Self {
        let row = |one: Effective<'_>| SettingRow {
            key: one.setting.key,
            value: one.value.clone(),
            origin: one.origin.to_string(),
            variable: one.setting.variable(),
        };
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Self {
            settings: config.origins().map(row).collect(),
            paths: Folders {
                config: text(&config.paths.config),
                cache: text(&config.paths.cache),
                state: text(&config.paths.state),
                data: text(&config.paths.data),
            },
            ignored: config.ignored.iter().map(ToString::to_string).collect(),
        }
    }
}

fn settings(config: &Config, with_origin: bool) -> Table {
    let columns = [("setting", Align::Left), ("value", Align::Left), ("set by", Align::Left)];
    let mut table = Table::new(&columns[..if with_origin { 3 } else { 2 }]);
    for one in config.origins() {
        let cells = [one.setting.key.to_owned(), one.value.to_string(), one.origin.to_string()];
        table.row(cells.into_iter().take(if with_origin { 3 } else { 2 }));
    }
    table
}

fn folders(config: &Config) -> Table {
    let mut table = Table::new(&[("folder", Align::Left), ("path", Align::Left)]);
    let paths = &config.paths;
    for (name, path) in [
        ("config", &paths.config),
        ("cache", &paths.cache),
        ("state", &paths.state),
        ("data", &paths.data),
    ] {
        table.row([name.to_owned(), Shown::text(&path.to_string_lossy()).to_string()]);
    }
    table
}

fn models(models: &[ModelInfo]) -> Table {
    let mut table = Table::new(&[
        ("model", Align::Left),
        ("provider", Align::Left),
        ("window", Align::Right),
        ("counted as", Align::Left),
        ("$ per M", Align::Right),
        ("cached", Align::Right),
        ("source", Align::Left),
    ]);
    for model in models {
        let counted = match model.tokenizer {
            Tokenizer::Public => model.encoding.to_string(),
            Tokenizer::Estimated { ratio } => format!("≈ {} × {ratio}", model.encoding),
        };
        table.row([
            model.name.clone(),
            model.provider.clone(),
            grouped(model.window.0),
            counted,
            price(model.input_price),
            price(model.cached_input_price),
            model.source.clone(),
        ]);
    }
    table
}

fn price(price: Option<PicoUsd>) -> String {
    price.map_or_else(|| "unpriced".to_owned(), |price| price.times(1_000_000).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Paths;

    fn config() -> Config {
        Config::defaults(Paths::below(Path::new("/x")))
    }

    #[test]
    fn every_setting_has_a_line_with_its_origin() {
        let text = settings(&config(), true).text();
        assert!(text.starts_with("setting"), "{text}");
        assert!(
            text.lines().any(|line| line.split_whitespace().eq([
                "store.disk-bytes",
                "1073741824",
                "default"
            ])),
            "{text}"
        );
        assert!(!settings(&config(), false).text().contains("default"));
    }

    #[test]
    fn the_json_names_key_value_origin_and_variable() {
        let json = serde_json::to_value(Report::of(&config())).unwrap();
        let row =
            json["settings"].as_array().unwrap().iter().find(|row| row["key"] == "model").unwrap();
        assert_eq!(row["value"], "gpt-5");
        assert_eq!(row["origin"], "default");
        assert_eq!(row["variable"], "LARDER_MODEL");
        assert_eq!(json["paths"]["cache"], "/x/cache");
    }

    #[test]
    fn estimates_are_marked_and_missing_prices_are_unpriced() {
        let mut all = config().models;
        all[0].input_price = None;
        let text = models(&all).text();
        assert!(text.contains("≈ o200k_base × 1.3"), "{text}");
        assert!(text.contains("unpriced"), "{text}");
    }
}
