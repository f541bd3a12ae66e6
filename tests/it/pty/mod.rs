//! The real dashboard on a real terminal.

mod ends;
mod keys;
mod life;
mod offers;
mod panic;
mod walks;
