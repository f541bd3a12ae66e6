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
