//! A cache that imports are tried with.

use std::{collections::HashMap, path::Path, sync::atomic::AtomicBool, time::Duration};

use crate::{
    import::{About, Hooks, ImportError, Importer, Keeping, Kept, KeptName},
    model::{
        Bytes, ContentHash, Encoding, FakeClock, ImportReport, ImportRequest, Tokens, UnixNanos,
    },
};

/// A cache that keeps all, and a counter of words.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) kept: HashMap<KeptName, Kept>,
    /// What is known of each beside.
    pub(super) abouts: Vec<About>,
    /// What is forgotten between keeping and reading back.
    pub(super) forgets: bool,
    /// Files it cannot keep anything of.
    pub(super) refuses: Option<ContentHash>,
}

impl Shelf {
    pub(super) fn import(
        &mut self,
        root: &Path,
        request: &ImportRequest,
    ) -> Result<ImportReport, ImportError> {
        let clock = FakeClock::at(UnixNanos(0));
        let cancel = AtomicBool::new(false);
        let importer = Importer {
            root: root.to_owned(),
            max_file: Bytes(1 << 20),
            clock: &clock,
            cancel: &cancel,
        };
        let mut done = (0, 0);
        let mut kept = std::mem::take(&mut self.kept);
        let mut keep = |new: &Kept| {
            let name = new.name();
            match (&name, self.refuses) {
                (KeptName::Count(content, _), Some(bad)) if *content == bad => {
                    return Err("disk full".to_owned());
                }
                _ => {}
            }
            if kept.get(&name) == Some(new) {
                return Ok(Keeping::AlreadyThere);
            }
            kept.insert(name, new.clone());
            Ok(Keeping::Stored)
        };
        let abouts = &mut self.abouts;
        let keep_all = std::cell::RefCell::new(HashMap::new());
        let mut keep_and_note = |new: &Kept, about: About| {
            clock.advance(Duration::from_millis(5));
            let kept = keep(new)?;
            abouts.push(about);
            keep_all.borrow_mut().insert(new.name(), new.clone());
            Ok(kept)
        };
        let forgets = self.forgets;
        let mut read_back =
            |name: &KeptName| keep_all.borrow().get(name).filter(|_| !forgets).cloned();
        let mut words = |bytes: &[u8], _: Encoding| {
            clock.advance(Duration::from_millis(3));
            let text = std::str::from_utf8(bytes).ok()?;
            Some(Tokens(text.split_whitespace().count() as u64))
        };
        let mut progress = |now, total| {
            assert!(now >= done.0 && total >= done.1, "progress goes back: {now} after {done:?}");
            done = (now, total);
        };
        let report = importer.run(
            request,
            Hooks {
                keep: &mut keep_and_note,
                read_back: &mut read_back,
                stored: &mut |names| Bytes(10 * names.len() as u64),
                count: Some(&mut words),
                progress: &mut progress,
            },
        );
        self.kept = kept;
        if report.is_ok() {
            assert_eq!(done.0, done.1, "progress ends at its total");
        }
        report
    }
}
