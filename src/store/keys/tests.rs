//! Changing any one factor of a key is a miss; the order of a set is none.

use proptest::prelude::*;

use super::*;

fn path(name: &str) -> RepoPath {
    RepoPath::new(name.as_bytes()).unwrap()
}

fn tags() -> TagsKey {
    TagsKey { content: ContentHash([1; 32]), grammar: "rust 0.23".to_owned(), query: 2 }
}

fn tree() -> TreeKey {
    TreeKey { content: ContentHash([1; 32]), lines: vec![1, 5], renderer: 1 }
}

fn map() -> MapKey {
    MapKey {
        tags: [7; 32],
        chat: vec![path("a"), path("b")],
        others: vec![path("c")],
        budget: Tokens(1024),
        mentioned_files: vec![path("d")],
        mentioned_names: vec!["main".to_owned(), "run".to_owned()],
        options: 9,
        contents: vec![ContentHash([3; 32])],
    }
}

fn result() -> ResultFactors {
    ResultFactors {
        of: "docs".to_owned(),
        content: ContentHash([1; 32]),
        provider: "xai".to_owned(),
        model: "grok".to_owned(),
        prompt: "p1".to_owned(),
        schema: 1,
    }
}

fn differ<K: Keyed>(one: &K, others: &[K]) {
    let mut keys: Vec<EntryKey> = others.iter().map(Keyed::entry_key).collect();
    keys.push(one.entry_key());
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), others.len() + 1);
}

#[test]
fn every_factor_of_tags_and_trees_changes_the_key() {
    let other = ContentHash([2; 32]);
    differ(
        &tags(),
        &[
            TagsKey { content: other, ..tags() },
            TagsKey { grammar: "rust 0.24".to_owned(), ..tags() },
            TagsKey { query: 3, ..tags() },
        ],
    );
    differ(
        &tree(),
        &[
            TreeKey { content: other, ..tree() },
            TreeKey { lines: vec![1, 6], ..tree() },
            TreeKey { lines: vec![1], ..tree() },
            TreeKey { renderer: 2, ..tree() },
        ],
    );
}

#[test]
fn every_factor_of_a_map_changes_the_key() {
    differ(
        &map(),
        &[
            MapKey { tags: [8; 32], ..map() },
            MapKey { chat: vec![path("a")], ..map() },
            MapKey { chat: vec![path("ab")], ..map() },
            MapKey { others: vec![], ..map() },
            MapKey { chat: map().others, others: map().chat, ..map() },
            MapKey { budget: Tokens(2048), ..map() },
            MapKey { mentioned_files: vec![path("e")], ..map() },
            MapKey { mentioned_names: vec!["main".to_owned()], ..map() },
            MapKey { options: 10, ..map() },
        ],
    );
}

#[test]
fn every_factor_of_a_result_and_of_a_fetch_changes_the_key() {
    differ(
        &result(),
        &[
            ResultFactors { of: "refactor".to_owned(), ..result() },
            ResultFactors { content: ContentHash([2; 32]), ..result() },
            ResultFactors { provider: "other".to_owned(), ..result() },
            ResultFactors { model: "other".to_owned(), ..result() },
            ResultFactors { prompt: "p2".to_owned(), ..result() },
            ResultFactors { schema: 2, ..result() },
        ],
    );
    let (a, b) = ("https://a".to_owned(), "https://b".to_owned());
    differ(&FetchKey::Url(a.clone()), &[FetchKey::Url(b), FetchKey::Pattern(a)]);
}

#[test]
fn kinds_never_share_a_key() {
    let count = CountKey {
        hash: ContentHash([1; 32]),
        encoding: crate::model::Encoding::O200kBase,
        version: 2,
    };
    let keys = [count.entry_key(), tags().entry_key(), tree().entry_key(), map().entry_key()];
    let all: std::collections::HashSet<_> = keys.into_iter().collect();
    assert_eq!(all.len(), 4);
}

proptest! {
    #[test]
    fn the_order_of_a_set_is_no_factor(
        lines in prop::collection::vec(0_u32..50, 0..9),
        names in prop::collection::vec("[a-c]{1,3}", 0..5),
    ) {
        let backwards = TreeKey { lines: lines.iter().rev().copied().collect(), ..tree() };
        prop_assert_eq!(TreeKey { lines, ..tree() }.entry_key(), backwards.entry_key());
        let paths: Vec<RepoPath> = names.iter().map(|name| path(name)).collect();
        let one = MapKey { chat: paths.clone(), mentioned_names: names.clone(), ..map() };
        let other = MapKey {
            chat: paths.into_iter().rev().collect(),
            mentioned_names: names.into_iter().rev().collect(),
            ..map()
        };
        prop_assert_eq!(one.entry_key(), other.entry_key());
    }

    #[test]
    fn two_sets_of_names_share_a_key_only_when_they_are_equal(
        a in prop::collection::btree_set("[ab]{0,2}", 0..4),
        b in prop::collection::btree_set("[ab]{0,2}", 0..4),
    ) {
        let key = |names: &std::collections::BTreeSet<String>| {
            MapKey { mentioned_names: names.iter().cloned().collect(), ..map() }.entry_key()
        };
        prop_assert_eq!(key(&a) == key(&b), a == b);
    }
}
