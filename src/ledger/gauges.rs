//! Budgets held against what was spent, and where the month will end.

use std::collections::{BTreeMap, HashMap};

use super::{
    Block, BlockRequest, BudgetSpec, Ledger, LedgerError, Period, Span, blocks,
    book::Name,
    budget::{Reached, Used, crossings},
    days::{self, DayNumber},
    forecast::{Pace, forecast},
    journal::Body,
    ledger::Role,
    report::CONVERSATION,
    sums::{Cell, Key, Part, RecentRequest},
};
use crate::model::{Amount, BudgetState, Day, ForecastView, PicoUsd, Tokens, Tool, UnixNanos};

/// Days that the pace of a budget looks back at, and a few more.
const PACE_DAYS: DayNumber = 40;

/// A budget against sums and requests.
struct Scoped<'l> {
    ledger: &'l Ledger,
    spec: &'l BudgetSpec,
    /// What was found out already: there are far fewer of these than sums.
    known: HashMap<(Tool, Name, Name, Name), bool>,
}

impl Scoped<'_> {
    fn takes(&mut self, tool: Tool, provider: Name, model: Name, project: Name) -> bool {
        let names = &self.ledger.book.names;
        let scope = &self.spec.scope;
        *self.known.entry((tool, provider, model, project)).or_insert_with(|| {
            scope.takes(tool, names.text(provider), names.text(model), names.text(project))
        })
    }

    fn takes_key(&mut self, key: &Key) -> bool {
        self.takes(key.tool, key.provider, key.model, key.project)
    }

    fn takes_recent(&mut self, request: &RecentRequest) -> bool {
        self.takes(request.tool, request.provider, request.model, request.project)
    }

    /// Returns the part of a sum that counts.
    fn part(&self, cell: &Cell) -> Part {
        let Some(wanted) = &self.spec.scope.file_type else { return cell.all };
        if wanted == CONVERSATION {
            return cell.conversation();
        }
        let names = &self.ledger.book.names;
        let own = cell.types.iter().find(|(name, _)| names.text(*name) == wanted);
        own.map_or_else(Part::default, |(_, part)| *part)
    }

    /// Returns an amount in the unit of the limit.
    fn amount(&self, part: &Part) -> u128 {
        match self.spec.limit {
            Amount::Usd(_) => part.cost,
            Amount::Tokens(_) => part.tokens[..5].iter().map(|count| u128::from(*count)).sum(),
        }
    }

    fn in_unit(&self, amount: u128) -> Amount {
        match self.spec.limit {
            Amount::Usd(_) => Amount::Usd(PicoUsd(amount)),
            Amount::Tokens(_) => Amount::Tokens(Tokens(u64::try_from(amount).unwrap_or(u64::MAX))),
        }
    }

    /// Tokens without a price are missing only where money is counted.
    fn unpriced(&self, tokens: u64) -> Tokens {
        match self.spec.limit {
            Amount::Usd(_) => Tokens(tokens),
            Amount::Tokens(_) => Tokens(0),
        }
    }
}

impl Ledger {
    /// Returns how every budget stands now.
    pub(super) fn budgets(&self) -> Vec<BudgetState> {
        self.budgets.iter().map(|spec| self.state_of(spec)).collect()
    }

    /// Returns where the month will end.
    pub(super) fn forecast(&self) -> ForecastView {
        let mut sums: BTreeMap<DayNumber, u128> = BTreeMap::new();
        for (key, cell) in self.sums().cells() {
            *sums.entry(key.day).or_default() += cell.all.cost;
        }
        let days: Vec<(Day, PicoUsd)> =
            sums.into_iter().map(|(day, cost)| (days::day(day), PicoUsd(cost))).collect();
        forecast(&days, Period::Month { reset: 1 }, self.now(), self.zone.time_zone())
    }

    /// Returns the marks of budgets that were reached since the last time, and keeps them, so that
    /// each is told once. Those that are withdrawn are not to be told.
    ///
    /// # Errors
    /// Fails when the journal cannot be written; they are told all the same, and only once.
    pub fn take_crossings(&mut self) -> (Vec<Reached>, Result<(), LedgerError>) {
        let Role::Writer(..) = self.role else { return (Vec::new(), Ok(())) };
        self.refresh();
        let reached = crossings(&self.known.notices, &self.budgets());
        if let Role::Writer(writer, _) = &mut self.role {
            for one in &reached {
                writer.push(Body::Notice(one.clone()));
            }
        }
        self.is_dirty |= !reached.is_empty();
        self.known.notices.extend(reached.iter().cloned());
        let kept = self.commit();
        (reached, kept)
    }

    fn state_of(&self, spec: &BudgetSpec) -> BudgetState {
        let (now, zone) = (self.now(), self.zone.time_zone());
        let mut scoped = Scoped { ledger: self, spec, known: HashMap::new() };
        let (span, used, pace) = match spec.period {
            Period::Day | Period::Week { .. } | Period::Month { .. } => {
                self.in_calendar(&mut scoped)
            }
            Period::Rolling { .. } => {
                // When it will be used up, what falls out of it meanwhile would have to tell.
                let (span, used, _) = self.in_calendar(&mut scoped);
                (span, used, None)
            }
            Period::Session => {
                let (span, used) = self.in_session(&mut scoped);
                (span, used, None)
            }
            Period::Block => {
                let (span, used) = self.in_block(&mut scoped);
                (span, used, None)
            }
        };
        spec.state(span, used, (now, zone), pace.as_ref())
    }

    fn in_calendar(&self, scoped: &mut Scoped<'_>) -> (Span, Used, Option<Pace>) {
        let now = self.now();
        let today = self.zone.number_of(now.0);
        let day = days::day(today);
        let period = scoped.spec.period;
        let first = period.days(day.0).map_or(today, |(first, _)| days::number(first));
        let nowhere = Span { from: now, to: now };
        let span = period.span(now, self.zone.time_zone()).unwrap_or(nowhere);
        let (mut used, mut on_day, mut unpriced) = (0, 0, 0);
        let mut history: BTreeMap<DayNumber, u128> = BTreeMap::new();
        let from = first.min(today.saturating_sub(PACE_DAYS));
        for (key, cell) in self.sums().cells() {
            // What is dated in the future counts when its day has come.
            if !(from..=today).contains(&key.day) || !scoped.takes_key(key) {
                continue;
            }
            let part = scoped.part(cell);
            let amount = scoped.amount(&part);
            *history.entry(key.day).or_default() += amount;
            if key.day >= first {
                used += amount;
                unpriced += part.unpriced;
            }
            if key.day == today {
                on_day += amount;
            }
        }
        let used = Used {
            amount: scoped.in_unit(used),
            today: scoped.in_unit(on_day),
            unpriced: scoped.unpriced(unpriced),
        };
        let pace = Pace::of(history.into_iter().map(|(at, sum)| (days::day(at), sum)), day);
        (span, used, pace.ok())
    }

    /// The session is the one of the last request; it ends, for all that is known, with the day.
    fn in_session(&self, scoped: &mut Scoped<'_>) -> (Span, Used) {
        let now = self.now();
        let past = self.sums().recent.iter().rev().filter(|(key, _)| key.at <= now.0);
        let last =
            past.map(|(_, one)| one).find(|one| one.session.0 != 0 && scoped.takes_recent(one));
        let today = self.zone.number_of(now.0);
        let to = self.zone.start_of(days::day(today + 1));
        let Some(session) = last.map(|one| one.session) else {
            return (Span { from: self.zone.start_of(days::day(today)), to }, scoped.used(0, 0));
        };
        let mut own = self.sums().recent.iter().filter(|(_, one)| one.session == session);
        let first = own.next().map_or(now.0, |(key, _)| key.at);
        let (mut used, mut unpriced) = (0, 0);
        for (key, cell) in self.sums().cells() {
            if key.session == session && key.day <= today && scoped.takes_key(key) {
                let part = scoped.part(cell);
                used += scoped.amount(&part);
                unpriced += part.unpriced;
            }
        }
        (Span { from: UnixNanos(first), to }, scoped.used(used, unpriced))
    }

    fn in_block(&self, scoped: &mut Scoped<'_>) -> (Span, Used) {
        let now = self.now();
        let Some(block) = self.open_block(|one| scoped.takes_recent(one)) else {
            const HOURS: i64 = 5 * 3_600_000_000_000;
            let to = UnixNanos(now.0.saturating_add(HOURS));
            return (Span { from: now, to }, scoped.used(0, 0));
        };
        let amount = match scoped.spec.limit {
            Amount::Usd(_) => block.cost.0,
            Amount::Tokens(_) => block.tokens.0.into(),
        };
        (Span { from: block.from, to: block.to }, scoped.used(amount, block.unpriced.0))
    }

    /// Returns the five-hour block that is running, of the requests that count.
    pub(super) fn open_block(
        &self,
        mut counts: impl FnMut(&RecentRequest) -> bool,
    ) -> Option<Block> {
        let now = self.now();
        let past = self.sums().recent.iter().filter(|(key, _)| key.at <= now.0);
        let own = past.filter(|(_, one)| counts(one)).map(|(key, one)| BlockRequest {
            at: UnixNanos(key.at),
            cost: one.cost.map(|cost| PicoUsd(cost.into())),
            tokens: Tokens(one.tokens),
        });
        blocks(own).pop().filter(|block| block.is_open(now))
    }
}

impl Scoped<'_> {
    fn used(&self, amount: u128, unpriced: u64) -> Used {
        let amount = self.in_unit(amount);
        Used { amount, today: amount, unpriced: self.unpriced(unpriced) }
    }
}
