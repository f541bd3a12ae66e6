//! Text for the clipboard of the terminal, however far away that is: OSC 52.

/// The longest text: terminals take 100 000 characters of base64 and drop what is longer.
pub(super) const LONGEST: usize = 74_994;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Whether a tmux stands between us and the terminal.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Multiplexer {
    /// None that is known.
    #[default]
    None,
    /// tmux.
    Tmux,
}

/// Returns the bytes that put a text into the clipboard; nothing in it can be obeyed.
pub(super) fn sequence(text: &[u8], through: Multiplexer) -> Vec<u8> {
    let plain = format!("\x1b]52;c;{}\x07", base64(text)).into_bytes();
    match through {
        Multiplexer::None => plain,
        Multiplexer::Tmux => {
            // tmux takes the one or lets the other through, as its own settings want it.
            let inner = String::from_utf8_lossy(&plain).replace('\x1b', "\x1b\x1b");
            let wrapped = format!("\x1bPtmux;{inner}\x1b\\");
            [plain, wrapped.into_bytes()].concat()
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= part.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_texts_are_written_as_the_standard_says() {
        for (plain, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), wanted);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfb]), "//77");
    }

    #[test]
    fn tmux_gets_it_for_itself_and_to_pass_on() {
        let sequence = sequence(b"hi", Multiplexer::Tmux);
        assert_eq!(sequence, b"\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
    }

    proptest! {
        #[test]
        fn nothing_of_the_text_can_be_obeyed(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let sequence = sequence(&text, Multiplexer::None);
            let inner = &sequence[7..sequence.len() - 1];
            prop_assert!(inner.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)));
        }
    }
}
