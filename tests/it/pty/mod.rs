//! The real dashboard on a real terminal.

mod ends;
mod keys;
mod leaving;
mod life;
mod offers;
mod panic;
mod walks;
