//! Log: what happened, newest last.

mod draw;
mod update;

pub(crate) use draw::draw;
pub(crate) use update::{
    answered, clicked, edit, is_settled, pressed, scope, scrolled, shown, told, unanswered,
};
