//! When to draw: at once for what a person did, less often for news, and never for nothing.

use std::time::Duration;

/// The least time between two frames for keys: a burst of keys is drawn once, and the last of them
/// is still on the screen within a sixtieth of a second.
const FRAME: Duration = Duration::from_millis(12);

/// The least time from a frame to one that only shows news or motion: 8 a second are smooth
/// enough to read, and keep a slow line free for what a person does.
pub(super) const NEWS: Duration = Duration::from_millis(125);

/// Why a frame is wanted.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Urgency {
    /// The engine told something, or something on the screen moves.
    News,
    /// A person did something, or waits for its answer.
    Input,
}

/// Decides when the next frame is due. Times count from any fixed start.
#[derive(Debug, Default)]
pub(super) struct Pace {
    wanted: Option<Urgency>,
    last: Option<Duration>,
    last_for_input: Option<Duration>,
    last_tick: Option<Duration>,
}

impl Pace {
    /// Wishes for a frame.
    pub(super) fn want(&mut self, urgency: Urgency) {
        self.wanted = self.wanted.max(Some(urgency));
    }

    /// Notes that a frame was drawn.
    pub(super) fn drawn(&mut self, now: Duration) {
        if self.wanted.take() == Some(Urgency::Input) {
            self.last_for_input = Some(now);
        }
        self.last = Some(now);
    }

    /// Returns how long to wait with the next frame, `None` when none is wanted.
    pub(super) fn frame_in(&self, now: Duration) -> Option<Duration> {
        let due = match self.wanted? {
            // A frame of news does not delay it: a key is answered at once.
            Urgency::Input => self.last_for_input.map(|last| last + FRAME),
            Urgency::News => self.last.map(|last| last + NEWS),
        };
        Some(due.unwrap_or_default().saturating_sub(now))
    }

    /// Returns how long to wait with the next tick of what moves.
    pub(super) fn tick_in(&self, now: Duration) -> Duration {
        self.last_tick.map_or(NEWS, |last| (last + NEWS).saturating_sub(now))
    }

    /// Notes a tick.
    pub(super) fn ticked(&mut self, now: Duration) {
        self.last_tick = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn nothing_wanted_is_nothing_drawn() {
        assert_eq!(Pace::default().frame_in(ms(5)), None);
    }

    #[test]
    fn a_key_is_answered_at_once_after_a_frame_of_news() {
        let mut pace = Pace::default();
        pace.want(Urgency::News);
        assert_eq!(pace.frame_in(ms(1_000)), Some(ms(0)));
        pace.drawn(ms(1_000));
        pace.want(Urgency::News);
        assert_eq!(pace.frame_in(ms(1_025)), Some(ms(100)));
        pace.want(Urgency::Input);
        assert_eq!(pace.frame_in(ms(1_025)), Some(ms(0)));
        pace.drawn(ms(1_025));
        pace.want(Urgency::Input);
        assert_eq!(pace.frame_in(ms(1_030)), Some(ms(7)));
    }

    proptest! {
        #[test]
        fn never_more_than_84_frames_a_second_for_keys_and_9_for_news(
            wishes in prop::collection::vec((0_u64..40, any::<bool>()), 1..400),
        ) {
            let mut pace = Pace::default();
            let mut now = ms(0);
            let mut frames: Vec<Duration> = Vec::new();
            for (later, input) in wishes {
                now += ms(later);
                pace.want(if input { Urgency::Input } else { Urgency::News });
                if pace.frame_in(now) == Some(ms(0)) {
                    pace.drawn(now);
                    frames.push(now);
                }
            }
            for (at, frame) in frames.iter().enumerate() {
                let later = frames[at..].iter().filter(|f| **f < *frame + ms(1_000)).count();
                prop_assert!(later <= 84 + 9, "{later} frames in a second");
            }
        }
    }
}
