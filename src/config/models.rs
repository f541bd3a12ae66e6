//! The models: the built-in list, and the user's own.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{
    ConfigError,
    layer::{line_of, malformed},
};
use crate::model::{Encoding, ModelInfo, PicoUsd, Tokenizer, Tokens};

/// The built-in list.
const BUILT_IN: &str = include_str!("../../config/models.toml");

/// Tokens that a price is for: providers state dollars per million.
const PRICED_TOKENS: u128 = 1_000_000;

/// A file with models, whatever else it holds.
#[derive(Deserialize)]
struct ModelFile {
    #[serde(default)]
    models: Vec<Spanned<Written>>,
}

/// A model as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    name: String,
    provider: String,
    window: u64,
    encoding: Encoding,
    ratio: Option<f64>,
    input_price: Option<Spanned<String>>,
    cached_input_price: Option<Spanned<String>>,
    source: String,
}

/// Returns the built-in models.
pub(super) fn built_in() -> Vec<ModelInfo> {
    parse(Path::new("config/models.toml"), BUILT_IN).expect("a test reads the built-in models")
}

/// Returns the models of a file.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<ModelInfo>, ConfigError> {
    let file: ModelFile = toml::from_str(text).map_err(|error| malformed(path, text, &error))?;
    let mut models: Vec<ModelInfo> = Vec::with_capacity(file.models.len());
    for written in file.models {
        let at = written.span().start;
        let fail = |offset, message: String| ConfigError::Malformed {
            path: path.to_owned(),
            line: line_of(text, offset),
            message,
        };
        let model = written.into_inner().check(at).map_err(|(at, message)| fail(at, message))?;
        if models.iter().any(|known| known.name == model.name) {
            return Err(fail(at, format!("the model `{}` is there twice", model.name)));
        }
        models.push(model);
    }
    Ok(models)
}

/// Adds models to a list; one with a known name replaces that one in its place.
pub(super) fn merge(models: &mut Vec<ModelInfo>, more: Vec<ModelInfo>) {
    for model in more {
        match models.iter_mut().find(|known| known.name == model.name) {
            Some(known) => *known = model,
            None => models.push(model),
        }
    }
}

impl Written {
    /// Returns the model, or the offset and the sentence of what is wrong with it.
    fn check(self, at: usize) -> Result<ModelInfo, (usize, String)> {
        let name = &self.name;
        if name.is_empty() {
            return Err((at, "a model needs a name".to_owned()));
        }
        if self.window == 0 {
            return Err((at, format!("the window of `{name}` is 0: it is the most input tokens")));
        }
        if self.ratio.is_some_and(|ratio| !(0.01..=100.0).contains(&ratio)) {
            return Err((at, format!("the ratio of `{name}` must lie between 0.01 and 100")));
        }
        Ok(ModelInfo {
            tokenizer: self.ratio.map_or(Tokenizer::Public, |ratio| Tokenizer::Estimated { ratio }),
            input_price: price(self.input_price)?,
            cached_input_price: price(self.cached_input_price)?,
            name: self.name,
            provider: self.provider,
            window: Tokens(self.window),
            encoding: self.encoding,
            source: self.source,
        })
    }
}

/// Returns the price of one token for dollars per million.
fn price(written: Option<Spanned<String>>) -> Result<Option<PicoUsd>, (usize, String)> {
    let Some(written) = written else { return Ok(None) };
    let at = written.span().start;
    let text = written.into_inner();
    let no_price = || {
        let rule = "give dollars per million tokens, such as \"1.25\", with at most 6 decimals";
        (at, format!("`{text}` is no price: {rule}"))
    };
    let million = PicoUsd::parse_dollars(&text).map_err(|_| no_price())?;
    if million.0 % PRICED_TOKENS != 0 {
        return Err(no_price());
    }
    Ok(Some(PicoUsd(million.0 / PRICED_TOKENS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[models]]\nname = \"m\"\nprovider = \"p\"\nwindow = 10\n\
                        encoding = \"o200k_base\"\nsource = \"s\"\n";

    fn error(text: &str) -> String {
        parse(Path::new("f.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn every_built_in_model_is_complete() {
        let models = built_in();
        assert!(models.len() >= 40, "{} models", models.len());
        for model in &models {
            assert!(model.source.contains("litellm"), "{} has no source", model.name);
            assert!(model.window.0 >= 1000, "{} has a tiny window", model.name);
        }
    }

    #[test]
    fn the_default_model_is_priced_and_exact() {
        let models = built_in();
        let gpt5 = models.iter().find(|model| model.name == "gpt-5").unwrap();
        assert_eq!(gpt5.tokenizer, Tokenizer::Public);
        assert_eq!(gpt5.cost(Tokens(1_000_000)).unwrap().to_string(), "1.25");
    }

    #[test]
    fn models_without_a_public_tokenizer_say_where_the_ratio_is_from() {
        for model in built_in() {
            if matches!(model.tokenizer, Tokenizer::Estimated { .. }) {
                assert!(model.source.contains("; ratio "), "{}: {}", model.name, model.source);
            }
        }
    }

    #[test]
    fn a_price_left_out_is_unpriced() {
        let models = parse(Path::new("f"), GOOD).unwrap();
        assert_eq!(models[0].cost(Tokens(5)), None);
    }

    #[test]
    fn errors_name_file_and_line() {
        let bad_price = GOOD.replace("source", "input-price = \"1,25\"\nsource");
        assert!(
            error(&bad_price).starts_with("f.toml:6: `1,25` is no price"),
            "{}",
            error(&bad_price)
        );
        let unknown = GOOD.replace("source", "sauce = 1\nsource");
        assert!(
            error(&unknown).starts_with("f.toml:6: unknown field `sauce`"),
            "{}",
            error(&unknown)
        );
        let twice = format!("{GOOD}{GOOD}");
        assert!(error(&twice).contains("is there twice"), "{}", error(&twice));
        assert!(error(&twice).starts_with("f.toml:7:"), "{}", error(&twice));
        assert!(error(&GOOD.replace("10", "0")).contains("window of `m` is 0"));
        assert!(error(&GOOD.replace("source", "ratio = -1.0\nsource")).contains("ratio of `m`"));
    }
}
