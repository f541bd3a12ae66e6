//! What the engine answers.

use super::{notify, on_top, screens, weigh};
use crate::{
    model::{Answer, NoticeLevel, Question, TextWanted, VerifyReport},
    ui::{context::Cause, format, message::Effect, model::Model, offers},
};

/// Takes an answer to where it was asked for.
pub(super) fn answered(model: &mut Model, answer: Answer) -> Vec<Effect> {
    let mut effects = screens::answered(model, &answer);
    effects.extend(to_home(model, answer));
    effects
}

fn to_home(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Rows(page) => model.tree.take(page),
        Answer::Found(id) => model.tree.found(id),
        Answer::Details(details) => on_top::take_details(model, details),
        Answer::Skipped(page) => on_top::take_skipped(model, page),
        Answer::Marked(total, rows) => on_top::take_marked(model, total, rows),
        Answer::Victims(plan) => on_top::take_victims(model, plan),
        Answer::Inventory(inventory) => on_top::take_inventory(model, Some(&inventory)),
        Answer::Models(models) => on_top::take_models(model, models),
        Answer::Task(task) => on_top::take_task(model, task),
        Answer::ContextText(text) => weigh::take(model, *text),
        Answer::Preview(preview) => on_top::take_preview(model, *preview),
        Answer::Offers(found) => {
            offers::take(model, found);
            Vec::new()
        }
        Answer::Verified(report) => {
            tell_verified(model, &report);
            on_top::take_ended_task(model)
        }
        Answer::Imported(_) | Answer::Exported(_) => on_top::take_ended_task(model),
        // The dashboard hears of these by events, or another screen asked for them.
        Answer::Context(_)
        | Answer::Tasks(_)
        | Answer::Cache(_)
        | Answer::Entries(_)
        | Answer::Entry(_)
        | Answer::CacheReport(_)
        | Answer::Result(_)
        | Answer::Spend(_)
        | Answer::SpendRecords(_)
        | Answer::SpendSummary(_)
        | Answer::Count(_) => Vec::new(),
    }
}

/// Notes that a question was refused, and says why.
pub(super) fn unanswered(model: &mut Model, question: &Question, why: &str) -> Vec<Effect> {
    // Nobody asked for a count of what is marked: it stays an estimate, and the list says why.
    if !matches!(question, Question::ContextText(_, TextWanted::Count)) {
        notify(model, NoticeLevel::Error, why);
    }
    screens::unanswered(model, question);
    match question {
        Question::Rows(_) => model.tree.refuse(),
        Question::Find(_) => model.tree.found(None),
        Question::Details(_) => on_top::take_details(model, None),
        Question::Skipped { .. } => on_top::refuse_skipped(model),
        Question::Marked { .. } => on_top::refuse_marked(model),
        Question::Victims(..) => on_top::refuse_victims(model, why),
        Question::ContextText(_, wanted) => {
            let mut effects = model.sending.refuse(*wanted, why);
            effects.extend(weigh::follow(model, Cause::Answer));
            effects
        }
        Question::Preview { .. } => on_top::refuse_preview(model, why),
        Question::Inventory => on_top::take_inventory(model, None),
        Question::Models => on_top::take_models(model, Vec::new()),
        Question::Task(_) => on_top::take_task(model, None),
        Question::Context
        | Question::Tasks { .. }
        | Question::Cache
        | Question::Entries(_)
        | Question::Entry(_)
        | Question::CacheReport
        | Question::Offers(_)
        | Question::Result(_)
        | Question::Spend(_)
        | Question::SpendRecords(_)
        | Question::SpendSummary
        | Question::Count(_) => Vec::new(),
    }
}

fn tell_verified(model: &mut Model, report: &VerifyReport) {
    let VerifyReport { entries, damaged, recounted, wrong, stale } = report;
    let level = if damaged + wrong + stale > 0 { NoticeLevel::Warning } else { NoticeLevel::Info };
    let text = format!(
        "verified {}, {} damaged; recounted {}, {} wrong, {} stale",
        format::many(*entries, "entry", "entries"),
        format::grouped(*damaged),
        format::many(*recounted, "file", "files"),
        format::grouped(*wrong),
        format::grouped(*stale),
    );
    notify(model, level, &text);
}
