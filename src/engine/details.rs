//! All that is known of an entry, with what only its text tells.

use tokio::sync::oneshot;

use super::{
    run::{Engine, reply},
    syntax::Language,
    tree::File,
};
use crate::{
    count::{Worker, is_binary},
    model::{Answer, Bytes, CountPlace, Details, Encoding, NodeId, Refusal, Shown, catch_panic},
    walk::Reader,
};

/// Larger files are not read for this: the card is asked for again whenever the tree changes.
const LARGEST: Bytes = Bytes(256 << 10);

impl Engine {
    /// Answers what is known of an entry; of a small file also its lines and all its counts.
    pub(super) fn answer_details(
        &mut self,
        node: NodeId,
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let Some(repository) = &self.repository else {
            return reply(back, Err(Refusal::NoRepository));
        };
        let Some(mut details) = self.details(node) else {
            return reply(back, Ok(Answer::Details(None)));
        };
        let is_small = details.fingerprint.is_some_and(|print| print.size <= LARGEST);
        if details.hash.is_none() || !is_small {
            details.unread_over = details.hash.is_some().then_some(LARGEST);
            return reply(back, Ok(Answer::Details(Some(details))));
        }
        let (root, path) = (repository.root.clone(), details.row.path.clone());
        let mut worker = self.workshop.counter.worker();
        self.in_background("larder-details", move || {
            let mut reader = Reader::new();
            // What cannot be read has a note already, or gets one when it is counted.
            if let Ok(file) = reader.read(&root, &path, LARGEST)
                && !is_binary(file.bytes)
            {
                details.lines = Some(lines(file.bytes));
                let counted = catch_panic(|| count(&mut worker, file.bytes));
                let missing =
                    |encoding: &Encoding| details.counts.iter().all(|(e, _)| e != encoding);
                let counted = counted.unwrap_or_default();
                let more: Vec<_> = counted.into_iter().filter(|(e, _)| missing(e)).collect();
                details.counts.extend(more);
            }
            reply(back, Ok(Answer::Details(Some(details))));
        });
    }

    fn details(&self, node: NodeId) -> Option<Details> {
        if node == NodeId::ROOT || !self.tree.has(node) {
            return None;
        }
        let file = self.tree.file(node);
        let counts = file.map(File::counts).unwrap_or_default();
        let known = Encoding::ALL.into_iter().zip(counts);
        let row = self.tree.row(node, 0, false);
        let language = file.and_then(|_| Language::of(row.path.name()));
        Some(Details {
            fingerprint: file.map(|file| file.fingerprint),
            hash: file.and_then(File::known_hash),
            counts: known.filter_map(|(encoding, count)| Some((encoding, count?))).collect(),
            note: self.tree.message(node).map(|note| Shown::text(note).to_string()),
            language: language.map(|language| language.name.to_owned()).unwrap_or_default(),
            lines: None,
            unread_over: None,
            cached: file.map(place).unwrap_or_default(),
            row,
        })
    }
}

fn place(file: &File) -> CountPlace {
    let is_counted = file.counts().iter().any(Option::is_some);
    match (is_counted, file.kept, file.from_cache) {
        (false, _, _) => CountPlace::Nowhere,
        (true, false, _) => CountPlace::Here,
        (true, true, false) => CountPlace::Kept,
        (true, true, true) => CountPlace::Found,
    }
}

/// Returns the lines of a text: a last one without an end is one too.
fn lines(bytes: &[u8]) -> u64 {
    let ends = memchr::memchr_iter(b'\n', bytes).count() as u64;
    ends + u64::from(bytes.last().is_some_and(|last| *last != b'\n'))
}

fn count(worker: &mut Worker, bytes: &[u8]) -> Vec<(Encoding, crate::model::Tokens)> {
    let count = |encoding| Some((encoding, worker.count_bytes(encoding, bytes).ok()?));
    Encoding::ALL.into_iter().filter_map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_line_without_an_end_is_a_line() {
        for (text, wanted) in [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)] {
            assert_eq!(lines(text.as_bytes()), wanted, "{text:?}");
        }
    }
}
