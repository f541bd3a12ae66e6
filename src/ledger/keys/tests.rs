//! Keys lead to the lines of their requests, and to no others, whatever happened to the runs.

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;

const MOST_LOOSE: usize = 1 << 10;

/// A journal of lines that only say of what group they are, and where its months end.
struct Fake {
    folder: tempfile::TempDir,
}

impl Fake {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("journal")).unwrap();
        Self { folder }
    }

    fn reader(&self) -> Reader {
        Reader::new(&self.folder.path().join("journal"))
    }

    fn runs(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// Adds lines about these groups to a month; the clock stands still.
    fn add(&self, month: u8, groups: &[u64]) {
        use std::io::Write;
        let path = self.folder.path().join(format!("journal/2026-{month:02}.0001"));
        let mut file = fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        for group in groups {
            let charge = r#"{"quality":"exact"}"#;
            let body = format!(r#"{{"charge":{{"group":{group},"part":0,"charge":{charge}}}}}"#);
            let json = format!(r#"{{"v":1,"n":{month},"w":0,"is":{body}}}"#);
            writeln!(file, "{:08x} {json}", crc32fast::hash(json.as_bytes())).unwrap();
        }
    }

    fn open(&self, access: Access) -> Keys {
        Keys::open(&self.runs(), (access, MOST_LOOSE), &self.reader().end().unwrap())
    }

    /// Opens the keys and reads what is missing.
    fn whole(&self, access: Access) -> Keys {
        let mut keys = self.open(access);
        keys.extend(&self.reader(), &self.reader().end().unwrap()).unwrap();
        keys
    }

    /// Returns the groups of the lines that are found for one.
    fn found(&self, keys: &Keys, group: u64) -> Vec<u64> {
        let places = keys.lines_of(group).unwrap();
        let found = RefCell::new(Vec::new());
        self.reader()
            .read_lines(&places, &mut |line| {
                found.borrow_mut().extend(super::super::journal::Entry::key_of(line));
            })
            .unwrap();
        found.into_inner()
    }
}

/// Returns different hashes, spread as those of keys are.
fn hashes(from: u64, count: usize) -> Vec<u64> {
    let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (from..).map(spread).take(count).collect()
}

#[test]
fn every_key_leads_to_its_lines_through_runs_that_were_merged() {
    let fake = Fake::new();
    let all = hashes(1, MOST_LOOSE * 7 + 100);
    for (month, part) in (1..).zip(all.chunks(MOST_LOOSE + 11)) {
        fake.add(month, part);
        // Each time by another larder.
        fake.whole(Access::Write);
    }
    let keys = fake.whole(Access::Read);
    assert!((1..=4).contains(&keys.runs.len()), "{} runs", keys.runs.len());
    assert!(keys.loose.len() < MOST_LOOSE, "{} are read from the journal", keys.loose.len());
    for &group in all.iter().step_by(61) {
        assert_eq!(fake.found(&keys, group), [group]);
    }
    for group in hashes(1 << 40, 500) {
        assert!(keys.lines_of(group).unwrap().is_empty());
    }
}

#[test]
fn a_flipped_bit_in_a_run_is_noticed_or_changes_no_answer() {
    let fake = Fake::new();
    let all = hashes(1, MOST_LOOSE + 5);
    fake.add(1, &all);
    drop(fake.whole(Access::Write));
    let path = run_files(&fake.runs()).remove(0);
    let whole = fs::read(&path).unwrap();
    for round in 0..400_usize {
        let bit = (round * 104_729 + round) % (whole.len() * 8);
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &damaged).unwrap();
        let keys = fake.whole(Access::Read);
        let is_right = all
            .iter()
            .step_by(997)
            .chain(&all[..1])
            .all(|group| keys.lines_of(*group).map_or(true, |lines| lines.len() == 1));
        assert!(is_right, "bit {bit}");
    }
    // The block of the first key, so that the damage is met.
    let mut damaged = whole;
    damaged[3] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let keys = fake.open(Access::Write);
    assert!(keys.lines_of(0).is_err(), "the first block is damaged");
}

#[test]
fn a_run_that_is_cut_anywhere_is_thrown_away_and_made_again() {
    let fake = Fake::new();
    fake.add(1, &hashes(1, MOST_LOOSE + 5));
    drop(fake.whole(Access::Write));
    let path = run_files(&fake.runs()).remove(0);
    let whole = fs::read(&path).unwrap();
    for len in [0, 1, 23, 24, whole.len() / 2, whole.len() - 25, whole.len() - 1] {
        fs::write(&path, &whole[..len]).unwrap();
        assert_eq!(fake.open(Access::Write).runs.len(), 0, "cut at {len}");
        assert!(!path.exists());
        drop(fake.whole(Access::Write));
        assert_eq!(fs::read(&path).unwrap(), whole, "cut at {len}");
    }
}

#[test]
fn what_a_killed_larder_leaves_in_a_merge_is_cleared() {
    let fake = Fake::new();
    let all = hashes(1, MOST_LOOSE * 2);
    fake.add(1, &all[..MOST_LOOSE]);
    drop(fake.whole(Access::Write));
    let first = run_files(&fake.runs()).remove(0);
    let before = fs::read(&first).unwrap();
    fake.add(1, &all[MOST_LOOSE..]);
    drop(fake.whole(Access::Write));
    // It was killed after the larger run was there, while it wrote another.
    fs::write(&first, before).unwrap();
    fs::write(fake.runs().join("9.tmp"), b"begun").unwrap();
    let keys = fake.whole(Access::Write);
    assert_eq!((keys.runs.len(), run_files(&fake.runs()).len()), (1, 1));
    assert_eq!(fake.found(&keys, all[0]), [all[0]]);
}

#[test]
fn runs_of_a_longer_journal_are_not_believed() {
    let fake = Fake::new();
    fake.add(1, &hashes(1, MOST_LOOSE));
    drop(fake.whole(Access::Write));
    fs::write(fake.folder.path().join("journal/2026-01.0001"), "").unwrap();
    assert!(fake.open(Access::Read).runs.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn stretches_are_known_from_the_start_without_a_gap(
        stretches in prop::collection::vec((0..3_u8, 0..40_u64, 1..9_u64), 0..12),
    ) {
        let mut ranges = Ranges::default();
        let mut known = std::collections::BTreeSet::new();
        for (segment, from, len) in stretches {
            ranges.add(&segment.to_string(), from, from + len);
            known.extend((from..from + len).map(|at| (segment, at)));
        }
        for segment in 0..3 {
            let end = (0..99).find(|at| !known.contains(&(segment, *at))).unwrap();
            let position = ranges.whole_from_start();
            prop_assert_eq!(position.0.get(&segment.to_string()).copied().unwrap_or(0), end);
        }
        let mut more = ranges.clone();
        more.add("9", 5, 6);
        prop_assert!(more.hold(&ranges) && !ranges.hold(&more));
    }
}
