//! The dashboard without a terminal: plays keys, waits until the work settles, returns the screen.

use std::time::Duration;

use ratatui::{Terminal, backend::TestBackend};
use tokio::{sync::mpsc, time::timeout};

use super::{
    error::UiError,
    keys::Key,
    look::Look,
    outside,
    pace::Urgency,
    picture::Picture,
    saved::SavedWish,
    session::{Report, Session, Wish},
    settings::Settings,
    view::draw,
};
use crate::client::Client;

/// Silence after which a settled dashboard is done: a few times what a request takes.
const QUIET: Duration = Duration::from_millis(120);

/// How long a dashboard that settled once may go on telling news, as when a file keeps changing.
const RESTLESS: Duration = Duration::from_secs(3);

/// How long the engine may say nothing while there is work: longer means that it is stuck.
const SILENCE: Duration = Duration::from_secs(20);

/// How long the work may take at all.
const LONGEST: Duration = Duration::from_mins(30);

/// Plays `keys` on a screen of this size, and returns what it shows then.
///
/// Characters are keys; names of keys are in angle brackets, as in `jj<enter>/main<esc>`; `<lt>`
/// is `<`. It waits until the work settles, before the first key and after each one that gives the
/// engine something to do; also while files keep changing this takes bounded time.
///
/// # Errors
/// Fails when `keys` are written wrongly, or when the engine ends.
pub async fn once(
    client: Client,
    settings: Settings,
    look: Look,
    size: (u16, u16),
    keys: &str,
) -> Result<Picture, UiError> {
    let keys = parse(keys)?;
    let keepsakes = settings.keepsakes.clone();
    let (session, reports) = Session::begin(client, &settings, size);
    let mut play = Play { session, reports };
    play.settle().await?;
    for key in keys {
        let Some(taken) = play.session.key(key).await else { continue };
        if taken.wishes.contains(&Wish::Quit) {
            break;
        }
        if taken.wishes.contains(&Wish::Saved(SavedWish::List)) {
            let listed = outside::listed(keepsakes.clone()).await;
            play.session.take(Urgency::Input, listed).await;
        }
        if taken.asked {
            play.settle().await?;
        }
    }
    if !play.session.model().is_settled() {
        play.settle().await?;
    }
    Ok(picture(&play.session, &look, size))
}

fn picture(session: &Session, look: &Look, size: (u16, u16)) -> Picture {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.0, size.1));
    let Ok(frame) = terminal.draw(|frame| draw(session.model(), look, frame));
    Picture::new(frame.buffer.clone(), look.theme.paper)
}

struct Play {
    session: Session,
    reports: mpsc::Receiver<Report>,
}

impl Play {
    /// Takes what the engine says until the work is settled and all is quiet.
    async fn settle(&mut self) -> Result<(), UiError> {
        match timeout(LONGEST, self.settle_once()).await {
            Ok(settled) => settled?,
            Err(_) => return Ok(()),
        }
        timeout(RESTLESS, self.until_quiet()).await.unwrap_or(Ok(()))
    }

    async fn settle_once(&mut self) -> Result<(), UiError> {
        while !self.session.model().is_settled() {
            let Ok(report) = timeout(SILENCE, self.reports.recv()).await else { return Ok(()) };
            self.take(report).await?;
        }
        Ok(())
    }

    async fn until_quiet(&mut self) -> Result<(), UiError> {
        loop {
            let wait = if self.session.model().is_settled() { QUIET } else { RESTLESS };
            let Ok(report) = timeout(wait, self.reports.recv()).await else { return Ok(()) };
            self.take(report).await?;
        }
    }

    async fn take(&mut self, report: Option<Report>) -> Result<(), UiError> {
        match report {
            Some(Report::News(urgency, message)) => {
                self.session.take(urgency, message).await;
                Ok(())
            }
            Some(Report::Ended(refusal)) => Err(UiError::EngineEnded(refusal)),
            // Cannot be: the session holds a sender.
            None => Ok(()),
        }
    }
}

fn parse(text: &str) -> Result<Vec<Key>, UiError> {
    let mut keys = Vec::new();
    let mut rest = text.chars().enumerate();
    while let Some((at, c)) = rest.next() {
        let bad = |problem: String| UiError::BadKeys { position: at + 1, problem };
        if c != '<' {
            if c.is_control() {
                return Err(bad("a character that is no key".to_owned()));
            }
            keys.push(Key::typing(c));
            continue;
        }
        let mut name = String::new();
        loop {
            match rest.next() {
                Some((_, '>')) => break,
                Some((_, c)) => name.push(c),
                None => return Err(bad("`<` without `>`; write `<lt>` for the character".into())),
            }
        }
        keys.push(name.parse().map_err(|error: super::keys::UnknownKey| bad(error.to_string()))?);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
