//! The context as it is sent: its exact count, and what is to be done with its text.

use std::path::PathBuf;

use super::{
    clipboard, format,
    inquiry::Inquiry,
    message::{Effect, Export},
};
use crate::model::{Bytes, ContextFormat, ContextText, NoticeLevel, Question, TextWanted};

/// What the text is wanted for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// To be copied.
    Copy,
    /// To be written into a file.
    Export(PathBuf, ContextFormat),
}

/// What is known of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sending {
    /// The last count, without the text.
    pub(crate) counted: Option<ContextText>,
    /// What the text is wanted for.
    purpose: Option<Purpose>,
    /// The question.
    asked: Inquiry,
    /// True while what was marked last may still be on its way to the engine and back.
    marking: bool,
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

    /// Asks what the text costs.
    pub(crate) fn count(&mut self) -> Vec<Effect> {
        if self.asked.wish() { vec![self.question()] } else { Vec::new() }
    }

    /// Asks for the text.
    pub(crate) fn wish(&mut self, purpose: Purpose) -> Vec<Effect> {
        self.purpose = Some(purpose);
        self.count()
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
    pub(crate) fn take(&mut self, mut text: ContextText) -> (Vec<Effect>, Option<Said>) {
        if self.asked.settle() {
            return (vec![self.question()], None);
        }
        let whole = std::mem::take(&mut text.text);
        let tokens = format::grouped(text.tokens.0);
        let left_out = text.left_out.len() as u64;
        let without = without(left_out);
        let is_empty = text.files + text.names == 0;
        let bytes = format::bytes(Bytes(text.bytes));
        self.counted = Some(text);
        match self.purpose.take() {
            None => (Vec::new(), None),
            Some(_) if is_empty => {
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
                (vec![Effect::Write(Export { path, text: whole, left_out })], None)
            }
        }
    }

    /// Notes that the question was refused.
    pub(crate) fn refuse(&mut self) {
        (self.asked, self.purpose, self.counted) = (Inquiry::Idle, None, None);
    }

    /// Returns true when no answer is awaited.
    pub(crate) fn is_settled(&self) -> bool {
        self.asked.is_idle()
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
