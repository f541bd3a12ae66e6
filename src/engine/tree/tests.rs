use proptest::prelude::*;

use super::*;
use crate::model::{
    Bytes, Filter, Fingerprint, Mark, MarkChange, MarkLevel, RowKind, RowsQuery, Tokens, UnixNanos,
    Unmarked,
};

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).unwrap()
}

fn text_file(tokens: u64) -> File {
    let fingerprint =
        Fingerprint { size: Bytes(tokens * 4), modified: UnixNanos(1), ..Fingerprint::default() };
    let mut file = File::new(fingerprint, FileState::Text);
    file.set_count(Encoding::O200kBase, Some(Tokens(tokens)));
    file
}

fn put(tree: &mut Tree, at: &str, file: File) -> NodeId {
    let at = path(at);
    let parent = tree.folder(&at.parent().unwrap(), 1);
    tree.put_file(parent, at.name(), file, 1)
}

fn sample() -> Tree {
    let mut tree = Tree::new(Encoding::O200kBase);
    put(&mut tree, "src/big.rs", text_file(900));
    put(&mut tree, "src/small.rs", text_file(100));
    put(&mut tree, "docs/Guide.md", text_file(500));
    put(&mut tree, "README.md", text_file(50));
    put(&mut tree, "logo.png", File::new(Fingerprint::default(), FileState::Binary));
    tree
}

fn names(page: &crate::model::RowsPage) -> Vec<String> {
    page.rows.iter().map(|row| row.path.to_text().into_owned()).collect()
}

fn all(tree: &mut Tree, query: RowsQuery) -> Vec<String> {
    names(&tree.rows(&RowsQuery { len: 100, ..query }))
}

#[test]
fn totals_reach_the_root() {
    let mut tree = sample();
    assert_eq!(tree.totals().tokens, 1550);
    assert_eq!(tree.totals().files, 5);
    assert_eq!(tree.skips().binary, 1);
    let id = tree.find(&path("src/big.rs")).unwrap();
    tree.change(id, |file| file.set_count(Encoding::O200kBase, Some(Tokens(1))));
    assert_eq!(tree.totals().tokens, 651);
    tree.change(id, File::forget);
    assert_eq!((tree.totals().tokens, tree.totals().pending), (650, 1));
}

#[test]
fn cold_spots_hold_each_file_once_also_those_above() {
    let mut tree = Tree::new(Encoding::O200kBase);
    for (at, hit) in [("top.rs", false), ("a/1.rs", false), ("a/2.rs", true), ("b/1.rs", true)] {
        let mut file = text_file(5);
        file.from_cache = hit;
        put(&mut tree, at, file);
    }
    for at in ["a/deep/1.rs", "a/deep/below/2.rs", "a/deep/below/3.rs"] {
        put(&mut tree, at, text_file(5));
    }
    let spots = tree.cold_spots(9);
    let told: Vec<_> = spots.iter().map(|spot| (&*spot.place, spot.misses, spot.files)).collect();
    assert_eq!(told, [("a/deep", 3, 3), (".", 1, 1), ("a", 1, 2)]);
    assert_eq!(tree.cold_spots(1).len(), 1);
}

#[test]
fn rows_come_sorted_and_only_as_asked() {
    let mut tree = sample();
    let query = RowsQuery::default();
    assert_eq!(all(&mut tree, query.clone()), ["src", "docs", "README.md", "logo.png"]);
    let by_name = RowsQuery { sort: Sort::Name, ..query.clone() };
    assert_eq!(all(&mut tree, by_name), ["docs", "src", "README.md", "logo.png"]);
    let reverse = RowsQuery { order: Order::Reverse, ..query.clone() };
    assert_eq!(all(&mut tree, reverse), ["logo.png", "README.md", "docs", "src"]);
    let page = tree.rows(&RowsQuery { from: 1, len: 2, ..query });
    assert_eq!((names(&page), page.total), (vec!["docs".into(), "README.md".into()], 4));
}

#[test]
fn open_folders_show_their_children_in_place() {
    let mut tree = sample();
    let src = tree.find(&path("src")).unwrap();
    let page = tree.rows(&RowsQuery { open: vec![src], len: 3, ..RowsQuery::default() });
    assert_eq!(names(&page), ["src", "src/big.rs", "src/small.rs"]);
    assert_eq!((page.rows[1].depth, page.rows[1].largest_sibling), (1, Tokens(900)));
    assert_eq!(page.rows[0].kind, RowKind::Folder { open: true });
    assert_eq!(page.total, 6);
}

#[test]
fn the_page_moves_to_the_followed_entry() {
    let mut tree = sample();
    let last = tree.find(&path("logo.png"));
    let page = tree.rows(&RowsQuery { len: 2, follow: last, ..RowsQuery::default() });
    assert_eq!((page.from, page.follow_at), (2, Some(3)));
    let first = tree.find(&path("src"));
    let page = tree.rows(&RowsQuery { from: 2, len: 2, follow: first, ..RowsQuery::default() });
    assert_eq!((page.from, page.follow_at), (0, Some(0)));
}

#[test]
fn a_filter_lists_matches_of_the_whole_tree() {
    let mut tree = sample();
    let filter = |text: &str| RowsQuery {
        filter: Some(Filter(text.into())),
        sort: Sort::Name,
        ..RowsQuery::default()
    };
    assert_eq!(all(&mut tree, filter("guide")), ["docs/Guide.md"]);
    assert_eq!(all(&mut tree, filter("Guide")), ["docs/Guide.md"]);
    assert!(all(&mut tree, filter("GUIDE")).is_empty());
    assert_eq!(all(&mut tree, filter("*.rs")), ["src/big.rs", "src/small.rs"]);
    assert_eq!(all(&mut tree, filter("src/*l.rs")), ["src/small.rs"]);
    let page = tree.rows(&filter("[a"));
    assert!(page.bad_filter.is_some() && page.rows.is_empty());
}

#[test]
fn what_matches_is_summed_up_with_each_file_once() {
    let mut tree = sample();
    put(&mut tree, "src/deep/src.rs", File::new(Fingerprint::default(), FileState::Text));
    let mut matched = |text: &str| {
        let filter = Some(Filter(text.into()));
        let page = tree.rows(&RowsQuery { filter, len: 1, ..RowsQuery::default() });
        (page.total, page.matched.files, page.matched.tokens, page.matched.pending)
    };
    // The folder, all in it, and what is called so below it.
    assert_eq!(matched("src"), (5, 3, Tokens(1000), 1));
    assert_eq!(matched("*.md"), (2, 2, Tokens(550), 0));
    assert_eq!(matched("nothing"), (0, 0, Tokens(0), 0));
}

#[test]
fn a_filter_sees_files_that_come_later() {
    let mut tree = sample();
    let query =
        RowsQuery { filter: Some(Filter(".rs".into())), sort: Sort::Name, ..RowsQuery::default() };
    assert_eq!(all(&mut tree, query.clone()).len(), 2);
    put(&mut tree, "src/new.rs", text_file(1));
    assert_eq!(all(&mut tree, query), ["src/big.rs", "src/new.rs", "src/small.rs"]);
}

#[test]
fn marks_of_a_folder_are_the_marks_of_its_files() {
    let mut tree = sample();
    let src = tree.find(&path("src")).unwrap();
    let small = tree.find(&path("src/small.rs")).unwrap();
    tree.mark(&MarkChange::Toggle(vec![src]));
    assert_eq!(tree.context().tokens, Tokens(1000));
    tree.mark(&MarkChange::Toggle(vec![small]));
    assert_eq!((tree.context().files, tree.mark_of(src)), (1, Mark::Some));
    tree.mark(&MarkChange::Toggle(vec![src]));
    assert_eq!(tree.mark_of(src), Mark::All);
    tree.mark(&MarkChange::Clear);
    let version = tree.context().version;
    assert_eq!(tree.context(), crate::model::Context { version, ..Default::default() });
}

#[test]
fn a_recounted_file_keeps_its_mark() {
    let mut tree = sample();
    let id = tree.find(&path("README.md")).unwrap();
    tree.mark(&MarkChange::Add(vec![id]));
    put(&mut tree, "README.md", text_file(70));
    assert_eq!(tree.context().tokens, Tokens(70));
}

#[test]
fn what_a_scan_did_not_see_is_gone() {
    let mut tree = sample();
    let src = tree.folder(&path("src"), 2);
    let big = tree.find(&path("src/big.rs")).unwrap();
    tree.see(big, 2);
    let gone = tree.sweep(NodeId::ROOT, 2, false);
    assert_eq!(gone.len(), 5);
    assert_eq!((tree.totals().tokens, tree.totals().files), (900, 1));
    assert_eq!((tree.folder_count(), tree.skips().binary), (1, 0));
    assert!(tree.find(&path("docs/Guide.md")).is_none() && tree.has(src));
}

#[test]
fn a_folder_that_became_a_file_is_a_file() {
    let mut tree = sample();
    put(&mut tree, "src", text_file(5));
    assert_eq!(tree.totals().tokens, 555);
    assert!(tree.find(&path("src/big.rs")).is_none());
    let parent = tree.folder(&path("src"), 3);
    tree.put_file(parent, b"x", text_file(1), 3);
    assert_eq!(tree.totals().tokens, 551);
}

#[test]
fn another_encoding_makes_files_pending() {
    let mut tree = sample();
    tree.use_encoding(Encoding::Cl100kBase);
    assert_eq!((tree.totals().pending, tree.totals().tokens, tree.skips().binary), (4, 0, 1));
    tree.use_encoding(Encoding::O200kBase);
    assert_eq!(tree.totals().tokens, 1550);
}

proptest! {
    #[test]
    fn totals_are_the_sum_of_what_is_left(
        steps in prop::collection::vec((0_u8..4, 0_u8..6, 0_u8..6, 0_u64..1000), 1..60)
    ) {
        let mut tree = Tree::new(Encoding::O200kBase);
        let mut model = std::collections::BTreeMap::new();
        for (what, folder, name, tokens) in steps {
            let at = format!("d{}/e{folder}/f{name}", folder % 2);
            match what {
                0 | 1 => { put(&mut tree, &at, text_file(tokens)); model.insert(at, tokens); }
                2 => if let Some(id) = tree.find(&path(&at)) { tree.remove(id); model.remove(&at); },
                _ => if let Some(id) = tree.find(&path(&format!("d{}", folder % 2))) {
                    tree.remove(id);
                    model.retain(|at, _| !at.starts_with(&format!("d{}/", folder % 2)));
                },
            }
            prop_assert_eq!(tree.totals().tokens, model.values().sum::<u64>());
            prop_assert_eq!(tree.totals().files, model.len() as u64);
        }
    }
}

#[test]
fn a_path_is_marked_now_or_when_it_comes_and_keeps_its_level() {
    let mut tree = Tree::new(Encoding::O200kBase);
    let here = put(&mut tree, "src/here.rs", text_file(10));
    let paths = vec![
        (path("src/here.rs"), MarkLevel::Name),
        (path("src/later.rs"), MarkLevel::Name),
        (path("whole.rs"), MarkLevel::Whole),
    ];
    tree.mark(&MarkChange::Paths(paths));
    assert_eq!(tree.mark_of(here), Mark::Name);
    let later = put(&mut tree, "src/later.rs", text_file(20));
    let whole = put(&mut tree, "whole.rs", text_file(30));
    assert_eq!((tree.mark_of(later), tree.mark_of(whole)), (Mark::Name, Mark::All));
    let context = tree.context();
    assert_eq!((context.names, context.files, context.tokens), (2, 1, Tokens(30)));
    tree.mark(&MarkChange::NextLevel(vec![later, whole]));
    assert_eq!((tree.mark_of(later), tree.mark_of(whole)), (Mark::All, Mark::Name));
    tree.mark(&MarkChange::Toggle(vec![whole]));
    assert_eq!(tree.mark_of(whole), Mark::None);
    tree.mark(&MarkChange::Clear);
    let version = tree.context().version;
    assert_eq!(tree.context(), crate::model::Context { version, ..Default::default() });
}

#[test]
fn the_version_of_the_context_moves_when_its_text_may_change_and_only_then() {
    let mut tree = sample();
    let (big, small) =
        (tree.find(&path("src/big.rs")).unwrap(), tree.find(&path("src/small.rs")).unwrap());
    let mut last = tree.context().version;
    let mut moved = |tree: &Tree| std::mem::replace(&mut last, tree.context().version) != last;
    tree.mark(&MarkChange::Add(vec![big]));
    assert!(moved(&tree), "marked");
    tree.mark(&MarkChange::Add(vec![big]));
    assert!(!moved(&tree), "marked already");
    put(&mut tree, "src/small.rs", text_file(7));
    tree.change(big, |file| file.set_count(Encoding::O200kBase, Some(Tokens(1))));
    tree.change(big, File::forget);
    assert!(!moved(&tree), "an unmarked file changed, a marked one was only counted");
    put(&mut tree, "src/big.rs", text_file(901));
    assert!(moved(&tree), "its content changed");
    tree.mark(&MarkChange::NextLevel(vec![big]));
    assert!(moved(&tree), "only its name is sent");
    // As many files and tokens as before, but others.
    tree.mark(&MarkChange::Remove(vec![big]));
    tree.mark(&MarkChange::Add(vec![small]));
    assert!(moved(&tree), "another file");
    tree.remove(small);
    assert!(moved(&tree), "gone");
    put(&mut tree, "src/small.rs", text_file(7));
    assert!(moved(&tree), "back again");
}

#[test]
fn a_row_knows_what_of_it_is_not_marked() {
    let mut tree = sample();
    let src = tree.find(&path("src")).unwrap();
    let big = tree.find(&path("src/big.rs")).unwrap();
    put(&mut tree, "src/late.rs", File::new(Fingerprint::default(), FileState::Unread));
    tree.mark(&MarkChange::Add(vec![big]));
    let rest = |tokens, files, pending| Unmarked { files, pending, tokens: Tokens(tokens) };
    assert_eq!(tree.row(src, 0, false).unmarked, rest(100, 1, 1));
    assert_eq!(tree.row(big, 0, false).unmarked, Unmarked::default());
    tree.mark(&MarkChange::NextLevel(vec![big]));
    assert_eq!(tree.row(src, 0, false).unmarked, rest(100, 1, 1));
    let logo = tree.find(&path("logo.png")).unwrap();
    assert_eq!(tree.row(logo, 0, false).unmarked, Unmarked::default());
}

#[test]
fn marked_files_are_found_by_a_part_of_their_path_or_a_glob() {
    let mut tree = sample();
    tree.mark(&MarkChange::Add(vec![NodeId::ROOT]));
    let found = |filter: &str| {
        let (total, rows) = tree.marked((0, 1), Some(Filter(filter.to_owned())));
        assert!(rows.len() <= 1);
        total
    };
    let counts = [("src/", 2), ("*.md", 2), ("guide", 1), ("Guide", 1), ("GUIDE", 0), ("[", 0)];
    for (filter, count) in counts {
        assert_eq!(found(filter), count, "{filter}");
    }
    assert_eq!(tree.marked((4, 9), None).1.len(), 1);
}
