//! The dashboard as a whole: screens, and journeys with keys in and screens and effects out.

mod cache;
mod comfort;
mod context;
mod dialogs;
mod fake;
mod fake_answers;
mod fake_cache;
mod fake_spend;
mod journeys;
mod log;
mod notices;
mod offers;
mod palette;
mod preview;
mod scene;
mod screens;
mod settings;
mod sizes;
mod spend;
mod states;
mod typing;
mod weigh;
