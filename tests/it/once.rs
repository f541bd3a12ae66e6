//! The dashboard without a terminal, with an engine in memory.

use larder::{
    model::{Command, MarkChange, NodeId},
    ui::{Look, Picture, Settings, UiError, once},
};

use crate::fake_engine::{Mood, engine};

async fn play(files: u32, mood: Mood, keys: &str) -> Result<Picture, UiError> {
    let (client, _commands) = engine(files, mood);
    once(client, Settings::default(), Look::ascii(), (80, 24), keys).await
}

#[tokio::test(start_paused = true)]
async fn a_settled_engine_is_shown() {
    let text = play(3, Mood::Settled, "").await.unwrap().text();
    assert!(text.contains("module_00002.rs"), "{text}");
    assert_eq!(text.lines().count(), 24);
}

#[tokio::test(start_paused = true)]
async fn work_is_waited_for() {
    let text = play(3, Mood::Working, "").await.unwrap().text();
    assert!(text.contains("module_00000.rs"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_keeps_changing_does_not_keep_it_forever() {
    let text = play(3, Mood::Restless, "j").await.unwrap().text();
    assert!(text.contains("module_00001.rs"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_dashboard_that_falls_behind_gets_a_new_snapshot() {
    let text = play(3, Mood::Flooding, "").await.unwrap().text();
    // One more file for the first snapshot, and one for the second.
    assert!(text.contains("module_00004.rs"), "{text}");
    assert!(!text.contains("module_00005.rs"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_ends_is_an_error_and_not_a_wait() {
    let ended = play(3, Mood::Ending, "").await;
    assert!(matches!(ended, Err(UiError::EngineEnded(_))));
}

#[tokio::test(start_paused = true)]
async fn keys_are_played_and_waited_for() {
    let end = play(500, Mood::Settled, "G").await.unwrap().text();
    assert!(end.contains("module_00499.rs"), "{end}");
    let help = play(500, Mood::Settled, "?").await.unwrap().text();
    assert!(help.contains("Go to the next pane."), "{help}");
}

#[tokio::test(start_paused = true)]
async fn quitting_ends_the_play() {
    let text = play(500, Mood::Settled, "qG").await.unwrap().text();
    assert!(!text.contains("module_00499.rs"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn commands_are_sent_in_the_order_of_their_keys() {
    let (client, mut commands) = engine(5, Mood::Settled);
    once(client, Settings::default(), Look::ascii(), (80, 24), "jw  R").await.unwrap();
    let mut sent = Vec::new();
    while let Ok(command) = commands.try_recv() {
        if !matches!(command, Command::Look(_)) {
            sent.push(command);
        }
    }
    let toggle = |id| Command::Mark(MarkChange::Toggle(vec![NodeId(id)]));
    let expected = [Command::Warm(NodeId(2)), toggle(2), toggle(3), Command::Rescan(NodeId::ROOT)];
    assert_eq!(sent, expected);
}

#[tokio::test(start_paused = true)]
async fn sizes_of_nothing_are_played() {
    for size in [(0, 0), (1, 1), (0, 40), (300, 1)] {
        let (client, _commands) = engine(5, Mood::Settled);
        let picture = once(client, Settings::default(), Look::ascii(), size, "jG?<esc>").await;
        assert_eq!(picture.unwrap().text().lines().count(), usize::from(size.1));
    }
}
