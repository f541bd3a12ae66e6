//! The class of every character, in two levels: 4,352 block numbers, then blocks of 256 classes.

use std::collections::HashMap;

use regex_syntax::hir::{Class, HirKind};

/// Classes by number, as the counter's `Class` has them; 0 is everything else.
const CLASSES: [(u8, &str); 6] = [
    (1, r"\p{M}"),
    (2, r"\p{N}"),
    (3, r"\s"),
    (4, r"[\p{Lu}\p{Lt}]"),
    (5, r"\p{Ll}"),
    (6, r"[\p{Lm}\p{Lo}]"),
];

/// Returns the table.
pub(crate) fn table() -> Result<Vec<u8>, String> {
    let mut flat = vec![0_u8; 0x11_0000];
    for (number, pattern) in CLASSES {
        for (first, last) in ranges(pattern)? {
            flat[first as usize..=last as usize].fill(number);
        }
    }
    let mut known: HashMap<&[u8], u8> = HashMap::new();
    let (mut numbers, mut blocks): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    for block in flat.chunks(256) {
        let next = u8::try_from(known.len()).map_err(|_| "more than 256 kinds of blocks")?;
        let number = *known.entry(block).or_insert_with(|| {
            blocks.extend(block);
            next
        });
        numbers.push(number);
    }
    numbers.extend(blocks);
    Ok(numbers)
}

fn ranges(pattern: &str) -> Result<Vec<(u32, u32)>, String> {
    let hir = regex_syntax::parse(pattern).map_err(|error| error.to_string())?;
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else {
        return Err(format!("{pattern} is not a class"));
    };
    Ok(class.iter().map(|range| (range.start().into(), range.end().into())).collect())
}
