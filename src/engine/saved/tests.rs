//! The file of saved tasks: round trips, damage, and other versions.

use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;

use super::*;

fn task(path: &[u8]) -> SavedTask {
    SavedTask {
        kind: TaskKind::Count,
        path: RepoPath::new(path).unwrap(),
        priority: Priority::Medium,
        attempts: 2,
        error: Some("transient: busy".into()),
    }
}

fn queue() -> SavedQueue {
    SavedQueue { next_id: TaskId(77), tasks: vec![task(b"src/a.rs"), task(b"od\xffd")] }
}

#[test]
fn what_is_saved_is_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.json");
    for queue in [queue(), SavedQueue::default()] {
        queue.save(&path).unwrap();
        let loaded = SavedQueue::load(&path);
        assert!(loaded.warning.is_none());
        assert_eq!(loaded.queue, queue);
    }
}

#[test]
fn the_file_is_for_the_user_alone_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.json");
    fs::write(folder.path().join("tasks.json.tmp"), "left by a kill").unwrap();
    queue().save(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn no_file_is_an_empty_queue() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = SavedQueue::load(&folder.path().join("none.json"));
    assert!(loaded.warning.is_none());
    assert_eq!(loaded.queue, SavedQueue::default());
}

#[test]
fn another_version_is_an_empty_queue_with_a_warning() {
    let loaded = SavedQueue::from_json(br#"{"version":9,"next_id":5,"tasks":"otherwise"}"#);
    assert!(matches!(loaded.warning, Some(SavedError::Version { found: 9 })));
    assert_eq!(loaded.queue, SavedQueue::default());
}

#[test]
fn a_task_that_makes_no_sense_costs_only_itself() {
    let mut json: serde_json::Value = serde_json::from_slice(&queue().to_json().unwrap()).unwrap();
    json["tasks"][0]["path"] = "../outside".into();
    let loaded = SavedQueue::from_json(json.to_string().as_bytes());
    assert!(matches!(loaded.warning, Some(SavedError::LeftOut(1))));
    assert_eq!(loaded.queue.tasks, [task(b"od\xffd")]);
    assert_eq!(loaded.queue.next_id, TaskId(77));
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_with_the_path() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a-file"), "").unwrap();
    let path = folder.path().join("a-file/tasks.json");
    let error = queue().save(&path).unwrap_err();
    assert!(error.to_string().contains("a-file/tasks.json"), "{error}");
}

#[test]
fn a_folder_in_the_place_of_the_file_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = SavedQueue::load(folder.path());
    assert!(matches!(loaded.warning, Some(SavedError::Read { .. })));
}

proptest! {
    #[test]
    fn damage_never_panics_and_is_always_told(cut in 0_usize..200, flip in 0_usize..200, by: u8) {
        let mut bytes = queue().to_json().unwrap();
        bytes.truncate(cut.max(1));
        let length = bytes.len();
        bytes[flip % length] ^= by;
        let loaded = SavedQueue::from_json(&bytes);
        prop_assert!(loaded.queue.tasks.len() <= 2);
        if serde_json::from_slice::<serde_json::Value>(&bytes).is_err() {
            prop_assert!(loaded.warning.is_some());
        }
    }
}
