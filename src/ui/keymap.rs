//! The keymap: which key asks for what, and where. The words of `keymap.toml` end here.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;
use strum::EnumMessage as _;
use toml::Spanned;

use super::{
    action::{Action, Scope},
    keys::Key,
    theme::line_at,
};

/// The keys that come with the program.
const DEFAULTS: &str = include_str!("../../config/keymap.toml");
/// The name under which errors in them are reported.
const DEFAULTS_NAME: &str = "config/keymap.toml";

/// Which key asks for what, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Binding {
    scope: Scope,
    key: Key,
    action: Action,
}

/// One action in one scope, with the keys for it: a line of the help.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeymapRow {
    /// Where the keys are valid.
    pub scope: Scope,
    /// The keys, as they are written in a keymap.
    pub keys: Vec<String>,
    /// What they ask for.
    pub action: Action,
    /// Its name in a keymap.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
}

/// A keymap that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct KeymapError {
    /// The file, as its user knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: KeymapProblem,
}

/// What can be wrong with a line of a keymap.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeymapProblem {
    /// It is no TOML, or not tables of keys.
    #[error("{0}")]
    Syntax(String),
    /// No scope has this name.
    #[error("no scope is called `{0}`")]
    UnknownScope(String),
    /// No key has this name.
    #[error("no key is called `{0}`")]
    UnknownKey(String),
    /// No action has this name.
    #[error("no action is called `{0}`")]
    UnknownAction(String),
    /// One key is bound twice in a scope, maybe in two spellings.
    #[error("`{key}` is bound twice in [{scope}], also in line {other}")]
    Conflict {
        /// The key.
        key: String,
        /// The scope.
        scope: &'static str,
        /// The line of the other binding.
        other: usize,
    },
}

/// A line of a keymap: a binding, or an unbinding when it has no action.
struct Line {
    number: usize,
    scope: Scope,
    key: Key,
    action: Option<Action>,
}

impl Keymap {
    /// Returns the keys that come with the program.
    ///
    /// # Panics
    /// Never: a test reads them.
    #[must_use]
    pub fn defaults() -> Self {
        let empty = Self { bindings: Vec::new() };
        empty.overlaid(DEFAULTS, DEFAULTS_NAME).expect("the keymap of the program is tested")
    }

    /// Returns the keys that come with the program with a user's own file laid over them.
    ///
    /// # Errors
    /// Fails with file and line of an unknown scope, key or action, or of a conflict in a scope.
    pub fn with_user(text: &str, file: &str) -> Result<Self, KeymapError> {
        Self::defaults().overlaid(text, file)
    }

    fn overlaid(mut self, text: &str, file: &str) -> Result<Self, KeymapError> {
        let lines = read(text).map_err(|(line, problem)| KeymapError {
            file: file.to_owned(),
            line,
            problem,
        })?;
        for Line { scope, key, action, .. } in lines {
            let found = self.bindings.iter().position(|b| (b.scope, b.key) == (scope, key));
            match (found, action) {
                (Some(at), Some(action)) => self.bindings[at].action = action,
                (Some(at), None) => drop(self.bindings.remove(at)),
                (None, Some(action)) => self.bindings.push(Binding { scope, key, action }),
                (None, None) => {}
            }
        }
        // Stable: within a scope the order of the file is kept, its first key is the one to show.
        self.bindings.sort_by_key(|binding| binding.scope);
        Ok(self)
    }

    /// Returns what a press of a key asks for in a scope or the ones around it.
    #[must_use]
    pub fn resolve(&self, scope: Scope, event: KeyEvent) -> Option<Action> {
        self.find(scope, Key::pressed(event)?).map(|binding| binding.action)
    }

    /// Returns what a key asks for in a scope or the ones around it.
    #[must_use]
    pub fn action(&self, scope: Scope, key: Key) -> Option<Action> {
        self.find(scope, key).map(|binding| binding.action)
    }

    fn find(&self, scope: Scope, key: Key) -> Option<&Binding> {
        scope
            .path()
            .iter()
            .find_map(|s| self.bindings.iter().find(|b| b.scope == *s && b.key == key))
    }

    /// Returns the keys that ask for an action when pressed in a scope, the one to show first.
    #[must_use]
    pub fn keys_for(&self, scope: Scope, action: Action) -> Vec<String> {
        let path = scope.path().iter();
        path.flat_map(|s| self.bindings.iter().filter(move |b| b.scope == *s))
            .filter(|b| b.action == action && self.find(scope, b.key) == Some(*b))
            .map(|b| b.key.to_string())
            .collect()
    }

    /// Returns all actions with their keys, scope by scope, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> Vec<KeymapRow> {
        let mut rows: Vec<KeymapRow> = Vec::new();
        for Binding { scope, key, action } in &self.bindings {
            let key = key.to_string();
            match rows.iter_mut().find(|row| (row.scope, row.action) == (*scope, *action)) {
                Some(row) => row.keys.push(key),
                None => rows.push(KeymapRow {
                    scope: *scope,
                    keys: vec![key],
                    action: *action,
                    name: action.into(),
                    help: action.get_documentation().unwrap_or_default(),
                }),
            }
        }
        rows
    }
}

type Words = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>;

fn read(text: &str) -> Result<Vec<Line>, (usize, KeymapProblem)> {
    let words: Words = toml::from_str(text).map_err(|error| {
        let line = line_at(text, error.span().map_or(0, |span| span.start));
        (line, KeymapProblem::Syntax(error.message().to_owned()))
    })?;
    let mut lines = Vec::new();
    for (scope_word, keys) in &words {
        let scope: Scope = scope_word.get_ref().parse().map_err(|_| {
            let problem = KeymapProblem::UnknownScope(scope_word.get_ref().clone());
            (line_at(text, scope_word.span().start), problem)
        })?;
        for (key, action) in keys {
            let number = line_at(text, key.span().start);
            lines.push(
                line(number, scope, (key.get_ref(), action.get_ref())).map_err(|p| (number, p))?,
            );
        }
    }
    lines.sort_by_key(|line| line.number);
    refuse_conflicts(&lines)?;
    Ok(lines)
}

fn line(number: usize, scope: Scope, words: (&str, &str)) -> Result<Line, KeymapProblem> {
    let (key, action) = words;
    let action = match action {
        "" => None,
        name => Some(name.parse().map_err(|_| KeymapProblem::UnknownAction(name.to_owned()))?),
    };
    let key = key.parse().map_err(|_| KeymapProblem::UnknownKey(key.to_owned()))?;
    Ok(Line { number, scope, key, action })
}

fn refuse_conflicts(lines: &[Line]) -> Result<(), (usize, KeymapProblem)> {
    for (at, line) in lines.iter().enumerate() {
        let same = |other: &&Line| (other.scope, other.key) == (line.scope, line.key);
        if let Some(other) = lines[..at].iter().find(same) {
            let problem = KeymapProblem::Conflict {
                key: line.key.to_string(),
                scope: line.scope.into(),
                other: other.number,
            };
            return Err((line.number, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::IntoEnumIterator as _;

    use super::*;

    fn press(keymap: &Keymap, scope: Scope, key: &str) -> Option<Action> {
        keymap.action(scope, key.parse().unwrap())
    }

    #[test]
    fn every_action_is_bound_and_has_a_help_text_and_a_name_of_its_own() {
        let bound = Keymap::defaults().bindings;
        assert!(Action::iter().all(|action| bound.iter().any(|one| one.action == action)));
        let names: BTreeSet<&str> = Action::iter().map(Into::into).collect();
        assert_eq!(names.len(), Action::iter().count());
        for action in Action::iter() {
            assert!(action.get_documentation().is_some_and(|help| help.ends_with('.')));
        }
    }

    #[test]
    fn every_binding_resolves_where_it_stands() {
        let keymap = Keymap::defaults();
        assert!(!keymap.rows().is_empty());
        for row in keymap.rows() {
            for key in row.keys {
                assert_eq!(press(&keymap, row.scope, &key), Some(row.action), "{key}");
            }
        }
    }

    #[test]
    fn the_inner_scope_wins_and_the_outer_ones_are_asked_next() {
        let keymap = Keymap::defaults();
        assert_eq!(press(&keymap, Scope::Tree, "enter"), Some(Action::Open));
        assert_eq!(press(&keymap, Scope::Tasks, "enter"), Some(Action::TaskDetail));
        assert_eq!(press(&keymap, Scope::Cache, "enter"), None);
        assert_eq!(press(&keymap, Scope::Tree, "j"), Some(Action::CursorDown));
        assert_eq!(press(&keymap, Scope::Budget, "?"), Some(Action::Help));
        assert_eq!(press(&keymap, Scope::Overlay, "q"), Some(Action::Back));
    }

    #[test]
    fn letters_are_text_while_editing_and_esc_never_quits() {
        let keymap = Keymap::defaults();
        for letter in ["q", "j", "n", "space", "/"] {
            assert_eq!(press(&keymap, Scope::Editor, letter), None);
        }
        for scope in Scope::iter() {
            let action = press(&keymap, scope, "esc");
            assert_ne!(action, Some(Action::Quit), "{scope:?}");
            assert_eq!(press(&keymap, scope, "ctrl-c"), Some(Action::Quit), "{scope:?}");
        }
    }

    #[test]
    fn a_users_file_binds_anew_and_unbinds() {
        let text = "[tree]\nx = \"sort-name\"\nn = \"\"\n[global]\nq = \"help\"\n";
        let keymap = Keymap::with_user(text, "keymap.toml").unwrap();
        assert_eq!(press(&keymap, Scope::Tree, "x"), Some(Action::SortName));
        assert_eq!(press(&keymap, Scope::Tree, "n"), None);
        assert_eq!(press(&keymap, Scope::Cache, "q"), Some(Action::Help));
        assert_eq!(keymap.keys_for(Scope::Tree, Action::SortName), ["x"]);
        assert_eq!(keymap.keys_for(Scope::Tree, Action::Help), ["?", "q"]);
    }

    #[test]
    fn keys_that_an_inner_scope_took_are_not_shown() {
        let text = "[tree]\nj = \"info\"\n";
        let keymap = Keymap::with_user(text, "keymap.toml").unwrap();
        assert_eq!(keymap.keys_for(Scope::Tree, Action::CursorDown), ["down"]);
        assert_eq!(keymap.keys_for(Scope::Cache, Action::CursorDown), ["j", "down"]);
    }

    #[test]
    fn mistakes_are_named_with_file_and_line() {
        let cases = [
            ("[tree]\nx = \"nope\"\n", 2, "no action is called `nope`"),
            ("\n[wood]\nx = \"quit\"\n", 2, "no scope is called `wood`"),
            ("[tree]\n\nctl-x = \"quit\"\n", 3, "no key is called `ctl-x`"),
            ("[tree]\nx = 1\n", 2, "invalid type"),
            ("[tree]\nx = \"quit\n", 2, "string"),
            ("[tree]\nG = \"quit\"\nshift-g = \"info\"\n", 3, "also in line 2"),
            ("x = \"quit\"\n", 1, "expected a map"),
        ];
        for (text, line, message) in cases {
            let error = Keymap::with_user(text, "mine.toml").unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.to_string().starts_with(&format!("mine.toml:{line}: ")), "{error}");
            assert!(error.to_string().contains(message), "{error}");
        }
    }
}
