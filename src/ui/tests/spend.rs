//! The Spend screen and the budgets of Home: pictures and journeys.

use super::{
    fake::Fake,
    fake_spend::{budget, day, summary, usd},
    scene::{DJANGO, look, picture, text},
    screens::check_at,
};
use crate::{
    model::{
        Amount, Command, EventKind, ForecastView, PicoUsd, Question, SpendBy, SpendOrder,
        SpendQuery, SpendRecordsQuery, SpendReport, SpendState, SpendSummary, Tokens,
    },
    ui::{Message, Scope},
};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

/// A dashboard whose engine knows of spend.
fn spending(size: (u16, u16), summary: SpendSummary) -> Fake {
    let mut fake = Fake::silent(&DJANGO, size);
    fake.prompt = true;
    fake.snapshot.spend = summary;
    let snapshot = fake.snapshot.clone();
    fake.tell(Message::Subscribed(Box::new(snapshot)));
    fake
}

fn at_each_size(name: &str, keys: &str) {
    for size in SIZES {
        let mut fake = spending(size, summary());
        fake.keys(keys);
        check_at(name, &fake);
    }
}

fn last_query(fake: &Fake) -> &SpendQuery {
    let mut asked = fake.asked.iter().rev();
    asked
        .find_map(|asked| if let Question::Spend(query) = asked { Some(query) } else { None })
        .unwrap()
}

fn last_records(fake: &Fake) -> &SpendRecordsQuery {
    let mut asked = fake.asked.iter().rev();
    asked
        .find_map(
            |asked| if let Question::SpendRecords(query) = asked { Some(query) } else { None },
        )
        .unwrap()
}

#[test]
fn on_a_small_home_each_gauge_has_a_name() {
    let mut fake = spending((80, 24), summary());
    fake.keys("* R E A D M E enter");
    assert!(text(&fake).contains(" · context <1 % ✓ calm · "), "{}", text(&fake));
}

#[test]
fn home_shows_every_budget_today_and_the_end_of_the_month() {
    for size in SIZES {
        let mut fake = spending(size, summary());
        fake.keys("a");
        check_at("spend-home", &fake);
        fake.keys("tab tab");
        check_at("spend-budget", &fake);
    }
}

#[test]
fn home_says_how_far_the_logs_are_read_and_what_is_broken() {
    let reading = SpendSummary {
        state: SpendState::Reading { done: 31, files: 80 },
        forecast: ForecastView::NotEnough { active_days: 3, needed: 5 },
        api_equivalent: true,
        ..summary()
    };
    check_at("spend-home-reading", &spending((120, 36), reading.clone()));
    let screen = text(&spending((120, 36), reading));
    assert!(screen.contains("31 of 80 files") && screen.contains("API-equivalent"), "{screen}");
    let reason = "the ledger at ~/.local/state/larder cannot be written".to_owned();
    let broken = SpendSummary { state: SpendState::Broken { reason }, ..summary() };
    assert!(text(&spending((120, 36), broken)).contains("! spend: the ledger"));
    let off = text(&spending((120, 36), SpendSummary::default()));
    assert!(!off.contains("today") && !off.contains("spend:"), "{off}");
}

#[test]
fn a_budget_changes_its_sign_and_word_with_its_level() {
    let half = usd("15");
    for (percent, word) in [
        (74, "✓ calm"),
        (75, "! warning"),
        (90, "‼ alert"),
        (100, "✗ exceeded"),
        (812, "✗ exceeded"),
    ] {
        let one = budget("month", Amount::Usd(half), Amount::Usd(usd("30")), percent);
        let fake = spending((120, 36), SpendSummary { budgets: vec![one], ..summary() });
        let screen = text(&fake);
        let line = screen.lines().find(|line| line.contains("│ month ")).unwrap();
        assert!(line.contains(&format!("{percent} %")) && line.contains(word), "{line}");
    }
}

#[test]
fn each_view_is_drawn() {
    at_each_size("spend-day", "2 j");
    at_each_size("spend-model", "2 l l");
    for (name, keys) in
        [("spend-month", "2 l"), ("spend-project", "2 l l l l j"), ("spend-filetype", "2 h h")]
    {
        let mut fake = spending((120, 36), summary());
        fake.keys(keys);
        check_at(name, &fake);
    }
    let mut large = spending((200, 60), summary());
    large.keys("2 l l ] ]");
    check_at("spend-model", &large);
}

#[test]
fn the_end_of_the_month_is_said_once_on_the_spend_screen() {
    for size in [(120, 36), (200, 60), (80, 24)] {
        let mut fake = spending(size, summary());
        fake.keys("2");
        let screen = text(&fake);
        assert_eq!(screen.matches("$31.20").count(), 1, "{screen}");
    }
}

#[test]
fn requests_and_all_about_one_are_drawn() {
    at_each_size("spend-records", "2 l l enter j");
    at_each_size("spend-record", "2 l l enter G enter");
    at_each_size("spend-figures", "2 i");
    at_each_size("spend-filter", "2 l l / g p t");
}

#[test]
fn an_empty_ledger_says_what_was_looked_for() {
    for size in SIZES {
        let fake = nothing(size);
        check_at("spend-empty", &fake);
    }
    let screen = text(&nothing((80, 24)));
    for tool in ["Claude Code", "Codex", "Gemini CLI", "opencode", "aider", "not found"] {
        assert!(screen.contains(tool), "{tool}: {screen}");
    }
}

/// The screen when no tool was found.
fn nothing(size: (u16, u16)) -> Fake {
    let summary = SpendSummary { state: SpendState::Ready, ..SpendSummary::default() };
    let mut fake = spending(size, summary);
    fake.prompt = false;
    fake.keys("2");
    while let Some(Question::Spend(query)) = fake.open.pop() {
        let mut report = super::fake_spend::report(&query);
        report.rows.clear();
        report.skipped.clear();
        for (_, cost) in &mut report.days {
            cost.0 = 0;
        }
        report.total = crate::model::SpendRow::default();
        fake.tell(Message::Answered(Box::new(crate::model::Answer::Spend(Box::new(report)))));
    }
    fake.prompt = true;
    fake
}

#[test]
fn the_range_is_counted_from_the_last_day_the_engine_knows() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2");
    assert_eq!(last_query(&fake).filter.since, Some(day("2026-04-21")));
    for (key, since, name) in [
        ("]", Some("2026-05-01"), "this month"),
        ("]", None, "all days"),
        ("]", Some("2026-05-14"), "7 days"),
        ("[", None, "all days"),
    ] {
        fake.keys(key);
        assert_eq!(last_query(&fake).filter.since, since.map(day), "{name}");
        assert!(text(&fake).contains(name), "{name}");
    }
}

#[test]
fn every_view_is_reached_with_keys_and_with_the_mouse() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2");
    for by in [
        SpendBy::Monthly,
        SpendBy::Model,
        SpendBy::Provider,
        SpendBy::Project,
        SpendBy::Session,
        SpendBy::FileType,
        SpendBy::Tool,
        SpendBy::Daily,
    ] {
        fake.keys("tab");
        assert_eq!(last_query(&fake).by, by);
    }
    fake.keys("shift-tab left h");
    assert_eq!(fake.model.spend.by, SpendBy::Session);
    fake.tell(Message::Clicked(15, 1));
    assert_eq!(last_query(&fake).by, SpendBy::Model);
}

#[test]
fn from_sums_to_requests_to_one_request_and_back() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2 l l j enter");
    assert_eq!(last_records(&fake).filter.model.as_deref(), Some("gpt-5.4"));
    assert_eq!(last_records(&fake).filter.since, Some(day("2026-04-21")));
    assert!(text(&fake).contains("model gpt-5.4 · 240 requests · newest first"), "{}", text(&fake));
    fake.keys("s");
    assert_eq!(last_records(&fake).order, SpendOrder::Dearest);
    fake.keys("enter");
    assert_eq!(fake.model.scope(), Scope::Overlay);
    let screen = text(&fake);
    assert!(screen.contains("$0.0213") && screen.contains("as the tool wrote it down"), "{screen}");
    fake.keys("esc");
    assert_eq!(fake.model.scope(), Scope::Spend);
    fake.keys("esc");
    assert!(fake.model.spend.records.is_none());
    assert!(text(&fake).contains("By model"));
    fake.keys("esc");
    assert!(text(&fake).contains("Tree"));
    assert!(fake.others.is_empty());
}

#[test]
fn requests_are_asked_for_by_the_page() {
    let mut fake = spending((80, 24), summary());
    fake.keys("2 enter G");
    assert!(!text(&fake).contains(" … "));
    assert!(last_records(&fake).from > 100);
    fake.keys("k k pgup g enter");
    assert!(text(&fake).contains("2026-05-20 12:00"));
}

#[test]
fn what_is_typed_filters_sums_and_requests() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2 l l / s o n n e t");
    assert_eq!(fake.model.scope(), Scope::Editor);
    assert_eq!(last_query(&fake).filter.text.as_deref(), Some("sonnet"));
    let screen = text(&fake);
    assert!(screen.contains("claude-sonnet-5") && !screen.contains("gpt-5.4"), "{screen}");
    fake.keys("enter enter");
    assert_eq!(last_records(&fake).filter.text.as_deref(), Some("sonnet"));
    fake.keys("esc");
    assert_eq!(last_records(&fake).filter.text, None);
    assert_eq!(last_query(&fake).filter.text, None);
    fake.keys("esc / z z z");
    assert!(text(&fake).contains("nothing matches"));
    fake.keys("esc");
    assert!(text(&fake).contains("gpt-5.4"));
}

#[test]
fn the_order_of_sums_changes_and_the_cursor_stays_on_its_group() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2 l l j");
    let chosen = |fake: &Fake| fake.model.spend.chosen().unwrap().key.clone();
    assert_eq!(chosen(&fake), "gpt-5.4");
    for order in ["most tokens first", "newest first", "dearest first"] {
        fake.keys("s");
        assert!(text(&fake).contains(order), "{order}");
        assert_eq!(chosen(&fake), "gpt-5.4");
    }
}

#[test]
fn the_screen_follows_a_growing_log_with_one_question_at_a_time() {
    let mut fake = spending((120, 36), summary());
    fake.event(EventKind::SpendChanged(Box::new(summary())));
    assert!(fake.asked.iter().all(|asked| !matches!(asked, Question::Spend(_))));
    fake.keys("2");
    let asked = fake.asked.len();
    fake.prompt = false;
    for n in 0..5 {
        let grown = SpendSummary { today: usd(&format!("2.{n}")), ..summary() };
        fake.event(EventKind::SpendChanged(Box::new(grown)));
        assert!(fake.open.len() <= 1);
    }
    fake.answer_all();
    assert_eq!(fake.asked.len() - asked, 2);
    assert!(text(&fake).contains("$2.40") && fake.model.is_settled());
}

#[test]
fn a_midnight_that_passes_moves_the_range() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2");
    fake.prompt = false;
    fake.event(EventKind::SpendChanged(Box::new(summary())));
    let Some(Question::Spend(query)) = fake.open.pop() else { panic!("{:?}", fake.open) };
    let report = SpendReport { to: day("2026-05-21"), ..super::fake_spend::report(&query) };
    fake.tell(Message::Answered(Box::new(crate::model::Answer::Spend(Box::new(report)))));
    assert_eq!(last_query(&fake).filter.since, Some(day("2026-04-22")));
}

#[test]
fn a_refusal_is_said_where_the_sums_would_be() {
    let mut fake = spending((120, 36), summary());
    fake.prompt = false;
    fake.keys("2");
    let question = fake.open.pop().unwrap();
    fake.tell(Message::Unanswered(Box::new(question), "the ledger cannot do this: full".into()));
    let screen = text(&fake);
    assert!(screen.matches("the ledger cannot do this: full").count() == 2, "{screen}");
    assert!(fake.model.is_settled());
}

#[test]
fn the_logs_are_read_again_and_file_types_have_no_requests() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2 r h h enter");
    assert_eq!(fake.sent, [Command::ReadLogs]);
    assert!(fake.model.spend.records.is_none());
    assert!(text(&fake).contains("requests are divided among file types"));
}

#[test]
fn what_has_no_price_is_unpriced_and_never_nothing() {
    let mut fake = spending((120, 36), summary());
    fake.keys("2 l l / s e c r e t enter");
    let screen = text(&fake);
    let row = screen.lines().find(|line| line.contains("secret-model")).unwrap();
    assert!(row.contains("unpriced") && !row.contains('$'), "{row}");
    let total = screen.lines().find(|line| line.contains("│ total")).unwrap();
    assert!(total.contains("unpriced") && !total.contains('$'), "{total}");
}

#[test]
fn names_from_logs_do_no_harm() {
    let mut fake = spending((120, 36), summary());
    for keys in ["2 l l", "enter G", "enter", "esc esc i", "j j"] {
        fake.keys(keys);
        for cell in picture(&fake, &look()).buffer().content() {
            assert!(!cell.symbol().chars().any(char::is_control), "{keys}: {:?}", cell.symbol());
        }
    }
}

#[test]
fn budgets_in_tokens_say_tokens() {
    let one = budget("day", Amount::Tokens(Tokens(10)), Amount::Tokens(Tokens(0)), u64::MAX);
    let mut fake = spending((120, 36), SpendSummary { budgets: vec![one], ..summary() });
    assert!(text(&fake).contains("no limit"), "{}", text(&fake));
    fake.keys("2 i");
    assert!(text(&fake).contains("warns at 75 %, alerts at 90 %"), "{}", text(&fake));
}

#[test]
fn a_day_without_any_price_is_not_said_to_cost_nothing() {
    let unpriced = SpendSummary { today: PicoUsd(0), today_unpriced: Tokens(101_000), ..summary() };
    for keys in ["", "2"] {
        let mut fake = spending((120, 36), unpriced.clone());
        fake.keys(keys);
        let screen = text(&fake);
        assert!(screen.contains("101 k unpriced") && !screen.contains("$0.00"), "{screen}");
    }
}
