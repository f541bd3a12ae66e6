//! What a result cost by the tool's own prices, half of its tokens in and half out.
//!
//! The tool prices whatever it does not know as one model; here that is unpriced.

use crate::model::{PicoUsd, Tokens};

/// Pico-dollars per token: the mean of the prices in and out.
struct Price {
    provider: &'static str,
    word: &'static str,
    mean: u128,
}

/// The prices per million tokens were 5/15, 30/60, 0.5/1.5, 3/15 and 0.5/1.5 dollars.
const PRICES: [Price; 5] = [
    Price { provider: "xai", word: "grok", mean: 10_000_000 },
    Price { provider: "openai", word: "gpt-4", mean: 45_000_000 },
    Price { provider: "openai", word: "gpt-3.5", mean: 1_000_000 },
    Price { provider: "anthropic", word: "claude", mean: 9_000_000 },
    Price { provider: "google", word: "gemini", mean: 1_000_000 },
];

/// Returns what `tokens` of a model cost; `None` when the prices do not name it.
#[must_use]
pub fn estimated_cost(provider: &str, model: &str, tokens: Tokens) -> Option<PicoUsd> {
    let (provider, model) = (provider.to_lowercase(), model.to_lowercase());
    let served: Vec<_> = PRICES.iter().filter(|price| price.provider == provider).collect();
    let by_word = |price: &&Price| model.contains(price.word);
    let price = match served.as_slice() {
        [] => PRICES.iter().find(by_word),
        [only] => Some(*only),
        several => several.iter().copied().find(by_word),
    };
    price.map(|price| PicoUsd(price.mean).times(tokens.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(provider: &str, model: &str, tokens: u64) -> Option<String> {
        estimated_cost(provider, model, Tokens(tokens)).map(|cost| cost.to_string())
    }

    #[test]
    fn the_documents_own_examples_hold() {
        assert_eq!(dollars("xai", "grok-beta", 5000).as_deref(), Some("0.05"));
        assert_eq!(dollars("openai", "gpt-4-turbo", 5000).as_deref(), Some("0.225"));
        assert_eq!(dollars("anthropic", "x", 5000).as_deref(), Some("0.045"));
        assert_eq!(dollars("google", "gemini-pro", 1000).as_deref(), Some("0.001"));
        assert_eq!(dollars("other", "my-grok", 1).as_deref(), Some("0.00001"));
    }

    #[test]
    fn an_unknown_model_is_unpriced_and_never_priced_as_another() {
        assert_eq!(dollars("other", "llama", 5000), None);
        assert_eq!(dollars("openai", "o1", 5000), None);
    }
}
