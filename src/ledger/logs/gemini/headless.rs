//! What Gemini CLI prints of a run without a screen, with `--output-format json`.

use crate::{
    ledger::logs::{
        scan::{Scan, Text, Torn},
        usage::AnswerUsage,
    },
    model::{TokenUse, Tool},
};

/// The statistics of a run, as far as they were read.
#[derive(Debug, Default)]
pub(in crate::ledger::logs) struct Run<'a> {
    session: Option<Text<'a>>,
    models: Vec<(Text<'a>, TokenUse)>,
}

impl<'a> Run<'a> {
    /// Takes a field of the object that was printed.
    pub(in crate::ledger::logs) fn field(
        &mut self,
        key: &[u8],
        scan: &mut Scan<'a>,
    ) -> Result<(), Torn> {
        match key {
            b"session_id" | b"sessionId" => self.session = scan.text()?,
            b"stats" => {
                scan.object(|key, scan| if key == b"models" { self.models(scan) } else { Ok(()) })?;
            }
            _ => {}
        }
        Ok(())
    }

    fn models(&mut self, scan: &mut Scan<'a>) -> Result<(), Torn> {
        scan.object(|model, scan| {
            scan.object(|key, scan| {
                if key == b"tokens" {
                    let tokens = super::line::tokens(scan)?;
                    self.models.extend(tokens.map(|tokens| (Text(model), tokens)));
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }

    /// Says whether any model was told of.
    pub(in crate::ledger::logs) const fn is_told(&self) -> bool {
        !self.models.is_empty()
    }

    /// Returns what each model used; those that used nothing are left out.
    pub(in crate::ledger::logs) fn finish(self) -> impl Iterator<Item = AnswerUsage> {
        let session = self.session.map(Text::to_text).unwrap_or_default();
        let used = self.models.into_iter().filter(|(_, tokens)| tokens.total().0 > 0);
        used.map(move |(model, tokens)| {
            let model = model.to_text();
            AnswerUsage {
                provider: "google".to_owned(),
                id: (!session.is_empty()).then(|| format!("run:{session}:{model}")),
                model,
                tokens,
                run: Some((Tool::Gemini, session.clone())),
                ..AnswerUsage::default()
            }
        })
    }
}
