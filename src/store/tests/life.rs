//! Opening, owning, closing, being killed, being deleted.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::atomic::AtomicBool};

use crate::model::{Kind, StoreMode, Tier};

use super::{super::*, *};

#[test]
fn entries_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/cache");
    let store = open(&path);
    (0..100).for_each(|id| put_count(&store, id));
    store.close();
    store.close();
    let store = open(&path);
    let status = store.status();
    assert_eq!((status.exact, status.kinds[0].entries), (true, 100));
    (0..100).for_each(|id| assert_eq!(count(&store, id), Some((Tokens(id.into()), Tier::Disk))));
    assert_eq!(count(&store, 5).unwrap().1, Tier::Memory);
}

#[test]
fn numbers_and_uses_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    (0..3).for_each(|_| assert!(count(&store, 1).is_some()));
    assert!(count(&store, 2).is_none());
    put_count(&store, 3);
    assert!(store.remove(Kind::Count, &count_key(3).entry_key()));
    drop(store);
    let store = open(folder.path());
    let status = store.status();
    assert_eq!((status.kinds[0].hits, status.kinds[0].misses), (3, 1));
    assert_eq!(status.kinds[0].removals, 1);
    assert_eq!((status.session_hits, status.saved.ms.0), (0, 6));
    assert_eq!(store.entry(&count_key(1).entry_key()).unwrap().entry.uses, 3);
}

#[test]
fn a_store_that_only_serves_the_index_never_opens_sled() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).put_count(count_key(1), Tokens(1), Duration::ZERO);
    let store = open(folder.path());
    let _ = store.load_index(Path::new("/repo"), 1);
    store.record_index(10, 2, crate::model::Millis(4));
    assert!(store.core().open_tier().is_none());
    let status = store.status();
    assert_eq!((status.mode, status.exact, status.session_hits), (StoreMode::Ok, true, 10));
    assert_eq!(status.kinds[0].entries, 1);
}

#[test]
fn a_second_owner_works_from_memory_and_names_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    put_count(&first, 1);
    let second = open(folder.path());
    let pid = std::process::id();
    let path = folder.path().display();
    let reason = format!("open in process {pid}: the cache at {path}");
    assert_eq!(second.wait_open(), StoreMode::MemoryOnly(reason));
    assert_eq!((first.owner_pid(), second.owner_pid()), (None, Some(pid)));
    put_count(&second, 2);
    assert!(count(&second, 2).is_some());
    assert!(second.save_index(Path::new("/repo"), 1, std::iter::empty()).is_err());
    drop((first, second));
    let third = open(folder.path());
    assert_eq!(third.wait_open(), StoreMode::Ok);
    assert!(count(&third, 1).is_some() && count(&third, 2).is_none());
}

#[test]
fn a_second_larder_takes_over_when_the_first_one_ends() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    put_count(&first, 1);
    let second = open(folder.path());
    put_count(&second, 2);
    assert!(!second.core().succeed());
    drop(first);
    // Looking at once stands for the look that comes every few seconds.
    second.core().pending.call();
    while second.owner_pid().is_some() || second.wait_open() != StoreMode::Ok {
        std::thread::yield_now();
    }
    assert_eq!(count(&second, 1), Some((Tokens(1), Tier::Disk)));
    put_count(&second, 3);
    drop(second);
    let third = open(folder.path());
    assert!(count(&third, 1).is_some() && count(&third, 3).is_some());
    assert_eq!(third.status().kinds[0].entries, 2);
}

#[test]
fn what_a_checkpoint_saved_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live");
    let store = open(&live);
    (0..50).for_each(|id| put_count(&store, id));
    store.checkpoint().unwrap();
    copy_folder(&live, &folder.path().join("clean"));
    (50..60).for_each(|id| put_count(&store, id));
    store.core().pending.drain();
    copy_folder(&live, &folder.path().join("killed"));
    drop(store);
    for name in ["clean", "killed"] {
        let store = open(&folder.path().join(name));
        assert_eq!(store.wait_open(), StoreMode::Ok);
        (0..50).for_each(|id| assert!(count(&store, id).is_some()));
    }
}

#[test]
fn numbers_are_recounted_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (live, killed) = (folder.path().join("live"), folder.path().join("killed"));
    let store = open(&live);
    (0..50).for_each(|id| put_count(&store, id));
    store.checkpoint().unwrap();
    put_count(&store, 50);
    store.core().pending.drain();
    copy_folder(&live, &killed);
    let store = open(&killed);
    let _ = store.wait_open();
    store.core().recount();
    let status = store.status();
    let found = (0..51).filter(|id| count(&store, *id).is_some()).count() as u64;
    assert!(status.exact && found >= 50);
    assert_eq!(status.kinds[0].entries, found);
}

#[test]
fn a_missing_or_damaged_current_takes_the_newest_generation() {
    for text in [None, Some("garbage"), Some("larder 1\ngen-x\n"), Some("")] {
        let folder = tempfile::tempdir().unwrap();
        put_count(&open(folder.path()), 1);
        let current = folder.path().join("CURRENT");
        match text {
            Some(text) => fs::write(&current, text).unwrap(),
            None => fs::remove_file(&current).unwrap(),
        }
        let store = open(folder.path());
        assert_eq!(store.wait_open(), StoreMode::Ok);
        assert!(count(&store, 1).is_some());
    }
}

#[test]
fn a_newer_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("CURRENT"), "larder 2\nsomething-else\n").unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.close();
    assert!(matches!(store.mode(), StoreMode::MemoryOnly(reason) if reason.contains("newer")));
    assert!(fs::read_to_string(folder.path().join("CURRENT")).unwrap().starts_with("larder 2"));
    assert!(!folder.path().join("gen-0001").exists());
}

#[test]
fn a_folder_that_cannot_be_made_means_memory_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let store = open(&file.join("cache"));
    assert!(matches!(store.wait_open(), StoreMode::MemoryOnly(_)));
    put_count(&store, 1);
    assert!(count(&store, 1).is_some());
    store.checkpoint().unwrap();
}

#[test]
fn clear_makes_a_new_generation_and_deletes_the_old() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    assert_eq!(store.clear(None).unwrap(), 1);
    put_count(&store, 2);
    store.close();
    assert!(!folder.path().join("gen-0001").exists());
    let store = open(folder.path());
    assert!(count(&store, 1).is_none() && count(&store, 2).is_some());
    assert_eq!(store.status().kinds[0].entries, 1);
}

#[test]
fn clearing_a_store_that_was_never_opened_needs_no_sled() {
    let folder = tempfile::tempdir().unwrap();
    put_count(&open(folder.path()), 1);
    let store = open(folder.path());
    assert_eq!(store.clear(Some(Kind::Count)).unwrap(), 1);
    assert!(store.core().open_tier().is_none());
    assert!(count(&store, 1).is_none());
    drop(store);
    assert_eq!(open(folder.path()).status().kinds[0].entries, 0);
}

#[test]
fn a_folder_deleted_while_in_use_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let store = open(&path);
    put_count(&store, 1);
    store.checkpoint().unwrap();
    fs::remove_dir_all(&path).unwrap();
    store.checkpoint().unwrap();
    assert_eq!(store.wait_open(), StoreMode::Ok);
    put_count(&store, 2);
    store.close();
    let store = open(&path);
    assert!(count(&store, 2).is_some());
    assert_eq!(store.status().kinds[0].entries, 1);
}

#[test]
fn everything_is_for_the_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let store = open(&path);
    (0..10).for_each(|id| put_count(&store, id));
    store.save_index(Path::new("/repo"), 1, std::iter::empty()).unwrap();
    store.close();
    assert_private(&path);
}

fn assert_private(path: &Path) {
    let data = fs::metadata(path).unwrap();
    let wanted = if data.is_dir() { 0o700 } else { 0o600 };
    assert_eq!(data.permissions().mode() & 0o777, wanted, "{}", path.display());
    if data.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            assert_private(&entry.unwrap().path());
        }
    }
}

#[test]
fn the_fallback_keeps_counts_in_its_file_and_other_rows_with_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gen-0001"), b"in the way").unwrap();
    let file = folder.path().join("token_cache.json");
    fs::write(&file, br#"{"/ws/a.txt": {"file_path": "/ws/a.txt", "token_count": 3}}"#).unwrap();
    let store = open(folder.path());
    put_count(&store, 42);
    drop(store);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\n  \"/ws/a.txt\": {") && text.contains("\"token_count\": 42"));
    let store = open(folder.path());
    assert_eq!(count(&store, 42), Some((Tokens(42), Tier::Disk)));
    assert!(matches!(store.mode(), StoreMode::Fallback(_)));
    assert_eq!(store.status().kinds[0].entries, 1);
}

#[test]
fn a_damaged_fallback_file_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gen-0001"), b"in the way").unwrap();
    let file = folder.path().join("token_cache.json");
    fs::write(&file, b"{ not json").unwrap();
    let store = open(folder.path());
    assert!(matches!(store.wait_open(), StoreMode::Fallback(_)));
    assert_eq!(fs::read_to_string(&file).unwrap(), "{}");
    let aside = folder.path().join(format!("token_cache.json.damaged-{}", NOW.seconds()));
    assert_eq!(fs::read(aside).unwrap(), b"{ not json");
}

#[test]
fn a_full_disk_is_survived_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    store.core().failed("write", Fault::Full);
    assert_eq!(store.mode(), StoreMode::MemoryOnly("the disk is full".to_owned()));
    put_count(&store, 2);
    assert!(count(&store, 2).is_some());
    // sled lets go of its files a little late.
    while store.mode() != StoreMode::Ok {
        store.checkpoint().unwrap();
        std::thread::yield_now();
    }
    let (read, damaged) = store.check_entries(&AtomicBool::new(false)).unwrap();
    assert_eq!((read, damaged), (1, 0));
}

#[test]
fn counts_of_the_fallback_are_taken_over_when_sled_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("gen-0001");
    fs::write(&blocked, b"in the way").unwrap();
    put_count(&open(folder.path()), 42);
    let file = folder.path().join("token_cache.json");
    assert!(file.exists());
    fs::remove_file(&blocked).unwrap();
    let store = open(folder.path());
    assert_eq!(store.wait_open(), StoreMode::Ok);
    assert_eq!(count(&store, 42), Some((Tokens(42), Tier::Disk)));
    assert_eq!(store.status().kinds[0].entries, 1);
    assert!(!file.exists());
}

/// Collects what is logged by this thread.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(super) fn logged(act: impl FnOnce()) -> String {
    logged_from(tracing::Level::DEBUG, act)
}

fn logged_from(level: tracing::Level, act: impl FnOnce()) -> String {
    // Without a listener for all threads, one that logs first elsewhere can silence the place.
    let everywhere = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(std::io::sink)
        .finish();
    drop(tracing::subscriber::set_global_default(everywhere));
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn hits_clears_and_failures_are_logged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    let hit = logged(|| assert!(count(&store, 1).is_some()));
    assert!(hit.contains("DEBUG") && hit.contains("larder::store::chain: hit "), "{hit}");
    let miss = || assert!(count(&store, 2).is_none());
    assert_eq!(logged(miss), "");
    let miss = logged_from(tracing::Level::TRACE, miss);
    assert!(miss.contains("TRACE") && miss.contains("miss kind=count"), "{miss}");
    let clear = logged(|| assert_eq!(store.clear(None).unwrap(), 1));
    assert!(clear.contains("INFO") && clear.contains("the cache is cleared"), "{clear}");
    let failure = logged(|| store.core().failed("write", Fault::Full));
    assert!(failure.contains("ERROR") && failure.contains("no space"), "{failure}");
}

#[test]
fn opening_is_logged_with_its_backend_and_a_failure_before_its_fallback() {
    let folder = tempfile::tempdir().unwrap();
    let ok = open(&folder.path().join("ok"));
    let log = logged(|| ok.core().open_bottom(super::super::opening::Attempt::First));
    assert!(log.contains("INFO") && log.contains("backend=\"sled\""), "{log}");
    let blocked = folder.path().join("blocked");
    fs::create_dir_all(&blocked).unwrap();
    let store = open(&blocked);
    fs::write(blocked.join("gen-0001"), b"in the way").unwrap();
    let log = logged(|| store.core().open_bottom(super::super::opening::Attempt::First));
    let error = log.find("ERROR").unwrap();
    assert!(log[error..].contains("backend=\"json\""), "{log}");
}

#[test]
fn how_a_store_works_is_known_as_soon_as_it_is_open() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("gen-0001"), b"in the way").unwrap();
        let store = open(folder.path());
        store.core().start_opening();
        let first =
            std::iter::repeat_with(|| store.mode()).find(|mode| *mode != StoreMode::Opening);
        assert!(matches!(first, Some(StoreMode::Fallback(_))), "{first:?}");
    }
}
