//! The files that a patch in a call of a tool changes.

use memchr::memmem;

use crate::ledger::logs::scan::Text;

/// What stands before the name of a file in a patch.
const HEADERS: [&[u8]; 4] =
    [b"*** Add File: ", b"*** Update File: ", b"*** Delete File: ", b"*** Move to: "];

/// Hands on each file that is named in a call, wherever in it the patch stands: as text of its
/// own, in arguments that are JSON in JSON, or in a command of a shell.
pub(super) fn files(call: &[u8], found: &mut dyn FnMut(&str)) {
    let mut rest = call;
    while let Some(at) = memmem::find(rest, b"*** ") {
        rest = &rest[at..];
        let header = HEADERS.iter().find(|header| rest.starts_with(header));
        rest = &rest[header.map_or(4, |header| header.len())..];
        if header.is_some() {
            // The line ends in an escaped newline, or with the text.
            let len = rest.iter().position(|byte| matches!(byte, b'\\' | b'"' | b'\n'));
            let name = &rest[..len.unwrap_or(rest.len())];
            found(Text(name).to_text().trim());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_however_often_the_patch_is_quoted() {
        let patch = "*** Begin Patch\n*** Update File: src/a b.rs\n@@\n-x\n+\"y\"\n*** Move to: c.rs\n*** Add File: é.md\n+z\n*** End Patch";
        let once = serde_json::json!({ "input": patch }).to_string();
        let twice = serde_json::json!({ "arguments": once }).to_string();
        for call in [&once, &twice] {
            let mut names = Vec::new();
            files(call.as_bytes(), &mut |name| names.push(name.to_owned()));
            assert_eq!(names, ["src/a b.rs", "c.rs", "é.md"]);
        }
    }
}
