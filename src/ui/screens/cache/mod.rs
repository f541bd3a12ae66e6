//! Cache: every kind in every tier, its entries, and how well it works.

mod draw;
mod update;

pub(crate) use draw::draw;
pub(crate) use update::{
    answered, clicked, edit, is_settled, pressed, scope, scrolled, shown, told, unanswered,
};
