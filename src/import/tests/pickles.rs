//! The reader of pickles: what it reads, what it refuses, and that nothing makes it panic.

use proptest::prelude::*;

use crate::import::pickle::{PickleError, PickledTag, read_tags};

use super::make;

/// Returns a mapping whose `data` is what `data` leaves on the stack.
fn with_data(data: &[u8]) -> Vec<u8> {
    let mut out = b"\x80\x05}(\x8c\x05mtimeG\x3f\xf8\0\0\0\0\0\0\x8c\x04data".to_vec();
    out.extend(data);
    out.extend(b"u.");
    out
}

#[test]
fn tags_are_read_with_their_lines() {
    let bytes = make::pickle(1.5, "src/größe.py", &[("Jar", "def", 7), ("größe", "ref", -1)]);
    let pickled = read_tags(&bytes).unwrap();
    assert_eq!(pickled.mtime.to_bits(), 1.5_f64.to_bits());
    let path = "src/größe.py".as_bytes();
    let expected = [
        PickledTag { relative: path, file: path, line: 7, name: b"Jar", kind: b"def" },
        PickledTag {
            relative: path, file: path, line: -1, name: "größe".as_bytes(), kind: b"ref"
        },
    ];
    assert_eq!(pickled.tags, expected);
}

#[test]
fn old_protocols_and_one_item_at_a_time_are_read() {
    let bytes =
        b"\x80\x02}q\0X\x05\0\0\0mtimeq\x01K\x02sX\x04\0\0\0data]q\x02(caider.repomap\nTag\n\
        q\x03(h\x01h\x01\x8a\x02\x00\x01h\x01h\x01t\x81h\x03(h\x01h\x01M\x01\x00h\x01h\x01t\x81es.";
    let pickled = read_tags(bytes).unwrap();
    assert_eq!(pickled.tags.iter().map(|tag| tag.line).collect::<Vec<_>>(), [256, 1]);
    assert_eq!(pickled.tags[0].name, b"mtime");
}

#[test]
fn calls_and_other_classes_are_refused() {
    let call = with_data(b"\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R");
    assert_eq!(read_tags(&call).unwrap_err(), PickleError::Global("os.system".to_owned()));
    for code in *b"Rbio\x92\x83QPBCUTSVFILpg012d" {
        let bytes = with_data(&[b']', code]);
        let error = read_tags(&bytes).unwrap_err();
        assert!(matches!(error, PickleError::Forbidden { code: c, .. } if c == code), "{error}");
    }
    let tag_call = with_data(b"\x8c\x0daider.repomap\x8c\x03Tag\x93)R");
    assert!(matches!(read_tags(&tag_call), Err(PickleError::Forbidden { code: b'R', .. })));
    let near = with_data(b"\x8c\x0eaider.repomap2\x8c\x03Tag\x93");
    assert!(matches!(read_tags(&near), Err(PickleError::Global(_))));
}

#[test]
fn every_beginning_of_a_pickle_is_an_error() {
    let bytes = make::pickle(1.5, "a.py", &[("Jar", "def", 7), ("b", "ref", -1)]);
    for end in 0..bytes.len() {
        assert!(read_tags(&bytes[..end]).is_err(), "{end}");
    }
    let mut longer = bytes;
    longer.push(b'.');
    assert!(read_tags(&longer).is_err());
}

#[test]
fn lengths_that_lie_take_no_memory() {
    for lie in [
        &b"\x80\x04\x8d\0\0\0\0\0\0\0\x40x."[..],
        b"X\xff\xff\xff\xffx.",
        b"\x95\xff\xff\xff\xff\0\0\0\0.",
    ] {
        assert_eq!(read_tags(lie).unwrap_err(), PickleError::Truncated);
    }
    assert!(matches!(read_tags(b"\x8a\x09123456789."), Err(PickleError::Damaged { .. })));
}

#[test]
fn depth_and_breadth_are_bounded() {
    let nested: Vec<u8> = [b']'; 2000].into_iter().chain([b'a'; 1999]).chain([b'.']).collect();
    assert!(matches!(read_tags(&nested), Err(PickleError::Shape(_))));
    assert_eq!(read_tags(&[b'('; 70]).unwrap_err(), PickleError::TooMuch("levels"));
    assert_eq!(read_tags(&vec![b'N'; 70_000]).unwrap_err(), PickleError::TooMuch("values at once"));
    let many: Vec<u8> = b"](".iter().copied().chain(b"Ne(".repeat((2 << 20) + 1)).collect();
    assert_eq!(read_tags(&many[..]).unwrap_err(), PickleError::TooMuch("values"));
}

#[test]
fn a_text_that_is_named_often_is_bounded_too() {
    let mut data = b"](\x8c\x0daider.repomap\x8c\x03Tag\x93(".to_vec();
    data.extend(b"X\xf0\xff\0\0");
    data.extend(vec![b'x'; 0xfff0]);
    data.extend(b"\x94h\0K\x01h\0h\0t\x81\x94".iter());
    // One tag with a long name, named ten thousand times.
    data.extend(b"h\x01".repeat(10_000));
    data.push(b'e');
    assert_eq!(read_tags(&with_data(&data)).unwrap_err(), PickleError::TooMuch("bytes of text"));
}

#[test]
fn a_list_that_holds_itself_does_no_harm() {
    let bytes = with_data(b"]\x94h\0a");
    assert!(matches!(read_tags(&bytes), Err(PickleError::Shape(_))));
}

#[test]
fn other_members_are_passed_over_and_missing_ones_named() {
    let extra = b"\x80\x05}(\x8c\x05mtimeK\x01\x8c\x04data]\x8c\x05extra\x88u.";
    assert!(read_tags(extra).unwrap().tags.is_empty());
    assert_eq!(read_tags(b"}.").unwrap_err(), PickleError::Shape("`mtime` is missing"));
    assert_eq!(read_tags(b"].").unwrap_err(), PickleError::Shape("it is no mapping"));
    assert!(matches!(read_tags(&with_data(b"(NNe")), Err(PickleError::Damaged { .. })));
}

fn code() -> impl Strategy<Value = Vec<u8>> {
    let any_text = "[a-z]{0,4}".prop_map(|text| {
        let length = u8::try_from(text.len()).unwrap();
        [vec![0x8c, length], text.into_bytes()].concat()
    });
    prop_oneof![
        prop::sample::select(&b"(]})tauesN.\x94\x85\x86\x87\x81\x93\x88"[..])
            .prop_map(|code| vec![code]),
        (0_u8..6).prop_map(|at| vec![b'h', at]),
        any::<u8>().prop_map(|number| vec![b'K', number]),
        any_text,
        Just(b"\x8c\x05mtime".to_vec()),
        Just(b"\x8c\x04data".to_vec()),
        Just(b"caider.repomap\nTag\n".to_vec()),
        any::<u8>().prop_map(|byte| vec![byte]),
    ]
}

proptest! {
    #[test]
    fn no_program_makes_the_machine_panic(
        codes in prop::collection::vec(code(), 0..60),
    ) {
        let _ = read_tags(&codes.concat());
    }

    #[test]
    fn no_damage_makes_the_machine_panic(at in 0_usize..200, byte in any::<u8>()) {
        let tags = [("Jar", "def", 7), ("jar", "ref", -1)];
        let mut bytes = make::pickle(2.5, "src/a.py", &tags);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read_tags(&bytes);
    }

    #[test]
    fn what_is_pickled_is_read(
        mtime in any::<f64>().prop_filter("numbers", |time| !time.is_nan()),
        tags in prop::collection::vec(("\\PC{0,9}", prop::bool::ANY, any::<i32>()), 0..20),
    ) {
        let rows: Vec<(&str, &str, i32)> = tags
            .iter()
            .map(|(name, is_def, line)| (name.as_str(), if *is_def { "def" } else { "ref" }, *line))
            .collect();
        let bytes = make::pickle(mtime, "p", &rows);
        let pickled = read_tags(&bytes).unwrap();
        prop_assert_eq!(pickled.mtime.to_bits(), mtime.to_bits());
        prop_assert_eq!(pickled.tags.len(), rows.len());
        for (tag, (name, kind, line)) in pickled.tags.iter().zip(rows) {
            prop_assert_eq!((tag.name, tag.kind), (name.as_bytes(), kind.as_bytes()));
            prop_assert_eq!(tag.line, i64::from(line));
        }
    }
}
