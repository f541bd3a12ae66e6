//! The four variables of the cache guide.

use std::path::Path;

use super::Scene;

#[test]
fn the_four_variables_of_the_cache_guide_are_honoured_and_named_as_origin() {
    let scene = Scene::new()
        .variable("REPO_MAP_CACHE_DIR", ".cache/repo_map")
        .variable("REPO_MAP_CACHE_SIZE_MB", "200")
        .variable("REPO_MAP_CACHE_L1_SIZE", "1000")
        .variable("REPO_MAP_CACHE_REFRESH_MODE", "auto");
    let config = scene.load();
    assert_eq!(config.paths.cache, scene.dir.path().join("repo/.cache/repo_map"));
    assert_eq!(config.store.disk_bytes.0, 200 << 20);
    assert_eq!(config.store.memory_entries, 1000);
    assert!(config.watch.enabled && !config.store.strict);
    for (key, variable) in [
        ("cache-dir", "$REPO_MAP_CACHE_DIR"),
        ("store.disk-bytes", "$REPO_MAP_CACHE_SIZE_MB"),
        ("store.memory-entries", "$REPO_MAP_CACHE_L1_SIZE"),
        ("watch.enabled", "$REPO_MAP_CACHE_REFRESH_MODE"),
    ] {
        assert_eq!(scene.origin(key), variable);
    }
    assert!(config.ignored.is_empty(), "{:?}", config.ignored);
}

#[test]
fn each_refresh_mode_means_settings_that_there_are() {
    for (mode, watched, strict, rescan) in [
        ("auto", true, false, 600),
        ("manual", false, false, 600),
        ("always", true, true, 600),
        ("files", true, false, 0),
    ] {
        let config = Scene::new().variable("REPO_MAP_CACHE_REFRESH_MODE", mode).load();
        let heard = (config.watch.enabled, config.store.strict, config.watch.rescan_seconds);
        assert_eq!(heard, (watched, strict, rescan), "{mode}");
    }
}

#[test]
fn what_the_variables_of_the_guide_cannot_mean_is_a_named_error() {
    let scene = Scene::new()
        .variable("REPO_MAP_CACHE_DIR", "")
        .variable("REPO_MAP_CACHE_SIZE_MB", "plenty")
        .variable("REPO_MAP_CACHE_L1_SIZE", "99")
        .variable("REPO_MAP_CACHE_REFRESH_MODE", "often");
    assert_eq!(
        scene.error(),
        "$REPO_MAP_CACHE_DIR: `cache-dir` takes a folder, not \"\"\n\
         $REPO_MAP_CACHE_SIZE_MB: `store.disk-bytes` takes a whole number of megabytes, not \
         \"plenty\"\n\
         $REPO_MAP_CACHE_L1_SIZE: `store.memory-entries` is 99: allowed are 100 to 1000000\n\
         $REPO_MAP_CACHE_REFRESH_MODE: `watch.enabled` takes auto, manual, always or files, not \
         \"often\""
    );
    for text in ["0", "-3", "9999999999999"] {
        let scene = Scene::new().variable("REPO_MAP_CACHE_SIZE_MB", text);
        assert!(scene.error().starts_with("$REPO_MAP_CACHE_SIZE_MB: "), "{text}");
    }
}

#[test]
fn variables_of_larder_win_over_those_of_the_guide_and_these_over_files() {
    let scene = Scene::new()
        .user("[store]\ndisk-bytes = \"64 MiB\"\nmemory-entries = 500")
        .variable("LARDER_STORE_DISK_BYTES", "3 MiB")
        .variable("LARDER_WATCH_ENABLED", "true")
        .variable("REPO_MAP_CACHE_SIZE_MB", "200")
        .variable("REPO_MAP_CACHE_L1_SIZE", "1000")
        .variable("REPO_MAP_CACHE_REFRESH_MODE", "manual");
    let config = scene.load();
    assert_eq!((config.store.disk_bytes.0, config.store.memory_entries), (3 << 20, 1000));
    assert!(config.watch.enabled);
    assert_eq!(scene.origin("store.disk-bytes"), "$LARDER_STORE_DISK_BYTES");
}

#[test]
fn the_example_of_the_guide_is_read_back_from_a_file() {
    let scene = Scene::new().user(
        "cache-dir = \"/var/cache/maps\"\n[store]\ndisk-bytes = \"100 MiB\"\nmemory-entries = 500\n\
         [watch]\nrescan-seconds = 0\n",
    );
    let config = scene.load();
    assert_eq!(config.paths.cache, Path::new("/var/cache/maps"));
    assert_eq!((config.store.disk_bytes.0, config.store.memory_entries), (100 << 20, 500));
    assert_eq!((config.watch.enabled, config.watch.rescan_seconds), (true, 0));
    assert!(config.ignored.is_empty(), "{:?}", config.ignored);
}

#[test]
fn memory_takes_the_numbers_and_strategies_of_the_guide_and_no_others() {
    for (key, taken, refused) in [
        ("memory-entries", "100 10000 1000000", "99 1000001 -1"),
        ("memory-batch", "1 100 1000", "0 1001"),
        ("memory-policy", "'lru' 'lfu'", "'LRU' 'fifo' ''"),
    ] {
        let scene = |value: &str| Scene::new().user(&format!("[store]\n{key} = {value}"));
        for value in taken.split(' ') {
            assert!(scene(value).load().ignored.is_empty(), "{key} = {value}");
        }
        for value in refused.split(' ') {
            let error = scene(value).error();
            assert!(error.contains(&format!("`store.{key}` is")), "{error}");
        }
    }
}

#[test]
fn a_batch_larger_than_memory_is_clamped_and_named() {
    let scene = Scene::new().user("[store]\nmemory-entries = 100\nmemory-batch = 1000");
    let config = scene.load();
    assert_eq!(config.store.memory_batch, 100);
    let named: Vec<_> = config.ignored.iter().map(|one| scene.short(&one.to_string())).collect();
    let expected = "~/.config/larder/larder.toml:3: `store.memory-batch` cannot be used: 1000 is \
                    more than store.memory-entries: it is taken as 100";
    assert_eq!(named, [expected]);
}
