//! The user's own prices.

use super::*;
use crate::{ledger::How, model::Quality};

fn error(text: &str) -> String {
    Prices::with_user(Path::new("prices.toml"), text).unwrap_err().to_string()
}

#[test]
fn own_prices_come_first_and_can_have_dates() {
    let prices = own(concat!(
        "[[models]]\nname = \"openai/gpt-4o\"\nfrom = \"2026-01-01\"\ninput = 1\noutput = 1\n",
        "[[models]]\nname = \"gemini/gpt-4o\"\ninput = 7\noutput = 7\n",
        "[[models]]\nname = \"openai/gpt-4o\"\nfrom = \"2026-06-01\"\ninput = 2\noutput = 2\n",
    ));
    for (provider, day, cost) in [
        ("openai", "2025-12-31", "2.50"),
        ("openai", "2026-01-01", "1.00"),
        ("openai", "2026-06-01", "2.00"),
        ("google", "2026-06-01", "7.00"),
    ] {
        let mut request = request(provider, "gpt-4o", day);
        request.tokens = input(1_000_000);
        let charge = prices.charge(&request);
        assert_eq!(charge.cost, dollars(cost), "{day}: {}", charge.explain);
        assert_eq!(charge.quality, Quality::Exact);
    }
    let explained = prices.explain("openai/gpt-4o", "2026-06-02".parse().unwrap());
    assert_eq!((explained.how, explained.spans.len()), (Some(How::Own), 2));
    assert!(explained.spans[1].is_asked && !explained.spans[0].is_asked);
}

#[test]
fn a_bare_name_holds_at_any_provider() {
    let prices = own("[[models]]\nname = \"My-Model\"\ninput = 1\noutput = 1\n");
    for (provider, model) in [("", "my-model"), ("proxy", "my-model"), ("", "openai/my-model")] {
        let mut request = request(provider, model, "2026-05-01");
        request.tokens = input(1_000_000);
        assert_eq!(prices.charge(&request).cost, dollars("1.00"), "{provider} {model}");
    }
}

#[test]
fn own_prices_make_a_local_model_cost_something() {
    let prices = own("[[models]]\nname = \"ollama/big\"\ninput = 0.1\noutput = 0.1\n");
    let mut request = request("ollama", "big", "2026-05-01");
    request.tokens = input(1_000_000);
    assert_eq!(prices.charge(&request).cost, dollars("0.10"));
}

#[test]
fn a_discount_is_taken_off_everything_of_its_provider() {
    let prices = own("[providers.anthropic]\ndiscount = 12.5\n");
    let mut request = request("anthropic", "claude-sonnet-4-5", "2026-05-01");
    request.tokens = input(100_000);
    request.web_searches = 1;
    let charge = prices.charge(&request);
    assert_eq!(charge.cost, dollars("0.27125"), "{}", charge.explain);
    let explained = prices.explain("claude-sonnet-4-5", "2026-05-01".parse().unwrap());
    assert_eq!(explained.paid_percent.as_deref(), Some("87.50"));
}

#[test]
fn errors_name_file_line_and_model_and_say_what_to_do() {
    let good = "[[models]]\nname = \"m\"\ninput = 1\noutput = 2\n";
    for (text, expected) in [
        (good.replace("= 1", "= -1"), "prices.toml:3: model `m`: `-1` is not right"),
        (good.replace("= 1", "= \"1,5\""), "prices.toml:3: model `m`: `1,5` is not right"),
        (good.replace("= 1", "= 0.0000001"), "prices.toml:3: model `m`: `0.0000001` is not right"),
        (good.replace("= 1", "= true"), "prices.toml:3: model `m`: invalid type"),
        (good.replace("output", "outputs"), "prices.toml:"),
        (format!("{good}{good}"), "prices.toml:5: model `m`: it is there twice"),
        ("[[models]]\nname = \"m\"\n".to_owned(), "prices.toml:1: model `m`: it needs a price"),
        ("[providers.x]\ndiscount = 101\n".to_owned(), "prices.toml:2: give percent"),
        ("\n\nx".to_owned(), "prices.toml:3:"),
    ] {
        let error = error(&text);
        assert!(error.starts_with(expected), "{error}\nin:\n{text}");
        assert!(
            error.ends_with(
                "; correct that line, or move the file away to go by the built-in prices"
            )
        );
    }
    assert!(error(&good.replace("output", "outputs")).contains("outputs"));
    let late = "[[models]]\ninput = -1\noutput = 2\nname = \"late\"\n";
    assert!(error(&format!("{good}{late}{good}")).starts_with("prices.toml:6: model `late`: `-1`"));
    assert!(
        error(&format!("{good}[providers.x]\ndiscount = 101\n")).starts_with("prices.toml:6: give")
    );
}

#[test]
fn the_version_changes_with_the_file() {
    let version = |text: &str| own(text).version();
    assert_ne!(version(""), Prices::built_in().version());
    assert_ne!(version(""), version("# x"));
    assert!(Prices::built_in().version().starts_with("litellm "));
}

#[test]
fn a_missing_file_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let prices = Prices::load(&folder.path().join("prices.toml")).unwrap();
    assert_eq!(prices.version(), Prices::built_in().version());
    assert!(Prices::load(folder.path()).is_err());
}

#[test]
fn new_prices_change_only_the_open_period() {
    let requests: Vec<Request> = ["2026-04-30", "2026-05-01", "2026-05-02"]
        .map(|day| {
            let mut request = request("", "m", day);
            request.tokens = input(1_000_000);
            request
        })
        .into();
    let old = own("[[models]]\nname = \"m\"\ninput = 3\noutput = 1\n");
    let new = own(concat!(
        "[[models]]\nname = \"m\"\ninput = 1\noutput = 1\n",
        "[[models]]\nname = \"m\"\nfrom = \"2026-05-02\"\ninput = 3\noutput = 1\n"
    ));
    let kept = requests.iter().map(|request| {
        let charge = old.charge(request);
        Kept { request, cost: charge.cost, quality: charge.quality }
    });
    let changes = new.compare(kept, requests[1].at);
    assert_eq!((changes.changed, changes.closed, changes.newly_priced), (1, 1, 0));
    assert_eq!(changes.difference.to_string(), "-2.00");
    assert_eq!(changes.models["m"].before.to_string(), "3.00");
}

#[test]
fn prices_in_another_currency_go_by_the_rate_of_their_day() {
    let text = concat!(
        "[[currencies]]\nname = \"EUR\"\nusd = 1.1\n",
        "[[currencies]]\nname = \"EUR\"\nfrom = \"2026-03-01\"\nusd = \"1.2\"\n",
        "[[currencies]]\nname = \"EUR\"\nfrom = \"2026-07-01\"\nusd = 1.5\n",
        "[[models]]\nname = \"m\"\ncurrency = \"EUR\"\ninput = 10\noutput = 1\n",
        "tiers = [{ over = 2_000_000, input = 20 }]\n",
        "[[models]]\nname = \"m\"\nfrom = \"2026-05-01\"\ninput = 7\noutput = 1\n",
    );
    let prices = own(text);
    let cost = |day: &str, tokens: u64| {
        let mut request = request("", "m", day);
        request.tokens = input(tokens);
        prices.charge(&request)
    };
    assert_eq!(cost("2026-02-28", 1_000_000).cost, dollars("11.00"));
    assert_eq!(cost("2026-03-01", 1_000_000).cost, dollars("12.00"));
    assert_eq!(cost("2026-03-01", 3_000_000).cost, dollars("72.00"), "tiers too");
    // The prices that follow are in dollars, whatever becomes of the euro.
    assert_eq!(cost("2026-05-01", 1_000_000).cost, dollars("7.00"));
    assert_eq!(cost("2026-07-02", 1_000_000).cost, dollars("7.00"));
    let explained = prices.explain("m", "2026-03-02".parse().unwrap());
    let spans: Vec<&str> = explained.spans.iter().map(|span| span.source.as_str()).collect();
    assert_eq!(spans.len(), 3, "{spans:?}");
    assert!(spans[1].ends_with("prices.toml, EUR at $1.20"), "{spans:?}");
}

#[test]
fn a_currency_without_a_rate_is_an_error_that_says_what_to_do() {
    let model = "[[models]]\nname = \"m\"\ncurrency = \"EUR\"\ninput = 1\noutput = 1\n";
    let missing = error(model);
    assert!(missing.starts_with("prices.toml:1: model `m`: no rate of `EUR`"), "{missing}");
    let late = "[[currencies]]\nname = \"EUR\"\nfrom = \"2026-03-01\"\nusd = 1.2\n";
    let late_error = error(&format!("{late}{model}"));
    assert!(late_error.starts_with("prices.toml:5: model `m`: no rate of `EUR` holds on any day"));
    assert!(error(&late.replace("1.2", "0")).starts_with("prices.toml:4: give what one of it"));
    assert!(error(&format!("{late}{late}")).starts_with("prices.toml:5: `EUR` is there twice"));
}

#[test]
fn the_example_of_the_readme_says_what_it_prices() {
    let readme = include_str!("../../../../README.md");
    let from = readme.find("[providers.anthropic]").unwrap();
    let example = &readme[from..from + readme[from..].find("```").unwrap()];
    let prices = own(example);
    let cost = |provider: &str, model: &str, day: &str, tokens| {
        let mut request = request(provider, model, day);
        request.tokens = input(tokens);
        prices.charge(&request).cost
    };
    assert_eq!(cost("mistral", "my-model", "2026-05-01", 100_000), dollars("0.135"));
    assert_eq!(cost("mistral", "my-model", "2026-05-01", 1_000_000), dollars("2.70"), "the tier");
    assert_eq!(cost("mistral", "my-model", "2026-04-30", 100_000), None);
    let listed = cost("anthropic", "claude-sonnet-4-5", "2026-05-01", 100_000);
    assert_eq!(listed, dollars("0.27"), "less the discount");
}
