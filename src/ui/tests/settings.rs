//! The list of settings: looking, editing, and what was read again.

use super::{
    fake::Fake,
    scene::{DJANGO, text},
};
use crate::{
    model::Command,
    ui::{Effect, Message, Model, SettingProblem, SettingValue, Settings, SettingsNow},
};

const FILE: &str = "/home/ada/.config/larder/larder.toml";

/// A setting, of the user's file when it has a line there.
fn one(key: &str, value: &str, line: Option<usize>) -> SettingValue {
    SettingValue {
        key: key.into(),
        value: value.into(),
        origin: line.map_or_else(|| "default".into(), |line| format!("{FILE}:{line}")),
        place: line.map(|line| (FILE.into(), Some(line))),
    }
}

fn shown(size: (u16, u16)) -> Fake {
    let mut fake = Fake::silent(&DJANGO, size);
    fake.model = Model::new(&settings(), size);
    fake.prompt = true;
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.keys(",");
    fake
}

fn read(fake: &mut Fake, values: Option<Vec<SettingValue>>, problems: &[(&str, usize)]) {
    let problem = |(what, line): &(&str, usize)| SettingProblem {
        text: format!("{FILE}:{line}: {what}"),
        place: Some((FILE.into(), Some(*line))),
    };
    let problems = problems.iter().map(problem).collect();
    fake.tell(Message::SettingsRead(Box::new(SettingsNow { values, problems })));
}

/// Three settings, one of them the user's.
fn settings() -> Settings {
    Settings {
        home: Some("/home/ada".into()),
        file: FILE.into(),
        values: vec![
            one("store.memory-bytes", "67108864", None),
            one("store.disk-bytes", "2000000000", Some(4)),
            one("watch.enabled", "true", None),
        ],
        ..Settings::default()
    }
}

#[test]
fn every_setting_is_seen_with_where_it_was_set_and_the_cache_is_cleared_from_there() {
    for size in [(120, 36), (80, 24), (40, 12)] {
        let mut fake = shown(size);
        super::screens::check("settings", &fake);
        fake.keys("X");
        assert!(text(&fake).contains("Clear the cache?"), "{}", text(&fake));
        fake.keys("y");
        assert_eq!(fake.sent, [Command::Clear(None)]);
        assert!(text(&fake).contains("Settings · 3"), "{}", text(&fake));
        fake.keys("E");
        assert!(text(&fake).contains("Evict from the cache"), "{}", text(&fake));
        fake.keys("esc esc");
        assert!(fake.model.overlays.is_empty());
    }
}

#[test]
fn the_chosen_setting_is_edited_where_it_was_set_and_else_in_the_users_file() {
    let mut fake = shown((120, 36));
    fake.keys("e j e j e");
    let user = Effect::EditSettings((FILE.into(), None));
    let place = Effect::EditSettings((FILE.into(), Some(4)));
    assert_eq!(fake.others, [user.clone(), place, user]);
}

#[test]
fn what_is_new_comes_first_with_what_holds_now_and_says_from_when_on() {
    for size in [(120, 36), (80, 24), (40, 12)] {
        let mut fake = shown(size);
        let mut values = settings().values;
        values[2] = one("watch.enabled", "false", Some(6));
        read(&mut fake, Some(values), &[("`store.speed` is no setting", 5)]);
        super::screens::check("settings-changed", &fake);
        fake.keys("G e");
        assert_eq!(fake.others, [Effect::EditSettings((FILE.into(), Some(4)))]);
    }
    let mut fake = shown((80, 24));
    read(&mut fake, Some(settings().values), &[]);
    assert!(text(&fake).contains("no setting is another one now"), "{}", text(&fake));
}

#[test]
fn what_is_wrong_is_named_and_edited_at_its_line_until_it_is_mended() {
    let mut fake = shown((80, 24));
    let what =
        "`store.policy` is `cheap`: allowed are lru, lfu, oldest, largest, cheapest, dearest";
    read(&mut fake, None, &[(what, 7)]);
    super::screens::check("settings-wrong", &fake);
    fake.keys("e j e");
    let place = Effect::EditSettings((FILE.into(), Some(7)));
    assert_eq!(fake.others, [place.clone(), place]);
    read(&mut fake, Some(settings().values), &[]);
    assert!(!text(&fake).contains("allowed are"), "{}", text(&fake));
}
