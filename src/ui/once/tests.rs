use super::*;

fn keys(text: &str) -> String {
    let keys = parse(text).unwrap();
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn characters_are_keys_and_names_are_in_brackets() {
    assert_eq!(keys("jG<enter>/a b<esc><ctrl-d><lt>>"), "j G enter / a space b esc ctrl-d < >");
    assert_eq!(keys(""), "");
}

#[test]
fn mistakes_in_keys_are_named_with_their_place() {
    for (text, position, part) in
        [("jj<entr>", 3, "entr"), ("j<esc", 2, "without"), ("日\n", 2, "no key"), ("<>", 1, "``")]
    {
        let Err(UiError::BadKeys { position: at, problem }) = parse(text) else {
            panic!("{text} was taken")
        };
        assert_eq!(at, position, "{text}");
        assert!(problem.contains(part), "{problem}");
    }
}

/// What a fake engine tells when somebody begins to listen.
fn snapshot(busy: bool) -> Snapshot {
    let model = ModelInfo {
        name: "gpt-5".into(),
        provider: "openai".into(),
        window: Tokens(272_000),
        encoding: Encoding::O200kBase,
        tokenizer: Tokenizer::Public,
        input_price: None,
        cached_input_price: None,
        source: "test".into(),
    };
    Snapshot {
        sequence: Sequence(0),
        tree: TreeSummary::default(),
        work: WorkView { busy, ..WorkView::default() },
        tasks: TasksView::default(),
        cache: CacheStatus::default(),
        context: Context::default(),
        model,
        watch: WatchState::Off,
    }
}
