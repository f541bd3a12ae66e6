//! The context as it is sent: its exact count, and what is to be done with its text.

use std::path::PathBuf;

use super::{
    clipboard, format,
    inquiry::Inquiry,
    message::{Effect, Export},
    saved::Existing,
    typing::Typing,
};
use crate::model::{
    Bytes, ContextFormat, ContextText, Encoding, Millis, NoticeLevel, Question, Snapshot,
    TextWanted, TokenCount, Tokens,
};

/// What the text is wanted for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// To be copied.
    Copy,
    /// To be written into a file.
    Export(PathBuf, ContextFormat),
}

/// What a count was made of: it is the count of what would be sent while this stays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Edition {
    version: u64,
    encoding: Encoding,
}

impl Edition {
    fn now(known: &Snapshot) -> Self {
        Self { version: known.context.version, encoding: known.tree.encoding }
    }

    const fn of(text: &ContextText) -> Self {
        Self { version: text.version, encoding: text.encoding }
    }
}

/// What is known of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sending {
    /// The last count, without the text.
    counted: Option<ContextText>,
    /// What could not be counted, and why.
    refused: Option<(Edition, String)>,
    /// Tokens around the files of a context that was counted, and how many these were.
    around: Option<(Tokens, u64)>,
    /// What the text is wanted for.
    purpose: Option<Purpose>,
    /// The question.
    asked: Inquiry,
    /// What it is about.
    about: Option<Edition>,
    /// True while what was marked last may still be on its way to the engine and back.
    marking: bool,
    /// Whether the hands rest since something was marked.
    hands: Typing,
    /// True when the count is to be asked for as soon as that may be.
    wanted: bool,
    /// True for a while after an answer that took long.
    cooling: bool,
    /// What a person waits to be counted.
    owed: Option<Edition>,
}

/// Tokens of a heading with its path and fences, until one is counted: the paths of larder's own
/// repository take 14.6 each.
const HEADING: u64 = 14;

/// A count may take one part of so many of the time.
const REST: u64 = 10;

/// What a refusal is taken to have cost: much, and nobody knows how much.
const REFUSAL: Millis = Millis(1_000);

/// A rest shorter than the pause of the hands needs no timer of its own.
const SHORTEST_REST: u64 = 300;

/// Who changed what is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    /// A person: the count waits until the hands rest.
    Hand,
    /// Files that changed, or another model.
    News,
    /// Nobody: a count came that is out of date already.
    Answer,
}

/// What is to be said of what was done.
pub(crate) type Said = (NoticeLevel, String);

impl Sending {
    /// Notes that something is being marked.
    pub(crate) const fn begin_marking(&mut self) {
        self.marking = true;
    }

    /// Notes that the engine told what is marked.
    pub(crate) const fn end_marking(&mut self) {
        self.marking = false;
    }

    /// Returns true when more may be marked than is known.
    pub(crate) const fn is_marking(&self) -> bool {
        self.marking
    }

    /// Returns what was counted on the text that would be sent now, once that is known.
    pub(crate) fn exact(&self, known: &Snapshot) -> Option<&ContextText> {
        self.counted.as_ref().filter(|text| Edition::of(text) == Edition::now(known))
    }

    /// Returns why what would be sent now cannot be counted.
    pub(crate) fn problem(&self, known: &Snapshot) -> Option<&str> {
        let refused = self.refused.as_ref().filter(|(edition, _)| *edition == Edition::now(known));
        refused.map(|(_, why)| why.as_str())
    }

    /// Returns the tokens of what would be sent, in the engine's encoding: the files and an
    /// estimate of what stands around them until the text is counted.
    pub(crate) fn tokens(&self, known: &Snapshot) -> TokenCount {
        if let Some(text) = self.exact(known) {
            let is_empty = text.files + text.names == 0;
            return TokenCount::exact(if is_empty { Tokens(0) } else { text.tokens });
        }
        let context = known.context;
        let headings = context.files + context.names;
        let around = match self.around {
            Some((tokens, files)) => tokens.0.saturating_mul(headings) / files,
            None => HEADING.saturating_mul(headings),
        };
        let sum = Tokens(context.tokens.0.saturating_add(around));
        TokenCount { tokens: sum, exact: headings == 0 }
    }

    /// Notes that what is sent is another than what was counted; the count follows.
    pub(crate) fn note_change(&mut self, known: &Snapshot, cause: Cause) -> Vec<Effect> {
        if cause != Cause::Answer {
            self.owed = Some(Edition::now(known));
        }
        // An answer that is under way is looked at when it comes.
        if !self.asked.is_idle() || (self.hands.waits() && cause != Cause::Hand) {
            return Vec::new();
        }
        vec![Effect::RestMarks(self.hands.note())]
    }

    /// Notes that there is nothing to count.
    pub(crate) fn forget(&mut self) {
        (self.counted, self.refused, self.owed) = (None, None, None);
        self.wanted = false;
        self.hands.flush();
    }

    /// Counts when nothing was marked since this change.
    pub(crate) fn rested(&mut self, known: &Snapshot, change: u64) -> Vec<Effect> {
        if self.hands.rested(change) { self.count(known) } else { Vec::new() }
    }

    /// Counts without waiting for the hands, because the count is looked at now.
    pub(crate) fn hurry(&mut self, known: &Snapshot) -> Vec<Effect> {
        self.hands.flush();
        self.count(known)
    }

    /// Notes that the last count is long enough ago.
    pub(crate) fn cooled(&mut self, known: &Snapshot) -> Vec<Effect> {
        self.cooling = false;
        if self.wanted { self.count(known) } else { Vec::new() }
    }

    /// Asks what the text costs, now or as soon as that may be.
    fn count(&mut self, known: &Snapshot) -> Vec<Effect> {
        let is_known = self.exact(known).is_some() || self.problem(known).is_some();
        self.wanted = !is_known && (self.cooling || !self.asked.is_idle());
        if is_known || self.wanted || !self.asked.wish() {
            return Vec::new();
        }
        self.about = Some(Edition::now(known));
        vec![self.question()]
    }

    /// Asks for the text.
    pub(crate) fn wish(&mut self, purpose: Purpose) -> Vec<Effect> {
        self.purpose = Some(purpose);
        if self.asked.wish() { vec![self.question()] } else { Vec::new() }
    }

    fn question(&self) -> Effect {
        let (format, text) = match &self.purpose {
            None => (ContextFormat::Markdown, TextWanted::Count),
            Some(Purpose::Copy) => (ContextFormat::Markdown, TextWanted::Text),
            Some(Purpose::Export(_, format)) => (*format, TextWanted::Text),
        };
        Effect::Ask(Question::ContextText(format, text))
    }

    /// Takes the text or its count; does with it what it was wanted for.
    pub(crate) fn take(
        &mut self,
        known: &Snapshot,
        mut text: ContextText,
    ) -> (Vec<Effect>, Option<Said>) {
        let whole = std::mem::take(&mut text.text);
        let mut effects = self.rest_after(text.took);
        // The other forms are counted when they are written: what is shown is of this one.
        if text.format == ContextFormat::Markdown {
            self.note_count(known, text.clone());
        }
        if self.asked.settle() {
            effects.push(self.question());
            return (effects, None);
        }
        let (more, said) = self.use_text(&text, whole);
        effects.extend(more);
        (effects, said)
    }

    fn note_count(&mut self, known: &Snapshot, text: ContextText) {
        self.refused = None;
        let edition = Edition::of(&text);
        let is_new =
            |owed: &Edition| edition.version < owed.version || edition.encoding != owed.encoding;
        self.owed = self.owed.filter(is_new);
        let files = text.files + text.names;
        if edition == Edition::now(known) && known.context.pending == 0 && files > 0 {
            let around = text.tokens.0.saturating_sub(known.context.tokens.0);
            self.around = Some((Tokens(around), files));
        }
        self.counted = Some(text);
    }

    /// Keeps from counting for a while: a count takes a small part of the time, however often files
    /// change.
    fn rest_after(&mut self, took: Millis) -> Vec<Effect> {
        let rest = took.0.saturating_mul(REST);
        if self.cooling || rest <= SHORTEST_REST {
            return Vec::new();
        }
        self.cooling = true;
        vec![Effect::Cool(Millis(rest))]
    }

    /// Does with the text what it was wanted for.
    fn use_text(&mut self, text: &ContextText, whole: String) -> (Vec<Effect>, Option<Said>) {
        let tokens = format::grouped(text.tokens.0);
        let without = without(text.left_out.len() as u64);
        let bytes = format::bytes(Bytes(text.bytes));
        match self.purpose.take() {
            None => (Vec::new(), None),
            Some(_) if text.files + text.names == 0 => {
                let why = format!("nothing is marked that can be sent{without}");
                (Vec::new(), Some((NoticeLevel::Warning, why)))
            }
            Some(Purpose::Copy) if whole.len() > clipboard::LONGEST => {
                let most = format::bytes(Bytes(clipboard::LONGEST as u64));
                let why = format!(
                    "{bytes} are too much to copy through a terminal, which takes {most}: export it"
                );
                (Vec::new(), Some((NoticeLevel::Warning, why)))
            }
            Some(Purpose::Copy) => {
                let said = format!("copied the context: {tokens} tokens{without}");
                (vec![Effect::Copy(whole.into_bytes())], Some((NoticeLevel::Info, said)))
            }
            Some(Purpose::Export(path, _)) => {
                let (text, left_out, existing) = (whole, text.left_out.len() as u64, Existing::Ask);
                (vec![Effect::Write(Export { path, text, left_out, existing })], None)
            }
        }
    }

    /// Notes that a question was refused, and why; one that only counts stays an estimate.
    pub(crate) fn refuse(&mut self, wanted: TextWanted, why: &str) -> Vec<Effect> {
        let mut effects = self.rest_after(REFUSAL);
        self.owed = None;
        if wanted == TextWanted::Count {
            self.refused = self.about.map(|edition| (edition, why.to_owned()));
        } else {
            self.purpose = None;
        }
        // A wish that came meanwhile is no part of what was refused.
        if self.asked.settle() && self.purpose.is_some() {
            effects.push(self.question());
        } else {
            self.asked = Inquiry::Idle;
        }
        effects
    }

    /// Returns true when no answer is awaited.
    pub(crate) fn is_settled(&self) -> bool {
        self.asked.is_idle() && self.owed.is_none()
    }
}

/// Says how many files are left out; nothing when none is.
pub(super) fn without(left_out: u64) -> String {
    if left_out == 0 {
        return String::new();
    }
    format!(", without {} that cannot be sent", format::many(left_out, "file", "files"))
}

/// Returns the form that the end of a file's name asks for; Markdown when it asks for none.
pub(crate) fn format_of(name: &str) -> ContextFormat {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    match end.as_deref() {
        Some("xml") => ContextFormat::Xml,
        Some("json") => ContextFormat::Json,
        Some(_) | None => ContextFormat::Markdown,
    }
}
