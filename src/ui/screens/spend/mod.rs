//! Spend: what language models cost, by day, model, project, file type and tool.

mod draw;
mod update;

pub(crate) use draw::draw;
pub(crate) use update::{
    answered, clicked, edit, is_settled, pressed, scope, scrolled, shown, told, unanswered,
};
