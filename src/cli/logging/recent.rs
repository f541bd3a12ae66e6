//! Records into memory, for the Log screen.

use std::{fmt, fmt::Write as _, sync::Arc};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

use crate::{
    client::RecentLog,
    model::{Clock, LogLevel},
};

/// Logs each frame that is drawn: to show that would draw the next one, for ever.
const DRAWS_FRAMES: &str = "larder::ui::run";

/// Puts every record into [`RecentLog`].
pub(super) struct Recent {
    pub(super) log: RecentLog,
    pub(super) clock: Arc<dyn Clock>,
}

impl<S: Subscriber> Layer<S> for Recent {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let level = level(*metadata.level());
        if metadata.target() == DRAWS_FRAMES && level > LogLevel::Info {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let Text { message, fields } = text;
        self.log.push(self.clock.wall(), level, metadata.target(), &(message + &fields));
    }
}

const fn level(level: Level) -> LogLevel {
    match level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warning,
        Level::INFO => LogLevel::Info,
        Level::DEBUG => LogLevel::Debug,
        Level::TRACE => LogLevel::Trace,
    }
}

/// The message, and the fields behind it.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a text cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, "  {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::model::{FakeClock, UnixNanos};

    #[test]
    fn message_fields_level_and_time_are_kept() {
        let log = RecentLog::default();
        let clock = Arc::new(FakeClock::at(UnixNanos(77)));
        let subscriber = tracing_subscriber::registry().with(Recent { log: log.clone(), clock });
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(path = "a\x1b[2J", left = 3, "cannot read {}", "it");
            tracing::debug!(target: "larder::ui::run", "drew a frame");
        });
        let records = log.after(0);
        assert_eq!(records.len(), 1);
        let record = &records[0];
        assert_eq!((record.level, record.at), (LogLevel::Warning, UnixNanos(77)));
        assert_eq!(record.text, "cannot read it  path=a\x1b[2J  left=3");
        assert!(record.target.ends_with("recent::tests"));
    }
}
