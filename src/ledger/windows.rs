//! Windows that providers limit: their own word where it is known, else the running block.

use std::collections::HashSet;

use super::{
    Ledger, LedgerError,
    journal::{Body, WindowOf},
    ledger::Role,
    logs::Window,
    sums::RecentKey,
};
use crate::model::{Burn, PicoUsd, Tokens, Tool, UnixNanos, WindowView};

const MINUTE: i64 = 60_000_000_000;

/// What a five-hour window is called by those that limit it.
const BLOCK_MINUTES: u64 = 300;

impl Ledger {
    /// Keeps what a provider said of a window, where no log tells it; nothing is written when it
    /// says nothing new. It is kept from the next checkpoint on.
    ///
    /// # Errors
    /// Fails when another larder keeps the ledger and nothing can be left for it.
    pub fn see_window(&mut self, tool: Tool, window: Window) -> Result<(), LedgerError> {
        let known = self.files().windows.get(&(tool, window.minutes));
        let is_news = known.is_none_or(|known| {
            window.at >= known.at
                && (known.percent.to_bits(), known.resets)
                    != (window.percent.to_bits(), window.resets)
        });
        if !is_news {
            return Ok(());
        }
        self.known.files.see_window(tool, window.clone());
        let folder = self.spool_folder();
        match &mut self.role {
            Role::Writer(..) => {
                self.is_dirty = true;
                Ok(())
            }
            Role::Reader(spool) => spool
                .write(vec![Body::Window(WindowOf { tool, window })])
                .map_err(LedgerError::io("write", folder)),
        }
    }

    /// Returns the windows that run now.
    pub(super) fn windows(&self) -> Vec<WindowView> {
        let now = self.now();
        let running = self.files().windows.iter().filter(|(_, window)| window.resets > now);
        let mut told = HashSet::new();
        let mut views: Vec<WindowView> = Vec::new();
        for ((tool, minutes), window) in running {
            if *minutes == BLOCK_MINUTES {
                told.insert(*tool);
            }
            views.push(self.window(*tool, window));
        }
        let block = self.open_block(|request| !told.contains(&request.tool));
        views.extend(block.map(|block| block.view()));
        views
    }

    /// Returns a window with what its requests cost.
    fn window(&self, tool: Tool, window: &Window) -> WindowView {
        let length = i64::try_from(window.minutes).unwrap_or(i64::MAX).saturating_mul(MINUTE);
        let from = UnixNanos(window.resets.0.saturating_sub(length));
        let (mut cost, mut tokens) = (0_u128, 0_u64);
        let mut ends: Option<(i64, i64)> = None;
        let to = window.resets.0.min(self.now().0).saturating_add(1);
        let bounds = RecentKey::from(from.0)..RecentKey::from(to);
        for (RecentKey { at, .. }, request) in self.sums().recent.range(bounds) {
            if request.tool == tool {
                cost += u128::from(request.cost.unwrap_or(0));
                tokens = tokens.saturating_add(request.tokens);
                ends = Some(ends.map_or((*at, *at), |(first, _)| (first, *at)));
            }
        }
        let ends = ends.map(|(first, last)| (UnixNanos(first), UnixNanos(last)));
        let burn = ends.and_then(|ends| Burn::between(ends, PicoUsd(cost), Tokens(tokens)));
        WindowView {
            name: format!("{tool} · {}", length_of(window.minutes)),
            from,
            to: window.resets,
            percent: Some(window.percent),
            cost: PicoUsd(cost),
            tokens: Tokens(tokens),
            burn,
        }
    }
}

/// Returns a length in words, such as `5 h` or `7 d`.
fn length_of(minutes: u64) -> String {
    match minutes {
        _ if minutes > 0 && minutes.is_multiple_of(24 * 60) => format!("{} d", minutes / (24 * 60)),
        _ if minutes > 0 && minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        _ => format!("{minutes} min"),
    }
}
