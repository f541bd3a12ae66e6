use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Builds the value that `scan` stands on, with the functions that readers use.
fn value(scan: &mut Scan<'_>) -> Result<Value, Torn> {
    Ok(match scan.peek()? {
        b'{' => {
            let mut map = serde_json::Map::new();
            scan.object(|key, scan| {
                map.insert(Text(key).to_text(), value(scan)?);
                Ok(())
            })?;
            Value::Object(map)
        }
        b'[' => {
            let mut list = Vec::new();
            scan.array(|scan| {
                list.push(value(scan)?);
                Ok(())
            })?;
            Value::Array(list)
        }
        b'"' => Value::String(scan.text()?.unwrap().to_text()),
        _ => {
            let raw = scan.raw()?;
            serde_json::from_slice(raw).map_err(|_| Torn)?
        }
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_as_serde_reads_it(json in any_json(), pretty in any::<bool>()) {
        let text = if pretty { format!("{json:#}") } else { json.to_string() };
        let mut scan = Scan::new(text.as_bytes());
        prop_assert_eq!(value(&mut scan).unwrap(), json);
        prop_assert_eq!(scan.end(), Ok(()));
        let mut scan = Scan::new(text.as_bytes());
        prop_assert_eq!(scan.skip(), Ok(()));
        prop_assert_eq!(scan.end(), Ok(()));
    }

    #[test]
    fn an_object_that_is_cut_short_is_torn(json in any_json(), cut in any::<prop::sample::Index>()) {
        let text = serde_json::json!({ "a": json }).to_string();
        let cut = &text.as_bytes()[..cut.index(text.len())];
        prop_assert_eq!(Scan::new(cut).skip(), Err(Torn));
        prop_assert_eq!(Scan::new(cut).object(|_, _| Ok(())), Err(Torn));
    }

    #[test]
    fn no_input_makes_it_panic(bytes in prop::collection::vec(
        prop_oneof![prop::sample::select(b"{}[]\",:\\u1e-\xff ".to_vec()), any::<u8>()], 0..60)
    ) {
        let _ = value(&mut Scan::new(&bytes));
        let _ = Scan::new(&bytes).skip();
        let _ = Scan::new(&bytes).count();
        let _ = Scan::new(&bytes).dollars();
        let _ = Text(&bytes).to_text();
    }

    #[test]
    fn dollars_that_serde_writes_are_read_to_the_last_decimal(pico in 0_u64..10_u64.pow(15)) {
        let text = PicoUsd(u128::from(pico)).to_string();
        prop_assert_eq!(dollars(&text), Some(PicoUsd(u128::from(pico))));
    }
}

#[test]
fn odd_types_are_skipped_and_not_an_error() {
    let mut scan = Scan::new(br#"[{"a":1},"x",null,12,[3],true]"#);
    let mut counts = Vec::new();
    scan.array(|scan| {
        counts.push(scan.count()?);
        Ok(())
    })
    .unwrap();
    assert_eq!(counts, [None, None, None, Some(12), None, None]);
}

#[test]
fn broken_utf8_and_lone_surrogates_are_replaced() {
    let mut scan = Scan::new(b"\"a\xff\\ud83d\\ude00\\ud83d!\"");
    assert_eq!(scan.text().unwrap().unwrap().to_text(), "a\u{fffd}\u{1f600}\u{fffd}!");
}

#[test]
fn dollars_are_read_in_every_notation() {
    let cases = [
        ("0.001", Some(1_000_000_000)),
        ("12", Some(12_000_000_000_000)),
        ("1e-7", Some(100_000)),
        ("2.5E+1", Some(25_000_000_000_000)),
        ("0.0000000000005", Some(1)),
        ("0.0000000000004", Some(0)),
        ("0.12345678901249", Some(123_456_789_012)),
        ("1e-400", Some(0)),
        ("0e400", Some(0)),
        ("1e400", None),
        ("-1", None),
        ("", None),
    ];
    for (text, pico) in cases {
        assert_eq!(dollars(text), pico.map(PicoUsd), "{text}");
    }
}

#[test]
fn counts_are_read_in_every_notation() {
    for (text, count) in [("12", Some(12)), ("12.9", Some(12)), ("1e3", Some(1000)), ("-1", None)] {
        assert_eq!(whole(text), count, "{text}");
    }
    assert_eq!(whole("1e300"), Some(u64::MAX));
}
