//! Five-hour blocks: how a subscription's windows most likely lie, from the requests alone.
//!
//! They are a guess. Where a provider's own windows are known, those are shown instead.

use crate::model::{Burn, PicoUsd, Tokens, UnixNanos, WindowView};

const HOUR: i64 = 3_600_000_000_000;

/// How long a block is, and how long a pause ends it.
const LENGTH: i64 = 5 * HOUR;

/// Requests closer together than this say nothing of how fast money goes: two of them within a
/// second would be thousands of dollars an hour.
const SHORTEST: i64 = HOUR / 12;

/// What a block needs of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BlockRequest {
    /// When.
    pub at: UnixNanos,
    /// What it cost; `None` is unpriced.
    pub cost: Option<PicoUsd>,
    /// Its tokens, in and out.
    pub tokens: Tokens,
}

/// A block, or the pause between two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Block {
    /// When it begins: the full hour, in UTC, of its first request.
    pub from: UnixNanos,
    /// When it ends.
    pub to: UnixNanos,
    /// Its first request.
    pub first: UnixNanos,
    /// Its last request.
    pub last: UnixNanos,
    /// How many requests; 0 in a pause.
    pub requests: u64,
    /// What those with a price cost.
    pub cost: PicoUsd,
    /// Their tokens.
    pub tokens: Tokens,
    /// Tokens of those without a price, which are in `tokens` too.
    pub unpriced: Tokens,
}

impl Block {
    /// Returns true when nothing was asked in it.
    #[must_use]
    pub const fn is_pause(&self) -> bool {
        self.requests == 0
    }

    /// Returns true when another request would still be in it.
    #[must_use]
    pub const fn is_open(&self, now: UnixNanos) -> bool {
        !self.is_pause() && now.0 < self.to.0 && now.0.saturating_sub(self.last.0) <= LENGTH
    }

    /// Returns the block as it is shown.
    #[must_use]
    pub fn view(&self) -> WindowView {
        WindowView {
            name: "5 h block".to_owned(),
            from: self.from,
            to: self.to,
            percent: None,
            cost: self.cost,
            tokens: self.tokens,
            burn: Burn::between((self.first, self.last), self.cost, self.tokens),
        }
    }

    fn starting(request: &BlockRequest) -> Self {
        let from = UnixNanos(request.at.0.div_euclid(HOUR).saturating_mul(HOUR));
        Self {
            from,
            to: UnixNanos(from.0.saturating_add(LENGTH)),
            first: request.at,
            last: request.at,
            requests: 0,
            cost: PicoUsd(0),
            tokens: Tokens(0),
            unpriced: Tokens(0),
        }
    }

    fn pause(from: UnixNanos, to: UnixNanos) -> Self {
        let nothing = BlockRequest { at: from, cost: None, tokens: Tokens(0) };
        Self { from, to, first: from, last: from, ..Self::starting(&nothing) }
    }

    fn takes(&self, at: UnixNanos) -> bool {
        let within = |from: UnixNanos| at.0.saturating_sub(from.0) <= LENGTH;
        within(self.from) && within(self.last)
    }

    fn add(&mut self, request: &BlockRequest) {
        self.last = request.at;
        self.requests += 1;
        self.cost.0 = self.cost.0.saturating_add(request.cost.unwrap_or_default().0);
        self.tokens += request.tokens;
        if request.cost.is_none() {
            self.unpriced += request.tokens;
        }
    }
}

impl Burn {
    /// Returns how fast money and tokens went between the first and the last request; `None` when
    /// these are too close to each other to tell.
    #[must_use]
    pub fn between(
        (first, last): (UnixNanos, UnixNanos),
        cost: PicoUsd,
        tokens: Tokens,
    ) -> Option<Self> {
        let span = last.0.saturating_sub(first.0);
        if span < SHORTEST {
            return None;
        }
        let span = u128::from(span.unsigned_abs());
        let per = |amount: u128, unit: i64| {
            let unit = u128::from(unit.unsigned_abs());
            // Whole and rest apart, so that no product grows beyond what fits.
            let whole = (amount / span).saturating_mul(unit);
            whole.saturating_add((amount % span).saturating_mul(unit) / span)
        };
        let each_minute = per(tokens.0.into(), HOUR / 60);
        Some(Self {
            usd_per_hour: PicoUsd(per(cost.0, HOUR)),
            tokens_per_minute: Tokens(u64::try_from(each_minute).unwrap_or(u64::MAX)),
        })
    }
}

/// Returns the blocks of requests in the order of their time, with the pauses between.
#[must_use]
pub fn blocks(requests: impl IntoIterator<Item = BlockRequest>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for request in requests {
        match blocks.last_mut() {
            Some(block) if block.takes(request.at) => block.add(&request),
            before => {
                // A pause begins when nothing that follows would still be in the block.
                let idle = before.map(|block| UnixNanos(block.last.0.saturating_add(LENGTH)));
                let pause = idle.filter(|idle| *idle < request.at);
                blocks.extend(pause.map(|idle| Block::pause(idle, request.at)));
                let mut block = Block::starting(&request);
                block.add(&request);
                blocks.push(block);
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests;
