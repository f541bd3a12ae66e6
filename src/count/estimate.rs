//! What is shown when nothing can count: a guess, marked as one.

use crate::model::{Encoding, TokenCount, Tokens};

use super::Worker;

/// Returns the number of words between white space, marked as an estimate.
#[must_use]
pub fn estimate_by_words(text: &str) -> TokenCount {
    TokenCount::estimate(Tokens(text.split_whitespace().count() as u64))
}

/// Returns the count of a text in an encoding given by name, or the estimate by words.
///
/// A name nobody knows and an engine that fails are logged as errors, then estimated.
pub fn count_or_estimate(worker: &mut Worker, encoding_name: &str, text: &str) -> TokenCount {
    let encoding = match encoding_name.parse::<Encoding>() {
        Ok(encoding) => encoding,
        Err(error) => {
            tracing::error!(%error, "estimated by words");
            return estimate_by_words(text);
        }
    };
    match worker.count(encoding, text) {
        Ok(tokens) => TokenCount::exact(tokens),
        Err(error) => {
            tracing::error!(%error, "estimated by words");
            estimate_by_words(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};

    #[test]
    fn token_counting_invalid_model_names_the_error_and_estimates() {
        let mut worker = Counter::new(&Options::default()).worker();
        let count = count_or_estimate(&mut worker, "gpt2_base", "a b c");
        assert_eq!(count, TokenCount::estimate(Tokens(3)));
        let error = "gpt2_base".parse::<Encoding>().unwrap_err().to_string();
        assert!(error.contains("unknown encoding `gpt2_base`"), "{error}");
    }

    #[test]
    fn a_known_encoding_is_counted_exactly() {
        let mut worker = Counter::new(&Options::default()).worker();
        let count = count_or_estimate(&mut worker, "cl100k_base", "fn main() {}");
        assert_eq!(count, TokenCount::exact(Tokens(4)));
    }

    #[test]
    fn an_engine_that_fails_is_estimated_not_a_panic() {
        let options = Options { engine: EngineChoice::Reference };
        let mut worker = Counter::new(&options).worker();
        let text = format!("{}x", "\t".repeat(1_000_000));
        let count = count_or_estimate(&mut worker, "cl100k_base", &text);
        assert_eq!(count, TokenCount::estimate(Tokens(1)));
    }
}
