//! Layers over each other, on files in a temporary folder.

use std::{ffi::OsString, fs, path::Path};

use proptest::prelude::*;
use tempfile::TempDir;

mod alias;
mod table;

use super::*;
use crate::model::Tokenizer;

/// A home, a repository, an environment and flags.
struct Scene {
    dir: TempDir,
    sources: Sources,
}

impl Scene {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        fs::create_dir_all(dir.path().join(".config/larder")).unwrap();
        fs::create_dir(dir.path().join("repo")).unwrap();
        let home = (OsString::from("HOME"), dir.path().as_os_str().to_owned());
        let root = Some(dir.path().join("repo"));
        let here = dir.path().join("repo");
        Self { sources: Sources { environment: vec![home], here, root, flags: Vec::new() }, dir }
    }

    fn user(self, text: &str) -> Self {
        fs::write(self.dir.path().join(".config/larder/larder.toml"), text).unwrap();
        self
    }

    fn repository(self, text: &str) -> Self {
        fs::write(self.dir.path().join("repo").join(REPOSITORY_FILE), text).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((name.into(), value.into()));
        self
    }

    fn flag(mut self, name: &'static str, key: &'static str, value: &str) -> Self {
        self.sources.flags.push(Flag { name, key, value: value.to_owned() });
        self
    }

    fn load(&self) -> Config {
        Config::load(&self.sources).unwrap()
    }

    /// Returns the error with the temporary folder taken out.
    fn error(&self) -> String {
        self.short(&Config::load(&self.sources).unwrap_err().to_string())
    }

    fn short(&self, text: &str) -> String {
        text.replace(&self.dir.path().to_string_lossy().into_owned(), "~")
    }

    fn origin(&self, key: &str) -> String {
        let config = self.load();
        let origin = config.origins().find(|one| one.setting.key == key).unwrap().origin.clone();
        self.short(&origin.to_string())
    }
}

fn provider_of<'a>(config: &'a Config, name: &str) -> &'a str {
    &config.models.iter().find(|model| model.name == name).unwrap().provider
}

#[test]
fn each_layer_wins_over_the_ones_below() {
    let mut scene = Scene::new();
    let mut expected = vec![("gpt-5", "default")];
    assert_eq!(scene.load().model, "gpt-5");
    scene = scene.user("model = \"gpt-4o\"\n");
    expected.push(("gpt-4o", "~/.config/larder/larder.toml:1"));
    assert_eq!((scene.load().model.as_str(), scene.origin("model").as_str()), expected[1]);
    scene = scene.repository("\n# ours\nmodel = \"gpt-4\"\n");
    assert_eq!(scene.load().model, "gpt-4");
    assert_eq!(scene.origin("model"), "~/repo/.larder.toml:3");
    scene = scene.variable("LARDER_MODEL", "o3");
    assert_eq!(scene.load().model, "o3");
    assert_eq!(scene.origin("model"), "$LARDER_MODEL");
    scene = scene.flag("--model", "model", "gpt-5-mini");
    assert_eq!(scene.load().model, "gpt-5-mini");
    assert_eq!(scene.origin("model"), "--model");
}

#[test]
fn layers_mix_setting_by_setting() {
    let scene = Scene::new()
        .user("[walk]\nhidden = true\nexclude = [\"*.lock\"]\n[store]\ndisk-bytes = \"2 GiB\"\n")
        .repository("[walk]\nexclude = [\"vendor/\"]\n")
        .variable("LARDER_STORE_MEMORY_BYTES", "32 MiB");
    let config = scene.load();
    assert!(config.walk.hidden);
    assert_eq!(config.walk.exclude, ["vendor/"]);
    assert_eq!(config.store.disk_bytes.0, 2 << 30);
    assert_eq!(config.store.memory_bytes.0, 32 << 20);
    assert!(config.walk.git_ignore);
    assert!(config.ignored.is_empty(), "{:?}", config.ignored);
}

#[test]
fn the_defaults_are_those_of_the_options() {
    let config = Config::defaults(Paths::below(Path::new("/x")));
    assert_eq!(config.work, Work::default());
    assert_eq!(config.ui, Ui::default());
    assert_eq!(config.budget, Thresholds::default());
    assert_eq!(format!("{:?}", config.walk), format!("{:?}", walk::Options::default()));
    assert_eq!(format!("{:?}", config.store), format!("{:?}", store::Options::default()));
    assert_eq!(format!("{:?}", config.count), format!("{:?}", count::Options::default()));
    assert_eq!(format!("{:?}", config.watch), format!("{:?}", watch::Options::default()));
    assert_eq!(config.store.disk_bytes.0, 1 << 30, "one limit: 1 GiB on disk");
    assert_eq!(config.store.memory_bytes.0, 64 << 20, "and 64 MiB in memory");
}

#[test]
fn the_cache_folder_is_configurable_by_user_and_environment() {
    let scene = Scene::new();
    assert_eq!(scene.load().paths.cache, scene.dir.path().join(".cache/larder"));
    let scene = scene.user("cache-dir = \"/var/tmp/a\"\n");
    assert_eq!(scene.load().paths.cache, Path::new("/var/tmp/a"));
    let scene = scene.variable("LARDER_CACHE_DIR", "/var/tmp/b");
    assert_eq!(scene.load().paths.cache, Path::new("/var/tmp/b"));
    let error = Scene::new().variable("LARDER_CACHE_DIR", "x").error();
    assert!(error.contains("`cache-dir`"), "{error}");
}

#[test]
fn a_repository_may_set_only_what_concerns_itself() {
    let scene = Scene::new().repository(
        "cache-dir = \"/etc\"\nlog = \"off\"\n[store]\ndisk-bytes = \"1 MiB\"\n[walk]\nhidden = true\n\
         [[models]]\nname = \"gpt-5\"\n",
    );
    let config = scene.load();
    assert_eq!(config.paths.cache, scene.dir.path().join(".cache/larder"));
    assert_eq!(config.log, "info");
    assert_eq!(config.store.disk_bytes.0, 1 << 30);
    assert!(config.walk.hidden);
    assert_eq!(provider_of(&config, "gpt-5"), "openai");
    let ignored: Vec<_> = config.ignored.iter().map(|one| scene.short(&one.to_string())).collect();
    let rule = "may not be set by a repository: set it in your own larder.toml";
    assert_eq!(
        ignored,
        [
            format!("~/repo/.larder.toml:1: `cache-dir` {rule}"),
            format!("~/repo/.larder.toml:2: `log` {rule}"),
            format!("~/repo/.larder.toml:4: `store.disk-bytes` {rule}"),
            format!("~/repo/.larder.toml:7: `models` {rule}"),
        ]
    );
}

#[test]
fn no_setting_a_repository_may_set_names_a_path_or_a_limit_of_the_store() {
    for setting in SETTINGS.iter().filter(|setting| setting.place == Place::Anywhere) {
        let section = setting.key.split('.').next().unwrap();
        assert!(["model", "encoding", "walk", "budget"].contains(&section), "{}", setting.key);
        assert_ne!(setting.shape, Shape::Folder, "{}", setting.key);
    }
}

#[test]
fn unknown_settings_are_named_with_their_place_and_the_nearest_name() {
    let scene = Scene::new()
        .user("modle = \"x\"\n[store]\ndisk_bytes = 5\n[nothing]\nalike-at-all = 1\n")
        .variable("LARDER_STORE_POLICI", "lru");
    let config = scene.load();
    let ignored: Vec<_> = config.ignored.iter().map(|one| scene.short(&one.to_string())).collect();
    assert_eq!(
        ignored,
        [
            "~/.config/larder/larder.toml:1: `modle` is no setting; did you mean `model`?",
            "~/.config/larder/larder.toml:3: `store.disk_bytes` is no setting; did you mean \
         `store.disk-bytes`?",
            "~/.config/larder/larder.toml:5: `nothing.alike-at-all` is no setting",
            "$LARDER_STORE_POLICI: `LARDER_STORE_POLICI` is no setting; did you mean \
         `LARDER_STORE_POLICY`?",
        ]
    );
}

#[test]
fn ill_typed_values_are_named_all_at_once() {
    let scene = Scene::new()
        .user("[store]\ndisk-bytes = \"lots\"\nstrict = \"yes\"\npolicy = \"cheap\"\n[walk]\nexclude = 1\n")
        .variable("LARDER_WORK_WORKERS", "many");
    assert_eq!(scene.error(), "\
~/.config/larder/larder.toml:2: `store.disk-bytes` takes bytes such as 1048576 or \"64 MiB\", from 1 MiB to 1 TiB, not \"lots\"
~/.config/larder/larder.toml:3: `store.strict` takes true or false, not \"yes\"
~/.config/larder/larder.toml:4: `store.policy` is `cheap`: allowed are lru, lfu, oldest, largest, cheapest, dearest
~/.config/larder/larder.toml:6: `walk.exclude` takes a list of texts, not 1
$LARDER_WORK_WORKERS: `work.workers` takes a whole number from 0 to 1024, not \"many\"");
}

#[test]
fn an_unknown_setting_is_named_together_with_an_ill_typed_one() {
    let scene = Scene::new().user("[store]\ndisk-byte = 1\nstrict = \"yes\"\n");
    assert_eq!(
        scene.error(),
        "\
~/.config/larder/larder.toml:3: `store.strict` takes true or false, not \"yes\"
~/.config/larder/larder.toml:2: `store.disk-byte` is no setting; did you mean `store.disk-bytes`?"
    );
}

#[test]
fn wrong_settings_leave_the_defaults_to_who_can_go_on_without() {
    let scene = Scene::new().user("model = \"gpt-4o\"\n[store]\nstrict = \"yes\"\n");
    let (config, error) = Config::load_or_defaults(&scene.sources).unwrap();
    assert_eq!(config.model, "gpt-5");
    assert!(scene.short(&error.unwrap().to_string()).starts_with("~/.config/larder/larder.toml:3"));
    let (config, error) =
        Config::load_or_defaults(&Scene::new().user("model = \"gpt-4o\"").sources).unwrap();
    assert_eq!((config.model.as_str(), error.is_none()), ("gpt-4o", true));
}

#[test]
fn values_out_of_range_are_named_with_the_range() {
    for (text, message) in [
        (
            "[budget]\nwarning = 0",
            "~/.config/larder/larder.toml:2: `budget.warning` is 0: allowed are 1 to 100",
        ),
        (
            "[store]\ndisk-bytes = \"1 KiB\"",
            "~/.config/larder/larder.toml:2: `store.disk-bytes` is 1 KiB: allowed are 1 MiB to 1 TiB",
        ),
        (
            "[store]\ndisk-bytes = -5",
            "~/.config/larder/larder.toml:2: `store.disk-bytes` is -5: allowed are 1 MiB to 1 TiB",
        ),
        (
            "[work.retry]\nattempts = 21",
            "~/.config/larder/larder.toml:2: `work.retry.attempts` is 21: allowed are 0 to 20",
        ),
        (
            "[work.retry]\njitter = 2",
            "~/.config/larder/larder.toml:2: `work.retry.jitter` is 2: allowed are 0.0 to 1.0",
        ),
        (
            "work.retry.factor = nan",
            "~/.config/larder/larder.toml:1: `work.retry.factor` is NaN: allowed are 1.0 to 10.0",
        ),
        (
            "[budget]\nwarning = 95",
            "~/.config/larder/larder.toml:2: `budget.warning` is 95, but must be at most `budget.alert`, \
             which is 90 (default)",
        ),
        (
            "[store]\nlow-mark = 95",
            "~/.config/larder/larder.toml:2: `store.low-mark` is 95, but must be below \
             `store.high-mark`, which is 95 (default)",
        ),
    ] {
        assert_eq!(Scene::new().user(text).error(), message);
    }
}

#[test]
fn thresholds_that_are_set_are_used() {
    let config = Scene::new().user("[budget]\nwarning = 50\nalert = 60").load();
    assert_eq!(config.budget, Thresholds { warning: 50, alert: 60 });
}

#[test]
fn retries_and_workers_are_configurable() {
    let text = "[work]\nworkers = 4\n[work.retry]\nattempts = 1\nbase-ms = 7\nfactor = 3\n";
    let work = Scene::new().user(text).load().work;
    assert_eq!(work.workers, 4);
    assert_eq!(work.retry, Retry { attempts: 1, base_ms: 7, factor: 3.0, ..Retry::default() });
}

#[test]
fn a_file_that_is_no_toml_is_named_with_its_line() {
    let error = Scene::new().user("model = \"gpt-5\"\n[walk\n").error();
    assert!(error.starts_with("~/.config/larder/larder.toml:2: "), "{error}");
    let error = Scene::new().user("model = \"a\"\nmodel = \"b\"\n").error();
    assert!(error.starts_with("~/.config/larder/larder.toml:2: "), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let scene = Scene::new();
    fs::create_dir(scene.dir.path().join("repo").join(REPOSITORY_FILE)).unwrap();
    assert!(scene.error().starts_with("cannot read ~/repo/.larder.toml: "), "{}", scene.error());
    let scene = Scene::new();
    fs::write(scene.dir.path().join(".config/larder/larder.toml"), b"\xff").unwrap();
    assert!(scene.error().contains("it is not UTF-8"), "{}", scene.error());
}

#[test]
fn an_unknown_model_is_named_with_one_that_is_near() {
    let error = Scene::new().flag("--model", "model", "gtp-5").error();
    assert_eq!(
        error,
        "--model: `model` is `gtp-5`, which is no known model; did you mean `gpt-5`?"
    );
}

#[test]
fn users_add_and_replace_models() {
    let text = "model = \"mine\"\n[[models]]\nname = \"mine\"\nprovider = \"me\"\nwindow = 99\n\
                encoding = \"cl100k_base\"\nratio = 1.1\nsource = \"measured\"\n\
                [[models]]\nname = \"gpt-5\"\nprovider = \"proxy\"\nwindow = 7\n\
                encoding = \"o200k_base\"\nsource = \"contract\"\n";
    let config = Scene::new().user(text).load();
    assert_eq!(config.chosen_model().tokenizer, Tokenizer::Estimated { ratio: 1.1 });
    assert_eq!(config.chosen_encoding(), Encoding::Cl100kBase);
    assert_eq!(provider_of(&config, "gpt-5"), "proxy");
    assert!(config.ignored.is_empty());
}

#[test]
fn an_encoding_that_is_set_replaces_the_models_own() {
    let scene = Scene::new().user("model = \"gpt-4\"\n");
    assert_eq!(scene.load().chosen_encoding(), Encoding::Cl100kBase);
    let scene = scene.flag("--encoding", "encoding", "p50k_base");
    assert_eq!(scene.load().chosen_encoding(), Encoding::P50kBase);
}

#[test]
fn without_a_home_loading_says_so() {
    let error = Config::load(&Sources::default()).unwrap_err().to_string();
    assert!(error.starts_with("there is no home folder: set HOME"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_panics(text in "(\\PC|\n|\\[|\\]|=|\"|[0-9]){0,200}") {
        let scene = Scene::new().user(&text);
        drop(Config::load(&scene.sources));
    }

    #[test]
    fn the_topmost_layer_that_sets_a_number_wins(layers in prop::collection::vec(prop::option::of(10..=2_000_u32), 3)) {
        let mut scene = Scene::new();
        let text = |n: &u32| format!("[watch]\ndebounce-ms = {n}\n");
        if let Some(n) = &layers[0] { scene = scene.user(&text(n)); } else { scene = scene.user("[watch]\n"); }
        if let Some(n) = &layers[1] { scene = scene.variable("LARDER_WATCH_DEBOUNCE_MS", &n.to_string()); }
        if let Some(n) = &layers[2] { scene = scene.flag("--debounce", "watch.debounce-ms", &n.to_string()); }
        let expected = layers.iter().rev().flatten().next().copied().unwrap_or(250);
        prop_assert_eq!(u64::from(expected), scene.load().watch.debounce_ms);
    }
}
