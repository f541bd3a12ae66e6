//! What language models cost: the ledger, the logs it is fed from, and the thread that keeps both.
//!
//! A command of the shell opens the [`Books`] itself; in a dashboard a thread of its own keeps
//! them.

mod accounts;
mod books;
mod keeper;
mod listing;
mod newer_prices;
mod pending;
mod plan;
mod readers;
mod record;
mod refresh;
mod weights;

pub use crate::ledger::budget::{
    message as budget_message, remaining as budget_left, symbol as budget_symbol,
};
pub use crate::ledger::{
    Damage as LedgerDamage, DamageKind as LedgerDamageKind, ModelChange, Repricing,
    VerifyReport as LedgerCheck,
};
pub(super) use accounts::{Accounts, Setup};
pub use books::{Books, BooksError, ToldWindow};
pub(super) use plan::BooksPlan;
pub use record::{Recorded, Told, Used, result_key};
use weights::Weights;
