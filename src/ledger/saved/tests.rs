//! What was saved comes back as it was, or not at all.

use super::{
    codec::{In, Out},
    *,
};

#[test]
fn numbers_come_back_as_they_were() {
    let mut out = Out::default();
    let wide = [0, 1, 127, 128, u128::from(u64::MAX), u128::MAX];
    let signed = [0, -1, 1, i128::from(i64::MIN), i128::MIN, i128::MAX];
    for number in wide {
        out.wide(number);
    }
    for number in signed {
        out.signed(number);
    }
    out.number(u64::MAX);
    out.fixed(7);
    out.text("größe");
    let mut input = In(&out.0);
    for number in wide {
        assert_eq!(input.wide(), Some(number));
    }
    for number in signed {
        assert_eq!(input.signed(), Some(number));
    }
    assert_eq!(input.number(), Some(u64::MAX));
    assert_eq!(input.fixed(), Some(7));
    assert_eq!(input.text(), Some("größe"));
    assert_eq!(input.byte(), None);
}

#[test]
fn a_length_beyond_the_end_is_noticed_before_memory_is_asked_for() {
    let mut out = Out::default();
    out.number(1 << 40);
    assert_eq!(In(&out.0).length(), None);
    assert_eq!(In(&out.0).bytes(), None);
}

#[test]
fn any_damage_is_as_good_as_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.idx");
    save_sums(&path, &SavedSums::default(), &crate::ledger::book::Names::default()).unwrap();
    assert!(load_sums(&path).is_some());
    let bytes = std::fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        assert!(load_sums(&path).is_none(), "byte {at}");
        std::fs::write(&path, &bytes[..at]).unwrap();
        assert!(load_sums(&path).is_none(), "cut at {at}");
    }
}
