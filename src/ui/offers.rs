//! The offer to take over the cache of another tool: asked for once, hinted at in the footer until
//! the first key, and done or declined from there, from the palette or from the Cache screen. It is
//! answered when it was declined, and when its import ended well.

use std::path::{Path, PathBuf};

use super::{action::Action, format, message::Effect, model::Model, panes::cache, update::notify};
use crate::model::{Command, ImportRequest, NoticeLevel, Offer, Question, Shown};

/// What was found, and not answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers {
    pub(crate) open: Vec<Offer>,
    /// What is being imported.
    importing: Vec<Offer>,
    /// True once the engine was asked.
    asked: bool,
    /// True once a key was pressed while the hint stood in the footer.
    pub(super) seen: bool,
}

impl Offers {
    /// Returns true when the end of no import is awaited.
    pub(crate) fn are_settled(&self) -> bool {
        self.importing.is_empty()
    }
}

impl Model {
    /// Returns true while the footer says what was found.
    pub(crate) fn hints_at_offers(&self) -> bool {
        self.can_import() && !self.offers.seen && self.overlays.is_empty()
    }

    /// Returns true when something was found that the store would take.
    pub(crate) fn can_import(&self) -> bool {
        let can = self.known.as_ref().is_some_and(|known| cache::refusal(&known.cache).is_none());
        can && !self.offers.open.is_empty()
    }
}

/// Asks what there is, the first time, when answers are remembered here.
pub(super) fn ask(model: &mut Model) -> Option<Effect> {
    if model.settings.answers.is_none() || model.offers.asked {
        return None;
    }
    model.offers.asked = true;
    Some(Effect::Ask(Question::Offers(model.settings.root.clone())))
}

/// Takes what there is; what was answered before is not offered again.
pub(super) fn take(model: &mut Model, offers: Vec<Offer>) {
    let Some(answers) = &model.settings.answers else { return };
    model.offers.open = offers.into_iter().filter(|offer| !answers.has(&offer.source)).collect();
}

/// Does what a key asks for about the offers; `None` when it is about something else.
pub(super) fn pressed(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    if !matches!(action, Action::ImportFound | Action::HideFound) {
        return None;
    }
    if model.offers.open.is_empty() {
        notify(model, NoticeLevel::Info, "no cache of another tool is offered here");
        return Some(Vec::new());
    }
    let refused = model.known.as_ref().and_then(|known| cache::refusal(&known.cache));
    if let (Action::ImportFound, Some(why)) = (action, refused) {
        notify(model, NoticeLevel::Warning, &why);
        return Some(Vec::new());
    }
    let open = std::mem::take(&mut model.offers.open);
    let sources: Vec<PathBuf> = open.iter().map(|offer| offer.source.clone()).collect();
    if action == Action::HideFound {
        notify(model, NoticeLevel::Info, "not offered again; `larder cache import` takes it over");
        return Some(vec![Effect::Answer(sources)]);
    }
    model.offers.importing.extend(open);
    let import = |source| Command::Import(ImportRequest { source, backup: None, verify: true });
    Some(sources.into_iter().map(|source| Effect::Send(import(source))).collect())
}

/// Takes how an import ended: one that failed is offered again.
pub(super) fn imported(model: &mut Model, source: &Path, ended: Result<(), String>) -> Vec<Effect> {
    let offers = &mut model.offers;
    let at = offers.importing.iter().position(|offer| offer.source == source);
    let offer = at.map(|at| offers.importing.remove(at));
    match ended {
        Ok(()) => vec![Effect::Answer(vec![source.to_owned()])],
        Err(why) => {
            offers.open.extend(offer);
            notify(model, NoticeLevel::Error, &why);
            Vec::new()
        }
    }
}

/// Returns what was found in words, from the longest way to say it to the shortest.
pub(crate) fn words(offers: &[Offer]) -> Vec<String> {
    let Some(first) = offers.first() else { return Vec::new() };
    let tool = Shown::text(&first.tool).to_string();
    let size = match first.entries {
        Some(entries) => format!(": {}", format::many(entries, "entry", "entries")),
        None => format!(": {}", format::bytes(first.bytes)),
    };
    let more = match offers.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    vec![
        format!("found {tool}{size}{more}"),
        format!("found {tool}{more}"),
        "other tool's cache".to_owned(),
        "found".to_owned(),
    ]
}
