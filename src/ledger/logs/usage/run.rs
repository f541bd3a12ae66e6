//! What tools print of a run without a screen: `codex exec --json`, and Gemini CLI with
//! `--output-format json`.
//!
//! Both tell sums of many requests, so no single prompt is known that would choose a tier.

use super::AnswerUsage;
use crate::{
    ledger::logs::{
        codex::Counts,
        gemini::headless,
        scan::{Scan, Text, Torn},
    },
    model::Tool,
};

/// The run of Codex whose events are being read.
#[derive(Debug, Default)]
pub(super) struct Run {
    thread: String,
    /// The counts of the last turn that ended, and how often they fell before.
    total: Option<Counts>,
    falls: usize,
}

impl Run {
    /// Takes an object when it is of a run, and returns whether it is.
    pub(super) fn take(
        &mut self,
        json: &[u8],
        runs: &mut Vec<AnswerUsage>,
        is_below_zero: &mut bool,
    ) -> Result<bool, Torn> {
        let (mut kind, mut thread, mut used) = (None, None, None);
        let mut scan = Scan::new(json);
        let mut gemini = headless::Run::default();
        scan.object(|key, scan| {
            match key {
                b"type" => kind = scan.text()?,
                b"thread_id" => thread = scan.text()?,
                b"usage" => used = Some(scan.raw()?),
                _ => gemini.field(key, scan)?,
            }
            Ok(())
        })?;
        let is = |name| kind.is_some_and(|kind: Text<'_>| kind.is(name));
        if is("thread.started") {
            *self =
                Self { thread: thread.map(Text::to_text).unwrap_or_default(), ..Self::default() };
            return Ok(true);
        }
        if is("turn.completed") {
            let mut scan = Scan::new(used.unwrap_or(b"null"));
            if let Some(counts) = Counts::read(&mut scan)? {
                self.turn(counts, runs);
            }
            *is_below_zero |= scan.was_below_zero();
            return Ok(true);
        }
        *is_below_zero |= gemini.is_told() && scan.was_below_zero();
        let is_gemini = gemini.is_told();
        runs.extend(gemini.finish());
        Ok(is_gemini)
    }

    /// Takes what a turn ended with: the running total of the thread, unless it fell; then it
    /// is what the turn alone used.
    fn turn(&mut self, counts: Counts, runs: &mut Vec<AnswerUsage>) {
        let goes_on = match &self.total {
            Some(before) if counts.since(before).is_some() => true,
            Some(_) => {
                self.falls += 1;
                false
            }
            None => false,
        };
        self.total = Some(counts);
        if let Some(last) = runs.last_mut().filter(|_| goes_on) {
            last.tokens = counts.tokens();
            return;
        }
        let name = |thread: &str| match self.falls {
            0 => format!("exec:{thread}"),
            falls => format!("exec:{thread}:{falls}"),
        };
        runs.push(AnswerUsage {
            provider: "openai".to_owned(),
            id: Some(self.thread.as_str()).filter(|thread| !thread.is_empty()).map(name),
            tokens: counts.tokens(),
            run: Some((Tool::Codex, self.thread.clone())),
            ..AnswerUsage::default()
        });
    }
}
