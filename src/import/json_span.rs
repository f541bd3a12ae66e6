//! One member of a JSON object as it was written, without its blanks.
//!
//! Reading a value into a tree and writing it again sorts its keys and may round its numbers; what
//! cost money is kept as it is.

/// Returns the text of the member `name` of the object `json`, without blanks between its tokens.
///
/// `json` must be valid; of a wrong one the result is some text or nothing, but never a panic.
pub(super) fn member(json: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let (mut depth, mut at, mut found) = (0_u32, 0, None);
    let mut key: Option<&[u8]> = None;
    while at < json.len() {
        let end = token_end(json, at);
        match json[at] {
            b'"' if depth == 1 && key.is_none() => {
                key = json.get(at + 1..end - 1);
            }
            b':' if depth == 1 && key == Some(name) && found.is_none() => found = Some(end),
            b',' | b'}' if depth == 1 => {
                if let Some(start) = found {
                    return Some(compact(&json[start..at]));
                }
                key = None;
                depth -= u32::from(json[at] == b'}');
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = end;
    }
    None
}

/// Returns JSON without the blanks between its tokens.
pub(super) fn compact(json: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(json.len()), 0);
    while at < json.len() {
        let end = token_end(json, at);
        if !json[at].is_ascii_whitespace() {
            out.extend_from_slice(&json[at..end]);
        }
        at = end;
    }
    out
}

/// Returns where the string that starts at `at` ends, or the single byte there.
fn token_end(json: &[u8], at: usize) -> usize {
    if json[at] != b'"' {
        return at + 1;
    }
    let mut end = at + 1;
    while let Some(byte) = json.get(end) {
        match byte {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn found(json: &str) -> Option<String> {
        member(json.as_bytes(), b"result").map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_member_keeps_its_order_and_its_numbers() {
        let json = r#" { "a" : {"result": 1}, "b":[ "result", {"result":2} ],
            "result" : { "z" : 1.10, "a" : [ 1e400, "x \" : , } y" ], "n": null } , "tail": 0 } "#;
        let expected = r#"{"z":1.10,"a":[1e400,"x \" : , } y"],"n":null}"#;
        assert_eq!(found(json).as_deref(), Some(expected));
        assert_eq!(found(r#"{"x":"result","result":[]}"#).as_deref(), Some("[]"));
        assert_eq!(found(r#"{"result":"a \\"}"#).as_deref(), Some(r#""a \\""#));
        assert_eq!(found(r#"{"results":1}"#), None);
    }

    #[test]
    fn what_is_not_closed_is_no_panic() {
        for json in
            ["", "\"", "{\"", "{\"a\\", "{\"result\":\"", "{\"result\":", "}}]]", "{\"r\"\""]
        {
            let _ = found(json);
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,6}|result", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_text_of_a_member_is_its_value(
            rest in prop::collection::btree_map("[a-q]{0,4}", any_json(), 0..4),
            result in any_json(),
        ) {
            let mut whole: serde_json::Map<String, Value> = rest.into_iter().collect();
            whole.insert("result".to_owned(), result.clone());
            for text in [serde_json::to_string(&whole)?, serde_json::to_string_pretty(&whole)?] {
                let member = member(text.as_bytes(), b"result").unwrap();
                prop_assert_eq!(&serde_json::from_slice::<Value>(&member)?, &result);
                prop_assert_eq!(member, serde_json::to_vec(&result)?);
            }
        }

        #[test]
        fn nonsense_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = member(&bytes, b"result");
            let _ = compact(&bytes);
        }
    }
}
