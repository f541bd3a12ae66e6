//! A line of the journal, taken into a book.

use super::{
    book::{Book, Change},
    journal::Body,
    pack,
};

/// What a line did to a book.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// The requests that have changed.
    pub(super) changes: Vec<Change>,
    /// True for a record that said nothing new.
    pub(super) is_repeat: bool,
}

/// Takes a line of the journal into a book; returns `None` when no larder writes such a line.
pub(super) fn apply(body: &Body<'_>, book: &mut Book) -> Option<Applied> {
    let mut applied = Applied::default();
    match body {
        Body::Segment(_) | Body::Notice(_) | Body::Window(_) => {}
        Body::Request(line) => {
            let record = pack::from_line(line, book).ok()?;
            let heard = book.hear(record);
            applied.is_repeat = heard.record.is_none();
            applied.changes = heard.changes;
            if let Some(charge) = &line.charge {
                book.recharge(heard.request, &mut applied.changes, |record, names| {
                    pack::take_line(record, charge, names);
                });
            }
        }
        Body::Charge(line) => {
            if let Some(id) = book.request(line.group, line.part) {
                book.recharge(id, &mut applied.changes, |record, names| {
                    pack::take_line(record, &line.charge, names);
                });
            }
        }
    }
    Some(applied)
}
