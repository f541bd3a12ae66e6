//! The table of settings, the default file and the options of the parts say the same.

use serde::{
    Deserialize, Deserializer,
    de::{Visitor, value::Error as ValueError},
    forward_to_deserialize_any,
};
use strum::IntoEnumIterator;

use super::{super::load::BUILT_IN, Scene, *};
use crate::model::Policy;

#[test]
fn every_setting_is_in_the_default_file_once_with_a_comment_and_its_range() {
    let config = Config::defaults(Paths::below(Path::new("/x")));
    assert_eq!(config.origins().count(), SETTINGS.len(), "a setting has no default");
    assert!(config.ignored.is_empty(), "{:?}", config.ignored);
    let mut section = String::new();
    let (mut comment, mut seen) = (String::new(), Vec::new());
    for line in BUILT_IN.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            text.clone_into(&mut comment);
        } else if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
        } else if let Some((name, _)) = line.split_once(" = ") {
            let key = format!("{section}{name}");
            let setting = Setting::find(&key).unwrap();
            for part in range_of(setting.shape) {
                assert!(comment.contains(&part), "{key} does not state {part}: {comment}");
            }
            let marked = comment.ends_with("(repository)");
            assert_eq!(marked, setting.place == Place::Anywhere, "{key} is marked wrongly");
            comment.clear();
            seen.push(key);
        }
    }
    let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    assert_eq!(seen, keys, "larder.toml and the table have another order");
}

/// Returns the words that the comment of a setting must hold.
fn range_of(shape: Shape) -> Vec<String> {
    match shape {
        Shape::Whole { min, max } => vec![format!("{min} to {max}")],
        Shape::Decimal { min, max } => vec![format!("{min:?} to {max:?}")],
        Shape::Size { .. } => {
            let text = shape.expected();
            vec![text.rsplit("from ").next().unwrap().to_owned()]
        }
        Shape::Word(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Shape::Switch => vec!["Whether".to_owned()],
        Shape::Text | Shape::Folder | Shape::Texts => Vec::new(),
    }
}

/// Tells the names of a struct's fields.
struct FieldsOf<'f>(&'f mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldsOf<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
        Err(serde::de::Error::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn fields<T: for<'de> Deserialize<'de>>() -> Vec<&'static str> {
    let mut fields: &'static [&'static str] = &[];
    assert!(T::deserialize(FieldsOf(&mut fields)).is_err());
    assert!(!fields.is_empty());
    fields.to_vec()
}

/// Returns the fields of a type that only its part names.
fn fields_like<T: for<'de> Deserialize<'de>>(_example: &T) -> Vec<&'static str> {
    fields::<T>()
}

#[test]
fn every_option_of_a_part_is_a_setting() {
    let sections = [
        ("walk", fields::<walk::Options>()),
        ("store", fields::<store::Options>()),
        ("store.ttl", fields_like(&store::Options::default().ttl)),
        ("count", fields::<count::Options>()),
        ("watch", fields::<watch::Options>()),
        ("work", fields::<Work>()),
        ("work.retry", fields::<Retry>()),
        ("budget", fields::<Thresholds>()),
        ("ui", fields::<Ui>()),
    ];
    for (section, fields) in sections {
        for field in fields.into_iter().filter(|field| !matches!(*field, "retry" | "ttl")) {
            assert!(Setting::find(&format!("{section}.{field}")).is_some(), "{section}.{field}");
        }
    }
}

#[test]
fn words_in_the_table_are_those_of_the_types() {
    let words = |key: &str| {
        let Shape::Word(words) = Setting::find(key).unwrap().shape else {
            panic!("{key} takes no word");
        };
        words.to_vec()
    };
    let policies: Vec<&str> = Policy::iter().map(<&str>::from).collect();
    assert_eq!(words("store.policy"), policies);
    let colours: Vec<&str> = Colour::iter().map(<&str>::from).collect();
    assert_eq!(words("ui.colour"), colours);
    let encodings: Vec<&str> = Encoding::ALL.map(Encoding::name).to_vec();
    assert_eq!(words("encoding")[1..], encodings);
}

#[test]
fn every_word_of_every_setting_is_read_by_the_part() {
    for setting in SETTINGS {
        let Shape::Word(words) = setting.shape else { continue };
        for word in words {
            let scene = Scene::new().variable(&setting.variable(), word);
            let config = scene.load();
            let value = config.origins().find(|one| one.setting == setting).unwrap().value.clone();
            assert_eq!(value.as_str(), Some(*word), "{}", setting.key);
        }
    }
}

/// Returns the least and the most that a setting takes, as text.
fn ends_of(shape: Shape) -> Vec<String> {
    match shape {
        Shape::Whole { min, max } | Shape::Size { min, max } => {
            vec![min.to_string(), max.to_string()]
        }
        Shape::Decimal { min, max } => vec![min.to_string(), max.to_string()],
        Shape::Switch | Shape::Word(_) | Shape::Text | Shape::Folder | Shape::Texts => Vec::new(),
    }
}

#[test]
fn every_part_takes_both_ends_of_every_range() {
    for setting in SETTINGS {
        for end in ends_of(setting.shape) {
            let scene = Scene::new().variable(&setting.variable(), &end);
            // Two settings may contradict each other at an end; a part may refuse nothing.
            match Config::load(&scene.sources) {
                Ok(config) => {
                    let set = config.origins().find(|one| one.setting == setting).unwrap();
                    assert_eq!(*set.origin, Origin::Environment(setting.variable()));
                }
                Err(ConfigError::Invalid(problems)) => {
                    let is_order = |one: &Problem| matches!(one.fault, Fault::Order { .. });
                    assert!(problems.iter().all(is_order), "{problems:?}");
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn what_the_store_advises_is_what_its_settings_take() {
    use crate::store::Options;
    for (key, range) in [
        ("store.memory-bytes", Options::MEMORY_BYTES),
        ("store.memory-entries", Options::MEMORY_ENTRIES),
        ("store.disk-bytes", Options::DISK_BYTES),
    ] {
        let (Shape::Whole { min, max } | Shape::Size { min, max }) =
            Setting::find(key).unwrap().shape
        else {
            panic!("{key} takes no number");
        };
        let taken = u64::try_from(min).unwrap()..=u64::try_from(max).unwrap();
        assert_eq!(taken, range, "{key}");
    }
}
