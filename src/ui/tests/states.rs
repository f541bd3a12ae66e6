//! What is said in each state: thresholds, loading, the footer, safety of what is drawn.

use super::{
    fake::{Fake, counted, gpt},
    scene::{self, DJANGO, busy, hostile, look, picture, text},
};
use crate::{
    model::{
        CacheStatus, Context, EventKind, FileStatus, ModelInfo, Notice, NoticeLevel, PicoUsd,
        StoreMode, Thresholds, Tokens, UnixNanos,
    },
    ui::{Message, Model, Scope, Settings},
};

/// A dashboard with a window of 1 000 tokens, and so many marked.
fn with_context(tokens: u64, thresholds: Thresholds) -> Fake {
    let mut fake = Fake::silent(&[("a.rs", counted(10))], (120, 36));
    let settings = Settings { thresholds, ..Settings::default() };
    fake.model = Model::new(&settings, (120, 36));
    fake.prompt = true;
    fake.snapshot.model = ModelInfo { window: Tokens(1_000), ..gpt() };
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.event(EventKind::ContextChanged(Context {
        files: u64::from(tokens > 0),
        tokens: Tokens(tokens),
        ..Context::default()
    }));
    fake
}

/// The line of the context gauge.
fn context_line(fake: &Fake) -> String {
    let text = text(fake);
    let line = text.lines().find(|line| line.contains("│ context ")).unwrap();
    line.split("│ context ").nth(1).unwrap().trim_end_matches('│').trim().to_owned()
}

#[test]
fn gauges_change_sign_and_word_exactly_at_their_thresholds() {
    let cases = [
        (0, "0 %        0 ✓ calm", ""),
        (1, "<1 %        1 ✓ calm", ""),
        (749, "74 %      749 ✓ calm", ""),
        (750, "75 %      750 ! warning", "context: 75 % of the window"),
        (899, "89 %      899 ! warning", "context: 89 % of the window"),
        (900, "90 %      900 ‼ alert", "context is nearly full: 90 %"),
        (999, "99 %      999 ‼ alert", "context is nearly full: 99 %"),
        (1_000, "100 %    1 000 ✗ exceeded", "context does not fit: 100 %"),
        (1_001, "100 %    1 001 ✗ exceeded", "context does not fit: 100 %"),
    ];
    for (tokens, gauge, notice) in cases {
        let fake = with_context(tokens, Thresholds::default());
        let line = context_line(&fake);
        assert!(line.ends_with(gauge), "{tokens}: {line}");
        let footer = text(&fake).lines().last().unwrap().to_owned();
        assert!(footer.contains(notice), "{tokens}: {footer}");
        assert_eq!(fake.model.notice.is_some(), !notice.is_empty(), "{tokens}");
    }
}

#[test]
fn what_is_said_of_a_context_that_does_not_fit_follows_marks_and_model() {
    let mut fake = with_context(1_500, Thresholds::default());
    assert!(text(&fake).contains("does not fit: 150 %"));
    let marked = |files, tokens| {
        EventKind::ContextChanged(Context { files, tokens: Tokens(tokens), ..Context::default() })
    };
    fake.event(marked(2, 1_900));
    assert!(text(&fake).contains("does not fit: 190 %"));
    fake.model.notice = None;
    fake.event(marked(2, 1_901));
    assert_eq!(fake.model.notice, None);
    fake.event(marked(3, 2_000));
    assert!(text(&fake).contains("does not fit: 200 %"));
    fake.model.notice = None;
    let small = ModelInfo { name: "small".into(), window: Tokens(500), ..gpt() };
    fake.event(EventKind::ModelChosen(small));
    assert!(text(&fake).contains("does not fit: 400 % of the window of small"));
    fake.event(EventKind::ModelChosen(gpt()));
    assert_eq!(fake.model.notice, None);
}

#[test]
fn what_is_not_counted_yet_is_not_calm() {
    let files = [("a.rs", FileStatus::Pending), ("b.bin", FileStatus::Binary)];
    let mut fake = Fake::new(&files, (120, 36));
    // The text of what is marked is not counted either, as long as the hands do not rest.
    fake.prompt = false;
    fake.keys("g space g");
    fake.answer_all();
    let screen = text(&fake);
    for line in ["│ context    · pending", "│ selection  · pending", "│ repository · pending"]
    {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    fake.keys("G");
    assert!(text(&fake).contains("│ selection  not counted"), "{}", text(&fake));
}

#[test]
fn marked_files_without_a_count_are_said_everywhere() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    fake.keys("a");
    let screen = text(&fake);
    let said = "14 files · 2 pending · 5 not sent";
    assert!(screen.contains(said), "{screen}");
    assert!(screen.contains("· 2 pending · 5 not sent"), "{screen}");
}

#[test]
fn a_folder_that_is_gone_is_not_all_counted() {
    let mut fake = Fake::new(&[("a.rs", counted(1))], (120, 36));
    assert!(text(&fake).contains("all counted"));
    fake.nodes.truncate(1);
    fake.tree_changed();
    let screen = text(&fake);
    assert!(screen.contains("! nothing left"), "{screen}");
    assert!(!screen.contains("all counted") && !screen.contains("watching"), "{screen}");
}

#[test]
fn a_store_of_another_larder_is_not_touched_and_not_recounted() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    let mut cache = scene::cache();
    cache.mode = StoreMode::MemoryOnly("it is open in process 4711".into());
    cache.exact = false;
    fake.event(EventKind::CacheChanged(cache));
    assert!(!text(&fake).contains("recounting") && !text(&fake).contains('≈'));
    for key in ["E", "X", "V"] {
        fake.model.notice = None;
        fake.keys(key);
        assert!(text(&fake).contains("in memory only: it is open in process 4711"), "{key}");
    }
    assert!(fake.model.overlays.is_empty() && fake.sent.is_empty());
}

#[test]
fn the_same_tokens_are_the_same_share_of_the_window_in_every_line() {
    let mut fake = Fake::new(&[("a.rs", counted(2))], (120, 36));
    fake.keys("space");
    let screen = text(&fake);
    let share =
        |word: &str| screen.lines().any(|line| line.contains(word) && line.contains("<1 %"));
    assert!(share("│ context ") && share("│ repository ") && share("│ selection "), "{screen}");
}

#[test]
fn thresholds_can_be_set() {
    let thresholds = Thresholds { warning: 20, alert: 30 };
    for (tokens, word) in [(199, "calm"), (200, "warning"), (299, "warning"), (300, "alert")] {
        assert!(context_line(&with_context(tokens, thresholds)).ends_with(word), "{tokens}");
    }
}

#[test]
fn a_threshold_is_announced_once_per_crossing() {
    let mut fake = with_context(800, Thresholds::default());
    assert!(fake.model.notice.take().is_some());
    for tokens in [810, 820, 700] {
        let context = Context { files: 1, tokens: Tokens(tokens), ..Context::default() };
        fake.event(EventKind::ContextChanged(context));
        assert!(fake.model.notice.is_none(), "{tokens}");
    }
    let context = Context { files: 1, tokens: Tokens(760), ..Context::default() };
    fake.event(EventKind::ContextChanged(context));
    assert!(fake.model.notice.is_some());
}

#[test]
fn each_level_has_a_style_of_its_own() {
    let styles: Vec<_> = [0, 750, 900, 1_000]
        .into_iter()
        .map(|tokens| {
            let fake = with_context(tokens, Thresholds::default());
            let picture = picture(&fake, &look());
            let rows = text(&fake);
            let y = rows.lines().position(|line| line.contains("│ context ")).unwrap();
            let columns = picture.buffer().area.width;
            picture.buffer()[(columns - 12, u16::try_from(y).unwrap())].style()
        })
        .collect();
    for (at, style) in styles.iter().enumerate() {
        assert!(!styles[at + 1..].contains(style), "{at}");
    }
}

#[test]
fn a_price_that_is_not_known_is_never_nothing() {
    let mut fake = with_context(500, Thresholds::default());
    assert!(text(&fake).contains("/ call"));
    let info = ModelInfo { input_price: None, ..gpt() };
    fake.event(EventKind::ModelChosen(info));
    let screen = text(&fake);
    assert!(screen.contains("500 tokens · unpriced"), "{screen}");
    assert!(!screen.contains('$'), "{screen}");
    fake.event(EventKind::ModelChosen(ModelInfo { input_price: Some(PicoUsd(0)), ..gpt() }));
    assert!(text(&fake).contains("$0.00 / call"));
}

#[test]
fn a_pending_file_is_shown_as_pending_until_it_is_counted() {
    let mut fake = Fake::new(&[("a.rs", FileStatus::Pending), ("b.rs", counted(5))], (80, 24));
    fake.event(EventKind::WorkMoved(busy()));
    let screen = text(&fake);
    assert!(screen.contains("pending") && screen.contains("warming"), "{screen}");
    fake.set("a.rs", counted(41));
    fake.event(EventKind::WorkMoved(crate::model::WorkView::default()));
    let screen = text(&fake);
    assert!(!screen.contains("pending") && !screen.contains("warming"), "{screen}");
    assert!(screen.contains("41") && screen.contains("all counted"), "{screen}");
}

#[test]
fn the_spinner_turns_with_ticks_and_rests_when_work_ends() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    assert!(!fake.model.is_moving());
    fake.event(EventKind::WorkMoved(busy()));
    assert!(fake.model.is_moving());
    fake.tell(Message::Ticked(0));
    let before = text(&fake);
    fake.tell(Message::Ticked(100));
    assert_ne!(text(&fake), before);
    fake.event(EventKind::WorkMoved(crate::model::WorkView::default()));
    assert!(!fake.model.is_moving());
    let before = text(&fake);
    fake.tell(Message::Ticked(900));
    assert_eq!(text(&fake), before);
}

#[test]
fn nothing_turns_for_those_who_want_no_motion() {
    let mut fake = Fake::silent(&DJANGO, (80, 24));
    let settings = Settings { reduced_motion: true, ..Settings::default() };
    fake.model = Model::new(&settings, (80, 24));
    fake.prompt = true;
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.event(EventKind::WorkMoved(busy()));
    assert!(!fake.model.is_spinning());
    assert!(text(&fake).contains("● warming"));
}

#[test]
fn the_progress_bar_never_goes_back_while_more_files_are_found() {
    let mut fake = Fake::new(&DJANGO, (120, 36));
    let mut seen = Vec::new();
    for (done, total) in [(0, 100), (50, 100), (60, 400), (300, 500), (500, 500)] {
        let work = crate::model::WorkView { done, total, ..busy() };
        fake.event(EventKind::WorkMoved(work));
        seen.push(fake.model.progress);
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert!(text(&fake).contains("100 %"));
    fake.event(EventKind::WorkMoved(crate::model::WorkView::default()));
    assert!(fake.model.progress.abs() < f64::EPSILON);
}

#[test]
fn a_notice_goes_after_some_seconds() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.tell(Message::Ticked(5_000));
    let notice = Notice { level: NoticeLevel::Info, text: "hello".into(), at: UnixNanos(0) };
    fake.event(EventKind::NoticeRaised(notice));
    assert!(fake.model.is_moving());
    for (now, shown) in [(60_000, true), (67_999, true), (68_000, false)] {
        fake.tell(Message::Ticked(now));
        assert_eq!(text(&fake).contains("hello"), shown, "{now}");
    }
    assert!(!fake.model.is_moving());
}

#[test]
fn an_error_is_said_and_goes_away_with_a_key() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.tell(Message::Refused("the queue is full: it holds 9 tasks".into()));
    assert!(text(&fake).contains("✗ error: the queue is full"));
    fake.keys("esc");
    assert!(!text(&fake).contains("the queue is full"));
    fake.keys("j l");
    assert!(fake.model.is_settled());
}

#[test]
fn screens_are_offered_only_where_their_keys_work() {
    let dead = ["/ a", "2 f enter", "2 f", "3 enter", "3 j j j d", "3 /", "7 /", "E", ":", "C"];
    for keys in dead {
        let mut fake = Fake::new(&DJANGO, (200, 60));
        fake.snapshot.cache = super::fake_cache::status();
        fake.event(EventKind::CacheChanged(super::fake_cache::status()));
        let offered = |fake: &Fake| text(fake).lines().last().unwrap().contains("7 Log");
        assert!(offered(&fake), "before {keys}");
        fake.keys(keys);
        let works = fake.model.scope().path().contains(&Scope::Global);
        assert_eq!(offered(&fake), works, "{keys}: {}", text(&fake).lines().last().unwrap());
    }
}

#[test]
fn no_control_character_reaches_the_screen() {
    let mut fake = Fake::silent(&[], (120, 36));
    for (path, status) in hostile() {
        fake.add(&path, status);
    }
    fake.prompt = true;
    fake.snapshot.tree = fake.summary();
    fake.snapshot.tree.name = "evil\x1b[31m".into();
    fake.snapshot.tree.branch = Some("\u{202e}branch\x07".into());
    fake.snapshot.model.name = "model\u{200b}\n".into();
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake.tell(Message::Refused("bad \x1b]0;x\x07 thing".into()));
    for keys in ["", "a C", "esc G i", "esc esc / x", "M"] {
        fake.keys(keys);
        let picture = picture(&fake, &look());
        for cell in picture.buffer().content() {
            let hidden = |c: char| {
                c.is_control()
                    || ('\u{200b}'..='\u{200f}').contains(&c)
                    || ('\u{2028}'..='\u{202e}').contains(&c)
            };
            assert!(!cell.symbol().chars().any(hidden), "{:?}", cell.symbol());
        }
    }
}

#[test]
fn the_end_of_the_engine_is_said() {
    let mut fake = Fake::new(&DJANGO, (80, 24));
    fake.event(EventKind::WorkMoved(busy()));
    fake.event(EventKind::Ended);
    assert!(text(&fake).contains("engine ended"));
    assert!(fake.model.is_settled() && !fake.model.is_moving());
}

#[test]
fn the_history_of_hit_rates_grows_with_what_the_store_tells() {
    let mut fake = Fake::new(&DJANGO, (200, 60));
    let mut cache = scene::cache();
    cache.tiers[0].session_hits += 50;
    cache.tiers[0].session_misses += 50;
    fake.event(EventKind::CacheChanged(cache));
    let screen = text(&fake);
    let line = screen.lines().find(|line| line.contains("│ index ")).unwrap();
    assert!(line.contains(" █▅ ") || line.contains(" █▄ "), "{line}");
}

#[test]
fn nothing_is_settled_while_the_store_is_being_opened() {
    let mut fake = Fake::new(&[], (80, 24));
    assert!(fake.model.is_settled());
    for (mode, settled) in [(StoreMode::Opening, false), (StoreMode::Ok, true)] {
        fake.event(EventKind::CacheChanged(CacheStatus { mode, ..scene::cache() }));
        assert_eq!(fake.model.is_settled(), settled);
    }
}
